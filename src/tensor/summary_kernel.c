/* summary_kernel.c - the block functions for an instruction set. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tensor/summary_kernel.h"

const struct hs_summary_kernels *hs_summary_kernels(enum hs_isa isa)
{
#ifdef HS_X86_KERNELS
    if (isa == HS_AVX512) return &hs_summary_kernels_avx512;
    if (isa == HS_AVX2) return &hs_summary_kernels_avx2;
#endif
    (void)isa;
    return &hs_summary_kernels_sse2;
}
