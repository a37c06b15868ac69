/* kernel_vnni.c - the loops with the instructions made for int8: four products and their sum in one. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "integer/kernel_wide.h"
#define DOT16(acc, x, w) _mm512_dpwssd_epi32(acc, x, w)
/* The first factor is unsigned: x + 128, put right at the end by 128 times the sum of the weights. */
#define STEP8 64
#define LOADX8(p) _mm512_xor_si512(LOAD(p), _mm512_set1_epi8((char)-128))
#define LOADW8 LOAD
#define DOT8(acc, x, w) _mm512_dpbusd_epi32(acc, x, w)
#define FIX8 128
#define DOT4(acc, x, w) _mm512_dpbusd_epi32(acc, halves(w), LOAD(x))
#include "integer/kernel_body.h"

extern const struct hs_int_kernel hs_int_kernel_vnni;
const struct hs_int_kernel hs_int_kernel_vnni = {
    .name = "AVX-512 VNNI", .s16 = s16, .s8 = s8, .s4 = s4, .f32 = f32, .f16 = F16};
