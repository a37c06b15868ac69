/* block.c - formats whose elements share a scale of their own kind a block: the MX family and NVFP4. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "format/format.h"

#define OCP_MX "OCP Microscaling Formats (MX) 1.0; Rouhani et al. 2023, arXiv:2310.10537"
#define BLOCK(id, word, e, m, e0, top, size, scale, text, source)                               \
    const struct hs_format hs_format_##id = {                                                   \
        .name = word, .summary = text, .cite = source, .version = 1, .kind = HS_FLOATING,       \
        .bits = 1 + e + m, .is_signed = true, .exponent_bits = e, .mantissa_bits = m,           \
        .min_exponent = e0, .max = top, .block = size, .scale_kind = scale,                     \
    };
#define MX(id, word, e, m, e0, top, text) BLOCK(id, word, e, m, e0, top, 32, HS_SCALE_E8M0, text, OCP_MX)

/* clang-format off */
MX(mxfp8_e4m3, "mxfp8-e4m3", 4, 3, -6, 448, "e4m3 in blocks of 32 that share a power of two")
MX(mxfp8_e5m2, "mxfp8-e5m2", 5, 2, -14, 57344, "e5m2 in blocks of 32 that share a power of two")
MX(mxfp6_e3m2, "mxfp6-e3m2", 3, 2, -2, 28, "e3m2 in blocks of 32 that share a power of two")
MX(mxfp6_e2m3, "mxfp6-e2m3", 2, 3, 0, 7.5, "e2m3 in blocks of 32 that share a power of two")
MX(mxfp4, "mxfp4", 2, 1, 0, 6, "e2m1 in blocks of 32 that share a power of two")
BLOCK(nvfp4, "nvfp4", 2, 1, 0, 6, 16, HS_SCALE_E4M3,
      "e2m1 in blocks of 16 that share an e4m3 scale, under one float32 scale of the tensor",
      "NVIDIA 2025, Introducing NVFP4; arXiv:2509.25149")
/* clang-format on */
/* Elements are k / 64 in two's complement; the 1 / 64 is part of the scale here. */
const struct hs_format hs_format_mxint8 = {
    .name = "mxint8", .summary = "8-bit integers in blocks of 32 that share a power of two", .cite = OCP_MX,
    .version = 1, .kind = HS_INTEGER, .bits = 8, .is_signed = true, .code_min = -128, .code_max = 127, .block = 32,
    .scale_kind = HS_SCALE_E8M0,
};
