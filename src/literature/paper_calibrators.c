/* paper_calibrators.c - what strategies choose on the densities, free of sampling. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "literature/block.h"
#include "literature/literature.h"

#include "base/mem.h"
#include "calib/divergence.h"

#include <gsl/gsl_integration.h>
#include <math.h>

static const struct hs_density *const densities[] = {&hs_density_gauss, &hs_density_laplace};

/* SQNR of codes -q .. q up to a threshold. */
static double db(const struct hs_density *d, int bits, double threshold)
{
    size_t n;
    int q = (1 << (bits - 1)) - 1;
    double *level = hs_density_codes(-q, q, &n);
    double error = level ? hs_density_error(d, level, n, threshold / q, NULL) : NAN;
    hs_free(level);
    return -10 * log10(error);
}

/* Least rounding + weight clipping. */
static double weighed(const struct hs_density *d, int bits, double weight)
{
    size_t n;
    int q = (1 << (bits - 1)) - 1;
    double *level = hs_density_codes(-q, q, &n);
    double s = level ? hs_density_best_scale(d, level, n, weight, 0.5 / q, 32.0 / q) : NAN;
    hs_free(level);
    return s * q;
}

struct norm {
    const struct hs_density *d;
    int q;
    double p;
    gsl_integration_glfixed_table *rule;
};

static double stretch(const struct norm *j, double a, double b, double y)
{
    double sum = 0, x, w;
    for (size_t i = 0; i < 16; i++) {
        gsl_integration_glfixed_point(a, b, i, &x, &w, j->rule);
        sum += w * pow(fabs(x - y), j->p) * j->d->pdf(x);
    }
    return sum;
}

/* Integral of |x - Q(x)|^p over x > 0: each half of a level's cell alone, since |.|^p has its
 * corner at the level; the tail in steps of a sixteenth. */
static double lp_error(const struct norm *j, double threshold)
{
    double s = threshold / j->q, sum = stretch(j, 0, s / 2, 0),
           end = fmin(j->d->peak, threshold + 40);
    for (int k = 1; k <= j->q; k++) {
        sum += stretch(j, (k - 0.5) * s, k * s, k * s);
        if (k < j->q) sum += stretch(j, k * s, (k + 0.5) * s, k * s);
    }
    for (double a = threshold; a < end; a += 0.0625 * threshold)
        sum += stretch(j, a, a + 0.0625 * threshold, threshold);
    return sum;
}

static double lp(const struct norm *j)
{
    const double g = 0.6180339887498949;
    double best = 1, least = INFINITY;
    for (double t = 0.5; t < 20; t *= 1.04) {
        double now = lp_error(j, t);
        if (now < least) least = now, best = t;
    }
    double a = best / 1.04, b = best * 1.04, x1 = b - g * (b - a), x2 = a + g * (b - a);
    double f1 = lp_error(j, x1), f2 = lp_error(j, x2);
    while (b - a > 1e-7 * b) {
        if (f1 < f2) {
            b = x2, x2 = x1, f2 = f1;
            f1 = lp_error(j, x1 = b - g * (b - a));
        } else {
            a = x1, x1 = x2, f1 = f2;
            f2 = lp_error(j, x2 = a + g * (b - a));
        }
    }
    return 0.5 * (a + b);
}

/* pytorch-quantization on 2048 bins of the density over [0, range], as so many values would
 * fill them: counts are whole, and which bins are empty decides. values 0: the density itself.
 */
static enum hs_status entropy(const struct hs_density *d, int bits, double range, double values,
                              double *threshold, struct hs_err *e)
{
    enum { BINS = 2048 };
    double count[BINS];
    for (int i = 0; i < BINS; i++) {
        double share = 2 * hs_density_between(d, range * i / BINS, range * (i + 1) / BINS).mass;
        count[i] = values > 0 ? rint(values * share) : share;
    }
    hs_zero_rule(count, HS_ZERO_SECOND);
    struct hs_divergence how = {.bins = BINS,
                                .levels = (size_t)1 << (bits - 1),
                                .first = 128,
                                .stride = 1,
                                .last = true};
    size_t at;
    long tried;
    HS_TRY(hs_divergence_least(count, &how, &at, &tried, e));
    *threshold = range * (double)at / BINS;
    return HS_OK;
}

static const struct {
    int bits;
    double c1, c2;
} sawb[] = {{4, 12.68, -12.80}, {8, 31.76, -35.04}};

static void row(struct hs_table *t, const char *name, const double t8[2], const double t4[2])
{
    hs_table_text(t, "%s", name);
    for (size_t k = 0; k < 2; k++) {
        hs_table_number(t, "%.5f", t8[k]);
        hs_table_number(t, "%.3f", isfinite(t8[k]) ? db(densities[k], 8, t8[k]) : NAN);
        hs_table_number(t, "%.5f", t4[k]);
        hs_table_number(t, "%.3f", isfinite(t4[k]) ? db(densities[k], 4, t4[k]) : NAN);
    }
}

static enum hs_status norms(struct hs_table *t, struct hs_err *e)
{
    static const struct {
        const char *name;
        double p;
    } of[] = {{"L1", 1}, {"L2.4", 2.4}, {"L3", 3}, {"L4", 4}};
    struct norm j = {.rule = gsl_integration_glfixed_table_alloc(16)};
    if (!j.rule) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        double t8[2], t4[2];
        for (size_t k = 0; k < 2; k++) {
            j.d = densities[k], j.p = of[i].p;
            j.q = 127, t8[k] = lp(&j);
            j.q = 7, t4[k] = lp(&j);
        }
        row(t, of[i].name, t8, t4);
    }
    gsl_integration_glfixed_table_free(j.rule);
    return HS_OK;
}

static enum hs_status strategies(struct hs_answer *a, struct hs_err *e)
{
    static const struct hs_column column[] = {
        {"strategy", false},    {"gauss_8", true},    {"gauss_8_db", true},
        {"gauss_4", true},      {"gauss_4_db", true}, {"laplace_8", true},
        {"laplace_8_db", true}, {"laplace_4", true},  {"laplace_4_db", true}};
    static const double percent[] = {99, 99.9, 99.99, 99.999, 99.9999};
    struct hs_table *t =
        hs_answer_table(a, "calibrators",
                        "Thresholds in sigma for codes -127 .. 127 and -7 .. 7, and the SQNR "
                        "there",
                        HS_COLUMNS(column));
    double t8[2], t4[2];
    for (size_t k = 0; k < 2; k++)
        t8[k] = weighed(densities[k], 8, 1), t4[k] = weighed(densities[k], 4, 1);
    row(t, "mse", t8, t4);
    for (size_t i = 0; i < sizeof percent / sizeof *percent; i++) {
        char name[32];
        for (size_t k = 0; k < 2; k++)
            t8[k] = t4[k] = densities[k]->quantile((100 - percent[i]) / 200);
        snprintf(name, sizeof name, "percentile %g", percent[i]);
        row(t, name, t8, t4);
    }
    for (size_t k = 0; k < 2; k++) {
        HS_TRY(entropy(densities[k], 8, k ? 10 : 6, 1e7, &t8[k], e));
        HS_TRY(entropy(densities[k], 4, k ? 10 : 6, 1e7, &t4[k], e));
    }
    row(t, "entropy, 10^7 values", t8, t4);
    for (size_t k = 0; k < 2; k++)
        t8[k] = weighed(densities[k], 8, 3), t4[k] = weighed(densities[k], 4, 3);
    row(t, "tf-enhanced gamma 3", t8, t4);
    HS_TRY(norms(t, e));
    for (size_t k = 0; k < 2; k++) {
        double magnitude = 2 * densities[k]->beyond(0).first;
        t4[k] = sawb[0].c1 + sawb[0].c2 * magnitude;
        t8[k] = sawb[1].c1 + sawb[1].c2 * magnitude;
    }
    row(t, "sawb", t8, t4);
    return HS_OK;
}

static enum hs_status ranges(struct hs_answer *a, struct hs_err *e)
{
    static const struct hs_column column[] = {{"density", false},  {"range", true},
                                              {"bits", true},      {"values", true},
                                              {"threshold", true}, {"db", true}};
    static const double values[] = {1e5, 1e6, 1e7, 0};
    struct hs_table *t = hs_answer_table(
        a, "entropy-ranges",
        "The entropy threshold depends on the range of the histogram and on the number "
        "of values; without a number: the density itself",
        HS_COLUMNS(column));
    for (size_t k = 0; k < 2; k++)
        for (int range = 4; range <= 12; range += 2)
            for (int i = 0; i < 8; i++) {
                double threshold, n = values[i % 4];
                int bits = i < 4 ? 8 : 4;
                HS_TRY(entropy(densities[k], bits, range, n, &threshold, e));
                hs_table_text(t, "%s", densities[k]->name);
                hs_table_number(t, "%.0f", range);
                hs_table_number(t, "%.0f", bits);
                hs_table_number(t, "%.0f", n > 0 ? n : NAN);
                hs_table_number(t, "%.5f", threshold);
                hs_table_number(t, "%.3f", db(densities[k], bits, threshold));
            }
    return HS_OK;
}

static enum hs_status maxima(struct hs_answer *a, struct hs_err *e)
{
    static const struct hs_column column[] = {
        {"values", true}, {"gauss", true}, {"laplace", true}};
    static const double n[] = {16, 32, 64, 128, 1024, 4096, 0x1p20};
    struct hs_table *t = hs_answer_table(a, "maxima", "Expected largest magnitude of n values",
                                         HS_COLUMNS(column));
    for (size_t i = 0; i < sizeof n / sizeof *n; i++) {
        hs_table_number(t, "%.0f", n[i]);
        for (size_t k = 0; k < 2; k++) {
            double expected;
            HS_TRY(hs_block_expected_max(densities[k], n[i], &expected, e));
            hs_table_number(t, "%.4f", expected);
        }
    }
    return HS_OK;
}

static enum hs_status run(const struct hs_table_ask *ask, struct hs_answer *a, struct hs_err *e)
{
    (void)ask;
    HS_TRY(strategies(a, e));
    HS_TRY(ranges(a, e));
    return maxima(a, e);
}

const struct hs_table_type hs_table_paper_calibrators = {
    .name = "calibrators",
    .summary = "percentiles and calibration strategies on the Gaussian and the Laplacian",
    .cite = "Wu et al. 2020, arXiv:2004.09602; Nagel et al. 2021, arXiv:2106.08295",
    .kind = HS_PAPER,
    .run = run,
};
