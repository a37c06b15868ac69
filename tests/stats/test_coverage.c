/* test_coverage.c - of 95 % intervals, 93 to 97 % hold the truth: BCa over samples, t over draws (HALFSTEP_LONG=1). */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "check_main.h"

#include "base/rng.h"
#include "stats/stats.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>

enum { RUNS = 4000, MOST = 1000 };
static const double low = 0.93, high = 0.97;

static double mean(const double *s) { return s[0] / s[1]; }

/* Rows of (value, 1) or (error, power), and the figure's true value. */
static void exponential(gsl_rng *g, double x[2]) { x[0] = gsl_ran_exponential(g, 1), x[1] = 1; }
static void lognormal(gsl_rng *g, double x[2]) { x[0] = gsl_ran_lognormal(g, 0, 0.5), x[1] = 1; }
static void skewed(gsl_rng *g, double x[2]) { x[0] = gsl_ran_lognormal(g, 0, 1), x[1] = 1; }
static void accuracy(gsl_rng *g, double x[2]) { x[0] = gsl_ran_bernoulli(g, 0.9), x[1] = 1; }
static void relative(gsl_rng *g, double x[2])
{
    x[1] = gsl_ran_gamma(g, 4, 1), x[0] = 0.01 * x[1] * gsl_ran_gamma(g, 1.5, 1 / 1.5);
}

static const struct {
    const char *name;
    void (*row)(gsl_rng *, double *);
    double truth;
    size_t n;
    double low; /* where it is known to be lower: skewness 6.2 is more than 200 samples tell of */
} bca[] = {
    {"mean of 200 exponential values", exponential, 1, 200},
    {"mean of 200 log-normal values", lognormal, 1.1331484530668263, 200}, /* exp(0.5^2 / 2) */
    {"mean of 200 very skewed values", skewed, 1.6487212707001282, 200, .low = 0.91}, /* exp(1 / 2) */
    {"mean of 1,000 very skewed values", skewed, 1.6487212707001282, 1000},
    {"share of 1,000 samples", accuracy, 0.9, 1000},
    {"relative error of 200 samples", relative, 0.01, 200},
};

START_TEST(bca_over_samples)
{
    int covered = 0;
    for (int run = 0; run < RUNS; run++) {
        struct hs_err e = {0};
        char name[64];
        double x[2 * MOST], lo, hi;
        snprintf(name, sizeof name, "coverage/%d/%d", _i, run);
        gsl_rng *g = hs_rng_open(1, name);
        for (size_t i = 0; i < bca[_i].n; i++) bca[_i].row(g, x + 2 * i);
        ck_ok(hs_stats_bca(x, bca[_i].n, 2, NULL, mean, &(struct hs_bootstrap){.level = 0.95, .resamples = 2000}, g, &lo, &hi,
                           &e));
        gsl_rng_free(g);
        covered += lo <= bca[_i].truth && bca[_i].truth <= hi;
    }
    printf("BCa, %s: %.1f %% of %d\n", bca[_i].name, 100.0 * covered / RUNS, RUNS);
    fflush(stdout);
    ck_assert(covered >= (bca[_i].low > 0 ? bca[_i].low : low) * RUNS && covered <= high * RUNS);
}
END_TEST

static double normal(gsl_rng *g) { return gsl_ran_gaussian(g, 1) + 3; }
/* What a draw's figure is: a mean over many samples, hardly skewed. */
static double of_samples(gsl_rng *g) { return gsl_ran_gamma(g, 30, 0.1); }

static const struct {
    const char *name;
    double (*value)(gsl_rng *);
    size_t n;
} t[] = {
    {"2 normal draws", normal, 2},     {"10 normal draws", normal, 10},        {"39 normal draws", normal, 39},
    {"5 means of 30", of_samples, 5},  {"20 means of 30", of_samples, 20},
};

START_TEST(t_over_draws)
{
    int covered = 0;
    char name[64];
    snprintf(name, sizeof name, "coverage/t/%d", _i);
    gsl_rng *g = hs_rng_open(1, name);
    for (int run = 0; run < 5 * RUNS; run++) {
        double x[40], m, lo, hi;
        for (size_t i = 0; i < t[_i].n; i++) x[i] = t[_i].value(g);
        hs_stats_t(x, t[_i].n, 0.95, &m, &lo, &hi);
        covered += lo <= 3 && 3 <= hi;
    }
    gsl_rng_free(g);
    printf("t, %s: %.1f %% of %d\n", t[_i].name, 100.0 * covered / (5 * RUNS), 5 * RUNS);
    fflush(stdout);
    ck_assert(covered >= low * 5 * RUNS && covered <= high * 5 * RUNS);
}
END_TEST

/* A simulation is about numbers, and they are the same under a sanitizer. */
static const char *why_not(void)
{
#ifdef __SANITIZE_ADDRESS__
    return "a sanitizer's build: it takes minutes";
#else
    return getenv("HALFSTEP_LONG") ? NULL : "HALFSTEP_LONG=1 simulates";
#endif
}

int main(void)
{
    Suite *s = suite_create("coverage");
    TCase *c = tcase_create("coverage");
    if (why_not()) {
        printf("SKIPPED bca_over_samples: %s\n", why_not());
        fflush(stdout);
    } else {
        tcase_add_loop_test(c, bca_over_samples, 0, (int)(sizeof bca / sizeof *bca));
    }
    tcase_add_loop_test(c, t_over_draws, 0, (int)(sizeof t / sizeof *t));
    suite_add_tcase(s, c);
    return check_main(s);
}
