/* test_tests.c - rank tests keep their identities, their textbook values and their error rates. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "check_main.h"

#include "base/mem.h"
#include "base/rng.h"
#include "stats/stats.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>

static struct hs_wilcoxon signed_ranks(const double *d, size_t n, enum hs_wilcoxon_how how)
{
    struct hs_err e = {0};
    struct hs_wilcoxon w;
    ck_ok(hs_stats_wilcoxon(d, n, how, &w, &e));
    return w;
}

START_TEST(maize_of_darwin)
{ /* Fisher 1935, section 17, as ranked by Wilcoxon: p = 0.0413 */
    const double d[] = {6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75};
    struct hs_wilcoxon w = signed_ranks(d, 15, HS_WILCOXON_AUTO);
    ck_assert(w.exact && w.minus == 24 && w.plus == 96);
    ck_assert(w.p == 2 * 676.0 / 32768); /* 676 of the 2^15 patterns have a sum up to 24 */
    ck_assert_double_eq_tol(w.biserial, 72.0 / 120, 1e-15);
}
END_TEST

START_TEST(signs_scale_and_order_do_not_matter_to_p)
{
    enum { N = 80 };
    double d[N], minus[N];
    gsl_rng *g = hs_rng_open(1, "signed");
    for (size_t n = 7; n <= N; n += 73) {
        for (size_t i = 0; i < n; i++) d[i] = floor(4 * gsl_rng_uniform(g)) - 1;
        for (size_t i = 0; i < n; i++) minus[i] = -8 * d[n - 1 - i];
        struct hs_wilcoxon a = signed_ranks(d, n, HS_WILCOXON_AUTO), b = signed_ranks(minus, n, HS_WILCOXON_AUTO);
        ck_assert(a.p == b.p && a.plus == b.minus && a.minus == b.plus && a.biserial == -b.biserial);
        ck_assert(a.zeros == b.zeros && a.exact == (n == 7));
    }
    gsl_rng_free(g);
}
END_TEST

START_TEST(the_normal_approximation_approaches_the_exact_test)
{
    double d[50];
    gsl_rng *g = hs_rng_open(1, "near");
    for (size_t i = 0; i < 50; i++) d[i] = floor(10 * gsl_rng_uniform(g)) - 3.5 - (i % 7 == 0 ? 0.5 : 0);
    gsl_rng_free(g);
    double exact = signed_ranks(d, 50, HS_WILCOXON_AUTO).p, normal = signed_ranks(d, 50, HS_WILCOXON_NORMAL).p;
    ck_assert_double_eq_tol(normal, exact, 0.05 * exact);
    ck_assert(normal != exact);
}
END_TEST

START_TEST(pairs_that_say_nothing)
{
    struct hs_err e = {0};
    const double zero[3] = {0}, nan[3] = {1, NAN, 2}, pair[] = {1, -1};
    struct hs_wilcoxon w = signed_ranks(zero, 3, HS_WILCOXON_AUTO);
    ck_assert(w.p == 1 && w.zeros == 3 && isnan(w.biserial));
    ck_assert(signed_ranks(zero, 0, HS_WILCOXON_AUTO).p == 1);
    ck_assert(isnan(signed_ranks(nan, 3, HS_WILCOXON_AUTO).p));
    ck_assert(signed_ranks(pair, 2, HS_WILCOXON_AUTO).p == 1);
    hs_mem_fail_at(1);
    ck_assert_int_eq(hs_stats_wilcoxon(pair, 2, HS_WILCOXON_AUTO, &w, &e), HS_ENOMEM);
    hs_mem_fail_at(0);
}
END_TEST

START_TEST(holm_lies_between_one_and_bonferroni)
{
    struct hs_err e = {0};
    const double p[] = {0.01, NAN, 0.04, 0.03, 0.005};
    double q[5], more[5];
    ck_ok(hs_stats_holm(p, 5, 0, q, &e)); /* by hand: 4 * 0.005, 3 * 0.01, 2 * 0.03, then no less than it */
    const double want[] = {0.03, NAN, 0.06, 0.06, 0.02};
    for (size_t i = 0; i < 5; i++) ck_assert(isnan(want[i]) ? isnan(q[i]) : fabs(q[i] - want[i]) < 1e-15);
    ck_ok(hs_stats_holm(p, 5, 100, more, &e));
    for (size_t i = 0; i < 5; i++)
        if (i != 1) ck_assert(more[i] > q[i] && more[i] <= 1);
    ck_assert_double_eq_tol(more[4], 0.5, 1e-15);
    hs_mem_fail_at(1);
    ck_assert_int_eq(hs_stats_holm(p, 5, 0, q, &e), HS_ENOMEM);
    hs_mem_fail_at(0);
}
END_TEST

START_TEST(flips_that_balance_say_nothing)
{
    ck_assert(hs_stats_mcnemar(0, 0) == 1 && hs_stats_mcnemar(7, 7) == 1);
    ck_assert(hs_stats_mcnemar(3, 11) == hs_stats_mcnemar(11, 3));
    ck_assert_double_eq_tol(hs_stats_mcnemar(0, 5), 2.0 / 32, 1e-15);
    double p = hs_stats_mcnemar(0, 2000);
    ck_assert(p >= 0 && p < 1e-300);
}
END_TEST

START_TEST(friedman_of_few_blocks_is_what_it_is_by_hand)
{
    struct hs_err e = {0};
    struct hs_friedman f;
    double rank[4];
    const double two[] = {1, 2, 1, 2, 1, 2, 2, 1}; /* 3 of 4: z^2 = (3 - 2)^2 / (4 / 4) */
    ck_ok(hs_stats_friedman(two, 4, 2, rank, &f, &e));
    ck_assert_double_eq_tol(f.chi2, 1, 1e-15);
    ck_assert(rank[0] == 1.25 && rank[1] == 1.75);
    const double most[] = {1, 2, 3, 1, 2, 3, 1, 2, 3, 2, 1, 3}; /* rank sums 5, 7, 12: 12 / (4 * 3 * 4) * 218 - 48 */
    ck_ok(hs_stats_friedman(most, 4, 3, rank, &f, &e));
    ck_assert_double_eq_tol(f.chi2, 6.5, 1e-14);
    ck_assert_double_eq_tol(f.f, 3 * 6.5 / 1.5, 1e-12);
    ck_assert_double_eq_tol(hs_stats_nemenyi_cd(4, 14, 0.95), 1.25, 0.005); /* Demsar 2006, section 3.2.2: 14 data sets */
}
END_TEST

START_TEST(critical_values_are_the_published_ones)
{ /* Demsar 2006, table 5a: quantiles of the range over sqrt 2, k = 2 .. 10 */
    static const double q05[] = {1.960, 2.343, 2.569, 2.728, 2.850, 2.949, 3.031, 3.102, 3.164},
                        q10[] = {1.645, 2.052, 2.291, 2.459, 2.589, 2.693, 2.780, 2.855, 2.920};
    for (size_t k = 2; k <= 10; k++) {
        ck_assert_double_eq_tol(hs_stats_range_quantile(0.95, k) / M_SQRT2, q05[k - 2], 0.001);
        ck_assert_double_eq_tol(hs_stats_range_quantile(0.90, k) / M_SQRT2, q10[k - 2], 0.001);
    }
    for (size_t k = 3; k < 200; k = 3 * k / 2) { /* the difference that is critical has the p value that it is critical at */
        double cd = hs_stats_nemenyi_cd(k, 17, 0.95);
        ck_assert_double_eq_tol(hs_stats_nemenyi_p(cd, k, 17), 0.05, 1e-11);
        ck_assert(hs_stats_nemenyi_p(-cd, k, 17) == hs_stats_nemenyi_p(cd, k, 17));
        ck_assert_double_gt(cd, hs_stats_nemenyi_cd(k - 1, 17, 0.95));
    }
    ck_assert(hs_stats_range_q(0, 3) == 1 && isnan(hs_stats_range_q(NAN, 3)) && isnan(hs_stats_range_q(1, 1)));
    ck_assert(isnan(hs_stats_range_quantile(0, 3)) && isnan(hs_stats_range_quantile(1, 3)));
    double far = hs_stats_range_q(12, 3);
    ck_assert(far > 0 && far < 1e-15);
}
END_TEST

START_TEST(ranks_that_cannot_be_are_refused)
{
    struct hs_friedman f;
    double rank[3], x[6] = {1, 2, 3, 1, NAN, 3};
    for (int i = 0; i < 4; i++) {
        struct hs_err e = {0};
        if (i == 3) hs_mem_fail_at(1);
        enum hs_status st = hs_stats_friedman(x, i == 0 ? 0 : i == 2 ? 2 : 1, i == 1 ? 1 : 3, rank, &f, &e);
        hs_mem_fail_at(0);
        ck_assert_int_eq(st, i == 3 ? HS_ENOMEM : HS_ENUM);
    }
    struct hs_err e = {0};
    ck_ok(hs_stats_friedman(x, 1, 3, rank, &f, &e));
    ck_assert(f.chi2 == 2 && isnan(f.f));
    ck_ok(hs_stats_friedman((const double[]){1, 2, 3, 1, 2, 3}, 2, 3, rank, &f, &e));
    ck_assert(isinf(f.f) && f.f_p == 0);
    ck_ok(hs_stats_friedman((const double[]){1, 1, 1, 2, 2, 2}, 2, 3, rank, &f, &e));
    ck_assert(f.p == 1 && f.f_p == 1 && rank[0] == 2 && rank[2] == 2);
}
END_TEST

START_TEST(effects_are_free_of_units)
{
    enum { N = 250 };
    struct hs_err e = {0};
    struct hs_resamples *r;
    struct hs_effect a, b;
    double d[N], up = 0;
    gsl_rng *g = hs_rng_open(1, "effects");
    for (size_t i = 0; i < N; i++) d[i] = gsl_ran_gaussian(g, 1) + 0.4, up += d[i] > 0 ? 1 : -1;
    ck_ok(hs_resamples_open(N, NULL, &(struct hs_bootstrap){.level = 0.95, .resamples = 2000}, g, &r, &e));
    gsl_rng_free(g);
    ck_ok(hs_stats_dominance(r, d, N, &a, &e));
    ck_assert(a.x == up / N && a.lo < a.x && a.x < a.hi && a.lo > 0.15 && a.hi < 0.5);
    ck_ok(hs_stats_cohen(r, d, N, &a, &e));
    ck_assert(a.lo < a.x && a.x < a.hi && fabs(a.x - 0.4) < 0.2);
    for (size_t i = 0; i < N; i++) d[i] *= -4;
    ck_ok(hs_stats_cohen(r, d, N, &b, &e));
    ck_assert_double_eq_tol(b.x, -a.x, 1e-12);
    ck_assert_double_eq_tol(b.lo, -a.hi, 0.03);
    for (size_t i = 0; i < N; i++) d[i] = 0;
    ck_ok(hs_stats_cohen(r, d, N, &a, &e));
    ck_ok(hs_stats_dominance(r, d, N, &b, &e));
    ck_assert(a.x == 0 && a.lo == 0 && a.hi == 0 && b.x == 0 && b.lo == 0 && b.hi == 0);
    hs_mem_fail_at(1);
    ck_assert_int_eq(hs_stats_dominance(r, d, N, &a, &e), HS_ENOMEM);
    e = (struct hs_err){0};
    hs_mem_fail_at(1);
    ck_assert_int_eq(hs_stats_cohen(r, d, N, &a, &e), HS_ENOMEM);
    hs_mem_fail_at(0);
    hs_resamples_close(r);
}
END_TEST

START_TEST(null_hypotheses_are_kept)
{ /* one in twenty true null hypotheses is rejected, by either test */
    enum { RUNS = 2000, N = 60, K = 4, BLOCKS = 15 };
    gsl_rng *g = hs_rng_open(1, "null");
    int wilcoxon = 0, friedman = 0;
    for (int run = 0; run < RUNS; run++) {
        struct hs_err e = {0};
        struct hs_friedman f;
        double d[N], x[BLOCKS * K], rank[K];
        for (size_t i = 0; i < N; i++) d[i] = gsl_ran_laplace(g, 1) * gsl_ran_bernoulli(g, 0.8);
        for (size_t i = 0; i < BLOCKS * K; i++) x[i] = gsl_ran_lognormal(g, 0, 1);
        wilcoxon += signed_ranks(d, N, HS_WILCOXON_AUTO).p < 0.05;
        ck_ok(hs_stats_friedman(x, BLOCKS, K, rank, &f, &e));
        friedman += f.f_p < 0.05;
    }
    gsl_rng_free(g);
    ck_assert_msg(wilcoxon > 0.035 * RUNS && wilcoxon < 0.065 * RUNS, "signed ranks reject %d of %d", wilcoxon, RUNS);
    ck_assert_msg(friedman > 0.035 * RUNS && friedman < 0.065 * RUNS, "F rejects %d of %d", friedman, RUNS);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tests");
    TCase *c = tcase_create("tests");
    tcase_add_test(c, maize_of_darwin);
    tcase_add_test(c, signs_scale_and_order_do_not_matter_to_p);
    tcase_add_test(c, the_normal_approximation_approaches_the_exact_test);
    tcase_add_test(c, pairs_that_say_nothing);
    tcase_add_test(c, holm_lies_between_one_and_bonferroni);
    tcase_add_test(c, flips_that_balance_say_nothing);
    tcase_add_test(c, friedman_of_few_blocks_is_what_it_is_by_hand);
    tcase_add_test(c, critical_values_are_the_published_ones);
    tcase_add_test(c, ranks_that_cannot_be_are_refused);
    tcase_add_test(c, effects_are_free_of_units);
    tcase_add_test(c, null_hypotheses_are_kept);
    suite_add_tcase(s, c);
    return check_main(s);
}
