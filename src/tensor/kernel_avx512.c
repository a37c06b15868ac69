/* kernel_avx512.c - kernels for machines with AVX-512: thirty-two registers of sixteen lanes. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <immintrin.h>

#define LANES 16
#define VECTORS 1
#define NAME avx512
#define LARGER_OF _mm512_max_ps
#define NARROW &hs_kernel_avx512_narrow
#include "tensor/kernel_avx512_tiles.h"
#include "tensor/kernel_body.h"
