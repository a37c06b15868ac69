/* kernel_avx512_narrow.c - AVX-512's thirty-two registers with eight lanes: few channels leave none of them idle. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <immintrin.h>

#define LANES 8
#define VECTORS 1
#define NAME avx512_narrow
#define LARGER_OF _mm256_max_ps
#include "tensor/kernel_avx512_tiles.h"
#include "tensor/kernel_body.h"
