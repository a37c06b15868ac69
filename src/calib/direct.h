/* direct.h - the error of a grid by looking at every value: best where they are few. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_CALIB_DIRECT_H
#define HS_CALIB_DIRECT_H
#include <stddef.h>

enum { HS_DIRECT_LANES = 16 };

/* x: n doubles, n a multiple of HS_DIRECT_LANES (padded with 0, which every grid with integer
 * zero-point holds exactly). levels scale (q - zero), q = qmin .. qmax; |x| / scale below 2^51
 * or clipped. The same bits on every instruction set. */
void hs_direct_loss(const double *x, size_t n, double scale, double zero, int qmin, int qmax,
                    double *clipping, double *rounding);

#endif
