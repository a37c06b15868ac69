/* isa.c - asks the processor and the environment. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tensor/isa.h"

#include <stdlib.h>
#include <string.h>

const char *const hs_isa_names[HS_ISAS] = {"sse2", "avx2", "avx512"};

static enum hs_isa best(void)
{
#ifdef HS_X86_KERNELS
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512dq"))
        return HS_AVX512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return HS_AVX2;
#endif
    return HS_SSE2;
}

enum hs_isa hs_isa(void)
{
    const char *word = getenv("HALFSTEP_ISA");
    enum hs_isa have = best();
    for (int i = 0; word && i < (int)have; i++)
        if (strcmp(word, hs_isa_names[i]) == 0) return (enum hs_isa)i;
    return have;
}
