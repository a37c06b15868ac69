/* tf_enhanced.c - rounding error plus gamma times clipping error. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/search.h"

#include <math.h>

enum { GAMMA, TOLERANCE };
static const struct hs_knob knobs[] = {
    [GAMMA] = {.name = "gamma",
               .value = 3,
               .min = 1,
               .max = 1e6,
               .meaning = "weight of clipping (AIMET: 3)"},
    [TOLERANCE] = {.name = "tolerance",
                   .value = 1e-9,
                   .min = 0,
                   .max = 1,
                   .meaning =
                       "stop when no grid can be better by more than this share of the cost"},
    {0}};

static enum hs_status fit(const struct hs_summary *s, const struct hs_facts *f,
                          const struct hs_target *t, const double *knob, struct hs_fit *out,
                          bool *has_grid, struct hs_err *e)
{
    struct hs_curve c;
    struct hs_found found;
    HS_TRY(hs_curve_open(&c, s, f, t, e));
    struct hs_search how = hs_search_defaults(&c, f->exact, knob[TOLERANCE], 0);
    how.clipping = knob[GAMMA];
    enum hs_status st = hs_search_scale(&c, &how, &found, e);
    hs_curve_close(&c);
    if (st != HS_OK) return st;
    out->scale = found.scale;
    out->zero = found.zero;
    out->candidates = found.candidates;
    *has_grid = true;
    return HS_OK;
}

const struct hs_calib_type hs_calib_tf_enhanced = {
    .name = "tf-enhanced",
    .summary =
        "least rounding + gamma clipping error over all scales (affine: and zero-points)",
    .cite = "AIMET quantization documentation, post-training TF-enhanced; here without its "
            "grid of candidates",
    .version = 1,
    .keeps = HS_KEEPS_SCALE | HS_KEEPS_ORDER | HS_KEEPS_SPLIT,
    .knob = knobs,
    .fit = fit,
};
