/* kernel_base.c - kernels for every machine: four lanes, which is SSE2 on x86-64. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#define LANES 4
#define VECTORS 2
#define NAME sse2
#define TILES(T) T(2, 3) T(2, 2) T(1, 4) T(2, 1) T(1, 2) T(1, 1) T(4, 1)
#include "tensor/kernel_body.h"
