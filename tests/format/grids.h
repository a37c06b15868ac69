/* grids.h - grids and values for the tests of formats. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_TEST_GRIDS_H
#define HS_TEST_GRIDS_H
#include "base/mem.h"
#include "base/rng.h"
#include "format/grid.h"
#include "tensor/isa.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A static per-tensor grid over *scale and *zero, which the caller keeps. */
static inline struct hs_grid grid_of(const struct hs_format *f, float *scale, float *zero)
{
    struct hs_grid g = {.format = f, .parts = {HS_PER_TENSOR, 1, 1, 1, 0}, .n = 1, .scale = scale, .zero = zero,
                        .symmetric = !zero};
    hs_grid_codes(f, false, &g.qmin, &g.qmax);
    return g;
}

/* Magnitudes over many octaves, both signs, zeros among them. */
static inline void wild(float *x, size_t n, gsl_rng *r, double scale)
{
    for (size_t i = 0; i < n; i++) {
        double v = gsl_ran_gaussian(r, 1) * exp2(8 * gsl_rng_uniform(r) - 4);
        x[i] = gsl_rng_uniform(r) < .01 ? 0 : (float)(v * scale);
    }
}

static inline size_t formats(void)
{
    size_t n = 0;
    while (hs_format_roster[n]) n++;
    return n;
}

/* Runs the rest of the program's quantization on one instruction set. */
static inline void force(enum hs_isa isa) { setenv("HALFSTEP_ISA", hs_isa_names[isa], 1); }

#endif
