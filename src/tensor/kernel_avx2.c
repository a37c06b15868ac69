/* kernel_avx2.c - kernels for machines with AVX2: sixteen registers of eight lanes. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <immintrin.h>

#define LANES 8
#define VECTORS 2
#define NAME avx2
#define LARGER_OF _mm256_max_ps
#define TILES(T, A) T(2, 3, A) T(2, 2, A) T(1, 4, A) T(2, 1, A) T(1, 2, A) T(1, 1, A) T(4, 1, A)
#define FEW(T, A) TILES(T, A)
#include "tensor/kernel_body.h"
