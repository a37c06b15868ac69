/* octav.c - the fixed point of Newton's recursion for the threshold of least squared error. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/threshold.h"

#include <math.h>
#include <stdio.h>

enum { ITERATIONS, TOLERANCE };
static const struct hs_knob knobs[] = {
    [ITERATIONS] = {.name = "iterations",
                    .value = 100,
                    .min = 1,
                    .max = 1e6,
                    .meaning = "steps at most (it takes 12 to 16 on the usual densities)"},
    [TOLERANCE] = {.name = "tolerance",
                   .value = 1e-12,
                   .min = 0,
                   .max = 1,
                   .meaning = "relative change that ends it"},
    {0}};

/* s <- E|x|1(|x| > s) / (4^-B / 3 P(0 < |x| <= s) + P(|x| > s)), from E|x|; unsigned: 4^-B / 12
 * (equation 6). Zeros are exact on every grid, so they carry no rounding error. */
static enum hs_status fit(const struct hs_summary *s, const struct hs_facts *f,
                          const struct hs_target *t, const double *knob, struct hs_fit *out,
                          bool *has_grid, struct hs_err *e)
{
    (void)has_grid, (void)e;
    double n = (double)f->count, amax = fmax(f->hi, -f->lo);
    double noise = pow(4, -t->format->bits) / (hs_calib_one_sided(t, f) ? 12 : 3);
    double now = f->sum_magnitude / n, change = INFINITY;
    for (out->candidates = 0; out->candidates < knob[ITERATIONS] && change > knob[TOLERANCE];
         out->candidates++) {
        struct hs_mass in = hs_summary_magnitude_below(s, nextafter(now, INFINITY));
        double outside = n - in.count, rounded = fmax(in.count - (double)f->zeros, 0);
        double next = (f->sum_magnitude - in.sum) / (noise * rounded + outside);
        if (!(next > 0)) break; /* nothing lies beyond s: it has passed the largest value */
        change = fabs(next - now) / now;
        now = next;
    }
    hs_calib_clip(out, f, 0, fmin(now, amax));
    if (t->format->kind != HS_INTEGER)
        snprintf(out->warning, sizeof out->warning,
                 "the threshold is that of a uniform grid of %d bits", t->format->bits);
    return HS_OK;
}

const struct hs_calib_type hs_calib_octav = {
    .name = "octav",
    .summary = "Newton's recursion for the clipping threshold of least squared error",
    .cite = "Sakr et al. 2022, arXiv:2206.06501, equation 6",
    .version = 1,
    .keeps = HS_KEEPS_SCALE | HS_KEEPS_ORDER | HS_KEEPS_SPLIT,
    .knob = knobs,
    .fit = fit,
};
