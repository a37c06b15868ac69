/* ppq_kl.c - OpenPPL PPQ's KL observer as it is: 32 candidates. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/divergence.h"
#include "calib/tally.h"

#include <math.h>
#include <stdio.h>

enum { BINS };
static const struct hs_knob knobs[] = {[BINS] = {.name = "bins",
                                                 .value = 4096,
                                                 .min = 512,
                                                 .max = 65536,
                                                 .meaning = "OBSERVER_KL_HIST_BINS (4096)"},
                                       {0}};

static enum hs_status fit(const struct hs_summary *s, const struct hs_facts *f,
                          const struct hs_target *t, const double *knob, struct hs_fit *out,
                          bool *has_grid, struct hs_err *e)
{
    struct hs_tally h;
    size_t levels = (size_t)1 << (t->format->bits - 1), small = (size_t)(knob[BINS] * .002),
           cut = 0;
    double step = fmax(f->hi, -f->lo) / knob[BINS];
    HS_TRY(hs_tally_torch(&h, s, true, 0, step * knob[BINS], (size_t)knob[BINS], e));
    for (size_t i = 0; i < small; i++) h.count[i] = 0;
    h.count[small] = 1;
    struct hs_divergence how = {
        .bins = h.bins, .levels = levels, .first = levels, .stride = levels, .floor = 1e-30};
    enum hs_status st = hs_divergence_least(h.count, &how, &cut, &out->candidates, e);
    hs_tally_free(&h);
    out->scale = (double)cut * step / (double)levels;
    out->zero = 0;
    *has_grid = t->format->kind == HS_INTEGER && t->format->is_signed && t->symmetric;
    out->hi = (double)cut * step;
    out->lo = f->lo < 0 ? -out->hi : 0;
    snprintf(out->warning, sizeof out->warning,
             "%ld candidates; the smallest 0.2 %% of the bins are emptied", out->candidates);
    return st;
}

const struct hs_calib_type hs_calib_ppq_kl = {
    .name = "ppq-kl",
    .summary = "preset: OpenPPL PPQ's KL observer: 4096 bins of |x|, cuts at multiples of the "
               "levels, S = T / 128",
    .cite = "OpenPPL/ppq quantization/observer/range.py",
    .version = 1,
    .keeps = HS_KEEPS_SCALE | HS_KEEPS_ORDER | HS_KEEPS_SPLIT,
    .knob = knobs,
    .fit = fit,
};
