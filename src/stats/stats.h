/* stats.h - intervals and tests that say which differences are real. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_STATS_H
#define HS_STATS_H
#include "base/err.h"

#include <gsl/gsl_rng.h>
#include <stddef.h>
#include <stdint.h>

/* BCa bootstrap interval (Efron 1987) of f(column sums) over samples: x is n rows of k columns; a resample draws n rows
 * (or clusters of rows, where cluster is not NULL: one id a row) with replacement and hands their column sums to f.
 * Below 200 rows or 2 clusters the interval is (NaN, NaN) and HS_OK. Resamples whose figure is not finite are dropped;
 * an infinite figure has the interval (NaN, NaN). */
struct hs_bootstrap {
    double level;     /* 0.95 */
    size_t resamples; /* 2,000 */
};
enum hs_status hs_stats_bca(const double *x, size_t n, size_t k, const uint32_t *cluster, double (*f)(const double *sum),
                            const struct hs_bootstrap *, gsl_rng *, double *lo, double *hi, struct hs_err *);

/* The same in two steps, for many figures of the same samples: drawing costs ten times what summing does, and figures
 * that share their resamples can be compared. hs_stats_bca(...) = open, interval, close, bit for bit.
 * Takes resamples * units bytes (units: rows, or clusters). */
struct hs_resamples;
enum hs_status hs_resamples_open(size_t n, const uint32_t *cluster, const struct hs_bootstrap *, gsl_rng *,
                                 struct hs_resamples **, struct hs_err *);
enum hs_status hs_resamples_bca(const struct hs_resamples *, const double *x, size_t k, double (*f)(const double *sum),
                                double *lo, double *hi, struct hs_err *);
void hs_resamples_close(struct hs_resamples *); /* NULL is fine */

/* Mean of n values and its t interval at a level (values: the means of n draws, say). One value has the interval
 * (NaN, NaN), none the mean NaN too; values that are not finite give NaN. */
void hs_stats_t(const double *x, size_t n, double level, double *mean, double *lo, double *hi);

/* Kendall's tau-b of n pairs (1945): agreement of two rankings, -1 .. 1, ties taken out; NaN where one of them says
 * nothing or holds a NaN. O(n^2). */
double hs_stats_kendall(const double *x, const double *y, size_t n);

/* Variance components of a crossed layout of random factors with one value a cell, by the expected mean squares of the
 * analysis of variance: y[n0][n1][n2], row-major, for ways = 1 .. 3 factors with levels[] = {n0, n1, n2}, two at least each.
 * out (HS_COMPONENTS of them) [set] for set = 1 .. 2^ways - 1, bit f of `set` standing for factor f: out[1], out[2], out[4] are the factors' own,
 * out[3] is that of 0 x 1, and so on; the last one holds the noise, too. out[0] is zero. An estimate may be below 0. `se` and
 * the normal interval at `level` are by the jackknife over the levels of factor `over`; NaN where it has
 * only two. Values must be finite (HS_ENUM). */
enum { HS_WAYS = 3, HS_COMPONENTS = 1 << HS_WAYS };
struct hs_component {
    double variance, se, lo, hi;
};
enum hs_status hs_stats_components(const double *y, const size_t *levels, size_t ways, size_t over, double level,
                                   struct hs_component *out, struct hs_err *);

#endif
