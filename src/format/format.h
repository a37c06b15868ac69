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
};

extern const struct hs_format *const hs_format_roster[]; /* ends with NULL */
/* NULL with e filled, naming what there is, for an unknown name. */
const struct hs_format *hs_format_find(const char *name, struct hs_err *);

#endif
