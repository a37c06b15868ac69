/* moving_average.c - each batch pulls the range a little: outliers fade, order matters. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/calib.h"

#include <stdio.h>

static const struct hs_knob knobs[] = {
    {.name = "constant",
     .value = 0.01,
     .min = 0,
     .max = 1,
     .meaning =
         "weight of a new batch (torch MovingAverageMinMaxObserver and ONNX Runtime: 0.01)"},
    {0}};

static enum hs_status fit(const struct hs_summary *s, const struct hs_facts *f,
                          const struct hs_target *t, const double *knob, struct hs_fit *out,
                          bool *has_grid, struct hs_err *e)
{
    (void)t, (void)has_grid, (void)e;
    size_t n = hs_summary_batches(s);
    out->lo = f->lo;
    out->hi = f->hi;
    out->candidates = 1;
    for (size_t i = 0; i < n; i++) { /* the first batch initialises */
        double lo, hi;
        hs_summary_batch(s, i, &lo, &hi);
        out->lo = i ? out->lo + knob[0] * (lo - out->lo) : lo;
        out->hi = i ? out->hi + knob[0] * (hi - out->hi) : hi;
    }
    if (n <= 1) snprintf(out->warning, sizeof out->warning, "one batch: this is min-max");
    return HS_OK;
}

const struct hs_calib_type hs_calib_moving_average = {
    .name = "moving-average",
    .summary = "exponential average of the batches' extremes; the first batch initialises",
    .cite = "Jacob et al. 2018, arXiv:1712.05877, section 3.1",
    .version = 1,
    .keeps = HS_KEEPS_SCALE,
    .extremes_only = true,
    .knob = knobs,
    .fit = fit,
};
