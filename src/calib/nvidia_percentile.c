/* nvidia_percentile.c - pytorch-quantization's percentile as it is: the left edge of a bin. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/tally.h"
#include "calib/threshold.h"

#include <math.h>
#include <stdio.h>

enum { P, BINS };
static const struct hs_knob knobs[] = {
    [P] = {.name = "p", .value = 99.99, .min = 0, .max = 100, .meaning = "percentile (99.99)"},
    [BINS] =
        {.name = "bins", .value = 2048, .min = 2, .max = 65536, .meaning = "num_bins (2048)"},
    {0}};

static enum hs_status fit(const struct hs_summary *s, const struct hs_facts *f,
                          const struct hs_target *t, const double *knob, struct hs_fit *out,
                          bool *has_grid, struct hs_err *e)
{
    (void)has_grid, (void)t;
    struct hs_tally h;
    HS_TRY(hs_tally_torch(&h, s, true, 0, fmax(f->hi, -f->lo), (size_t)knob[BINS], e));
    double top = h.edge[hs_tally_quantile(&h, knob[P] / 100)];
    hs_tally_free(&h);
    hs_calib_clip(out, f, 0, top);
    out->candidates = 1;
    snprintf(out->warning, sizeof out->warning,
             "the left edge of a bin: up to 1/%.0f of the maximum below the percentile",
             knob[BINS]);
    return HS_OK;
}

const struct hs_calib_type hs_calib_nvidia_percentile = {
    .name = "nvidia-percentile",
    .summary =
        "preset: pytorch-quantization's percentile: 2048 bins of |x|, left edge of the bin",
    .cite = "NVIDIA/TensorRT tools/pytorch-quantization calib/histogram.py",
    .version = 1,
    .keeps = HS_KEEPS_SCALE | HS_KEEPS_ORDER | HS_KEEPS_SPLIT,
    .knob = knobs,
    .fit = fit,
};
