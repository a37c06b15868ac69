/* summary_kernel_sse2.c - what is looked at in a block for plain code: SSE2 on x86-64. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#if defined __GNUC__ && !defined __clang__
#pragma GCC optimize("O3") /* vectors whatever CFLAGS say */
#endif
#define TARGET 
#define INTEGERS 0
#define NAME(x) x##_sse2
#include "tensor/summary_kernel_body.h"
