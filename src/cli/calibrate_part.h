/* calibrate_part.h - inside calibrate: what the parts of a tensor gave, on its way into rows. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_CLI_CALIBRATE_PART_H
#define HS_CLI_CALIBRATE_PART_H
#include "cli/calibrate.h"

/* One strategy for one format, over the parts of a tensor. */
struct hs_calibrate_tally {
    double lo, hi, squared, clipping, rounding, power, clipped, optimum, candidates, scale,
        zero, bits, entropy;
    size_t warned;
    char warning[160];
};

/* What one part gave; [format][strategy]. */
struct hs_calibrate_outcome {
    struct hs_fit fit, best;
    struct hs_loss loss;
    double optimum;
    double bits, entropy; /* of all elements of the part: with metadata; of the codes */
    bool fitted; /* a strategy may have nothing to say about a width */
    char why[160];
};

struct hs_calibrate_job {
    const struct hs_calibrate_ask *ask;
    const struct hs_calibrate_tensor *data;
    size_t first; /* part of the chunk that outcome[0] belongs to */
    struct hs_calibrate_outcome *outcome;
    struct hs_err *e; /* one a part of the chunk */
};

/* Adds a part to the sum over the parts before it. */
void hs_calibrate_add(struct hs_calibrate_tally *, const struct hs_calibrate_outcome *, bool first);
/* The rows of a tensor, [format][strategy]; fitted: parts that had an answer. */
enum hs_status hs_calibrate_rows(const struct hs_calibrate_job *, size_t parts, const struct hs_calibrate_tally *,
                                 const size_t *fitted, struct hs_table *, struct hs_err *);

#endif
