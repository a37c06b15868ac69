/* divergence.h - what entropy strategies share: a histogram of |x| and its divergence. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_CALIB_DIVERGENCE_H
#define HS_CALIB_DIVERGENCE_H
#include "calib/calib.h"

/* What becomes of the first bin, which holds the zeros of rectified data. */
enum hs_zero_rule { HS_ZERO_KEEP, HS_ZERO_DROP, HS_ZERO_SECOND };
extern const char *const hs_zero_rules[]; /* "keep" "drop" "second"; NULL-ended */
void hs_zero_rule(double *count, enum hs_zero_rule);

/* count[i] of |x| in [i, i + 1) amax / bins, the last bin closed; whole numbers, which add up
 * to the count of values. positive: of max(x, 0) instead, for grids without negative codes. */
void hs_magnitude_bins(const struct hs_summary *, const struct hs_facts *, bool positive,
                       double amax, double *count, size_t bins);
/* Levels on one side of zero: 2^(bits - 1) signed (128 for int8), 2^bits for unsigned formats
 * and for affine grids on data of one sign; 128 for formats that are not integers. */
size_t hs_divergence_levels(const struct hs_target *, const struct hs_facts *);

struct hs_divergence {
    size_t bins, levels;
    size_t first, stride; /* candidates: cut after first, first + stride, ... <= bins bins */
    bool last;            /* of equal divergences the last one wins, not the first */
    double floor; /* what stands for an empty Q where P is not; 0: nothing, the divergence is
                     infinite */
};
/* The cut of least divergence. For a cut after i bins: P = the first i bins, all that lies
 * beyond added to the last one; Q = the first i bins without that, merged to `levels` runs, bin
 * j to run floor(j levels / i), each run's mass spread evenly over its non-empty bins; both
 * normalised; KL(P || Q) over the non-empty bins of P, infinite where Q is empty there (only
 * its last bin can be) unless a floor is given. O(levels) logarithms a candidate by prefix
 * sums. With no finite divergence the cut is bins. */
enum hs_status hs_divergence_least(const double *count, const struct hs_divergence *,
                                   size_t *cut, long *candidates, struct hs_err *);

/* Replaces the warning where most values lie outside the range that was chosen, and 0 outside all values. Far from it a cut
 * before nearly all of them leaves one run whose divergence from itself is 0: the least there is, and no grid for anything. */
void hs_divergence_warn(struct hs_fit *, const struct hs_summary *, const struct hs_facts *);

#endif
