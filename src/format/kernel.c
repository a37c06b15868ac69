/* kernel.c - the loops for an instruction set. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "format/kernel.h"

const struct hs_grid_kernels *hs_grid_kernels(enum hs_isa isa)
{
#ifdef HS_X86_KERNELS
    if (isa == HS_AVX512) return &hs_grid_kernels_avx512;
    if (isa == HS_AVX2) return &hs_grid_kernels_avx2;
#endif
    (void)isa;
    return &hs_grid_kernels_sse2;
}

bool hs_rule_is_slow(const struct hs_rule *r)
{
    return r->how == HS_HOW_REAL || r->how == HS_HOW_STOCHASTIC || r->how == HS_HOW_NEIGHBOURS;
}
