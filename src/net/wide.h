/* wide.h - one loop, compiled for several instruction sets, of which the widest there is runs.
 *
 * Nothing is fused or reordered, so that all of them give the same bits. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_NET_WIDE_H
#define HS_NET_WIDE_H
#include "config.h"

#include "tensor/isa.h"

/* Before a loop whose values do not depend on one another, though in and out may be one memory. */
#ifdef __clang__
#define HS_APART _Pragma("clang loop vectorize(assume_safety)")
#else
#define HS_APART _Pragma("GCC ivdep")
#endif

/* HS_WIDE(scale, scale_body, (float *y, size_t n), (y, n)) defines the static function scale, which runs the HS_INLINE
 * function scale_body in the widest version. */
#define HS_INLINE static inline __attribute__((always_inline))
#if defined(HS_X86_KERNELS) && !defined(__clang__)
#define HS_AVX512_TARGET "avx512f,avx512bw,avx512vl,avx512dq,prefer-vector-width=512"
#define HS_WIDE(name, body, params, args)                                                      \
    static void name##_plain params { body args; }                                             \
    __attribute__((target("avx2"))) static void name##_avx2 params { body args; }              \
    __attribute__((target(HS_AVX512_TARGET))) static void name##_avx512 params { body args; }  \
    static void name params                                                                    \
    {                                                                                          \
        enum hs_isa isa = hs_isa();                                                            \
        if (isa == HS_AVX512) name##_avx512 args;                                              \
        else if (isa == HS_AVX2) name##_avx2 args;                                             \
        else name##_plain args;                                                                \
    }
#else
#define HS_WIDE(name, body, params, args) \
    static void name params { body args; }
#endif

#endif
