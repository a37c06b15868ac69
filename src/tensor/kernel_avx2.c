/* kernel_avx2.c - kernels for machines with AVX2: sixteen registers of eight lanes. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <immintrin.h>

#define LANES 8
#define VECTORS 2
#define NAME avx2
#define LARGER_OF _mm256_max_ps
#define TILES(T) T(2, 3) T(2, 2) T(1, 4) T(2, 1) T(1, 2) T(1, 1) T(4, 1)
#include "tensor/kernel_body.h"
