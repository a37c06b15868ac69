/* nearest.c - every weight goes to its nearest grid value, whatever the data: round-to-nearest. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weights/weights.h"

static const struct hs_knob knobs[] = {HS_WEIGHTS_BIAS_KNOB, {0}};

static enum hs_status round_weights(const struct hs_weights_problem *p, float *out, const double *knob, struct hs_err *e)
{
    (void)knob, (void)e;
    hs_grid_apply(p->grid, p->w, out, p->groups * p->rows * p->columns, 0);
    return HS_OK;
}

const struct hs_weights_type hs_weights_nearest = {
    .name = "nearest", .summary = "each weight to its nearest grid value; needs no data", .version = 1,
    .keeps = HS_WEIGHTS_KEEPS_DIAGONAL | HS_WEIGHTS_KEEPS_SCALE, .knob = knobs, .round = round_weights,
};
