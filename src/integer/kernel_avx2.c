/* kernel_avx2.c - the loops with vectors of 256 bits, fused multiply-adds and half precision. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <immintrin.h>
#define ROWS 4
#define OUTS 2
#define VI __m256i
#define VI_ZERO _mm256_setzero_si256()
static inline int sum_i(__m256i w)
{
    __m128i v = _mm_add_epi32(_mm256_castsi256_si128(w), _mm256_extracti128_si256(w, 1));
    v = _mm_add_epi32(v, _mm_shuffle_epi32(v, 0x4e));
    return _mm_cvtsi128_si32(_mm_add_epi32(v, _mm_shuffle_epi32(v, 0xb1)));
}
#define VI_SUM sum_i
#define V16 __m256i
#define STEP16 16
#define LOAD16(p) _mm256_loadu_si256((const __m256i *)(const void *)(p))
#define DOT16(acc, x, w) _mm256_add_epi32(acc, _mm256_madd_epi16(x, w))
#define V8 __m256i
#define STEP8 16
#define LOADX8(p) _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(const void *)(p)))
#define LOADW8 LOADX8
#define DOT8 DOT16
#define FIX8 0
/* Codes 0 .. 15 times int8: pairs stay below 2^15, so that the saturating product never saturates. */
static inline __m256i dot4(__m256i acc, const void *x, const void *w)
{
    const __m256i low = _mm256_set1_epi8(15), ones = _mm256_set1_epi16(1);
    __m256i byte = LOAD16(w), a = _mm256_and_si256(byte, low),
            b = _mm256_and_si256(_mm256_srli_epi16(byte, 4), low);
    __m256i pairs = _mm256_add_epi16(_mm256_maddubs_epi16(a, LOAD16(x)),
                                     _mm256_maddubs_epi16(b, LOAD16((const char *)x + 32)));
    return _mm256_add_epi32(acc, _mm256_madd_epi16(pairs, ones));
}
#define DOT4 dot4
#define VF __m256
#define VF_ZERO _mm256_setzero_ps()
static inline float sum_f(__m256 w)
{
    __m128 v = _mm_add_ps(_mm256_castps256_ps128(w), _mm256_extractf128_ps(w, 1));
    v = _mm_add_ps(v, _mm_movehl_ps(v, v));
    return _mm_cvtss_f32(_mm_add_ss(v, _mm_shuffle_ps(v, v, 1)));
}
#define VF_SUM sum_f
#define STEPF 8
#define LOADF(p) _mm256_loadu_ps(p)
#define LOADH(p) _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(const void *)(p)))
#define FMA(acc, x, w) _mm256_fmadd_ps(x, w, acc)
#include "integer/kernel_body.h"

extern const struct hs_int_kernel hs_int_kernel_avx2;
const struct hs_int_kernel hs_int_kernel_avx2 = {
    .name = "AVX2", .s16 = s16, .s8 = s8, .s4 = s4, .f32 = f32, .f16 = F16};
