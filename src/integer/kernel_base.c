/* kernel_base.c - the loops with the vectors that every x86-64 has; plain C on other machines. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifdef __SSE2__
#include <emmintrin.h>
#define KERNEL "SSE2"
#define ROWS 4
#define OUTS 2
#define VI __m128i
#define VI_ZERO _mm_setzero_si128()
static inline int sum_i(__m128i v)
{
    v = _mm_add_epi32(v, _mm_shuffle_epi32(v, 0x4e));
    return _mm_cvtsi128_si32(_mm_add_epi32(v, _mm_shuffle_epi32(v, 0xb1)));
}
#define VI_SUM sum_i
#define V16 __m128i
#define STEP16 8
#define LOAD16(p) _mm_loadu_si128((const __m128i *)(const void *)(p))
#define DOT16(acc, x, w) _mm_add_epi32(acc, _mm_madd_epi16(x, w))
/* int8 has no products of its own: widened to int16 by a copy into the high half and a shift down. */
#define V8 __m128i
#define STEP8 8
static inline __m128i widen(const void *p)
{
    __m128i v = _mm_loadl_epi64(p);
    return _mm_srai_epi16(_mm_unpacklo_epi8(v, v), 8);
}
#define LOADX8 widen
#define LOADW8 widen
#define DOT8 DOT16
#define FIX8 0
static inline __m128i dot4(__m128i acc, const void *x, const void *w)
{
    const __m128i low = _mm_set1_epi8(15), none = _mm_setzero_si128();
    for (int half = 0; half < 2; half++) {
        __m128i byte = LOAD16((const char *)w + 16 * half);
        __m128i code[2] = {_mm_and_si128(byte, low), _mm_and_si128(_mm_srli_epi16(byte, 4), low)};
        for (int c = 0; c < 2; c++) {
            const char *at = (const char *)x + 32 * c + 16 * half;
            acc = DOT16(acc, widen(at), _mm_unpacklo_epi8(code[c], none));
            acc = DOT16(acc, widen(at + 8), _mm_unpackhi_epi8(code[c], none));
        }
    }
    return acc;
}
#define DOT4 dot4
#define VF __m128
#define VF_ZERO _mm_setzero_ps()
static inline float sum_f(__m128 v)
{
    v = _mm_add_ps(v, _mm_movehl_ps(v, v));
    return _mm_cvtss_f32(_mm_add_ss(v, _mm_shuffle_ps(v, v, 1)));
}
#define VF_SUM sum_f
#define STEPF 4
#define LOADF(p) _mm_loadu_ps(p)
#define FMA(acc, x, w) _mm_add_ps(acc, _mm_mul_ps(x, w))
#else
#define KERNEL "plain C"
#define ROWS 2
#define OUTS 2
#define VI int
#define VI_ZERO 0
#define VI_SUM(v) (v)
#define V16 int
#define STEP16 1
#define LOAD16(p) (*(p))
#define DOT16(acc, x, w) ((acc) + (x) * (w))
#define V8 int
#define STEP8 1
#define LOADX8 LOAD16
#define LOADW8 LOAD16
#define DOT8 DOT16
#define FIX8 0
static inline int dot4(int acc, const signed char *x, const unsigned char *w)
{
    for (int i = 0; i < 32; i++) acc += x[i] * (w[i] & 15) + x[i + 32] * (w[i] >> 4);
    return acc;
}
#define DOT4 dot4
#define VF float
#define VF_ZERO 0
#define VF_SUM(v) (v)
#define STEPF 1
#define LOADF LOAD16
#define FMA DOT16
#endif
#include "integer/kernel_body.h"

extern const struct hs_int_kernel hs_int_kernel_base;
const struct hs_int_kernel hs_int_kernel_base = {.name = KERNEL, .s16 = s16, .s8 = s8, .s4 = s4, .f32 = f32, .f16 = F16};
