/* kernel_wide.h - what the two kernels with vectors of 512 bits share. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <immintrin.h>
#define ROWS 4
#define OUTS 4
#define VI __m512i
#define VI_ZERO _mm512_setzero_si512()
#define VI_SUM _mm512_reduce_add_epi32
#define V16 __m512i
#define STEP16 32
#define LOAD(p) _mm512_loadu_si512(p)
#define LOAD16 LOAD
#define V8 __m512i
#define VF __m512
#define VF_ZERO _mm512_setzero_ps()
#define VF_SUM _mm512_reduce_add_ps
#define STEPF 16
#define LOADF(p) _mm512_loadu_ps(p)
#define LOADH(p) _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(const void *)(p)))
#define FMA(acc, x, w) _mm512_fmadd_ps(x, w, acc)
/* 64 codes 0 .. 15 from 32 bytes. */
static inline __m512i halves(const void *w)
{
    __m256i byte = _mm256_loadu_si256(w), low = _mm256_set1_epi8(15);
    return _mm512_inserti64x4(_mm512_castsi256_si512(_mm256_and_si256(byte, low)),
                              _mm256_and_si256(_mm256_srli_epi16(byte, 4), low), 1);
}
