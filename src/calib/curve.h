/* curve.h - squared error as a function of the scale (and zero-point) of a format. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_CALIB_CURVE_H
#define HS_CALIB_CURVE_H
#include "calib/calib.h"

struct hs_curve {
    const struct hs_summary *summary; /* not owned; hs_summary_facts was called */
    const struct hs_format *format;
    bool affine;    /* integer formats: a zero-point is free */
    int qmin, qmax; /* integer formats: the codes in use */
    double *level;  /* others: ascending values at scale 1 */
    double *scaled; /* n: room for level * scale */
    size_t n;       /* levels */
    double *x; /* the values themselves where there are few and the format is of integers, else
                  NULL */
    size_t values; /* padded with zeros to whole lanes */
    bool exact;    /* the distribution is */
    double count;
    double power;  /* sum of x^2 */
    double lo, hi; /* of the data */
};

/* Room for the levels of non-integer formats; hs_curve_close gives it back. A curve serves one
 * thread. */
enum hs_status hs_curve_open(struct hs_curve *, const struct hs_summary *,
                             const struct hs_facts *, const struct hs_target *,
                             struct hs_err *);
void hs_curve_close(struct hs_curve *);
/* Every value to its nearest level scale * (q - zero), or scale * level. Of the result,
 * squared, clipping, rounding and power are set. zero is an integer for integer formats. */
void hs_curve_at(const struct hs_curve *, double scale, double zero, struct hs_loss *);
/* Ascending values of a format at scale 1; *level belongs to the caller (hs_free). */
enum hs_status hs_curve_levels(const struct hs_format *, double **level, size_t *n,
                               struct hs_err *);
/* The threshold that a scale stands for: its outermost positive level. */
double hs_curve_top(const struct hs_curve *);

#endif
