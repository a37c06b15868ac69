/* wide.c - how wide vectors may be. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/wide.h"

#include <stdlib.h>
#include <string.h>

int hs_wide(void)
{
#if defined(HS_X86_KERNELS) && !defined(__clang__)
    static const char *const names[] = {"sse2", "avx2", "avx512"};
    const char *wish = getenv("HALFSTEP_ISA");
    int most = __builtin_cpu_supports("x86-64-v4")   ? 2
               : __builtin_cpu_supports("x86-64-v3") ? 1
                                                     : 0;
    for (int i = 0; wish && i < most; i++)
        if (!strcmp(wish, names[i])) return i;
    return most;
#else
    return 0;
#endif
}
