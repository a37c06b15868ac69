/* isa.h - which instruction set a kernel may use. Every path gives the same bits; they differ in speed alone. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_TENSOR_ISA_H
#define HS_TENSOR_ISA_H

enum hs_isa { HS_SSE2, HS_AVX2, HS_AVX512, HS_ISAS };

/* The best that this processor has; HALFSTEP_ISA=sse2|avx2|avx512 in the environment lowers it. HS_SSE2 stands for plain
 * code where the machine is no x86-64. */
enum hs_isa hs_isa(void);
extern const char *const hs_isa_names[HS_ISAS];

#endif
