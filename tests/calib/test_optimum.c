/* test_optimum.c - the optimum that mse claims, against every cell of constant assignment, one
 * by one. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/data.h"
#include "check_main.h"

#include "base/mem.h"
#include "calib/aciq.h"
#include "calib/search.h"

#include <gsl/gsl_math.h>
#include <gsl/gsl_sf_lambert.h>
#include <string.h>

enum { MOST_LEVELS = 512 };

struct problem {
    const struct data *d;
    double level[MOST_LEVELS]; /* at scale 1, ascending */
    size_t n;
};

static double nearest(const struct problem *p, double v)
{
    double best = p->level[0];
    for (size_t i = 1; i < p->n; i++)
        if (fabs(v - p->level[i]) < fabs(v - best)) best = p->level[i];
    return best;
}

/* With all assignments as they are at S: the parabola's least point within [a, b], and the
 * error there. */
static double cell(const struct problem *p, double a, double b)
{
    double mid = 0.5 * (a + b), xl = 0, ll = 0, error = 0;
    for (size_t i = 0; i < p->d->n; i++) {
        double l = nearest(p, p->d->x[i] / mid);
        xl += p->d->x[i] * l;
        ll += l * l;
    }
    double s = ll > 0 ? fmin(fmax(xl / ll, a), b) : b;
    for (size_t i = 0; i < p->d->n; i++) {
        double v = p->d->x[i] - s * nearest(p, p->d->x[i] / mid);
        error += v * v;
    }
    return error;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* Assignments change where x / S meets a midpoint of two levels, and nowhere else. */
static double brute(const struct problem *p)
{
    size_t n = 0;
    double *edge = malloc((p->d->n * p->n + 2) * sizeof *edge), least = 0;
    for (size_t i = 0; i < p->d->n; i++) {
        least += (double)p->d->x[i] * p->d->x[i]; /* S to 0 */
        for (size_t k = 0; k + 1 < p->n; k++) {
            double s = p->d->x[i] / (0.5 * (p->level[k] + p->level[k + 1]));
            if (isfinite(s) && s > 0) edge[n++] = s;
        }
    }
    qsort(edge, n, sizeof *edge, ascending);
    for (size_t k = 0; k + 1 < n; k++)
        if (edge[k + 1] > edge[k]) least = fmin(least, cell(p, edge[k], edge[k + 1]));
    if (n)
        least = fmin(least, fmin(cell(p, edge[0] / 1e6, edge[0]),
                                 cell(p, edge[n - 1], edge[n - 1] * 1e6)));
    free(edge);
    return least;
}

static double brute_target(const struct data *d, const struct hs_target *t)
{
    struct problem p = {.d = d};
    if (t->format->kind == HS_INTEGER) {
        int qmin, qmax;
        double least = INFINITY;
        hs_grid_codes(t->format, t->restricted, &qmin, &qmax);
        p.n = (size_t)(qmax - qmin + 1);
        for (int z = t->symmetric ? 0 : qmin; z <= (t->symmetric ? 0 : qmax); z++) {
            for (size_t i = 0; i < p.n; i++) p.level[i] = qmin + (double)i - z;
            least = fmin(least, brute(&p));
        }
        return least;
    }
    struct hs_err e = {0};
    double *level;
    ck_ok(hs_curve_levels(t->format, &level, &p.n, &e));
    memcpy(p.level, level, p.n * sizeof *level);
    hs_free(level);
    return brute(&p);
}

static const struct wanted small[] = {
    {"int2", true, true},    {"int2", true, false},     {"int2", false, false},
    {"int3", true, true},    {"int3", false, false},    {"int4", true, true},
    {"int4", true, false},   {"uint2", true, false},    {"uint4", true, false},
    {"uint3", false, false}, {"fp4-e2m1", true, false}, {"nf4", true, false},
    {"int6", true, true},
};

START_TEST(mse_is_the_least_of_all_cells)
{
    struct hs_err e = {0};
    struct hs_target t = {.format = hs_format_find(small[_i].format, &e),
                          .symmetric = small[_i].symmetric,
                          .restricted = small[_i].restricted};
    ck_assert_msg(t.format, "%s", e.what);
    for (int set = 0; set <= TINY; set++) {
        struct data d;
        data_make(&d, set, 5);
        d.n = set == OUTLIER ? 12 : 24;
        if (set == OUTLIER) d.x[7] = 97.3f;
        struct hs_summary *s = summary_of(d.x, d.n);
        struct hs_fit f;
        struct hs_loss loss;
        ck_ok(hs_calib_optimum(s, &t, &f, &loss, &e));
        double least = brute_target(&d, &t), slack = 1e-12 * loss.power;
        ck_assert_msg(loss.squared <= least * (1 + 2e-9) + slack,
                      "%s on %s: %.17g, but %.17g exists", small[_i].format, d.name,
                      loss.squared, least);
        ck_assert_msg(loss.squared >= least * (1 - 1e-9) - slack,
                      "%s on %s: %.17g is below %.17g", small[_i].format, d.name, loss.squared,
                      least);
        hs_summary_close(s);
    }
}
END_TEST

/* Cut short, the search still says truly how far it may be from the optimum. */
START_TEST(the_bound_is_below_the_optimum)
{
    struct hs_err e = {0};
    struct hs_target t = target_make(3);
    struct data d;
    data_make(&d, LAPLACE, 6);
    d.n = 60;
    struct hs_summary *s = summary_of(d.x, d.n);
    struct hs_facts f;
    struct hs_curve c;
    ck_ok(hs_summary_facts(s, &f, &e));
    ck_ok(hs_curve_open(&c, s, &f, &t, &e));
    double least = brute_target(&d, &t);
    for (long budget = 1; budget < 200; budget += 9) {
        struct hs_search how = hs_search_defaults(&c, true, 1e-9, (double)budget);
        struct hs_found found;
        ck_ok(hs_search_scale(&c, &how, &found, &e));
        ck_assert_msg(found.bound <= least * (1 + 1e-12),
                      "budget %ld: bound %.17g above the optimum %.17g", budget, found.bound,
                      least);
        ck_assert(found.error >= least * (1 - 1e-9));
    }
    hs_curve_close(&c);
    hs_summary_close(s);
}
END_TEST

START_TEST(a_budget_that_ends_the_search_is_named)
{
    struct hs_err e = {0};
    struct hs_target t = target_make(0);
    struct data d;
    data_make(&d, GAUSS, 7);
    struct hs_summary *s = summary_of(d.x, d.n);
    double knob[HS_MAX_KNOBS] = {1e-9, 3};
    struct hs_fit f;
    ck_ok(hs_calib_fit(hs_calib_find("mse", &e), s, &t, knob, &f, &e));
    ck_assert_ptr_nonnull(strstr(f.warning, "budget"));
    ck_ok(hs_calib_fit(hs_calib_find("mse", &e), s, &t, NULL, &f, &e));
    ck_assert_str_eq(f.warning, "");
    hs_summary_close(s);
}
END_TEST

/* Published constants of the authors' code; W0(3 4^M) and the fused shift are identities. */
START_TEST(aciq_constants)
{
    static const double gauss[] = {1.710635, 2.151593, 2.559136, 2.936201,
                                   3.286914, 3.615114, 3.924035};
    static const double laplace[] = {2.830683, 3.897229, 5.028640, 6.204766,
                                     7.413126, 8.645620, 9.896760};
    for (int m = 2; m <= 8; m++) {
        ck_assert_double_eq_tol(hs_aciq_gauss(m), gauss[m - 2], 6e-7);
        ck_assert_double_eq_tol(hs_aciq_laplace(m), laplace[m - 2], 6e-7);
        double a = hs_aciq_laplace(m);
        ck_assert_double_eq_tol(a * exp(a), 3 * pow(4, m), 1e-9 * 3 * pow(4, m));
        double b = hs_aciq_gauss(m);
        ck_assert_double_eq_tol(2 * b * erfc(b / M_SQRT2) -
                                    2 * sqrt(2 / M_PI) * exp(-b * b / 2) +
                                    2 * b / (3 * pow(4, m)),
                                0, 1e-15);
        ck_assert_double_eq_tol(gsl_sf_lambert_W0(12 * pow(4, m)), hs_aciq_laplace(m + 1),
                                1e-12);
    }
}
END_TEST

/* A signed grid of b + 1 bits on a symmetric density is an unsigned one of b bits on its
 * rectified half. */
START_TEST(rectified_needs_one_bit_less)
{
    struct hs_err e = {0};
    struct data d, r;
    data_make(&d, GAUSS, 8);
    d.n = 1000;
    for (size_t i = 0; i < 500; i++) d.x[500 + i] = -d.x[i];
    r = d;
    for (size_t i = 0; i < r.n; i++) r.x[i] = fmaxf(r.x[i], 0);
    struct hs_summary *whole = summary_of(d.x, d.n), *half = summary_of(r.x, r.n);
    struct hs_target a = {
        .format = hs_format_find("int5", &e), .symmetric = true, .restricted = true};
    struct hs_target b = {.format = hs_format_find("uint4", &e), .symmetric = true};
    struct hs_fit fa, fb;
    struct hs_loss la, lb;
    ck_ok(hs_calib_optimum(whole, &a, &fa, &la, &e));
    ck_ok(hs_calib_optimum(half, &b, &fb, &lb, &e));
    ck_assert_double_eq_tol(la.squared, 2 * lb.squared, 1e-7 * la.squared);
    ck_assert_double_eq_tol(fa.scale, fb.scale, 1e-4 * fa.scale);
    hs_summary_close(whole);
    hs_summary_close(half);
}
END_TEST

/* No allocation may fail unnoticed: the k-th one fails, for every k until the fit succeeds. */
START_TEST(out_of_memory_is_reported)
{
    struct data d;
    data_make(&d, LAPLACE, 9);
    struct hs_summary *s = summary_of(d.x, d.n);
    struct hs_err e = {0};
    struct hs_facts facts;
    struct hs_target t = target_make(0);
    struct hs_fit f;
    ck_ok(hs_summary_facts(s, &facts, &e));
    enum hs_status st = HS_ENOMEM;
    long k = 1;
    for (; st != HS_OK && k < 1000; k++) {
        e = (struct hs_err){0};
        hs_mem_fail_at(k);
        st = hs_calib_fit(hs_calib_roster[_i], s, &t, NULL, &f, &e);
        hs_mem_fail_at(0);
        ck_assert_msg(st == HS_OK || st == HS_ENOMEM, "%s: %s", hs_calib_roster[_i]->name,
                      e.what);
    }
    ck_assert_int_lt(k, 1000);
    hs_summary_close(s);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("calib optimum");
    TCase *c = tcase_create("search");
    tcase_set_timeout(c, 120);
    tcase_add_loop_test(c, mse_is_the_least_of_all_cells, 0, sizeof small / sizeof *small);
    tcase_add_test(c, the_bound_is_below_the_optimum);
    tcase_add_test(c, a_budget_that_ends_the_search_is_named);
    tcase_add_test(c, aciq_constants);
    tcase_add_test(c, rectified_needs_one_bit_less);
    tcase_add_loop_test(c, out_of_memory_is_reported, 0, strategies());
    suite_add_tcase(s, c);
    return check_main(s);
}
