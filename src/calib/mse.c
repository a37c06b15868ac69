/* mse.c - the least squared error that any scale and zero-point can reach. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/search.h"

#include <math.h>
#include <stdio.h>

enum { TOLERANCE, BUDGET };
static const struct hs_knob knobs[] = {
    [TOLERANCE] = {.name = "tolerance",
                   .value = 1e-9,
                   .min = 0,
                   .max = 1,
                   .meaning =
                       "stop when no grid can be better by more than this share of the error "
                       "(1e-4 where the distribution is a histogram, itself good to 1e-3)"},
    [BUDGET] = {.name = "budget",
                .value = 0,
                .min = 0,
                .max = 1e9,
                .meaning = "grids tried at most; 0: as many as cost 2^24 level look-ups"},
    {0}};

static enum hs_status fit(const struct hs_summary *s, const struct hs_facts *f,
                          const struct hs_target *t, const double *knob, struct hs_fit *out,
                          bool *has_grid, struct hs_err *e)
{
    struct hs_curve c;
    struct hs_found found;
    HS_TRY(hs_curve_open(&c, s, f, t, e));
    struct hs_search how = hs_search_defaults(&c, f->exact, knob[TOLERANCE], knob[BUDGET]);
    enum hs_status st = hs_search_scale(&c, &how, &found, e);
    hs_curve_close(&c);
    if (st != HS_OK) return st;
    out->scale = found.scale;
    out->zero = found.zero;
    out->candidates = found.candidates;
    *has_grid = true;
    double left = found.error > 0 ? 1 - found.bound / found.error : 0;
    if (left > 2e-4)
        snprintf(out->warning, sizeof out->warning,
                 "the budget ended the search: the optimum may be %.2g %% lower", 100 * left);
    return HS_OK;
}

const struct hs_calib_type hs_calib_mse = {
    .name = "mse",
    .summary = "the least squared error over all scales (affine: and zero-points), by branch "
               "and bound",
    .cite =
        "Lloyd 1982; Max 1960: the uniform quantizer of least error, here of the data itself",
    .version = 1,
    .keeps = HS_KEEPS_ALL,
    .is_optimum = true,
    .knob = knobs,
    .fit = fit,
};
