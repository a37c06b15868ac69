/* test_roster.c - every order and every metric keeps its contract. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check_main.h"

#include "base/rng.h"
#include "metric/metric.h"
#include "order/order.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>

static int orders(void)
{
    int n = 0;
    while (hs_order_roster[n]) n++;
    return n;
}
static int metrics(void)
{
    int n = 0;
    while (hs_metric_roster[n]) n++;
    return n;
}

static void defaults(const struct hs_order_type *t, double *knob)
{
    memset(knob, 0, HS_MAX_KNOBS * sizeof *knob);
    for (int k = 0; t->knob && t->knob[k].name; k++) {
        ck_assert(t->knob[k].min <= t->knob[k].value && t->knob[k].value <= t->knob[k].max);
        knob[k] = t->knob[k].value;
    }
}

START_TEST(an_order_is_described)
{
    const struct hs_order_type *t = hs_order_roster[_i];
    struct hs_err e = {0};
    ck_assert(t->name && t->summary && t->version > 0);
    ck_assert_int_eq((t->arrange != NULL) + (t->next != NULL) + (t->search != NULL) + t->takes_names, 1);
    ck_assert(!t->search == (t->needs != HS_ORDER_SEARCH));
    ck_assert_ptr_eq(hs_order_find(t->name, &e), t);
    ck_assert_ptr_null(hs_order_find("no-such-order", &e));
    ck_assert_ptr_nonnull(strstr(e.what, t->name));
}
END_TEST

START_TEST(a_static_order_is_a_permutation)
{
    const struct hs_order_type *t = hs_order_roster[_i];
    double knob[HS_MAX_KNOBS];
    defaults(t, knob);
    if (!t->arrange) return;
    for (size_t n = 0; n < 12; n++) {
        struct hs_layer_facts f[12];
        size_t perm[12], count[12] = {0};
        struct hs_err e = {0};
        gsl_rng *r = hs_rng_open(3, "test/order");
        for (size_t i = 0; i < n; i++)
            f[i] = (struct hs_layer_facts){.name = "x", .parameters = gsl_rng_uniform(r), .products = 2, .figure = i % 3 ? 1 : NAN};
        ck_ok(t->arrange(f, n, knob, r, perm, &e));
        for (size_t i = 0; i < n; i++) {
            ck_assert_uint_lt(perm[i], n);
            ck_assert_uint_eq(count[perm[i]]++, 0);
        }
        gsl_rng_free(r);
    }
}
END_TEST

/* An oracle of its own mind: what a layer costs depends on those before it. */
struct fake {
    struct hs_order_oracle ask;
    size_t n, asked, finished;
    double least;
};

static double fake_error(const size_t *perm, size_t k)
{
    double error = 1;
    for (size_t i = 0; i < k; i++)
        for (size_t j = 0; j < i; j++)
            error += 1e-3 * (double)((7 * perm[i] + 3 * perm[j] + 5 * perm[i] * perm[j] * perm[j] + i) % 11);
    return error;
}

static enum hs_status fake_answer(struct hs_order_oracle *ask, const size_t *perm, size_t k, double *error, struct hs_err *e)
{
    struct fake *f = (struct fake *)ask;
    size_t count[16] = {0};
    (void)e;
    ck_assert(k > 0 && k <= f->n);
    for (size_t i = 0; i < k; i++) {
        ck_assert_uint_lt(perm[i], f->n);
        ck_assert_uint_eq(count[perm[i]]++, 0);
    }
    f->asked++;
    *error = fake_error(perm, k);
    if (k == f->n) {
        f->finished++;
        if (*error < f->least) f->least = *error;
    }
    return HS_OK;
}

static struct fake fake(size_t n) { return (struct fake){.ask = {fake_answer}, .n = n, .least = INFINITY}; }

static double least_of_all(size_t *perm, size_t k, size_t n) /* by Heap's recursion */
{
    if (k == 1) return fake_error(perm, n);
    double least = INFINITY;
    for (size_t i = 0; i < k; i++) {
        least = fmin(least, least_of_all(perm, k - 1, n));
        size_t a = k % 2 ? 0 : i, swap = perm[a];
        perm[a] = perm[k - 1], perm[k - 1] = swap;
    }
    return least;
}

START_TEST(a_search_ends_with_the_best_that_it_asked_for)
{
    const struct hs_order_type *t = hs_order_roster[_i];
    double knob[HS_MAX_KNOBS];
    defaults(t, knob);
    if (!t->search) return;
    for (size_t n = 1; n < 8; n++) {
        struct fake f = fake(n);
        struct hs_layer_facts facts[8] = {{0}};
        struct hs_err e = {0};
        size_t perm[8] = {0}, count[8] = {0}, forward[8];
        gsl_rng *r = hs_rng_open(3, "test/search");
        ck_ok(t->search(&f.ask, facts, n, knob, r, perm, &e));
        for (size_t i = 0; i < n; i++) {
            ck_assert_uint_lt(perm[i], n);
            ck_assert_uint_eq(count[perm[i]]++, 0);
            forward[i] = i;
        }
        ck_assert(fake_error(perm, n) == f.least);
        double all = least_of_all(forward, n, n);
        ck_assert(f.least >= all);
        if (!strcmp(t->name, "exhaustive")) {
            ck_assert(f.least == all);
            ck_assert_uint_eq(f.finished, (size_t)(tgamma((double)n + 1) + 0.5));
        }
        gsl_rng_free(r);
    }
}
END_TEST

START_TEST(wider_searches_find_no_less)
{
    struct hs_err e = {0};
    const struct hs_order_type *beam = hs_order_find("beam", &e), *all = hs_order_find("exhaustive", &e);
    struct hs_layer_facts facts[12] = {{0}};
    size_t perm[12];
    double width = 5040, sample[HS_MAX_KNOBS] = {50, 8};
    struct fake f = fake(7);
    ck_ok(beam->search(&f.ask, facts, 7, &width, NULL, perm, &e)); /* keeps everything: all orders */
    for (size_t i = 0; i < 7; i++) perm[i] = i;
    ck_assert(f.least == least_of_all(perm, 7, 7));
    ck_assert_uint_eq(f.finished, 5040);
    gsl_rng *r = hs_rng_open(3, "test/search");
    f = fake(12);
    ck_ok(all->search(&f.ask, facts, 12, sample, r, perm, &e));
    ck_assert_uint_eq(f.finished, 51);
    sample[0] = 0;
    ck_assert_int_eq(all->search(&f.ask, facts, 12, sample, r, perm, &e), HS_ECONFIG); /* 12! is refused */
    gsl_rng_free(r);
}
END_TEST

START_TEST(a_stepwise_order_takes_every_layer_once)
{
    const struct hs_order_type *t = hs_order_roster[_i];
    double knob[HS_MAX_KNOBS];
    defaults(t, knob);
    if (!t->next) return;
    double error[7] = {3, 1, 2, 1, INFINITY, 0, 5};
    size_t first = t->next(error, 7, knob);
    ck_assert_uint_eq(first, 5);
    for (int left = 7; left > 0; left--) {
        size_t i = t->next(error, 7, knob);
        ck_assert_uint_lt(i, 7);
        ck_assert(!isnan(error[i]));
        error[i] = NAN;
    }
}
END_TEST

/* Random logits and labels; got = reference + noise. */
static void fill(struct hs_sight *s, float *r, float *g, float *y, size_t positions, size_t width, double noise)
{
    gsl_rng *rng = hs_rng_open(5, "test/metric");
    for (size_t i = 0; i < positions * width; i++) {
        r[i] = (float)gsl_ran_gaussian(rng, 2.385);
        g[i] = r[i] + (float)(noise * gsl_ran_gaussian(rng, 1));
    }
    for (size_t i = 0; i < positions; i++) y[i] = (float)gsl_rng_uniform_int(rng, width);
    gsl_rng_free(rng);
    *s = (struct hs_sight){.reference = r, .got = g, .positions = positions, .width = width, .target = y, .logits = true};
}

static double figure(const struct hs_metric_type *m, const struct hs_sight *s)
{
    double sum[HS_METRIC_SUMS] = {0};
    m->observe(s, sum);
    return m->result(sum);
}

START_TEST(a_metric_says_nothing_happened_when_nothing_did)
{
    const struct hs_metric_type *m = hs_metric_roster[_i];
    struct hs_sight s;
    float r[60], g[60], y[60];
    ck_assert(m->name && m->summary && m->version > 0 && m->sums <= HS_METRIC_SUMS);
    fill(&s, r, g, y, 6, 10, 0);
    if (!strcmp(m->name, "reconstruction")) s.target = r;
    double v = figure(m, &s);
    static const struct { const char *name; double ideal; } ideals[] = {
        {"relative-error", 0}, {"sqnr", INFINITY}, {"cosine", 1}, {"max-error", 0}, {"agreement", 1},
        {"flips", 0}, {"kl", 0}, {"reconstruction", 0}};
    for (size_t i = 0; i < sizeof ideals / sizeof *ideals; i++)
        if (!strcmp(m->name, ideals[i].name)) ck_assert(v == ideals[i].ideal || fabs(v - ideals[i].ideal) < 1e-15);
    ck_assert(!isnan(v));
}
END_TEST

START_TEST(noise_moves_a_metric_to_its_worse_side)
{
    const struct hs_metric_type *m = hs_metric_roster[_i];
    struct hs_sight a, b;
    static float r[4000], g[4000], h[4000], y[400];
    fill(&a, r, g, y, 400, 10, 0.01);
    fill(&b, r, h, y, 400, 10, 3);
    for (size_t i = 0; i < 400; i++) /* labels that the float network gets right */
        for (size_t k = 0, best = 0; k < 10; k++) best = r[i * 10 + k] > r[i * 10 + best] ? k : best, y[i] = (float)best;
    if (!strcmp(m->name, "reconstruction")) a.target = b.target = r;
    double near = figure(m, &a), far = figure(m, &b);
    ck_assert_msg(m->higher_is_better ? near > far : near < far, "%s: %g, then %g", m->name, near, far);
}
END_TEST

START_TEST(masked_and_unlabelled_positions_do_not_count)
{
    const struct hs_metric_type *m = hs_metric_roster[_i];
    struct hs_sight s, part;
    float r[60], g[60], y[60], mask[6] = {1, 1, 1, 0, 0, 0};
    fill(&s, r, g, y, 6, 10, 0.5);
    if (!strcmp(m->name, "reconstruction")) s.target = g + 30;
    part = s;
    part.positions = 3;
    s.mask = mask;
    ck_assert_msg(figure(m, &s) == figure(m, &part), "%s", m->name);
    for (int i = 3; i < 6; i++) y[i] = -1;
    s.mask = NULL;
    if (m->needs_target && s.target == y) ck_assert(figure(m, &s) == figure(m, &part));
}
END_TEST

START_TEST(bad_values_do_not_crash_a_metric)
{
    const struct hs_metric_type *m = hs_metric_roster[_i];
    struct hs_sight s;
    float r[60], g[60], y[60];
    const float bad[] = {NAN, INFINITY, -INFINITY, 3e38f, 1e-45f, 0};
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        fill(&s, r, g, y, 6, 10, 0.5);
        for (int i = 0; i < 60; i++) g[i] = bad[k];
        double v = figure(m, &s);
        (void)v; /* any number, NaN and infinity included */
        s.positions = 0;
        v = figure(m, &s);
        ck_assert(m->needs_target || !isinf(v) || !strcmp(m->name, "sqnr"));
    }
}
END_TEST

START_TEST(known_values)
{
    struct hs_err e = {0};
    float r[2] = {3, 4}, g[2] = {3, 3}, y[1] = {1};
    struct hs_sight s = {.reference = r, .got = g, .positions = 1, .width = 2, .target = y, .logits = true};
    ck_assert_double_eq_tol(figure(hs_metric_find("relative-error", &e), &s), 1.0 / 25, 1e-15);
    ck_assert_double_eq_tol(figure(hs_metric_find("sqnr", &e), &s), 13.979400086720377, 1e-12);
    ck_assert_double_eq_tol(figure(hs_metric_find("cosine", &e), &s), 21 / (5 * sqrt(18)), 1e-15);
    ck_assert_double_eq_tol(figure(hs_metric_find("loss", &e), &s), log(2), 1e-15);
    ck_assert_double_eq_tol(figure(hs_metric_find("perplexity", &e), &s), 2, 1e-14);
    ck_assert_double_eq(figure(hs_metric_find("accuracy", &e), &s), 0); /* a tie goes to the first */
    ck_assert_double_eq(figure(hs_metric_find("flips", &e), &s), 1);
    double p = 1 / (1 + exp(-1)); /* of the second class, float */
    ck_assert_double_eq_tol(figure(hs_metric_find("kl", &e), &s), (1 - p) * log((1 - p) * 2) + p * log(p * 2), 1e-15);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("rosters");
    TCase *c = tcase_create("contract");
    tcase_add_loop_test(c, an_order_is_described, 0, orders());
    tcase_add_loop_test(c, a_static_order_is_a_permutation, 0, orders());
    tcase_add_loop_test(c, a_search_ends_with_the_best_that_it_asked_for, 0, orders());
    tcase_add_test(c, wider_searches_find_no_less);
    tcase_add_loop_test(c, a_stepwise_order_takes_every_layer_once, 0, orders());
    tcase_add_loop_test(c, a_metric_says_nothing_happened_when_nothing_did, 0, metrics());
    tcase_add_loop_test(c, noise_moves_a_metric_to_its_worse_side, 0, metrics());
    tcase_add_loop_test(c, masked_and_unlabelled_positions_do_not_count, 0, metrics());
    tcase_add_loop_test(c, bad_values_do_not_crash_a_metric, 0, metrics());
    tcase_add_test(c, known_values);
    suite_add_tcase(s, c);
    return check_main(s);
}
