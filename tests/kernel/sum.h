/* sum.h - convolutions summed the slow way. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_TESTS_SUM_H
#define HS_TESTS_SUM_H
#include "tensor/product.h"

#include <stdint.h>

/* One case: n images, channels last; `plain` follows a rule that everything must give bit for bit, `exact` is summed in
 * double, `bound` = 4 K 2^-24 sum |w| |x| with K the length of the sum. All before any finish. */
struct sum_case {
    struct hs_taps taps;
    size_t n, height, width, steps[2];
    size_t ins, outs; /* values of x and of y in all */
    float *x, *weight, *bias, *plain;
    double *exact, *bound;
};
void sum_open(struct sum_case *, uint64_t seed); /* taps, n, height, width are set (a stride or dilation of 0: 1); the rest is made here */
void sum_compute(struct sum_case *);             /* again, after x or weight were changed */
void sum_close(struct sum_case *);

/* Separate nodes: affine, ReLU, pool. y has room for all of plain; returns how many values it holds. */
size_t sum_finish(const struct sum_case *, const struct hs_finish *, float *y);
uint32_t sum_draw(uint64_t *state); /* 32 random bits */

#endif
