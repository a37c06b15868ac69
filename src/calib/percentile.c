/* percentile.c - a fixed share of the values may clip. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/calib.h"

#include <math.h>

enum { P, SIDES };
enum { AUTO, MAGNITUDE, TWO_SIDED };

static const char *const sides[] = {"auto", "magnitude", "two-sided", NULL};
static const struct hs_knob knobs[] = {
    [P] = {.name = "p",
           .value = 99.99,
           .min = 50,
           .max = 100,
           .meaning = "percent of the values that stay inside (Wu et al. 2020 and "
                      "pytorch-quantization: 99.99)"},
    [SIDES] = {.name = "sides",
               .value = AUTO,
               .min = AUTO,
               .max = TWO_SIDED,
               .words = sides,
               .meaning =
                   "magnitude: quantile of |x|; two-sided: half of the rest in each tail; "
                   "auto: magnitude for symmetric targets, two-sided for affine ones"},
    {0}};

static enum hs_status fit(const struct hs_summary *s, const struct hs_facts *f,
                          const struct hs_target *t, const double *knob, struct hs_fit *out,
                          bool *has_grid, struct hs_err *e)
{
    (void)has_grid, (void)e;
    double p = knob[P] / 100;
    bool integer = t->format->kind == HS_INTEGER;
    out->candidates = 1;
    if (knob[SIDES] == MAGNITUDE || (knob[SIDES] == AUTO && (t->symmetric || !integer))) {
        double top = hs_calib_positive(t) ? hs_summary_quantile(s, p)
                                          : hs_summary_magnitude_quantile(s, p);
        out->lo = f->lo < 0 && !hs_calib_positive(t) ? -top : 0;
        out->hi = f->hi > 0 ? fmax(top, 0) : 0;
    } else {
        out->lo = hs_summary_quantile(s, (1 - p) / 2);
        out->hi = hs_summary_quantile(s, (1 + p) / 2);
    }
    return HS_OK;
}

const struct hs_calib_type hs_calib_percentile = {
    .name = "percentile",
    .summary = "a fixed share of the values stays inside the range, the rest clips",
    .cite = "Wu et al. 2020, arXiv:2004.09602, section 4.1",
    .version = 1,
    .keeps = HS_KEEPS_SCALE | HS_KEEPS_ORDER | HS_KEEPS_SPLIT,
    .knob = knobs,
    .fit = fit,
};
