/* nvidia_mse.c - pytorch-quantization's MSE calibrator as it is: bin centres on bin centres. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/tally.h"
#include "calib/threshold.h"

#include "base/mem.h"

#include <math.h>
#include <stdio.h>

enum { BINS, FIRST, STRIDE };
static const struct hs_knob knobs[] = {
    [BINS] =
        {.name = "bins", .value = 2048, .min = 2, .max = 65536, .meaning = "num_bins (2048)"},
    [FIRST] = {.name = "start_bin",
               .value = 128,
               .min = 0,
               .max = 65535,
               .meaning = "start_bin (128)"},
    [STRIDE] = {.name = "stride", .value = 1, .min = 1, .max = 65536, .meaning = "stride (1)"},
    {0}};

static double centre(const struct hs_tally *h, size_t i)
{
    return (float)(0.5 * (h->edge[i] + h->edge[i + 1]));
}

/* Of the first i bins: counts, sum of centres and of their squares. */
struct prefix {
    double n, sum, square;
};

/* The error of a threshold, level by level: the centres that round to one level are a run of
 * bins. */
static double error(const struct hs_tally *h, const struct prefix *below, double amax,
                    double codes)
{
    double step = amax / codes, width = h->edge[h->bins] / (double)h->bins, sum = 0;
    size_t from = 0;
    for (double q = 0; q <= codes && from < h->bins; q++) {
        double end = (q + 0.5) * step, level = q * step;
        size_t to =
            q < codes ? (size_t)fmin(fmax(end / width - 0.5, 0), (double)h->bins) : h->bins;
        while (to < h->bins && q < codes && centre(h, to) < end) to++;
        while (to > from && q < codes && centre(h, to - 1) >= end) to--;
        if (to <= from) continue;
        double n = below[to].n - below[from].n, s = below[to].sum - below[from].sum;
        sum += below[to].square - below[from].square - 2 * level * s + level * level * n;
        from = to;
    }
    return sum;
}

static void sums(const struct hs_tally *h, struct prefix *below)
{
    below[0] = (struct prefix){0, 0, 0};
    for (size_t i = 0; i < h->bins; i++) {
        double x = centre(h, i), n = h->count[i];
        below[i + 1] =
            (struct prefix){below[i].n + n, below[i].sum + n * x, below[i].square + n * x * x};
    }
}

static enum hs_status fit(const struct hs_summary *s, const struct hs_facts *f,
                          const struct hs_target *t, const double *knob, struct hs_fit *out,
                          bool *has_grid, struct hs_err *e)
{
    (void)has_grid;
    struct hs_tally h;
    double amax = fmax(f->hi, -f->lo), least = INFINITY, top = amax;
    double codes = ldexp(1, t->format->bits - (hs_calib_one_sided(t, f) ? 0 : 1)) - 1;
    HS_TRY(hs_tally_torch(&h, s, true, 0, amax, (size_t)knob[BINS], e));
    struct prefix *below = hs_alloc(h.bins + 1, sizeof *below);
    if (!below) return hs_tally_free(&h), HS_OUT_OF_MEMORY(e);
    sums(&h, below);
    out->candidates = 0;
    for (size_t i = (size_t)knob[FIRST]; i < h.bins;
         i += (size_t)knob[STRIDE], out->candidates++) {
        double now = error(&h, below, centre(&h, i), codes);
        if (now < least) least = now, top = centre(&h, i);
    }
    hs_free(below);
    hs_tally_free(&h);
    hs_calib_clip(out, f, 0, top);
    snprintf(out->warning, sizeof out->warning,
             "values count as their bins' centres; no threshold below bin %.0f is tried",
             knob[FIRST]);
    return HS_OK;
}

const struct hs_calib_type hs_calib_nvidia_mse = {
    .name = "nvidia-mse",
    .summary = "preset: pytorch-quantization's mse: 2048 bins of |x|, thresholds at bin "
               "centres from bin 128",
    .cite = "NVIDIA/TensorRT tools/pytorch-quantization calib/histogram.py",
    .version = 1,
    .keeps = HS_KEEPS_SCALE | HS_KEEPS_ORDER | HS_KEEPS_SPLIT,
    .knob = knobs,
    .fit = fit,
};
