/* kernel_sse2.c - the loops of quantization for plain code: SSE2 on x86-64. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#define TARGET 
#define NAME(x) x##_sse2
#include "format/kernel_body.h"
