/* search.h - the least squared error over all scales, with a proof of how near it is. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_CALIB_SEARCH_H
#define HS_CALIB_SEARCH_H
#include "calib/curve.h"

struct hs_search {
    double tolerance; /* relative: stop when nothing can be better by more than this */
    long budget;      /* evaluations at most */
    double
        clipping; /* weight of the clipping part, at least 1; 1 is the squared error itself */
};
/* tolerance: not below 1e-4 where the summary is a histogram. budget 0: what costs 2^24 level
 * look-ups, at least 64. */
struct hs_search hs_search_defaults(const struct hs_curve *, bool exact, double tolerance,
                                    double budget);

struct hs_found {
    double scale, zero; /* scale is float32-representable */
    double error;       /* squared error there, clipping weighed */
    double bound;       /* no scale and zero-point has an error below this */
    long candidates;    /* grids whose error was computed */
};

/* Best-first branch and bound. For a fixed assignment of values to codes the error is a
 * parabola in S with curvature 2 sum (q - Z)^2; the error itself is the least of these
 * parabolas. On [S1, S2] every one of them has sum (q - Z)^2 <= C = ((sqrt(sum x^2) +
 * sqrt(E(S1))) / S1)^2 by the triangle inequality (codes shrink as S grows), so E - C S^2 is
 * concave there and E(S) >= chord(S) - C (S - S1)(S2 - S): an interval whose bound is above the
 * best error seen holds no minimum, the others are cut where their bound is lowest. No local
 * minimum can be missed. Weighing what clips by w >= 1 multiplies C by w at most (a value meets
 * the outermost level with error 0), and the same holds. */
enum hs_status hs_search_scale(const struct hs_curve *, const struct hs_search *,
                               struct hs_found *, struct hs_err *);

#endif
