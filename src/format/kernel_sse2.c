/* kernel_sse2.c - the loops of quantization for plain code: SSE2 on x86-64. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#if defined __GNUC__ && !defined __clang__
#pragma GCC optimize("O3") /* vectors whatever CFLAGS say */
#endif
#define TARGET 
#define FUSED 0
#define NAME(x) x##_sse2
#include "format/kernel_body.h"
