/* torch_histogram.c - torch 1.13's HistogramObserver as it is: it loses values. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/walk.h"

#include <math.h>
#include <stdio.h>

enum { BINS };
static const struct hs_knob knobs[] = {
    [BINS] = {.name = "bins", .value = 2048, .min = 2, .max = 65536, .meaning = "bins (2048)"},
    {0}};

/* torch.histc(x, bins, min = int(min), max = int(max)), whose bins are then taken to span min
 * .. max. Equal ends mean the range of the data. */
static enum hs_status tally(struct hs_tally *h, const struct hs_summary *s,
                            const struct hs_facts *f, size_t bins, struct hs_err *e)
{
    double lo = trunc(f->lo), hi = trunc(f->hi);
    if (lo == hi) lo = f->lo, hi = f->hi;
    return hs_tally_torch(h, s, false, lo, hi, bins, e);
}

static enum hs_status fit(const struct hs_summary *s, const struct hs_facts *f,
                          const struct hs_target *t, const double *knob, struct hs_fit *out,
                          bool *has_grid, struct hs_err *e)
{
    struct hs_tally h;
    HS_TRY(tally(&h, s, f, (size_t)knob[BINS], e));
    struct hs_walk w = {
        .lo = f->lo, .hi = f->hi, .step = 1e-5, .levels = (size_t)1 << t->format->bits};
    hs_walk_range(&h, &w, out);
    double dropped = (double)f->count - h.total;
    hs_tally_free(&h);
    if (t->format->kind == HS_INTEGER && t->format->is_signed && t->symmetric) {
        out->scale =
            fmax(fmax(-out->lo, out->hi) / (ldexp(1, t->format->bits - 1) - 0.5), 0x1p-23);
        out->zero = 0;
        *has_grid = true;
    }
    snprintf(out->warning, sizeof out->warning,
             "its histogram lacks %.0f of %llu values and is laid over the wrong range",
             dropped, (unsigned long long)f->count);
    return HS_OK;
}

const struct hs_calib_type hs_calib_torch_histogram = {
    .name = "torch-histogram",
    .summary = "preset: torch 1.13's HistogramObserver, symmetric S = T / 127.5",
    .cite = "torch 1.13 ao/quantization/observer.py",
    .version = 1,
    .keeps = HS_KEEPS_ORDER | HS_KEEPS_SPLIT,
    .knob = knobs,
    .fit = fit,
};
