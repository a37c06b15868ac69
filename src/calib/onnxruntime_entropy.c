/* onnxruntime_entropy.c - ONNX Runtime's entropy calibrater as it is, truncation and all. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/tally.h"

#include "base/mem.h"

#include <math.h>
#include <stdio.h>

enum { BINS, LEVELS };
static const struct hs_knob knobs[] = {
    [BINS] = {.name = "bins",
              .value = 128,
              .min = 2,
              .max = 4096,
              .meaning = "num_bins (128; with 2048 it searches)"},
    [LEVELS] = {.name = "levels",
                .value = 128,
                .min = 2,
                .max = 4096,
                .meaning = "num_quantized_bins (128)"},
    {0}};

/* Zeros become eps; what that adds is taken evenly from the others, in float32. False where
 * eps1 >= 1 or all are 0. */
static bool smooth(const double *in, double *out, size_t n)
{
    double zeros = 0;
    for (size_t i = 0; i < n; i++) zeros += in[i] == 0;
    if (zeros == (double)n) return false;
    float less = (float)(1e-4 * zeros / ((double)n - zeros));
    for (size_t i = 0; i < n; i++) out[i] = in[i] == 0 ? 1e-4f : (float)in[i] - less;
    return less < 1;
}

static double divergence(const double *p, const double *q, size_t n)
{
    double sp = 0, sq = 0, d = 0;
    for (size_t i = 0; i < n; i++) sp += p[i], sq += q[i];
    for (size_t i = 0; i < n; i++) d += p[i] > 0 ? p[i] / sp * log(p[i] / sp / (q[i] / sq)) : 0;
    return d;
}

/* One cut [from, to): p holds the outliers in its end bins; q merges the bins in runs of n /
 * levels, the rest added to the last level but not spread over, and holds whole numbers: the
 * quotient is truncated. */
static double candidate(const struct hs_tally *h, size_t from, size_t to, size_t levels,
                        double *p, double *q)
{
    size_t n = to - from, run = n / levels;
    for (size_t i = 0; i < n; i++) p[i] = h->count[from + i], q[i] = 0;
    for (size_t i = 0; i < from; i++) p[0] += h->count[i];
    for (size_t i = to; i < h->bins; i++) p[n - 1] += h->count[i];
    for (size_t l = 0; l < levels; l++) {
        double mass = 0, full = 0;
        for (size_t i = l * run; i < (l + 1) * run; i++)
            mass += h->count[from + i], full += p[i] != 0;
        for (size_t i = levels * run; i < n && l + 1 == levels; i++) mass += h->count[from + i];
        for (size_t i = l * run; i < (l + 1) * run && full > 0; i++) q[i] = trunc(mass / full);
    }
    return smooth(p, p, n) && smooth(q, q, n) ? divergence(p, q, n) : INFINITY;
}

static enum hs_status search(const struct hs_tally *h, size_t levels, size_t *from, size_t *to,
                             long *tried, struct hs_err *e)
{
    size_t half = h->bins / 2;
    double *p = hs_alloc(2 * h->bins, sizeof *p), least = INFINITY;
    if (!p) return HS_OUT_OF_MEMORY(e);
    *from = 0;
    *to = h->bins;
    *tried = 0;
    for (size_t i = levels / 2; i <= half; i++, ++*tried) {
        size_t a = half - i, b = half + i + 1 < h->bins ? half + i + 1 : h->bins;
        double d = candidate(h, a, b, levels, p, p + h->bins);
        if (d < least) least = d, *from = a, *to = b;
    }
    hs_free(p);
    return HS_OK;
}

static enum hs_status fit(const struct hs_summary *s, const struct hs_facts *f,
                          const struct hs_target *t, const double *knob, struct hs_fit *out,
                          bool *has_grid, struct hs_err *e)
{
    (void)has_grid, (void)t;
    struct hs_tally h;
    double amax = fmax(f->hi, -f->lo);
    size_t from = 0, to = 0;
    HS_TRY(hs_tally_numpy(&h, s, false, -amax, amax, (size_t)knob[BINS], e));
    enum hs_status st = search(&h, (size_t)knob[LEVELS], &from, &to, &out->candidates, e);
    if (st == HS_OK) {
        out->lo = fmax(h.edge[from], f->lo);
        out->hi = fmin(h.edge[to], f->hi);
    }
    hs_tally_free(&h);
    snprintf(out->warning, sizeof out->warning, "%s",
             out->candidates <= 1 ? "one candidate: this is min-max"
                                  : "merged counts are truncated to whole numbers");
    return st;
}

const struct hs_calib_type hs_calib_onnxruntime_entropy = {
    .name = "onnxruntime-entropy",
    .summary = "preset: ONNX Runtime's Entropy: 128 bins into 128, which leaves one candidate",
    .cite = "microsoft/onnxruntime python/tools/quantization/calibrate.py",
    .version = 1,
    .keeps = HS_KEEPS_SCALE | HS_KEEPS_ORDER | HS_KEEPS_SPLIT,
    .knob = knobs,
    .fit = fit,
};
