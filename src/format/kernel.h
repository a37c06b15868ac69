/* kernel.h - inside format/: the loops of quantization, compiled once for each instruction set. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_FORMAT_KERNEL_H
#define HS_FORMAT_KERNEL_H
#include "format/measure.h"
#include "format/rule.h"
#include "tensor/isa.h"

enum { HS_CHUNK = 1024 }; /* values whose squared errors are added in float32 before they go to double */

/* A scale for each value, or for each run; where the inverse is not NULL, x is multiplied by that instead. */
struct hs_many { const float *scale, *inverse; };

struct hs_grid_kernels {
    /* One scale for n values, or many->scale[i] for each where `many` is not NULL (then the zero-point is 0). y[i] =
     * dequantized, and the sum of (x - y)^2 is added to *error, as far as each was asked for (not NULL). y == x is fine. */
    void (*run)(const struct hs_rule *, const struct hs_many *, const float *x, float *y, size_t n, double *error);
    /* Runs of `size` values, a multiple of 16, with scale[k] and inverse[k] (or NULL) for run k; zero-points are 0. */
    void (*runs)(const struct hs_rule *, const struct hs_many *, size_t size, const float *x, float *y, size_t n,
                 double *error);
    /* The same errors one by one in double, added to *loss in lanes of 8. */
    void (*loss)(const struct hs_rule *, const float *x, size_t n, struct hs_loss *loss);
    struct hs_range (*range)(const float *x, size_t n);
    /* Largest magnitude of each run of `size` values; the last run may be short. */
    void (*magnitudes)(const float *x, size_t n, size_t size, float *top);
};
const struct hs_grid_kernels *hs_grid_kernels(enum hs_isa);
bool hs_rule_is_slow(const struct hs_rule *); /* no loop for it: one value at a time, hs_round_slow */

extern const struct hs_grid_kernels hs_grid_kernels_sse2, hs_grid_kernels_avx2, hs_grid_kernels_avx512;

#endif
