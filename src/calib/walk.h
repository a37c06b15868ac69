/* walk.h - torch's search for a range: inward by small quantiles until the error rises. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_CALIB_WALK_H
#define HS_CALIB_WALK_H
#include "calib/tally.h"

struct hs_walk {
    double lo, hi; /* what the first and the last bin are taken to border on */
    double step;   /* quantile a move */
    size_t levels;
};
/* torch HistogramObserver._non_linear_param_search (1.13): the error of a range counts each bin
 * as uniform; the walk is greedy and ends at the first rise. */
void hs_walk_range(const struct hs_tally *, const struct hs_walk *, struct hs_fit *);

#endif
