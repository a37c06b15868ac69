/* kernel_avx512.c - the loops with vectors of 512 bits, int8 widened to int16. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "integer/kernel_wide.h"
#define DOT16(acc, x, w) _mm512_add_epi32(acc, _mm512_madd_epi16(x, w))
#define STEP8 32
#define LOADX8(p) _mm512_cvtepi8_epi16(_mm256_loadu_si256((const __m256i *)(const void *)(p)))
#define LOADW8 LOADX8
#define DOT8 DOT16
#define FIX8 0
#define DOT4(acc, x, w)                                                                                                \
    _mm512_add_epi32(acc, _mm512_madd_epi16(_mm512_maddubs_epi16(halves(w), LOAD(x)), _mm512_set1_epi16(1)))
#include "integer/kernel_body.h"

extern const struct hs_int_kernel hs_int_kernel_avx512;
const struct hs_int_kernel hs_int_kernel_avx512 = {
    .name = "AVX-512", .s16 = s16, .s8 = s8, .s4 = s4, .f32 = f32, .f16 = F16};
