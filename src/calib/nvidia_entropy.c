/* nvidia_entropy.c - pytorch-quantization's entropy calibrator as it is. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/divergence.h"
#include "calib/tally.h"
#include "calib/threshold.h"

#include <math.h>
#include <stdio.h>

enum { BINS, FIRST, STRIDE };
static const struct hs_knob knobs[] = {
    [BINS] =
        {.name = "bins", .value = 2048, .min = 2, .max = 65536, .meaning = "num_bins (2048)"},
    [FIRST] = {.name = "start_bin",
               .value = 128,
               .min = 1,
               .max = 65536,
               .meaning = "start_bin (128)"},
    [STRIDE] = {.name = "stride", .value = 1, .min = 1, .max = 65536, .meaning = "stride (1)"},
    {0}};

static enum hs_status fit(const struct hs_summary *s, const struct hs_facts *f,
                          const struct hs_target *t, const double *knob, struct hs_fit *out,
                          bool *has_grid, struct hs_err *e)
{
    (void)has_grid;
    struct hs_tally h;
    HS_TRY(hs_tally_torch(&h, s, true, 0, fmax(f->hi, -f->lo), (size_t)knob[BINS], e));
    hs_zero_rule(h.count, HS_ZERO_SECOND);
    struct hs_divergence how = {.bins = h.bins,
                                .levels = hs_divergence_levels(t, f),
                                .first = (size_t)knob[FIRST],
                                .stride = (size_t)knob[STRIDE],
                                .last = true};
    size_t cut = h.bins;
    enum hs_status st = hs_divergence_least(h.count, &how, &cut, &out->candidates, e);
    double top = h.edge[cut];
    hs_tally_free(&h);
    hs_calib_clip(out, f, 0, top);
    if (out->candidates > 1)
        snprintf(out->warning, sizeof out->warning,
                 "the toolkit's bins[0] = bins[1] edits its stored histogram: a later method "
                 "sees it");
    else
        snprintf(out->warning, sizeof out->warning,
                 "no candidate beyond the range: this is min-max");
    hs_divergence_warn(out, s, f);
    return st;
}

const struct hs_calib_type hs_calib_nvidia_entropy = {
    .name = "nvidia-entropy",
    .summary = "preset: pytorch-quantization's entropy: 2048 bins of |x|, left edge of the "
               "last best cut",
    .cite = "NVIDIA/TensorRT tools/pytorch-quantization calib/histogram.py",
    .version = 1,
    .keeps = HS_KEEPS_SCALE | HS_KEEPS_ORDER | HS_KEEPS_SPLIT,
    .knob = knobs,
    .fit = fit,
};
