/* kernel.h - sums of products in whole numbers, and the same loops in float32 and float16 to hold them against. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_INTEGER_KERNEL_H
#define HS_INTEGER_KERNEL_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* y[r * outs + o] = sum over i < k of x[r * k + i] w[o * k + i]. k is a multiple of HS_INT_STEP: whoever packs pads with
 * zeros. Whole numbers are exact, hence the same from every kernel and in any order, while no sum leaves int32: the
 * caller's to see to. A row of int8 codes reaches 2^31 at 133,000 products of 127 * 127. */
enum { HS_INT_STEP = 64 };

struct hs_int_kernel {
    const char *name; /* the instruction set */
    void (*s16)(const int16_t *x, const int16_t *w, size_t rows, size_t outs, size_t k, int32_t *y);
    /* sum[o]: the sum of row o of w. */
    void (*s8)(const int8_t *x, const int8_t *w, const int32_t *sum, size_t rows, size_t outs, size_t k, int32_t *y);
    /* Codes -8 .. 7, two a byte, as hs_int_pack4 leaves them. */
    void (*s4)(const int8_t *x, const uint8_t *w, size_t rows, size_t outs, size_t k, int32_t *y);
    /* The yardsticks, with fused multiply-adds where there are any: as fast as this loop gets, not reproducible. f16:
     * weights stored as IEEE half precision and widened on the way, NULL where no instruction does that. */
    void (*f32)(const float *x, const float *w, size_t rows, size_t outs, size_t k, float *y);
    void (*f16)(const float *x, const uint16_t *w, size_t rows, size_t outs, size_t k, float *y);
};

/* From the plainest to the best that this machine has; returns how many. HALFSTEP_ISA lowers the best. */
size_t hs_int_kernels(const struct hs_int_kernel *list[4]);
const struct hs_int_kernel *hs_int_kernel_best(void);

/* A row of k codes -8 .. 7 into k / 2 bytes: of each 64 codes, code i in the low half of byte i, code i + 32 in the high
 * half; both plus 8. */
void hs_int_pack4(const int8_t *code, size_t k, uint8_t *byte);
size_t hs_int_padded(size_t k); /* up to a multiple of HS_INT_STEP */

#endif
