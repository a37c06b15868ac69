/* points.h - a distribution as weighted points, for errors other than squares. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_CALIB_POINTS_H
#define HS_CALIB_POINTS_H
#include "calib/calib.h"

enum { HS_POINTS_LANES = 8 };
struct hs_points {
    double *x,
        *weight; /* n, ascending; one block; n is filled up to HS_POINTS_LANES by weight 0 */
    size_t n;
};
/* Up to 2^16 values as they are; more as the means of buckets of 11 mantissa bits over the top
 * 24 octaves of each sign (what is smaller goes to 0), whose width is at most 1/16 of an 8-bit
 * step. hs_points_free gives it back. */
enum hs_status hs_points_open(struct hs_points *, const struct hs_summary *,
                              const struct hs_facts *, struct hs_err *);
void hs_points_free(struct hs_points *);

#endif
