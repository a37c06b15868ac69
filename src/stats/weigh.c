/* weigh.c - the sums of one bootstrap resample: two columns in one pass over its counts. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "stats/resamples.h"

#include "tensor/isa.h"

#ifdef HS_X86_KERNELS
#include <immintrin.h>
#endif

enum { LANES = 16 };

/* The order of a sum is fixed: 16 running sums, the last values on top of them, added in pairs at the end. */
static double fold(double *lane, const uint8_t *count, const double *x, size_t rest)
{
    for (size_t j = 0; j < rest; j++) lane[j] += count[j] * x[j];
    for (int half = LANES / 2; half; half /= 2)
        for (int j = 0; j < half; j++) lane[j] += lane[j + half];
    return lane[0];
}

static void plain_one(const uint8_t *count, const double *x, size_t n, double *sum)
{
    double lane[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (size_t j = 0; j < LANES; j++) lane[j] += count[i + j] * x[i + j];
    *sum = fold(lane, count + i, x + i, n - i);
}

static void plain(const uint8_t *count, const double *x, const double *y, size_t n, double *sum)
{
    plain_one(count, x, n, sum);
    plain_one(count, y, n, sum + 1);
}

#ifdef HS_X86_KERNELS
/* Products and sums are not fused: the bits are those of the plain loop. */
__attribute__((target("avx2"))) static void avx2(const uint8_t *count, const double *x, const double *y, size_t n,
                                                 double *sum)
{
    enum { PARTS = LANES / 4 };
    __m256d a[PARTS], b[PARTS];
    double lane[LANES];
    size_t i = 0;
    for (int p = 0; p < PARTS; p++) a[p] = b[p] = _mm256_setzero_pd();
    for (; i + LANES <= n; i += LANES) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(count + i));
        for (size_t p = 0; p < PARTS; p++, bytes = _mm_srli_si128(bytes, 4)) {
            __m256d k = _mm256_cvtepi32_pd(_mm_cvtepu8_epi32(bytes));
            a[p] = _mm256_add_pd(a[p], _mm256_mul_pd(k, _mm256_loadu_pd(x + i + 4 * p)));
            b[p] = _mm256_add_pd(b[p], _mm256_mul_pd(k, _mm256_loadu_pd(y + i + 4 * p)));
        }
    }
    for (int p = 0; p < PARTS; p++) _mm256_storeu_pd(lane + 4 * p, a[p]);
    sum[0] = fold(lane, count + i, x + i, n - i);
    for (int p = 0; p < PARTS; p++) _mm256_storeu_pd(lane + 4 * p, b[p]);
    sum[1] = fold(lane, count + i, y + i, n - i);
}

__attribute__((target("avx2,avx512f,prefer-vector-width=512"))) static void
avx512(const uint8_t *count, const double *x, const double *y, size_t n, double *sum)
{
    enum { PARTS = LANES / 8 };
    __m512d a[PARTS], b[PARTS];
    double lane[LANES];
    size_t i = 0;
    for (int p = 0; p < PARTS; p++) a[p] = b[p] = _mm512_setzero_pd();
    for (; i + LANES <= n; i += LANES) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(count + i));
        for (size_t p = 0; p < PARTS; p++, bytes = _mm_srli_si128(bytes, 8)) {
            __m512d k = _mm512_cvtepi32_pd(_mm256_cvtepu8_epi32(bytes));
            a[p] = _mm512_add_pd(a[p], _mm512_mul_pd(k, _mm512_loadu_pd(x + i + 8 * p)));
            b[p] = _mm512_add_pd(b[p], _mm512_mul_pd(k, _mm512_loadu_pd(y + i + 8 * p)));
        }
    }
    for (int p = 0; p < PARTS; p++) _mm512_storeu_pd(lane + 8 * p, a[p]);
    sum[0] = fold(lane, count + i, x + i, n - i);
    for (int p = 0; p < PARTS; p++) _mm512_storeu_pd(lane + 8 * p, b[p]);
    sum[1] = fold(lane, count + i, y + i, n - i);
}
#endif

hs_weigher *hs_weigher_for(enum hs_isa isa)
{
#ifdef HS_X86_KERNELS
    if (isa == HS_AVX512) return avx512;
    if (isa == HS_AVX2) return avx2;
#endif
    (void)isa;
    return plain;
}
