/* hist_l2.c - torch's histogram search, on a histogram that holds all the data. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/walk.h"

enum { BINS, STEP };
static const struct hs_knob knobs[] = {
    [BINS] = {.name = "bins",
              .value = 2048,
              .min = 2,
              .max = 65536,
              .meaning = "bins over the full range (torch: 2048)"},
    [STEP] = {.name = "step",
              .value = 1e-5,
              .min = 1e-9,
              .max = 0.5,
              .meaning = "quantile a move (torch: 1e-5)"},
    {0}};

static enum hs_status fit(const struct hs_summary *s, const struct hs_facts *f,
                          const struct hs_target *t, const double *knob, struct hs_fit *out,
                          bool *has_grid, struct hs_err *e)
{
    (void)has_grid;
    struct hs_tally h;
    HS_TRY(hs_tally_numpy(&h, s, false, f->lo, f->hi, (size_t)knob[BINS], e));
    struct hs_walk w = {
        .lo = f->lo, .hi = f->hi, .step = knob[STEP], .levels = (size_t)1 << t->format->bits};
    hs_walk_range(&h, &w, out);
    hs_tally_free(&h);
    return HS_OK;
}

const struct hs_calib_type hs_calib_hist_l2 = {
    .name = "hist-l2",
    .summary = "torch's greedy walk inward over 2048 bins, without its rounding of the range "
               "to whole numbers",
    .cite = "torch 1.13 ao/quantization/observer.py, after caffe2 norm_minimization.cc",
    .version = 1,
    .keeps = HS_KEEPS_SCALE | HS_KEEPS_ORDER | HS_KEEPS_SPLIT,
    .knob = knobs,
    .fit = fit,
};
