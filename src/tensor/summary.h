/* summary.h - what one look at some values tells: enough for every strategy to choose a grid from.
 *
 * Range-free and mergeable: the result of merging does not depend on how the values were split, nor on their order.
 * Exact up to `exact` values or `distinct` distinct ones; beyond that a histogram keyed by the bits of the float,
 * with an integer count and an integer sum of low bits a bucket (design, section 4). */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_SUMMARY_H
#define HS_SUMMARY_H
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hs_summary; /* opaque: summary.c */

struct hs_summary_limits { size_t exact, distinct; }; /* 0: the defaults, 2^20 and 65,536 */

struct hs_summary *hs_summary_open(const struct hs_summary_limits *); /* NULL: no memory */
void hs_summary_close(struct hs_summary *);
/* NaN and Inf are counted, the first one's index is kept, and they take no part in anything else. */
enum hs_status hs_summary_observe(struct hs_summary *, const float *x, size_t n, struct hs_err *);
/* Same, on up to `threads` threads; the summary is the same whatever their number. */
enum hs_status hs_summary_observe_by(struct hs_summary *, const float *x, size_t n, int threads, struct hs_err *);
/* Same, for every stride-th value: one channel of many. */
enum hs_status hs_summary_observe_strided(struct hs_summary *, const float *x, size_t n, size_t stride,
                                          struct hs_err *);
enum hs_status hs_summary_merge(struct hs_summary *into, const struct hs_summary *from, struct hs_err *);
/* Ends a batch: the per-batch extremes that moving-average calibration needs; they alone depend on the split. */
enum hs_status hs_summary_end_batch(struct hs_summary *, struct hs_err *);

struct hs_facts {
    uint64_t count, nonfinite, first_nonfinite, zeros, negative;
    double lo, hi;          /* of the finite values; both 0 while there are none */
    double sum, sum_squares; /* rounded once from exact sums (106 bits or more): the split does not change them */
    double sum_magnitude;
    bool exact;             /* the distribution is exact, not a histogram */
};
/* Prepares prefix sums if need be (so it is not const), then answers. Cheap when nothing was observed since.
 * After a failure of this or of any other call the summary can only be closed. */
enum hs_status hs_summary_facts(struct hs_summary *, struct hs_facts *, struct hs_err *);

/* Queries over the distribution; they need hs_summary_facts before them and are then safe from many threads.
 * A bucket of the histogram counts as uniform between its edges, with its mean where that is known. */
struct hs_mass { double count, sum, squares; };
struct hs_mass hs_summary_below(const struct hs_summary *, double t);      /* of x < t */
void hs_summary_below_all(const struct hs_summary *, const double *t, size_t n, struct hs_mass *); /* the same for n points */
struct hs_mass hs_summary_magnitude_below(const struct hs_summary *, double t); /* of |x| < t: sums of |x|, x^2 */
double hs_summary_quantile(const struct hs_summary *, double p);            /* linear between order statistics, numpy's default */
double hs_summary_magnitude_quantile(const struct hs_summary *, double p);

/* The distribution itself where it is exact: n ascending values and how often each occurs (*count NULL: once each).
 * NULL while it is a histogram. Needs hs_summary_facts before it; valid until something more is observed. From it a toolkit
 * preset rebuilds that toolkit's own bins. */
const float *hs_summary_values(const struct hs_summary *, size_t *n, const uint64_t **count);

/* Squared error and what it is made of: a value beyond the outermost levels is clipped, any other is rounded. */
struct hs_loss {
    double squared, clipping, rounding; /* squared = clipping + rounding */
    double power;                       /* sum of x^2 */
    double largest;                     /* largest |error|; 0 where it was not asked for */
    double clipped;                     /* how many values */
};

/* Exact distributions give the loss to 1e-10; buckets to about 1e-6 for continuous data of 2^24 values and grids of at most
 * 8 bits. */
/* Squared error of an integer grid with real scale and zero: levels S (q - Z), q = qmin .. qmax, nearest level,
 * split at the outermost levels. O(levels log n). */
void hs_summary_grid_loss(const struct hs_summary *, double scale, double zero, int qmin, int qmax, struct hs_loss *);
/* The same for any ascending list of levels. */
void hs_summary_levels_loss(const struct hs_summary *, const double *level, size_t n, struct hs_loss *);

/* A summary as flat arrays, for files: everything that it knows but the prefix sums, which are made anew. Which arrays
 * there are follows from the values: `value` alone (each once), `value` with `count` (distinct values), or buckets: `key`,
 * the upper 20 bits of the floats in it, `count`, and `low`, the sum of their lower 12 bits; then also `square`, the exact
 * sum of the squares of what those low bits add, in digits to base 2^32, and `any`, the OR of all bits. */
enum { HS_FLAT_SQUARE = 21 };
struct hs_summary_flat {
    uint64_t exact, distinct;                  /* limits */
    uint64_t seen, nonfinite, first_nonfinite; /* seen counts all, the non-finite too */
    uint64_t tiny[2];                          /* nonzero magnitudes below 2^-137, by sign, in buckets */
    uint32_t any;
    double lo, hi, batch_lo, batch_hi;         /* lo > hi: none; the running batch */
    size_t n, batches;
    float *value;                              /* n, or NULL */
    uint32_t *key;                             /* n, ascending, or NULL */
    uint64_t *count, *low;                     /* n each, or NULL */
    double *batch;                             /* 2 batches: lo, hi of each */
    int64_t square[HS_FLAT_SQUARE];
};
/* Arrays are the caller's: hs_summary_flat_free. */
enum hs_status hs_summary_export(const struct hs_summary *, struct hs_summary_flat *, struct hs_err *);
/* Refuses (HS_EDATA) what no summary could have written: counts of 0, values that are not finite, keys out of order. */
enum hs_status hs_summary_import(const struct hs_summary_flat *, struct hs_summary **, struct hs_err *);
void hs_summary_flat_free(struct hs_summary_flat *);

/* Per-batch extremes in the order of hs_summary_end_batch. */
size_t hs_summary_batches(const struct hs_summary *);
void hs_summary_batch(const struct hs_summary *, size_t i, double *lo, double *hi);
/* Bytes held. At most 4 a value up to `exact` values and 8 with prefix sums, and 0.5 MiB; 12 to 24 a slot and 56 a value for distinct ones;
 * for buckets 64 KiB for each octave and sign that was met and 64 KiB with prefix sums: about 7 MiB for a Gaussian, 64 MiB if
 * every octave of float32 occurs on both sides. (Address space of 16 MiB is reserved besides, and stays untouched.) */
size_t hs_summary_memory(const struct hs_summary *);

#endif
