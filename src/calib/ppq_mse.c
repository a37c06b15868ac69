/* ppq_mse.c - OpenPPL PPQ's MSE observer as it is: steps of whole bins, nine candidates. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/tally.h"

#include <math.h>
#include <stdio.h>

enum { BINS };
static const struct hs_knob knobs[] = {[BINS] = {.name = "bins",
                                                 .value = 2048,
                                                 .min = 2,
                                                 .max = 65536,
                                                 .meaning = "OBSERVER_MSE_HIST_BINS (2048)"},
                                       {0}};

/* In units of a bin: levels lie on every step-th bin edge, beyond `end` the distance to it. */
static double error(const struct hs_tally *h, size_t step, size_t end)
{
    double sum = 0;
    for (size_t i = 0; i < h->bins; i++) {
        double left = (double)(i % step), right = (double)(step - i % step - 1), v;
        if (i > end)
            v = (double)(i - end) + 0.5;
        else
            v = left == right ? left + 0.25 : fmin(left, right) + 0.5;
        sum += h->count[i] * v * v;
    }
    return sum;
}

static enum hs_status fit(const struct hs_summary *s, const struct hs_facts *f,
                          const struct hs_target *t, const double *knob, struct hs_fit *out,
                          bool *has_grid, struct hs_err *e)
{
    struct hs_tally h;
    size_t bins = (size_t)knob[BINS], levels = (size_t)1 << t->format->bits,
           best = bins / levels + 1;
    double width = fmax(f->hi, -f->lo) / knob[BINS];
    HS_TRY(hs_tally_torch(&h, s, true, 0, width * knob[BINS], bins, e));
    double least = error(&h, best, levels * best);
    out->candidates = 1;
    for (size_t step = 1; step <= bins / levels; step++, out->candidates++) {
        double now = error(&h, step, levels * step);
        if (now < least) least = now, best = step;
    }
    hs_tally_free(&h);
    double top = (double)(levels * best) * width;
    out->scale = 2 * top / (double)(levels - 1);
    out->zero = 0;
    *has_grid = t->format->kind == HS_INTEGER && t->format->is_signed && t->symmetric;
    out->hi = fmin(top, fmax(f->hi, 0));
    out->lo = fmax(-top, fmin(f->lo, 0));
    snprintf(out->warning, sizeof out->warning,
             "%ld candidates: a step is a whole number of bins%s", out->candidates,
             *has_grid ? ", and half the codes are taken for one side's worth" : "");
    return HS_OK;
}

const struct hs_calib_type hs_calib_ppq_mse = {
    .name = "ppq-mse",
    .summary =
        "preset: OpenPPL PPQ's MSE observer, symmetric: 2048 bins of |x|, steps of whole bins",
    .cite = "OpenPPL/ppq quantization/observer/range.py",
    .version = 1,
    .keeps = HS_KEEPS_SCALE | HS_KEEPS_ORDER | HS_KEEPS_SPLIT,
    .knob = knobs,
    .fit = fit,
};
