/* kernel_avx512.c - the loops of quantization for AVX-512. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#if defined __GNUC__ && !defined __clang__
#pragma GCC optimize("O3") /* vectors whatever CFLAGS say */
#endif
#ifdef HS_X86_KERNELS
#define TARGET __attribute__((target("avx2,fma,avx512f,avx512bw,avx512vl,avx512dq,prefer-vector-width=512")))
#define FUSED 1
#define NAME(x) x##_avx512
#include "format/kernel_body.h"
#else
typedef int hs_no_kernel_avx512;
#endif
