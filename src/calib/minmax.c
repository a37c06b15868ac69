/* minmax.c - the grid spans exactly what was seen: nothing clips, outliers cost resolution. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/calib.h"

static enum hs_status fit(const struct hs_summary *s, const struct hs_facts *f,
                          const struct hs_target *t, const double *knob, struct hs_fit *out,
                          bool *has_grid, struct hs_err *e)
{
    (void)s, (void)t, (void)knob, (void)has_grid, (void)e;
    out->lo = f->lo;
    out->hi = f->hi;
    out->candidates = 1;
    return HS_OK;
}

const struct hs_calib_type hs_calib_minmax = {
    .name = "minmax",
    .summary = "the full range of the values: nothing clips, outliers cost resolution",
    .cite = "Jacob et al. 2018, arXiv:1712.05877, section 3",
    .version = 1,
    .keeps = HS_KEEPS_SCALE | HS_KEEPS_ORDER | HS_KEEPS_SPLIT,
    .extremes_only = true,
    .fit = fit,
};
