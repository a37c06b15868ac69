/* floating.c - small floating-point numbers; casts saturate and never make a NaN or an infinity. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "format/format.h"

#define OFP8 "Micikevicius et al. 2022, arXiv:2209.05433; OCP OFP8 1.0"
#define OCP_MX "OCP Microscaling Formats (MX) 1.0; Rouhani et al. 2023, arXiv:2310.10537"
#define FLOAT(id, word, e, m, e0, top, text, source, ...)                                     \
    const struct hs_format hs_format_##id = {                                                 \
        .name = word, .summary = text, .cite = source, .version = 1, .kind = HS_FLOATING,     \
        .bits = 1 + e + m, .is_signed = true, .exponent_bits = e, .mantissa_bits = m,         \
        .min_exponent = e0, .max = top, __VA_ARGS__                                           \
    };

/* clang-format off */
FLOAT(fp16, "fp16", 5, 10, -14, 65504, "IEEE half precision, a plain cast without a scale", "IEEE 754-2019", .cast = true)
FLOAT(bf16, "bf16", 8, 7, -126, 0x1.fep127, "bfloat16: the upper half of a float32, a plain cast without a scale",
      "Kalamkar et al. 2019, arXiv:1905.12322", .cast = true)
/* No infinity; NaN is S.1111.111, so the largest mantissa of the top binade is missing: 448. */
FLOAT(fp8_e4m3, "fp8-e4m3", 4, 3, -6, 448, "8-bit float, 4 exponent bits: 253 values up to 448", OFP8, .cast = false)
/* Infinity and NaN take the top binade, as in IEEE 754: 57344. */
FLOAT(fp8_e5m2, "fp8-e5m2", 5, 2, -14, 57344, "8-bit float, 5 exponent bits: 247 values up to 57344", OFP8, .cast = false)
/* The smaller ones have neither NaN nor infinity: every code is a number. */
FLOAT(fp6_e3m2, "fp6-e3m2", 3, 2, -2, 28, "6-bit float, 3 exponent bits: up to 28", OCP_MX, .cast = false)
FLOAT(fp6_e2m3, "fp6-e2m3", 2, 3, 0, 7.5, "6-bit float, 2 exponent bits: up to 7.5", OCP_MX, .cast = false)
FLOAT(fp4_e2m1, "fp4-e2m1", 2, 1, 0, 6, "4-bit float: 0 .5 1 1.5 2 3 4 6", OCP_MX, .cast = false)
FLOAT(fp4_e3m0, "fp4-e3m0", 3, 0, -2, 16, "4-bit powers of two: 0 .25 .5 1 2 4 8 16",
      "Dettmers et al. 2023, arXiv:2305.14314", .cast = false)
/* clang-format on */
