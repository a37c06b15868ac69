/* test_papers.c - every value of the papers' tables that was recomputed elsewhere, and the
 * identities behind them. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "check_main.h"
#include "papers/golden.h"

#include "base/mem.h"
#include "literature/block.h"
#include "literature/literature.h"
#include "literature/scalar.h"

#include <gsl/gsl_math.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- the tables, through what users read: csv ---- */

enum { MOST_PAPERS = 16, MOST_COLUMNS = 32 };
static struct {
    const char *paper;
    char *csv;
} shown[MOST_PAPERS];

static const char *csv_of(const char *paper)
{
    int k = 0;
    for (; k < MOST_PAPERS && shown[k].paper; k++)
        if (!strcmp(shown[k].paper, paper)) return shown[k].csv;
    if (k == MOST_PAPERS) abort();
    struct hs_err e = {0};
    struct hs_table_ask nothing = {0};
    struct hs_answer a;
    size_t n;
    const struct hs_table_type *type = hs_table_find(HS_PAPER, paper, &e);
    FILE *to = open_memstream(&shown[k].csv, &n);
    if (!type || hs_table_run(type, &nothing, &a, &e))
        fprintf(stderr, "%s: %s\n", paper, e.what), abort();
    for (size_t i = 0; i < a.n;
         i++) { /* each with its name above, whether there are several or not */
        fprintf(to, "# %s\n", a.table[i].name);
        if (hs_output_print(to, HS_OUTPUT_CSV, &a.table[i], 1, &e)) abort();
    }
    fclose(to);
    hs_answer_close(&a);
    shown[k].paper = paper;
    return shown[k].csv;
}

/* The cells of one line, quotes taken off, in place. */
static int cells(char *line, char *cell[MOST_COLUMNS])
{
    int n = 0;
    for (char *s = line; n < MOST_COLUMNS;) {
        char *end;
        if (*s == '"') {
            cell[n++] = ++s;
            end = strchr(s, '"');
            *end++ = '\0';
        } else {
            cell[n++] = s;
            end = s + strcspn(s, ",");
        }
        if (*end != ',') break;
        *end = '\0';
        s = end + 1;
    }
    return n;
}

static bool row_is(char *const *cell, int n, const char *want)
{
    char joined[512] = "";
    for (int i = 0; i < n && i < 5; i++) {
        snprintf(joined + strlen(joined), sizeof joined - strlen(joined), "%s%s", i ? "," : "",
                 cell[i]);
        if (!strcmp(joined, want)) return true;
    }
    return false;
}

/* The cell of a table by the first cells of its row and the name of its column; false: there is
 * none. */
static bool look_up(const struct golden *g, double *value)
{
    char *copy = strdup(csv_of(g->paper)), *rest = copy, *line, *head[MOST_COLUMNS],
         *cell[MOST_COLUMNS], name[128];
    int columns = 0, column = -1;
    bool inside = false, found = false;
    snprintf(name, sizeof name, "# %s", g->table);
    while (!found && (line = strsep(&rest, "\n"))) {
        if (line[0] == '#') {
            inside = !strcmp(line, name);
            columns = 0;
        } else if (inside && line[0] && !columns) {
            columns = cells(line, head);
            for (int i = 0; i < columns; i++)
                if (!strcmp(head[i], g->column)) column = i;
        } else if (inside && line[0] && column >= 0) {
            int n = cells(line, cell);
            if (n > column && row_is(cell, n, g->row))
                *value = strtod(cell[column], NULL), found = true;
        }
    }
    free(copy);
    return found;
}

/* Half a unit in the last printed digit, and a hair for values printed at a tie. */
static double tolerance(const char *value)
{
    const char *dot = strchr(value, '.'), *wide = strchr(value, '~'),
               *power = strpbrk(value, "eE");
    size_t end = power  ? (size_t)(power - value)
                 : wide ? (size_t)(wide - value)
                        : strlen(value);
    int digits = dot ? (int)(end - (size_t)(dot - value)) - 1 : 0;
    return pow(10, (power ? atoi(power + 1) : 0) - digits) * (wide ? atof(wide + 1) : 0.501);
}

START_TEST(values_hold_to_their_last_digit)
{
    const struct golden *g = &golden[_i];
    double got, want = strtod(g->value, NULL);
    ck_assert_msg(look_up(g, &got), "%s: no %s in row '%s' of %s", g->paper, g->column, g->row,
                  g->table);
    ck_assert_msg(fabs(got - want) <= tolerance(g->value), "%s, %s, row '%s', %s: %.9g, not %s",
                  g->paper, g->table, g->row, g->column, got, g->value);
}
END_TEST

/* ---- identities ---- */

static const struct hs_density *const densities[] = {&hs_density_gauss, &hs_density_laplace,
                                                     &hs_density_gamma};

START_TEST(densities_have_unit_variance)
{
    const struct hs_density *d = densities[_i];
    struct hs_moments m = hs_density_between(d, -INFINITY, INFINITY);
    ck_assert_double_eq_tol(m.mass, 1, 1e-14);
    ck_assert_double_eq_tol(m.first, 0, 1e-14);
    ck_assert_double_eq_tol(m.second, 1, 1e-12);
    for (double a = 0.01; a < 6;
         a *= 1.7) { /* moments of a thin slice are those of its middle */
        struct hs_moments s = hs_density_between(d, a, a * 1.0001);
        double mid = a * 1.00005;
        ck_assert_double_eq_tol(s.mass, d->pdf(mid) * a * 1e-4, 1e-6 * s.mass);
        ck_assert_double_eq_tol(s.first, mid * s.mass, 1e-6 * s.first);
        ck_assert_double_eq_tol(s.second, mid * mid * s.mass, 1e-6 * s.second);
        ck_assert_double_eq_tol(d->quantile(d->beyond(a).mass), a, 1e-9 * a);
        struct hs_moments l = hs_density_between(d, -a * 1.0001, -a);
        ck_assert(l.mass == s.mass && l.first == -s.first);
    }
}
END_TEST

/* Each level is the centroid of its cell and each edge midway: the conditions of Lloyd and Max,
 * to rounding. */
START_TEST(lloyd_max_is_a_fixed_point)
{
    static const size_t sizes[] = {2, 3, 4, 7, 16, 33, 64, 255, 256};
    struct hs_err e = {0};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        struct hs_scalar q, u;
        double step;
        ck_ok(hs_scalar_lloyd_max(densities[_i], sizes[k], &q, &e));
        for (size_t i = 0; i < q.n; i++) {
            double a = i ? 0.5 * (q.level[i - 1] + q.level[i]) : -INFINITY;
            double b = i + 1 < q.n ? 0.5 * (q.level[i] + q.level[i + 1]) : INFINITY;
            struct hs_moments m = hs_density_between(densities[_i], a, b);
            ck_assert_double_eq_tol(m.first / m.mass, q.level[i], 1e-10);
        }
        ck_ok(hs_scalar_uniform(densities[_i], sizes[k], &u, &step, &e));
        ck_assert(q.error <= u.error * (1 + 1e-12));
        /* Of a centroid quantizer the error is 1 - E Q^2. */
        double square = 0;
        for (size_t i = 0; i < q.n; i++) {
            double a = i ? 0.5 * (q.level[i - 1] + q.level[i]) : -INFINITY;
            double b = i + 1 < q.n ? 0.5 * (q.level[i] + q.level[i + 1]) : INFINITY;
            square += q.level[i] * q.level[i] * hs_density_between(densities[_i], a, b).mass;
        }
        ck_assert_double_eq_tol(q.error, 1 - square, 1e-10);
    }
}
END_TEST

/* The Laplacian has no memory: from the outside in, the width d of a cell solves d - off(d) =
 * a, off(d) = 1 - d / (e^d - 1); the outermost offset is 1 (rate 1). */
START_TEST(laplace_levels_by_recursion)
{
    struct hs_err e = {0};
    struct hs_scalar q;
    ck_ok(hs_scalar_lloyd_max(&hs_density_laplace, 64, &q, &e));
    double a = 1, edge = 0, width[31];
    for (int k = 0; k < 31; k++) { /* cells from the second outermost inwards */
        double lo = 0, hi = 60;
        for (int i = 0; i < 200; i++) {
            double d = 0.5 * (lo + hi);
            if (d - (1 - d / expm1(d)) < a)
                lo = d;
            else
                hi = d;
        }
        width[k] = lo;
        a = 1 - lo / expm1(lo);
        edge += lo;
    }
    ck_assert_double_eq_tol(q.level[63] * M_SQRT2, edge + 1,
                            1e-9); /* in units of b = 1 / sqrt 2 */
    ck_assert_double_eq_tol(q.level[32] * M_SQRT2, 1 - width[30] / expm1(width[30]), 1e-9);
}
END_TEST

START_TEST(wrong_sizes_are_refused)
{
    struct hs_err e = {0};
    struct hs_scalar q;
    double step;
    ck_assert_int_eq(hs_scalar_uniform(&hs_density_gauss, 1, &q, &step, &e), HS_ENUM);
    e = (struct hs_err){0};
    ck_assert_int_eq(hs_scalar_lloyd_max(&hs_density_gauss, 100000, &q, &e), HS_ENUM);
}
END_TEST

/* A second quadrature, in another variable: the block maximum by its quantiles, u = F(m)^n
 * evenly in (0, 1). */
static double by_quantiles(const struct hs_block *b)
{
    enum { POINTS = 20000 };
    double sum = 0;
    for (int i = 0; i < POINTS; i++) {
        double f = pow((i + 0.5) / POINTS, 1 / (double)b->size),
               m = b->density->quantile(0.5 * (1 - f));
        double s = b->scale(b, m), inside = 0, own = INFINITY;
        for (size_t k = 0; k < b->n; k++) {
            double lo = k ? 0.5 * s * (b->level[k - 1] + b->level[k]) : -INFINITY;
            double hi = k + 1 < b->n ? 0.5 * s * (b->level[k] + b->level[k + 1]) : INFINITY;
            lo = fmax(lo, -m), hi = fmin(hi, m);
            if (hi > lo) inside += hs_density_cell(b->density, lo, hi, s * b->level[k]);
            own = fmin(own, (m - s * b->level[k]) *
                                (m - s * b->level[k])); /* levels are symmetric here */
        }
        sum += own + ((double)b->size - 1) * inside / f;
    }
    return sum / POINTS / (double)b->size;
}

START_TEST(block_errors_by_another_quadrature)
{
    struct hs_err e = {0};
    static const double e2m1[] = {-6, -4, -3, -2, -1.5, -1, -.5, 0, .5, 1, 1.5, 2, 3, 4, 6};
    size_t n;
    double *int4 = hs_density_codes(-7, 7, &n), error;
    for (size_t k = 0; k < 2; k++)
        for (size_t size = 16; size <= 64; size *= 2) {
            struct hs_block b = {.density = densities[k],
                                 .level = int4,
                                 .n = n,
                                 .size = size,
                                 .scale = hs_block_absmax};
            ck_ok(hs_block_error(&b, &error, &e));
            ck_assert_double_eq_tol(error, by_quantiles(&b), 1e-4 * error);
            b.level = e2m1, b.n = sizeof e2m1 / sizeof *e2m1, b.emax = 2,
            b.scale = hs_block_power_of_two;
            ck_ok(hs_block_error(&b, &error, &e));
            ck_assert_double_eq_tol(error, by_quantiles(&b), 2e-4 * error);
            b.scale = hs_block_e4m3, b.tensor_max = k ? 14 : 6;
            ck_ok(hs_block_error(&b, &error, &e));
            ck_assert_double_eq_tol(error, by_quantiles(&b), 2e-4 * error);
        }
    hs_free(int4);
}
END_TEST

/* At many levels E|e|^p of rounding is (a / 2q)^p / (p + 1), and a Laplacian's clipping p!
 * 2^(-p / 2) exp(-sqrt 2 a): the threshold where the sum is least. It shows that 9.507
 * and 11.572 had lost their tails. */
START_TEST(laplace_norms_in_closed_form)
{
    static const struct {
        const char *row;
        double p;
    } of[] = {{"L3", 3}, {"L4", 4}};
    for (size_t k = 0; k < 2; k++) {
        double p = of[k].p, lo = 1, hi = 30, got;
        for (int i = 0; i < 100; i++) { /* d/da rises through 0 */
            double a = 0.5 * (lo + hi);
            double slope = p / (p + 1) * pow(a, p - 1) / pow(254, p) -
                           M_SQRT2 * tgamma(p + 1) * pow(2, -p / 2) * exp(-M_SQRT2 * a);
            if (slope < 0)
                lo = a;
            else
                hi = a;
        }
        struct golden g = {"calibrators", "calibrators", of[k].row, "laplace_8", ""};
        ck_assert(look_up(&g, &got));
        ck_assert_msg(fabs(got - lo) < 2e-3 * lo, "%s: %.5f, closed form %.5f", of[k].row, got,
                      lo);
    }
}
END_TEST

/* NF4: the list in use within 1.1e-7 of its construction, 1.9e-7 with the offset 929/960. */
START_TEST(nf4_construction)
{
    for (int i = 0; i < 16; i++) {
        char row[16];
        double off, exact;
        snprintf(row, sizeof row, "%d", i);
        struct golden a = {"nf4", "nf4", row, "difference", ""},
                      b = {"nf4", "nf4", row, "difference_929_960", ""};
        ck_assert(look_up(&a, &off) && look_up(&b, &exact));
        ck_assert_msg(fabs(off) <= 1.15e-7, "code %d: %g", i, off);
        ck_assert_msg(fabs(exact) <= 1.95e-7, "code %d: %g", i, exact);
    }
}
END_TEST

/* A published value stands beside ours with its difference, and is not ours. */
START_TEST(published_values_are_beside_ours)
{
    struct golden p = {"max1960", "max1960", "16", "published_mse", ""},
                  d = {"max1960", "max1960", "16", "difference", ""};
    struct golden o = {"max1960", "max1960", "16", "mse", ""};
    double published, difference, ours;
    ck_assert(look_up(&p, &published) && look_up(&d, &difference) && look_up(&o, &ours));
    ck_assert(published == .009497 && ours != published);
    ck_assert_double_eq_tol(published - ours, difference, 1e-9);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("papers");
    TCase *c = tcase_create("tables");
    static const char *const papers[] = {"max1960",   "laplace",  "aciq2018",
                                         "octav2022", "highrate", "rule6",
                                         "formats",   "nf4",      "calibrators"};
    gsl_set_error_handler_off();
    for (size_t i = 0; i < sizeof papers / sizeof *papers; i++)
        csv_of(papers[i]); /* once, before the tests fork */
    tcase_set_timeout(c, 120);
    tcase_add_loop_test(c, values_hold_to_their_last_digit, 0, sizeof golden / sizeof *golden);
    tcase_add_loop_test(c, densities_have_unit_variance, 0, 3);
    tcase_add_loop_test(c, lloyd_max_is_a_fixed_point, 0, 2);
    tcase_add_test(c, laplace_levels_by_recursion);
    tcase_add_test(c, wrong_sizes_are_refused);
    tcase_add_test(c, block_errors_by_another_quadrature);
    tcase_add_test(c, laplace_norms_in_closed_form);
    tcase_add_test(c, nf4_construction);
    tcase_add_test(c, published_values_are_beside_ours);
    suite_add_tcase(s, c);
    int bad = check_main(s);
    for (int k = 0; k < MOST_PAPERS; k++) free(shown[k].csv);
    return bad;
}
