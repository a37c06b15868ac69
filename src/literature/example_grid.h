/* example_grid.h - the lecture's grid: int8 over [-1, 2]. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_LITERATURE_EXAMPLE_GRID_H
#define HS_LITERATURE_EXAMPLE_GRID_H
#include "format/grid.h"

/* The grid points into the struct: neither is copied. */
struct hs_example_grid {
    struct hs_grid grid;
    float scale, zero;
};
/* scale 0: the exact one, 3/255. */
enum hs_status hs_example_grid(struct hs_convention, double scale, struct hs_example_grid *,
                               struct hs_err *);
int32_t hs_example_code(const struct hs_example_grid *, double x);
double hs_example_value(const struct hs_example_grid *, int32_t q);

#endif
