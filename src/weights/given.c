/* given.c - weights that another program rounded: any outside method beside ours. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weights/weights.h"

#include <math.h>

static const struct hs_knob knobs[] = {HS_WEIGHTS_BIAS_KNOB, {0}};

/* Values on the grid may differ in the last digits, by how scale and code were multiplied; no further. */
static bool is_on(const struct hs_grid *g, float x, float nearest, size_t i)
{
    double step = g->format->kind == HS_INTEGER ? (double)g->scale[hs_parts_of(&g->parts, i)] : 0;
    return fabs((double)x - (double)nearest) <= 1e-5 * fabs((double)nearest) + 1e-3 * step;
}

static enum hs_status round_weights(const struct hs_weights_problem *p, float *out, const double *knob, struct hs_err *e)
{
    struct hs_grid g = *p->grid;
    size_t n = p->groups * p->rows * p->columns;
    (void)knob;
    g.convention.rounding = HS_HALF_EVEN; /* whatever the convention: the values are on the grid */
    hs_grid_apply(&g, p->given, out, n, 0);
    for (size_t i = 0; i < n; i++)
        if (!is_on(&g, p->given[i], out[i], i))
            return HS_FAIL(e, HS_EDATA, "given weight %zu of %zu is %.9g, but the nearest value of its grid is %.9g: the file "
                           "was made for other scales (strategy given takes them from it)", i, n, (double)p->given[i],
                           (double)out[i]);
    return HS_OK;
}

const struct hs_weights_type hs_weights_given = {
    .name = "given", .summary = "weights that were rounded elsewhere, from a file by layer", .version = 1,
    .keeps = HS_WEIGHTS_KEEPS_SCALE, .takes_file = true, .knob = knobs, .round = round_weights,
};
