/* kernel.c - which of the kernels this machine can run. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "integer/kernel.h"

#include "tensor/isa.h"

extern const struct hs_int_kernel hs_int_kernel_base;
#ifdef HS_X86_KERNELS
#include <cpuid.h>

/* clang 14 does not know the word in __builtin_cpu_supports. */
static bool has_f16c(void)
{
    unsigned a, b, c, d;
    return __get_cpuid(1, &a, &b, &c, &d) && c & bit_F16C;
}

extern const struct hs_int_kernel hs_int_kernel_avx2, hs_int_kernel_avx512, hs_int_kernel_vnni;
#endif

size_t hs_int_kernels(const struct hs_int_kernel *list[4])
{
    size_t n = 0;
    list[n++] = &hs_int_kernel_base;
#ifdef HS_X86_KERNELS
    enum hs_isa isa = hs_isa();
    if (isa >= HS_AVX2 && __builtin_cpu_supports("fma") && has_f16c()) list[n++] = &hs_int_kernel_avx2;
    if (isa >= HS_AVX512) list[n++] = &hs_int_kernel_avx512;
    if (isa >= HS_AVX512 && __builtin_cpu_supports("avx512vnni")) list[n++] = &hs_int_kernel_vnni;
#endif
    return n;
}

const struct hs_int_kernel *hs_int_kernel_best(void)
{
    const struct hs_int_kernel *list[4];
    return list[hs_int_kernels(list) - 1];
}

size_t hs_int_padded(size_t k) { return (k + HS_INT_STEP - 1) / HS_INT_STEP * HS_INT_STEP; }

void hs_int_pack4(const int8_t *code, size_t k, uint8_t *byte)
{
    for (size_t i = 0; i < k; i += 64)
        for (size_t j = 0; j < 32; j++)
            byte[i / 2 + j] = (uint8_t)((code[i + j] + 8) | (code[i + j + 32] + 8) << 4);
}
