/* format.h - a number format is the set of values that a stored code can mean, before any scale. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_FORMAT_H
#define HS_FORMAT_H
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum hs_kind {
    HS_INTEGER,  /* codes code_min .. code_max, value = code - zero */
    HS_FLOATING, /* sign, exponent, mantissa; saturates */
    HS_CODEBOOK, /* a list of values */
};
enum hs_scale_kind { HS_SCALE_FLOAT32, HS_SCALE_E8M0, HS_SCALE_E4M3 };

struct hs_format {
    const char *name, *summary, *cite;
    int version;                      /* raised when the numbers change; part of a trial's identity */
    enum hs_kind kind;
    int bits;                         /* of one stored element, without metadata */
    bool is_signed;
    int code_min, code_max;           /* HS_INTEGER: the full range; restricted leaves code_min out when signed */
    int exponent_bits, mantissa_bits; /* HS_FLOATING */
    int min_exponent;                 /* HS_FLOATING: of the smallest normal, e.g. -6 for e4m3 */
    double max;                       /* HS_FLOATING, HS_CODEBOOK: largest value */
    const float *value;               /* HS_CODEBOOK: ascending */
    size_t values;
    size_t block;                     /* block formats (MX, NVFP4): elements that share a scale, else 0 */
    enum hs_scale_kind scale_kind;
    bool cast;                        /* stored without a scale, as everybody stores them: S is always 1 (fp16, bf16) */
};

extern const struct hs_format *const hs_format_roster[]; /* ends with NULL */
/* NULL with e filled, naming what there is, for an unknown name. */
const struct hs_format *hs_format_find(const char *name, struct hs_err *);

/* How many values a code can mean before any scale: integers from code_min to code_max (MXINT8 too: its 1 / 64 is part of
 * the scale), floating values without the second zero, list entries. hs_format_values writes them ascending. */
size_t hs_format_count(const struct hs_format *);
void hs_format_values(const struct hs_format *, double *value);
/* The code of value k of that list, as hs_grid_encode writes it, and the value that a code means (-0 for a negative zero).
 * NaN for a bit pattern that no value has. */
int32_t hs_format_code(const struct hs_format *, size_t k);
double hs_format_value(const struct hs_format *, int32_t code);

/* Bits an element costs in parts of `part` elements that each carry scale_bits + zero_bits (QLoRA, section 3; MX and NVFP4:
 * 8 bits a block). */
double hs_format_bits(const struct hs_format *, double part, double scale_bits, double zero_bits);
/* Codes next to each other, `bits` wide, the first in the lowest bits of byte 0; integers in two's complement.
 * bytes holds hs_format_packed(f, n). */
size_t hs_format_packed(const struct hs_format *, size_t n);
void hs_format_pack(const struct hs_format *, const int32_t *code, size_t n, uint8_t *bytes);
void hs_format_unpack(const struct hs_format *, const uint8_t *bytes, size_t n, int32_t *code);

#endif
