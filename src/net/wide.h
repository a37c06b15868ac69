/* wide.h - one loop, compiled for several instruction sets, of which the widest there is runs.
 *
 * Nothing is fused or reordered, so that all of them give the same bits. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_NET_WIDE_H
#define HS_NET_WIDE_H
#include "config.h"

/* 0: what the compiler was told; 1: AVX2; 2: AVX-512. HALFSTEP_ISA can lower it. */
int hs_wide(void);

/* HS_WIDE(scale, scale_body, (float *y, size_t n), (y, n)) defines the static function scale, which runs the HS_INLINE
 * function scale_body in the widest version. */
#define HS_INLINE static inline __attribute__((always_inline))
#if defined(HS_X86_KERNELS) && !defined(__clang__)
#define HS_WIDE(name, body, params, args)                                                         \
    static void name##_plain params { body args; }                                                \
    __attribute__((target("arch=x86-64-v3"))) static void name##_avx2 params { body args; }       \
    __attribute__((target("arch=x86-64-v4,prefer-vector-width=512"))) static void name##_avx512   \
        params                                                                                    \
    {                                                                                             \
        body args;                                                                                \
    }                                                                                             \
    static void name params                                                                       \
    {                                                                                             \
        int wide = hs_wide();                                                                     \
        if (wide == 2) name##_avx512 args;                                                        \
        else if (wide == 1) name##_avx2 args;                                                     \
        else name##_plain args;                                                                   \
    }
#else
#define HS_WIDE(name, body, params, args) \
    static void name params { body args; }
#endif

#endif
