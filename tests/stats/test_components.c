/* test_components.c - variance goes where it came from. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "check_main.h"

#include "base/mem.h"
#include "base/rng.h"
#include "stats/stats.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>

enum { A = 5, B = 4, C = 3 };

static double variance(const double *x, size_t n)
{
    double mean = 0, sum = 0;
    for (size_t i = 0; i < n; i++) mean += x[i] / (double)n;
    for (size_t i = 0; i < n; i++) sum += (x[i] - mean) * (x[i] - mean);
    return sum / (double)(n - 1);
}

/* Normal effects of each set of factors with these standard deviations, by set. */
static void effects(double *y, const double *sd, const char *stream)
{
    gsl_rng *g = hs_rng_open(1, stream);
    double part[8][A * B * C];
    for (size_t set = 0; set < 8; set++)
        for (size_t i = 0; i < A * B * C; i++) part[set][i] = gsl_ran_gaussian(g, 1);
    for (size_t i = 0; i < A; i++)
        for (size_t j = 0; j < B; j++)
            for (size_t k = 0; k < C; k++) {
                const size_t at[] = {i, j, k}, n[] = {A, B, C};
                double sum = 0;
                for (size_t set = 1; set < 8; set++) {
                    size_t p = 0;
                    for (size_t f = 0; f < 3; f++) p = set >> f & 1 ? p * n[f] + at[f] : p;
                    sum += sd[set] * part[set][p];
                }
                y[(i * B + j) * C + k] = sum;
            }
    gsl_rng_free(g);
}

static const size_t all[] = {A, B, C};

START_TEST(one_factor_is_the_sample_variance)
{
    struct hs_err e = {0};
    struct hs_component c[HS_COMPONENTS];
    const double x[] = {2.385, -1, 7, 3.5, 0.25};
    ck_ok(hs_stats_components(x, (const size_t[]){5}, 1, 0, 0.95, c, &e));
    ck_assert_double_eq_tol(c[1].variance, variance(x, 5), 1e-14);
    ck_assert(c[1].lo < c[1].variance && c[1].variance < c[1].hi && c[1].se > 0);
}
END_TEST

START_TEST(sums_of_effects_have_no_interaction)
{
    struct hs_err e = {0};
    struct hs_component c[HS_COMPONENTS];
    const double a[A] = {1, 5, -2, 0.5, 3}, b[B] = {0, 0.1, -0.3, 0.2}, s[C] = {10, 20, 40};
    double y[A * B * C];
    for (size_t i = 0; i < A * B * C; i++) y[i] = a[i / (B * C)] + b[i / C % B] + s[i % C];
    ck_ok(hs_stats_components(y, all, 3, 1, 0.95, c, &e));
    ck_assert_double_eq_tol(c[1].variance, variance(a, A), 1e-12);
    ck_assert_double_eq_tol(c[2].variance, variance(b, B), 1e-12);
    ck_assert_double_eq_tol(c[4].variance, variance(s, C), 1e-12);
    for (size_t k = 3; k < 8; k++)
        if (k != 4) ck_assert_double_eq_tol(c[k].variance, 0, 1e-12);
    ck_assert_double_eq_tol(c[1].se, 0, 1e-12); /* the same for every draw */
    ck_assert_double_gt(c[2].se, 0.001);
}
END_TEST

START_TEST(two_ways_are_three_with_a_constant_one)
{
    struct hs_err e = {0};
    struct hs_component two[HS_COMPONENTS], three[HS_COMPONENTS];
    double y[A * B], twice[A * B * 2];
    gsl_rng *g = hs_rng_open(1, "two");
    for (size_t i = 0; i < A * B; i++) twice[2 * i] = twice[2 * i + 1] = y[i] = gsl_rng_uniform(g);
    gsl_rng_free(g);
    ck_ok(hs_stats_components(y, (const size_t[]){A, B}, 2, 1, 0.95, two, &e));
    ck_ok(hs_stats_components(twice, (const size_t[]){A, B, 2}, 3, 1, 0.95, three, &e));
    for (size_t k = 1; k < 4; k++) {
        ck_assert_double_eq_tol(two[k].variance, three[k].variance, 1e-14);
        ck_assert_double_eq_tol(two[k].se, three[k].se, 1e-14);
    }
    ck_assert_double_eq_tol(three[4].variance, 0, 1e-15);
    ck_assert_double_eq_tol(three[7].variance, 0, 1e-15);
}
END_TEST

START_TEST(scale_shift_and_the_order_of_factors)
{
    struct hs_err e = {0};
    struct hs_component c[HS_COMPONENTS], d[HS_COMPONENTS];
    const double sd[8] = {0, 1, 0.5, 0.2, 2, 0.1, 0.4, 0.3};
    double y[A * B * C], z[A * B * C];
    effects(y, sd, "turned");
    for (size_t i = 0; i < A; i++)
        for (size_t j = 0; j < B; j++)
            for (size_t k = 0; k < C; k++) z[(k * B + j) * A + i] = 4 * y[(i * B + j) * C + k] + 3;
    ck_ok(hs_stats_components(y, all, 3, 1, 0.95, c, &e));
    ck_ok(hs_stats_components(z, (const size_t[]){C, B, A}, 3, 1, 0.95, d, &e));
    for (unsigned set = 1; set < 8; set++) {
        unsigned turned = (set & 1) << 2 | (set & 2) | set >> 2;
        ck_assert_double_eq_tol(16 * c[set].variance, d[turned].variance, 1e-11);
        ck_assert_double_eq_tol(16 * c[set].se, d[turned].se, 1e-11);
    }
}
END_TEST

START_TEST(estimates_are_unbiased)
{
    enum { RUNS = 4000 };
    struct hs_err e = {0};
    const double sd[8] = {0, 1, 0.5, 0.2, 2, 0.1, 0.4, 0.3};
    double sum[8] = {0}, square[8] = {0}, y[A * B * C];
    for (int run = 0; run < RUNS; run++) {
        char name[32];
        struct hs_component c[HS_COMPONENTS];
        snprintf(name, sizeof name, "unbiased/%d", run);
        effects(y, sd, name);
        ck_ok(hs_stats_components(y, all, 3, 1, 0.95, c, &e));
        for (size_t k = 1; k < 8; k++) sum[k] += c[k].variance, square[k] += c[k].variance * c[k].variance;
    }
    for (size_t k = 1; k < 8; k++) {
        double mean = sum[k] / RUNS, error = sqrt((square[k] / RUNS - mean * mean) / RUNS);
        ck_assert_msg(fabs(mean - sd[k] * sd[k]) < 4 * error, "component %zu: %g, %g +- %g came out", k, sd[k] * sd[k], mean,
                      error);
    }
}
END_TEST

START_TEST(what_has_no_components_is_refused)
{
    struct hs_err e = {0};
    struct hs_component c[HS_COMPONENTS];
    double y[4] = {1, 2, 3, 4};
    ck_assert_int_eq(hs_stats_components(y, (const size_t[]){4, 1}, 2, 0, 0.95, c, &e), HS_ENUM);
    e = (struct hs_err){0};
    ck_assert_int_eq(hs_stats_components(y, (const size_t[]){2, 2}, 2, 2, 0.95, c, &e), HS_ENUM);
    e = (struct hs_err){0};
    ck_assert_int_eq(hs_stats_components(y, (const size_t[]){1, 1, 2, 2}, 4, 2, 0.95, c, &e), HS_ENUM);
    e = (struct hs_err){0};
    ck_ok(hs_stats_components(y, (const size_t[]){2, 2}, 2, 1, 0.95, c, &e));
    ck_assert(isnan(c[1].se) && isnan(c[1].lo) && isfinite(c[1].variance)); /* two draws: no jackknife */
    y[2] = INFINITY;
    ck_assert_int_eq(hs_stats_components(y, (const size_t[]){2, 2}, 2, 0, 0.95, c, &e), HS_ENUM);
    e = (struct hs_err){0};
    y[2] = 3;
    hs_mem_fail_at(1);
    ck_assert_int_eq(hs_stats_components(y, (const size_t[]){2, 2}, 2, 0, 0.95, c, &e), HS_ENOMEM);
    hs_mem_fail_at(0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("components");
    TCase *c = tcase_create("components");
    tcase_add_test(c, one_factor_is_the_sample_variance);
    tcase_add_test(c, sums_of_effects_have_no_interaction);
    tcase_add_test(c, two_ways_are_three_with_a_constant_one);
    tcase_add_test(c, scale_shift_and_the_order_of_factors);
    tcase_add_test(c, estimates_are_unbiased);
    tcase_add_test(c, what_has_no_components_is_refused);
    suite_add_tcase(s, c);
    return check_main(s);
}
