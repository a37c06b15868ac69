/* example_grid.c - S = 3/255 and Z = -43, found by the same rule that every other grid is made
 * by. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "literature/example_grid.h"

enum hs_status hs_example_grid(struct hs_convention convention, double scale,
                               struct hs_example_grid *g, struct hs_err *e)
{
    const struct hs_format *int8 = hs_format_find("int8", e);
    if (!int8) return e->status;
    struct hs_point p = hs_grid_point(int8, false, false, -1, 2);
    g->scale = (float)(scale != 0 ? scale : p.scale), g->zero = (float)p.zero;
    g->grid = (struct hs_grid){
        .format = int8,
        .convention = convention,
        .parts = {.granularity = HS_PER_TENSOR, .outer = 1, .channels = 1, .inner = 1},
        .n = 1,
        .scale = &g->scale,
        .zero = &g->zero,
    };
    hs_grid_codes(int8, false, &g->grid.qmin, &g->grid.qmax);
    return HS_OK;
}

int32_t hs_example_code(const struct hs_example_grid *g, double x)
{
    int32_t code;
    hs_grid_encode(&g->grid, &(float){(float)x}, &code, 1, 0);
    return code;
}

double hs_example_value(const struct hs_example_grid *g, int32_t q)
{
    float x;
    hs_grid_decode(&g->grid, &q, &x, 1, 0);
    return (double)x;
}
