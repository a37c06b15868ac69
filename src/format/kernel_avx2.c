/* kernel_avx2.c - the loops of quantization for AVX2. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#if defined __GNUC__ && !defined __clang__
#pragma GCC optimize("O3") /* vectors whatever CFLAGS say */
#endif
#ifdef HS_X86_KERNELS
#define TARGET __attribute__((target("avx2,fma")))
#define FUSED 1
#define NAME(x) x##_avx2
#include "format/kernel_body.h"
#else
typedef int hs_no_kernel_avx2;
#endif
