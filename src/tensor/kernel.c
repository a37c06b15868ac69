/* kernel.c - which kernels this machine can run, and which tile fits an image best. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tensor/kernel.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const struct hs_kernel hs_kernel_sse2, hs_kernel_avx2, hs_kernel_avx512;

size_t hs_kernels(const struct hs_kernel *list[4])
{
    size_t n = 0;
    list[n++] = &hs_kernel_sse2;
#ifdef HS_X86_KERNELS
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx2")) list[n++] = &hs_kernel_avx2;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512dq"))
        list[n++] = &hs_kernel_avx512;
#endif
    list[n] = NULL;
    return n;
}

static atomic_flag said = ATOMIC_FLAG_INIT; /* two threads say it once, too */

const struct hs_kernel *hs_kernel_best(void)
{
    const struct hs_kernel *list[4];
    size_t n = hs_kernels(list);
    const char *wish = getenv("HALFSTEP_ISA");
    if (!wish || !*wish) return list[n - 1];
    for (size_t i = 0; i < n; i++)
        if (!strcmp(wish, list[i]->name)) return list[i];
    if (!atomic_flag_test_and_set(&said))
        fprintf(stderr, "halfstep: HALFSTEP_ISA=%s is not to be had here, %s is used (the results are the same)\n", wish,
                list[n - 1]->name);
    return list[n - 1];
}

const struct hs_tile *hs_kernel_tile(const struct hs_kernel *k, const struct hs_tile *tile, size_t rows, size_t pixels,
                                     bool even)
{
    enum { FLOOR = 8, OVERHEAD = 3 }; /* fewer registers than FLOOR wait for one another; OVERHEAD: loads and the loop */
    const struct hs_tile *best = NULL;
    size_t least = 0;
    for (const struct hs_tile *t = tile; t->rows; t++) {
        size_t r = (size_t)t->rows, p = (size_t)t->pixels, sums = r * p * k->vectors;
        if (even && (r % 2 || p % 2)) continue;
        size_t cost = ((rows + r - 1) / r) * ((pixels + p - 1) / p) * ((sums < FLOOR ? FLOOR : sums) + OVERHEAD);
        if (!best || cost < least) best = t, least = cost;
    }
    return best;
}
