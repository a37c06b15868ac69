/* test_stats.c - intervals follow shifts, cover what they promise, agree with scipy. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "check_main.h"
#include "temp.h"

#include "base/mem.h"
#include "base/rng.h"
#include "stats/resamples.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

static const struct hs_bootstrap usual = {.level = 0.95, .resamples = 2000};

static double mean(const double *s) { return s[0] / s[1]; } /* columns: value, 1 */
static double sqnr(const double *s) { return -10 * log10(s[0] / s[1]); }

/* n rows (value, 1), the value log-normal: skewed as squared errors are. */
static void rows(double *x, size_t n, const char *stream)
{
    gsl_rng *g = hs_rng_open(3, stream);
    for (size_t i = 0; i < n; i++) x[2 * i] = gsl_ran_lognormal(g, 0, 1), x[2 * i + 1] = 1;
    gsl_rng_free(g);
}

static void bca(const double *x, size_t n, const uint32_t *cluster, double (*f)(const double *),
                double *lo, double *hi)
{
    struct hs_err e = {0};
    gsl_rng *g = hs_rng_open(1, "bootstrap");
    ck_ok(hs_stats_bca(x, n, 2, cluster, f, &usual, g, lo, hi, &e));
    gsl_rng_free(g);
}

START_TEST(an_interval_follows_scale_and_shift)
{
    enum { N = 300 };
    double x[2 * N], lo, hi, lo2, hi2;
    rows(x, N, "skewed");
    bca(x, N, NULL, mean, &lo, &hi);
    ck_assert(lo < hi);
    for (size_t i = 0; i < N; i++) x[2 * i] *= 8;
    bca(x, N, NULL, mean, &lo2, &hi2);
    ck_assert(lo2 == 8 * lo && hi2 == 8 * hi);
    for (size_t i = 0; i < N; i++) x[2 * i] += 100;
    bca(x, N, NULL, mean, &lo2, &hi2);
    ck_assert_double_eq_tol(lo2, 8 * lo + 100, 1e-10);
    ck_assert_double_eq_tol(hi2, 8 * hi + 100, 1e-10);
}
END_TEST

START_TEST(an_interval_follows_a_monotone_figure)
{ /* the ends are order statistics of resamples: -10 log10 turns them round (up to interpolation
     between neighbours) */
    enum { N = 400 };
    double x[2 * N], lo, hi, lo2, hi2;
    rows(x, N, "skewed");
    bca(x, N, NULL, mean, &lo, &hi);
    bca(x, N, NULL, sqnr, &lo2, &hi2);
    ck_assert_double_eq_tol(lo2, -10 * log10(hi), 0.02);
    ck_assert_double_eq_tol(hi2, -10 * log10(lo), 0.02);
}
END_TEST

START_TEST(constant_samples_leave_no_doubt)
{
    double x[2 * 333], lo, hi, c;
    for (size_t i = 0; i < 333; i++) x[2 * i] = 0.1, x[2 * i + 1] = 1;
    double sum[2] = {0, 333};
    for (size_t i = 0; i < 333; i++) sum[0] += 0.1;
    c = mean(sum);
    bca(x, 333, NULL, mean, &lo, &hi);
    ck_assert(lo == c && hi == c);
    for (size_t i = 0; i < 333; i++) x[2 * i] = 0;
    bca(x, 333, NULL, mean, &lo, &hi);
    ck_assert(lo == 0 && hi == 0);
}
END_TEST

static double half_infinite(const double *s) { return s[0] > s[1] ? INFINITY : s[0]; }

START_TEST(what_cannot_be_said_is_not_said)
{
    double x[2 * 300], lo, hi;
    uint32_t one[300] = {0};
    rows(x, 300, "few");
    bca(x, 199, NULL, mean, &lo, &hi);
    ck_assert(isnan(lo) && isnan(hi));
    bca(x, 0, NULL, mean, &lo, &hi);
    ck_assert(isnan(lo) && isnan(hi));
    bca(x, 300, one, mean, &lo, &hi);
    ck_assert(isnan(lo) && isnan(hi));
    for (size_t i = 0; i < 300; i++)
        x[2 * i] = i % 2, x[2 * i + 1] = 0.5; /* 150 > 150 fails: the figure is finite */
    bca(x, 300, NULL, half_infinite, &lo, &hi);
    ck_assert(isfinite(lo) && isfinite(hi) && hi <= 150);
    x[0] = 2;
    bca(x, 300, NULL, half_infinite, &lo, &hi);
    ck_assert(isnan(lo) && isnan(hi));
    x[0] = NAN;
    bca(x, 300, NULL, mean, &lo, &hi);
    ck_assert(isnan(lo) && isnan(hi));
    x[0] = INFINITY;
    bca(x, 300, NULL, mean, &lo, &hi);
    ck_assert(isnan(lo) && isnan(hi));
}
END_TEST

START_TEST(a_level_outside_its_range_is_refused)
{
    static const struct hs_bootstrap bad[] = {{0, 2000}, {1, 2000}, {NAN, 2000}, {0.95, 1}};
    double x[2] = {0}, lo, hi;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct hs_err e = {0};
        ck_assert_int_eq(hs_stats_bca(x, 1, 2, NULL, mean, &bad[i], NULL, &lo, &hi, &e),
                         HS_ENUM);
    }
}
END_TEST

START_TEST(clusters_of_one_are_rows_and_copies_widen_nothing)
{
    enum { N = 250 };
    double x[2 * N], twice[4 * N], lo, hi, lo2, hi2;
    uint32_t own[N], pair[2 * N];
    rows(x, N, "clusters");
    for (size_t i = 0; i < N; i++) {
        own[i] = 7 * (uint32_t)i; /* ascending, with gaps */
        memcpy(twice + 4 * i, x + 2 * i, 2 * sizeof *x),
            memcpy(twice + 4 * i + 2, x + 2 * i, 2 * sizeof *x);
        pair[2 * i] = pair[2 * i + 1] = own[i];
    }
    bca(x, N, NULL, mean, &lo, &hi);
    bca(x, N, own, mean, &lo2, &hi2);
    ck_assert(lo == lo2 && hi == hi2);
    bca(twice, 2 * N, pair, mean, &lo2,
        &hi2); /* each sample counted twice: the clusters know */
    ck_assert(lo == lo2 && hi == hi2);
    bca(twice, 2 * N, NULL, mean, &lo2, &hi2);
    ck_assert_double_lt(
        hi2 - lo2, 0.85 * (hi - lo)); /* what ignoring clusters would claim: about 1/sqrt 2 */
}
END_TEST

START_TEST(shared_resamples_give_the_same_bits)
{
    enum { N = 211 };
    struct hs_err e = {0};
    double x[2 * N], lo, hi, lo2, hi2;
    struct hs_resamples *r;
    rows(x, N, "shared");
    gsl_rng *g = hs_rng_open(1, "bootstrap");
    ck_ok(hs_resamples_open(N, NULL, &usual, g, &r, &e));
    for (int i = 0; i < 2; i++) {
        ck_ok(hs_resamples_bca(r, x, 2, i ? sqnr : mean, &lo, &hi, &e));
        bca(x, N, NULL, i ? sqnr : mean, &lo2, &hi2);
        ck_assert(lo == lo2 && hi == hi2);
    }
    hs_resamples_close(r);
    gsl_rng_free(g);
}
END_TEST

/* Every length of the rest behind the last sixteen, every instruction set that is here. */
START_TEST(every_instruction_set_weighs_to_the_same_bits)
{
    enum { N = 2003 };
    static double x[N], y[N];
    static uint8_t count[N];
    gsl_rng *g = hs_rng_open(3, "weigh");
    for (size_t i = 0; i < N; i++) {
        x[i] = gsl_ran_gaussian(g, 1), y[i] = gsl_ran_exponential(g, 1);
        count[i] = (uint8_t)(i % 97 ? gsl_ran_poisson(g, 1) : 255);
    }
    gsl_rng_free(g);
    for (int isa = HS_SSE2; isa <= (int)hs_isa(); isa++)
        for (size_t n = N; n > 0; n = n > 40 ? 40 : n - 1) {
            double want[2], got[2], one[2], plain = 0;
            hs_weigher_for(HS_SSE2)(count, x, y, n, want);
            hs_weigher_for((enum hs_isa)isa)(count, x, y, n, got);
            hs_weigher_for((enum hs_isa)isa)(count, y, y, n, one);
            ck_assert_msg(!memcmp(want, got, sizeof want), "%s, %zu values", hs_isa_names[isa], n);
            ck_assert(one[0] == got[1] && one[1] == got[1]);
            for (size_t i = 0; i < n; i++) plain += count[i] * y[i];
            ck_assert_double_eq_tol(got[1], plain, 1e-12 * plain);
        }
}
END_TEST

START_TEST(intervals_cover_what_they_promise)
{ /* 95 % intervals of the mean of 200 log-normal values: BCa covers about 92 %; percentile
     intervals of N(0, 1) / 2 would not */
    enum { N = 200, RUNS = 400 };
    static double x[2 * N];
    int covered = 0, above = 0;
    for (int run = 0; run < RUNS; run++) {
        char name[32];
        double lo, hi;
        snprintf(name, sizeof name, "cover/%d", run);
        rows(x, N, name);
        bca(x, N, NULL, mean, &lo, &hi);
        covered += lo <= exp(0.5) && exp(0.5) <= hi;
        above += exp(0.5) < lo;
    }
    ck_assert_int_ge(covered, RUNS * 0.88);
    ck_assert_int_le(covered, RUNS * 0.985);
    ck_assert_int_le(above, RUNS * 0.06); /* the short side is no longer missed as a symmetric
                                             interval would miss it */
}
END_TEST

enum { AGREE = 240 };

static double variance(const double *s)
{
    return s[1] / AGREE - s[0] / AGREE * s[0] / AGREE;
} /* biased: z0 matters */
static double share(const double *s) { return s[0] / AGREE; }

static void ratio_rows(gsl_rng *g, double x[2])
{
    x[1] = gsl_ran_gamma(g, 3, 1), x[0] = 0.01 * x[1] * gsl_ran_lognormal(g, 0, 1.2);
}
static void variance_rows(gsl_rng *g, double x[2])
{
    x[0] = gsl_ran_laplace(g, 1), x[1] = x[0] * x[0];
}
static void share_rows(gsl_rng *g, double x[2])
{
    x[0] = gsl_ran_bernoulli(g, 0.97), x[1] = 1;
} /* nearly all tied */

static const struct {
    const char *name;
    double (*figure)(const double *);
    void (*rows)(gsl_rng *, double *);
} agree[] = {{"ratio", mean, ratio_rows},
             {"variance", variance, variance_rows},
             {"share", share, share_rows}};

/* False: there is no python3 with scipy here. */
static bool ask_scipy(const char *figure, const double *x, double *lo, double *hi)
{
    const char *src = getenv("SRCDIR");
    char name[TEMP_PATH], cmd[4096], line[256] = "";
    temp_name(name, "bca");
    FILE *f = fdopen(mkstemp(name), "w");
    for (size_t i = 0; i < AGREE; i++) fprintf(f, "%.17g %.17g\n", x[2 * i], x[2 * i + 1]);
    fclose(f);
    snprintf(cmd, sizeof cmd, "/usr/bin/python3 '%s/tests/stats/bca.py' %s < '%s'",
             src ? src : ".", figure, name);
    FILE *p = popen(cmd, "r");
    char *got = fgets(line, sizeof line, p);
    int code = pclose(p);
    remove(name);
    if (WIFEXITED(code) && (WEXITSTATUS(code) == 77 || WEXITSTATUS(code) == 127)) return false;
    ck_assert_msg(got && sscanf(line, "%lf %lf", lo, hi) == 2, "bca.py printed '%s'", line);
    return true;
}

START_TEST(scipy_agrees)
{
    struct hs_err e = {0};
    double x[2 * AGREE], lo, hi, want_lo, want_hi;
    gsl_rng *g = hs_rng_open(5, agree[_i].name);
    for (size_t i = 0; i < AGREE; i++) agree[_i].rows(g, x + 2 * i);
    gsl_rng_free(g);
    if (!ask_scipy(agree[_i].name, x, &want_lo, &want_hi)) {
        printf("SKIPPED scipy_agrees: no python3 with scipy\n");
        return;
    }
    g = hs_rng_open(1, "bootstrap");
    ck_ok(hs_stats_bca(x, AGREE, 2, NULL, agree[_i].figure,
                       &(struct hs_bootstrap){.level = 0.95, .resamples = 20000}, g, &lo, &hi,
                       &e));
    gsl_rng_free(g);
    ck_assert_double_eq_tol(
        lo, want_lo,
        0.03 * (want_hi - want_lo)); /* both drew 20,000: their ends scatter by 1 % */
    ck_assert_double_eq_tol(hi, want_hi, 0.03 * (want_hi - want_lo));
}
END_TEST

START_TEST(memory_that_fails_is_reported)
{
    double x[2 * 250], lo, hi;
    uint32_t own[250];
    rows(x, 250, "memory");
    for (uint32_t i = 0; i < 250; i++) own[i] = i / 2;
    for (long k = 1; k <= 5; k++) {
        struct hs_err e = {0};
        gsl_rng *g = hs_rng_open(1, "bootstrap");
        hs_mem_fail_at(k);
        ck_assert_int_eq(hs_stats_bca(x, 250, 2, own, mean, &usual, g, &lo, &hi, &e),
                         HS_ENOMEM);
        hs_mem_fail_at(0);
        gsl_rng_free(g);
    }
}
END_TEST

START_TEST(t_interval_has_its_textbook_value)
{ /* 1 .. 5: mean 3, s = sqrt 2.5, t(0.975, 4) = 2.776445105 */
    const double x[] = {1, 2, 3, 4, 5};
    double m, lo, hi;
    hs_stats_t(x, 5, 0.95, &m, &lo, &hi);
    ck_assert(m == 3);
    ck_assert_double_eq_tol(hi - m, 2.7764451051977987 * sqrt(0.5), 1e-9);
    ck_assert_double_eq_tol(m - lo, hi - m, 1e-15);
    hs_stats_t(x, 1, 0.95, &m, &lo, &hi);
    ck_assert(m == 1 && isnan(lo) && isnan(hi));
    hs_stats_t(x, 0, 0.95, &m, &lo, &hi);
    ck_assert(isnan(m) && isnan(lo));
    hs_stats_t((const double[]){1, INFINITY}, 2, 0.95, &m, &lo, &hi);
    ck_assert(isnan(m) && isnan(lo));
    hs_stats_t((const double[]){2, 2, 2}, 3, 0.95, &m, &lo, &hi);
    ck_assert(m == 2 && lo == 2 && hi == 2);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("stats");
    TCase *c = tcase_create("stats");
    tcase_add_test(c, an_interval_follows_scale_and_shift);
    tcase_add_test(c, an_interval_follows_a_monotone_figure);
    tcase_add_test(c, constant_samples_leave_no_doubt);
    tcase_add_test(c, what_cannot_be_said_is_not_said);
    tcase_add_test(c, a_level_outside_its_range_is_refused);
    tcase_add_test(c, clusters_of_one_are_rows_and_copies_widen_nothing);
    tcase_add_test(c, shared_resamples_give_the_same_bits);
    tcase_add_test(c, every_instruction_set_weighs_to_the_same_bits);
    tcase_add_test(c, intervals_cover_what_they_promise);
    tcase_add_loop_test(c, scipy_agrees, 0, (int)(sizeof agree / sizeof *agree));
    tcase_add_test(c, memory_that_fails_is_reported);
    tcase_add_test(c, t_interval_has_its_textbook_value);
    suite_add_tcase(s, c);
    return check_main(s);
}
