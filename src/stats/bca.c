/* bca.c - BCa bootstrap: second-order correct, and it respects a figure's own scale. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/mem.h"
#include "stats/resamples.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

/* Sums of the b-th resample; the last of an odd number of columns is its own partner. */
static void weigh(double *sum, hs_weigher *two, const struct hs_resamples *r, size_t b, const double *column, size_t k)
{
    const uint8_t *count = r->count + b * r->units;
    for (size_t c = 0; c < k; c += 2) {
        const double *x = column + c * r->units;
        double s[2];
        two(count, x, c + 1 < k ? x + r->units : x, r->units, s);
        sum[c] = s[0];
        if (c + 1 < k) sum[c + 1] = s[1];
    }
}

/* A figure that equals the original up to the rounding of its sums is a tie, not a difference.
 */
static double snap(double t, double hat)
{
    return fabs(t - hat) <= 1e-13 * fabs(hat) ? hat : t;
}

/* Column c of the units' sums begins at out + c * units. */
static void gather(const struct hs_resamples *r, const double *x, size_t k, double *out)
{
    for (size_t i = 0; i < r->units * k; i++) out[i] = 0;
    for (size_t i = 0; i < r->n; i++)
        for (size_t c = 0; c < k; c++)
            out[c * r->units + (r->unit ? r->unit[i] : i)] += x[i * k + c];
}

/* Acceleration from the jackknife over units: a sixth of the skewness of the leave-one-out
 * figures (Efron 1987, 6.6). */
static double accelerate(const struct hs_resamples *r, const double *column,
                         const double *total, size_t k, double (*f)(const double *), double hat,
                         double *sum, double *left)
{
    double mean = 0, two = 0, three = 0;
    size_t n = 0;
    for (size_t i = 0; i < r->units; i++) {
        for (size_t c = 0; c < k; c++) sum[c] = total[c] - column[c * r->units + i];
        double t = snap(f(sum), hat);
        if (isfinite(t)) left[n++] = t, mean += t;
    }
    if (n) mean /= (double)n;
    for (size_t i = 0; i < n; i++) {
        double d = mean - left[i];
        two += d * d, three += d * d * d;
    }
    double spread = two * sqrt(two);
    return spread > 0 && isfinite(three / spread) ? three / (6 * spread) : 0;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Quantile of a sorted sample, linear between order statistics (Hyndman and Fan 1996, type 7).
 */
static double quantile(const double *t, size_t n, double p)
{
    double at = p * (double)(n - 1);
    size_t i = (size_t)at;
    if (i + 1 >= n) return t[n - 1];
    return t[i] + (at - (double)i) * (t[i + 1] - t[i]);
}

/* The percentile that stands for probability p once bias z0 and acceleration a are corrected
 * (Efron 1987, 2.3). */
static double corrected(double p, double z0, double a)
{
    double z = z0 + gsl_cdf_ugaussian_Pinv(p), slope = 1 - a * z;
    if (slope <= 0) return z > 0 ? 1 : 0; /* beyond the pole of the correction */
    return gsl_cdf_ugaussian_P(z0 + z / slope);
}

static void interval(const double *t, size_t n, double hat, double a, double level, double *lo,
                     double *hi)
{
    double below = 0,
           half = 0.5 / (double)n; /* a bias beyond all resamples is read as half a resample */
    for (size_t i = 0; i < n; i++) below += t[i] < hat ? 1 : t[i] == hat ? 0.5 : 0;
    double share = below / (double)n;
    double z0 = gsl_cdf_ugaussian_Pinv(share < half       ? half
                                       : share > 1 - half ? 1 - half
                                                          : share);
    *lo = quantile(t, n, corrected((1 - level) / 2, z0, a));
    *hi = quantile(t, n, corrected((1 + level) / 2, z0, a));
}

static void bootstrap(const struct hs_resamples *r, const double *x, size_t k,
                      double (*f)(const double *), double *column, double *sum, double *total,
                      double *t, double *left, double *lo, double *hi)
{
    gather(r, x, k, column);
    for (size_t c = 0; c < k; c++) {
        total[c] = 0;
        for (size_t i = 0; i < r->units; i++) total[c] += column[c * r->units + i];
    }
    double hat = f(total);
    if (!isfinite(hat)) return;
    size_t n = 0;
    hs_weigher *weigher = hs_weigher_for(hs_isa());
    for (size_t b = 0; b < r->resamples; b++) {
        weigh(sum, weigher, r, b, column, k);
        double one = snap(f(sum), hat);
        if (isfinite(one)) t[n++] = one;
    }
    if (n == 0) return;
    double a = accelerate(r, column, total, k, f, hat, sum, left);
    qsort(t, n, sizeof *t, ascending);
    interval(t, n, hat, a, r->level, lo, hi);
}

enum hs_status hs_resamples_bca(const struct hs_resamples *r, const double *x, size_t k,
                                double (*f)(const double *), double *lo, double *hi,
                                struct hs_err *e)
{
    *lo = *hi = NAN;
    if (!r->count) return HS_OK;
    double *block = hs_alloc(r->units * (k + 1) + 2 * k + r->resamples, sizeof *block);
    if (!block) return HS_OUT_OF_MEMORY(e);
    double *left = block + r->units * k, *sum = left + r->units, *total = sum + k;
    bootstrap(r, x, k, f, block, sum, total, total + k, left, lo, hi);
    hs_free(block);
    return HS_OK;
}

enum hs_status hs_stats_bca(const double *x, size_t n, size_t k, const uint32_t *cluster,
                            double (*f)(const double *), const struct hs_bootstrap *b,
                            gsl_rng *g, double *lo, double *hi, struct hs_err *e)
{
    struct hs_resamples *r;
    *lo = *hi = NAN;
    HS_TRY(hs_resamples_open(n, cluster, b, g, &r, e));
    enum hs_status st = hs_resamples_bca(r, x, k, f, lo, hi, e);
    hs_resamples_close(r);
    return st;
}
