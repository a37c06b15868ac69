/* nvidia_mse.c - pytorch-quantization's MSE calibrator as it is: bin centres scanned over bin centres. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/tally.h"
#include "calib/threshold.h"

#include <math.h>
#include <stdio.h>

enum { BINS, FIRST, STRIDE };
static const struct hs_knob knobs[] = {
    [BINS] = {.name = "bins", .value = 2048, .min = 2, .max = 65536, .meaning = "num_bins (2048)"},
    [FIRST] = {.name = "start_bin", .value = 128, .min = 0, .max = 65535, .meaning = "start_bin (128)"},
    [STRIDE] = {.name = "stride", .value = 1, .min = 1, .max = 65536, .meaning = "stride (1)"},
    {0}};

static double centre(const struct hs_tally *h, size_t i) { return (float)(0.5 * (h->edge[i] + h->edge[i + 1])); }

static double error(const struct hs_tally *h, double amax, double codes)
{
    double sum = 0;
    for (size_t i = 0; i < h->bins; i++) {
        double x = centre(h, i), v = x - amax / codes * fmin(rint(x * codes / amax), codes);
        sum += v * v * h->count[i];
    }
    return sum;
}

static enum hs_status fit(const struct hs_summary *s, const struct hs_facts *f, const struct hs_target *t,
                          const double *knob, struct hs_fit *out, bool *has_grid, struct hs_err *e)
{
    (void)has_grid;
    struct hs_tally h;
    double amax = fmax(f->hi, -f->lo), least = INFINITY, top = amax;
    double codes = ldexp(1, t->format->bits - (hs_calib_one_sided(t, f) ? 0 : 1)) - 1;
    HS_TRY(hs_tally_torch(&h, s, true, 0, amax, (size_t)knob[BINS], e));
    out->candidates = 0;
    for (size_t i = (size_t)knob[FIRST]; i < h.bins; i += (size_t)knob[STRIDE], out->candidates++) {
        double now = error(&h, centre(&h, i), codes);
        if (now < least) least = now, top = centre(&h, i);
    }
    hs_tally_free(&h);
    hs_calib_clip(out, f, 0, top);
    snprintf(out->warning, sizeof out->warning, "values count as their bins' centres; no threshold below bin %.0f is tried",
             knob[FIRST]);
    return HS_OK;
}

const struct hs_calib_type hs_calib_nvidia_mse = {
    .name = "nvidia-mse",
    .summary = "preset: pytorch-quantization's mse: 2048 bins of |x|, thresholds at bin centres from bin 128",
    .cite = "NVIDIA/TensorRT tools/pytorch-quantization calib/histogram.py",
    .version = 1,
    .keeps = HS_KEEPS_SCALE | HS_KEEPS_ORDER | HS_KEEPS_SPLIT,
    .knob = knobs,
    .fit = fit,
};
