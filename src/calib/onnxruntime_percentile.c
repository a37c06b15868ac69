/* onnxruntime_percentile.c - ONNX Runtime's percentile calibrater as it is. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/tally.h"

#include <math.h>
#include <stdio.h>

enum { P, BINS };
static const struct hs_knob knobs[] = {
    [P] =
        {.name = "p", .value = 99.999, .min = 0, .max = 100, .meaning = "percentile (99.999)"},
    [BINS] =
        {.name = "bins", .value = 2048, .min = 2, .max = 65536, .meaning = "num_bins (2048)"},
    {0}};

/* symmetric = True, its default: the histogram is of |x|, from its least to its largest value.
 */
static enum hs_status fit(const struct hs_summary *s, const struct hs_facts *f,
                          const struct hs_target *t, const double *knob, struct hs_fit *out,
                          bool *has_grid, struct hs_err *e)
{
    (void)has_grid, (void)t;
    struct hs_tally h;
    double least = hs_summary_magnitude_quantile(s, 0), amax = fmax(f->hi, -f->lo);
    HS_TRY(hs_tally_numpy(&h, s, true, least, amax, (size_t)knob[BINS], e));
    double top = h.edge[hs_tally_quantile(&h, knob[P] / 100)];
    hs_tally_free(&h);
    out->lo = fmax(-top, f->lo);
    out->hi = fmin(top, f->hi);
    out->candidates = 1;
    if (f->lo >= 0)
        snprintf(out->warning, sizeof out->warning,
                 "called symmetric, yet the range is (%.6g, %.6g)", out->lo, out->hi);
    else
        snprintf(out->warning, sizeof out->warning,
                 "the left edge of a bin: up to 1/%.0f of the range below the percentile",
                 knob[BINS]);
    return HS_OK;
}

const struct hs_calib_type hs_calib_onnxruntime_percentile = {
    .name = "onnxruntime-percentile",
    .summary =
        "preset: ONNX Runtime's Percentile: 99.999, 2048 bins of |x|, left edge of the bin",
    .cite = "microsoft/onnxruntime python/tools/quantization/calibrate.py",
    .version = 1,
    .keeps = HS_KEEPS_SCALE | HS_KEEPS_ORDER | HS_KEEPS_SPLIT,
    .knob = knobs,
    .fit = fit,
};
