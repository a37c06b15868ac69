/* sawb.c - the threshold as a linear fit on the first two moments. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/threshold.h"

#include <math.h>
#include <stdio.h>

enum { C1, C2 };
static const struct hs_knob knobs[] = {
    [C1] = {.name = "c1",
            .value = 0,
            .min = -1e3,
            .max = 1e3,
            .meaning = "weight of the root mean square; c1 = c2 = 0: the published pair for 2, "
                       "3, 4, 5 or 8 bits"},
    [C2] = {.name = "c2",
            .value = 0,
            .min = -1e3,
            .max = 1e3,
            .meaning = "weight of the mean magnitude"},
    {0}};

/* Fitted by the authors on six densities; IBM's fms-model-optimizer holds the same numbers. */
static const struct {
    int bits;
    double c1, c2;
} table[] = {{2, 3.12, -2.064},
             {3, 7.509, -6.892},
             {4, 12.68, -12.80},
             {5, 17.74, -18.64},
             {8, 31.76, -35.04}};

static enum hs_status fit(const struct hs_summary *s, const struct hs_facts *f,
                          const struct hs_target *t, const double *knob, struct hs_fit *out,
                          bool *has_grid, struct hs_err *e)
{
    (void)s, (void)has_grid;
    double c1 = knob[C1], c2 = knob[C2], n = (double)f->count, amax = fmax(f->hi, -f->lo);
    for (size_t i = 0; knob[C1] == 0 && knob[C2] == 0 && i < sizeof table / sizeof *table; i++)
        if (table[i].bits == t->format->bits) c1 = table[i].c1, c2 = table[i].c2;
    if (c1 == 0 && c2 == 0)
        return HS_FAIL(
            e, HS_ECONFIG,
            "sawb has coefficients for 2, 3, 4, 5 and 8 bits, not for %d: set c1 and c2",
            t->format->bits);
    double alpha = c1 * sqrt(f->sum_squares / n) + c2 * f->sum_magnitude / n;
    out->candidates = 1;
    if (!(alpha > 0)) {
        snprintf(out->warning, sizeof out->warning,
                 "the fit gave a threshold of %.3g: min-max instead", alpha);
        alpha = amax;
    }
    hs_calib_clip(out, f, 0, alpha);
    return HS_OK;
}

const struct hs_calib_type hs_calib_sawb = {
    .name = "sawb",
    .summary = "statistics-aware weight binning: c1 rms + c2 mean magnitude",
    .cite = "Choi et al. 2018, arXiv:1807.06964; coefficients of fms-model-optimizer",
    .version = 1,
    .keeps = HS_KEEPS_SCALE | HS_KEEPS_ORDER | HS_KEEPS_SPLIT,
    .knob = knobs,
    .fit = fit,
};
