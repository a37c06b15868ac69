/* many.h - inside format/: short runs of one scale each, as in block formats, without a call for each. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_FORMAT_MANY_H
#define HS_FORMAT_MANY_H
#include "format/kernel.h"

/* Runs of equal length below 256 without zero-points, with a rounding that has a loop. */
bool hs_many_fits(const struct hs_grid *);
void hs_many_run(const struct hs_grid *, const struct hs_grid_kernels *, const float *x, float *y, size_t n, size_t first,
                 double *error);

#endif
