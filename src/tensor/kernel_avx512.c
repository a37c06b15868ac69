/* kernel_avx512.c - kernels for machines with AVX-512: thirty-two registers of sixteen lanes. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <immintrin.h>

#define LANES 16
#define VECTORS 1
#define NAME avx512
#define LARGER_OF _mm512_max_ps
#define TILES(T)                                                                                             \
    T(1, 28) T(2, 14) T(4, 7) T(2, 12) T(2, 10) T(4, 6) T(2, 8) T(1, 16) T(1, 14) T(2, 7) T(5, 5) T(4, 4) \
    T(2, 6) T(2, 4) T(1, 8) T(2, 2) T(1, 4) T(1, 2) T(1, 1) T(28, 1) T(14, 1) T(7, 1) T(4, 1) T(2, 1)
#define NARROW &hs_kernel_avx512_narrow
#include "tensor/kernel_body.h"
