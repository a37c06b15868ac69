/* summary_state.h - inside tensor/: what a summary holds. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_SUMMARY_STATE_H
#define HS_SUMMARY_STATE_H
#include "tensor/summary.h"
#include "tensor/summary_twofold.h"

/* The distribution as it is asked for: the values ascending, each with how many values lie before it, and twofold prefix
 * sums of x and x^2 before every 2^shift-th. */
struct hs_ladder {
    const float *value; /* m, ascending; the summary's own or a copy */
    uint64_t *before;   /* m + 1; NULL: once each */
    struct hs_two *sum, *square;
    size_t m;
    int shift;
};

struct hs_summary {
    struct hs_summary_limits limit;
    uint64_t seen;              /* values, the non-finite ones among them */
    uint64_t count, nonfinite, first_nonfinite;
    float lo, hi;               /* of the finite ones */
    float *value;               /* while there are few */
    size_t n, room;
    double *batch;              /* lo, hi of each batch */
    size_t batches, batch_room;
    float batch_lo, batch_hi;   /* of the running one; lo > hi: nothing yet */
    bool prepared;
    struct hs_facts facts;
    struct hs_ladder ladder;
};

/* What lies below a point. */
struct hs_prefix {
    double count;
    struct hs_two sum, square;
};
/* x < t, or x <= t. */
void hs_summary_prefix(const struct hs_summary *, double t, bool inclusive, struct hs_prefix *);

enum hs_status hs_sort_floats(float *x, size_t n, struct hs_err *); /* ascending; no NaN */

#endif
