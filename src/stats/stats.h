/* stats.h - intervals and tests that say which differences are real. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_STATS_H
#define HS_STATS_H
#include "base/err.h"

#include <gsl/gsl_rng.h>
#include <stdbool.h>
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
/* Spearman's rank correlation (1904), ties sharing their mean rank; NaN likewise. O(n log n). */
enum hs_status hs_stats_spearman(const double *x, const double *y, size_t n, double *rho, struct hs_err *);

/* Variance components of a crossed layout of random factors with one value a cell, by the expected mean squares of the
 * analysis of variance: y[n0][n1][n2], row-major, for ways = 1 .. 3 factors with levels[] = {n0, n1, n2}, two at least each.
 * `out` has room for HS_COMPONENTS and is filled for set = 1 .. 2^ways - 1, bit f of `set` standing for factor f: out[1],
 * out[2], out[4] are the factors' own, out[3] is that of 0 x 1, and so on; the last one holds the noise, too. out[0] is
 * zero. An estimate may be below 0. `se` and the normal interval at `level` are by the jackknife over the levels of factor
 * `over`; NaN where it has only two. Values must be finite (HS_ENUM). */
enum { HS_WAYS = 3, HS_COMPONENTS = 1 << HS_WAYS };
struct hs_component {
    double variance, se, lo, hi;
};
enum hs_status hs_stats_components(const double *y, const size_t *levels, size_t ways, size_t over, double level,
                                   struct hs_component *out, struct hs_err *);

/* Wilcoxon's signed-rank test of n paired differences, two-sided (1945). Zeros are ranked, then left out (Pratt 1959).
 * AUTO: up to 50 differences the exact distribution given the ranks, ties and zeros included; beyond them, and with
 * NORMAL, the normal approximation with both corrected for, none for continuity: scipy's wilcoxon(zero_method="pratt").
 * No difference at all: p = 1. NaN among them: p is NaN. */
enum hs_wilcoxon_how { HS_WILCOXON_AUTO, HS_WILCOXON_NORMAL };
struct hs_wilcoxon {
    double plus, minus; /* rank sums of positive and negative differences */
    double p;
    double biserial;    /* matched-pairs rank-biserial correlation (plus - minus) / (plus + minus), Kerby 2014; -1 .. 1 */
    size_t zeros;
    bool exact;
};
enum hs_status hs_stats_wilcoxon(const double *d, size_t n, enum hs_wilcoxon_how, struct hs_wilcoxon *, struct hs_err *);

/* Holm's step-down p values (1979): adjusted[i] <= level where hypothesis i may be rejected, the chance of any false
 * rejection among them all staying below level. NaN stays NaN and does not count. family: hypotheses there are, if more
 * than those given; the others are taken for the larger p values, which is on the safe side. 0: those given. */
enum hs_status hs_stats_holm(const double *p, size_t n, size_t family, double *adjusted, struct hs_err *);

/* McNemar's test (1947), exact: two-sided binomial p of samples that only the first and only the second gets right. */
double hs_stats_mcnemar(size_t first_only, size_t second_only);

/* Friedman's test (1937) over blocks * k values, row-major, ties corrected, and Iman and Davenport's F of it (1980), which
 * is less conservative. rank[k]: average ranks, 1 for the smallest. NaN where one block says nothing of F; the same ranking
 * in every block has F infinite. Fails on NaN (HS_ENUM). */
struct hs_friedman {
    double chi2, p;  /* k - 1 degrees of freedom */
    double f, f_p;   /* k - 1 and (k - 1)(blocks - 1) */
};
enum hs_status hs_stats_friedman(const double *x, size_t blocks, size_t k, double *rank, struct hs_friedman *, struct hs_err *);

/* Range of k standard normal variables: the studentized range with infinitely many degrees of freedom.
 * P(range > q), and the q that P(range < q) = p belongs to; both to 1e-12. */
double hs_stats_range_q(double q, size_t k);
double hs_stats_range_quantile(double p, size_t k);
/* Nemenyi's test of average ranks (1963; Demsar 2006, section 3.2.2): two that differ by the critical difference or more
 * are told apart at 1 - level; and the p value of one difference among k levels. */
double hs_stats_nemenyi_cd(size_t k, size_t blocks, double level);
double hs_stats_nemenyi_p(double difference, size_t k, size_t blocks);

/* Effect sizes of n paired differences with their BCa intervals (NaN where there are too few), over resamples of the same
 * n; NaN: a pair that is left out. Dominance: share of positive differences less that of negative ones, Cliff's delta within pairs (Cliff 1993).
 * Cohen's d_z: mean over standard deviation of the differences (Cohen 1988); 0 for no difference at all. */
struct hs_effect {
    double x, lo, hi;
};
enum hs_status hs_stats_dominance(const struct hs_resamples *, const double *d, size_t n, struct hs_effect *, struct hs_err *);
enum hs_status hs_stats_cohen(const struct hs_resamples *, const double *d, size_t n, struct hs_effect *, struct hs_err *);

#endif
