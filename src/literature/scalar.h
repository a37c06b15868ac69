/* scalar.h - scalar quantizers of least error with N levels: uniform, and free. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_LITERATURE_SCALAR_H
#define HS_LITERATURE_SCALAR_H
#include "base/err.h"
#include "literature/density.h"

enum { HS_MOST_LEVELS = 512 };

struct hs_scalar {
    size_t n;
    double level[HS_MOST_LEVELS]; /* ascending, symmetric */
    double error, entropy;        /* squared error; bits of the level index */
};
/* Mid-rise for even n, mid-tread for odd n: levels (i - (n - 1) / 2) step. *step is where d
 * error / d step = 0. */
enum hs_status hs_scalar_uniform(const struct hs_density *, size_t n, struct hs_scalar *,
                                 double *step, struct hs_err *);
/* Lloyd 1982, Max 1960: each level the centroid of its cell, each edge midway. Lloyd's
 * iteration from the companding rule, then Newton's on y - centroid(y) with its tridiagonal
 * Jacobian, on the positive half (the whole line is singular). */
enum hs_status hs_scalar_lloyd_max(const struct hs_density *, size_t n, struct hs_scalar *,
                                   struct hs_err *);

#endif
