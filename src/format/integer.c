/* integer.c - two's complement and unsigned integers of 2 to 16 bits. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "format/format.h"

#define CITE "Jacob et al. 2018, arXiv:1712.05877"
#define SIGNED(b)                                                                                \
    const struct hs_format hs_format_int##b = {                                                  \
        .name = "int" #b, .summary = "signed integer of " #b " bits", .cite = CITE, .version = 1, \
        .kind = HS_INTEGER, .bits = b, .is_signed = true,                                        \
        .code_min = -(1 << (b - 1)), .code_max = (1 << (b - 1)) - 1,                             \
    };
#define UNSIGNED(b)                                                                                 \
    const struct hs_format hs_format_uint##b = {                                                    \
        .name = "uint" #b, .summary = "unsigned integer of " #b " bits", .cite = CITE, .version = 1, \
        .kind = HS_INTEGER, .bits = b, .code_min = 0, .code_max = (1 << b) - 1,                     \
    };
#define BOTH(b) SIGNED(b) UNSIGNED(b)

BOTH(2) BOTH(3) BOTH(4) BOTH(5) BOTH(6) BOTH(7) BOTH(8) BOTH(9)
BOTH(10) BOTH(11) BOTH(12) BOTH(13) BOTH(14) BOTH(15) BOTH(16)
