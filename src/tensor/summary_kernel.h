/* summary_kernel.h - inside tensor/: what is looked at in a block of values, compiled once for each instruction set. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_SUMMARY_KERNEL_H
#define HS_SUMMARY_KERNEL_H
#include "tensor/isa.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HS_BLOCK = 2048 };

/* Of the bits of n > 0 floats. Positive floats order as their bits do, negative ones the other way round, above them. */
struct hs_bits {
    uint32_t high, low; /* largest and smallest as unsigned */
    int32_t top;        /* largest as signed: the largest positive one where there is any */
    uint32_t any;       /* the OR of all */
    uint32_t smallest;  /* least nonzero magnitude, less one; 0xffffffff: zeros only */
};
static inline bool hs_bits_finite(const struct hs_bits *b) /* all of them */
{
    return b->top < 0x7f800000 && b->high < 0xff800000u;
}

/* Sum of the squares of what the lower 12 bits add to the magnitudes, over |x| >= deep: sum[k] 2^exponent[k], exactly. */
struct hs_squares {
    uint64_t sum[2];
    int exponent[2];
    float deep;
};

struct hs_summary_kernels {
    void (*bits)(const uint32_t *u, size_t n, struct hs_bits *);
    /* How often two neighbours are equal; reads u[n] as well. */
    uint32_t (*repeats)(const uint32_t *u, size_t n);
    /* With 2^top <= the largest magnitude < 2^(top + 1), -30 <= top < 60. */
    void (*squares)(const float *x, size_t n, int top, struct hs_squares *);
    /* Positions of the nonzero magnitudes below t, in order; how many. */
    size_t (*below)(const float *x, size_t n, float t, uint16_t *at);
};
const struct hs_summary_kernels *hs_summary_kernels(enum hs_isa);
extern const struct hs_summary_kernels hs_summary_kernels_sse2, hs_summary_kernels_avx2, hs_summary_kernels_avx512;

#endif
