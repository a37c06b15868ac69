/* entropy.c - the threshold whose merged histogram loses least information. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/divergence.h"

#include "base/mem.h"

#include <math.h>
#include <stdio.h>

enum { BINS, LEVELS, STRIDE, ZERO };
static const struct hs_knob knobs[] = {
    [BINS] = {.name = "bins",
              .value = 2048,
              .min = 2,
              .max = 65536,
              .meaning = "bins of |x| from 0 to its maximum (Migacz 2017: 2048)"},
    [LEVELS] = {.name = "levels",
                .value = 0,
                .min = 0,
                .max = 65536,
                .meaning =
                    "bins after merging; the first candidate has as many; 0: what the format "
                    "has on one side, "
                    "which is Migacz's 128 for int8; 128 for formats that are not integers"},
    [STRIDE] = {.name = "stride",
                .value = 1,
                .min = 1,
                .max = 1024,
                .meaning = "bins between candidates (Migacz: 1)"},
    [ZERO] = {.name = "zero",
              .value = HS_ZERO_SECOND,
              .min = 0,
              .max = HS_ZERO_SECOND,
              .words = hs_zero_rules,
              .meaning = "the first bin, which holds the zeros of rectified data: keep its "
                         "count, drop it, or give it the second's "
                         "(pytorch-quantization)"},
    {0}};

static enum hs_status fit(const struct hs_summary *s, const struct hs_facts *f,
                          const struct hs_target *t, const double *knob, struct hs_fit *out,
                          bool *has_grid, struct hs_err *e)
{
    (void)has_grid;
    size_t bins = (size_t)knob[BINS], levels = (size_t)knob[LEVELS];
    bool positive = hs_calib_positive(t);
    double amax = positive ? f->hi : fmax(f->hi, -f->lo), *count;
    if (amax <= 0) { /* all values clip to 0 whatever the scale */
        out->candidates = 1;
        return HS_OK;
    }
    if (!(count = hs_alloc(bins, sizeof *count))) return HS_OUT_OF_MEMORY(e);
    if (!levels) levels = hs_divergence_levels(t, f);
    hs_magnitude_bins(s, f, positive, amax, count, bins);
    hs_zero_rule(count, (enum hs_zero_rule)knob[ZERO]);
    struct hs_divergence how = {
        .bins = bins, .levels = levels, .first = levels, .stride = (size_t)knob[STRIDE]};
    size_t cut;
    enum hs_status st = hs_divergence_least(count, &how, &cut, &out->candidates, e);
    hs_free(count);
    if (st != HS_OK) return st;
    /* Migacz: (m + 0.5) bins; all bins kept means nothing clips. */
    double top = cut < bins ? (cut + 0.5) * (amax / bins) : amax;
    out->lo = fmax(f->lo, -top);
    out->hi = fmin(f->hi, top);
    if (out->candidates <= 1)
        snprintf(out->warning, sizeof out->warning, "one candidate: this is min-max");
    else if (t->format->kind != HS_INTEGER)
        snprintf(out->warning, sizeof out->warning,
                 "the divergence was taken for %zu uniform levels", levels);
    hs_divergence_warn(out, s, f);
    return HS_OK;
}

const struct hs_calib_type hs_calib_entropy = {
    .name = "entropy",
    .summary = "least Kullback-Leibler divergence between the clipped histogram and its merged "
               "version",
    .cite = "Migacz 2017, GTC S7310: 8-bit inference with TensorRT",
    .version = 1,
    .keeps = HS_KEEPS_SCALE | HS_KEEPS_ORDER | HS_KEEPS_SPLIT,
    .knob = knobs,
    .fit = fit,
};
