/* kernel_base.c - kernels for every machine: four lanes, which is SSE2 on x86-64. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#define LANES 4
#define VECTORS 2
#define NAME sse2
#define TILES(T, A) T(2, 3, A) T(2, 2, A) T(1, 4, A) T(2, 1, A) T(1, 2, A) T(1, 1, A) T(4, 1, A)
#define FEW(T, A) TILES(T, A)
#include "tensor/kernel_body.h"
