/* value.h - inside format/: the numbers of one format, exactly, one at a time in double. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_FORMAT_VALUE_H
#define HS_FORMAT_VALUE_H
#include "format/grid.h"

/* Distance between neighbours at |v|: mantissa bits m, smallest normal 2^emin. */
double hs_value_step(double v, int m, int emin);
/* v rounded to m mantissa bits, ties to even, subnormals below 2^emin; no upper limit. */
double hs_value_nearest_even(double v, int m, int emin);
/* S for a block whose largest magnitude is top: MX, NVFP4 under tensor_scale, else top / max. */
double hs_grid_block_scale(const struct hs_format *, double top, double tensor_scale);

#endif
