/* value.c - the values of a format, its codes, and how codes are packed. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "format/value.h"

#include <math.h>
#include <string.h>

double hs_value_step(double v, int m, int emin)
{
    union { double f; uint64_t u; } bits = {v}, step;
    int e = (int)(bits.u >> 52 & 0x7ff) - 1023;
    step.u = (uint64_t)((e > emin ? e : emin) - m + 1023) << 52;
    return step.f;
}

/* Adding and subtracting 1.5 * 2^52 neighbouring steps leaves whole steps. */
double hs_value_nearest_even(double v, int m, int emin)
{
    double c = 0x1.8p52 * hs_value_step(v, m, emin);
    return (v + c) - c;
}

/* Bit patterns of positive numbers ascend with the numbers: code k is the k-th. */
static double positive(const struct hs_format *f, int32_t k)
{
    int32_t mantissas = 1 << f->mantissa_bits, e = k >> f->mantissa_bits, m = k & (mantissas - 1);
    return e ? ldexp(mantissas + m, f->min_exponent + e - 1 - f->mantissa_bits)
             : ldexp(m, f->min_exponent - f->mantissa_bits);
}

static int32_t largest(const struct hs_format *f)
{
    int e = ilogb(f->max);
    int32_t mantissa = (int32_t)ldexp(f->max, f->mantissa_bits - e) - (1 << f->mantissa_bits);
    return ((e - f->min_exponent + 1) << f->mantissa_bits) + mantissa;
}

size_t hs_format_count(const struct hs_format *f)
{
    if (f->kind == HS_INTEGER) return (size_t)(f->code_max - f->code_min + 1);
    return f->kind == HS_CODEBOOK ? f->values : 2 * (size_t)largest(f) + 1;
}

int32_t hs_format_code(const struct hs_format *f, size_t k)
{
    if (f->kind == HS_INTEGER) return f->code_min + (int32_t)k;
    if (f->kind == HS_CODEBOOK) return (int32_t)k;
    int32_t at = (int32_t)k - largest(f);
    return at < 0 ? -at | 1 << (f->bits - 1) : at;
}

double hs_format_value(const struct hs_format *f, int32_t code)
{
    if (f->kind == HS_INTEGER) return code >= f->code_min && code <= f->code_max ? code : NAN;
    if (f->kind == HS_CODEBOOK) return code >= 0 && (size_t)code < f->values ? (double)f->value[code] : NAN;
    int32_t sign = 1 << (f->bits - 1), magnitude = code & (sign - 1);
    if (code < 0 || code >= 2 * sign || magnitude > largest(f)) return NAN;
    return code & sign ? -positive(f, magnitude) : positive(f, magnitude);
}

void hs_format_values(const struct hs_format *f, double *value)
{
    size_t n = hs_format_count(f);
    for (size_t k = 0; k < n; k++) value[k] = hs_format_value(f, hs_format_code(f, k));
}

double hs_format_bits(const struct hs_format *f, double part, double scale_bits, double zero_bits)
{
    return f->bits + (scale_bits + zero_bits) / part;
}

size_t hs_format_packed(const struct hs_format *f, size_t n) { return (n * (size_t)f->bits + 7) / 8; }

void hs_format_pack(const struct hs_format *f, const int32_t *code, size_t n, uint8_t *bytes)
{
    uint32_t held = 0, mask = (1u << f->bits) - 1;
    int have = 0;
    for (size_t i = 0; i < n; i++) {
        held |= ((uint32_t)code[i] & mask) << have;
        for (have += f->bits; have >= 8; have -= 8, held >>= 8) *bytes++ = (uint8_t)held;
    }
    if (have) *bytes = (uint8_t)held;
}

void hs_format_unpack(const struct hs_format *f, const uint8_t *bytes, size_t n, int32_t *code)
{
    uint32_t held = 0, mask = (1u << f->bits) - 1;
    bool extend = f->kind == HS_INTEGER && f->is_signed;
    int have = 0;
    for (size_t i = 0; i < n; i++) {
        for (; have < f->bits; have += 8) held |= (uint32_t)*bytes++ << have;
        int32_t c = (int32_t)(held & mask);
        code[i] = extend && c >> (f->bits - 1) ? c - (1 << f->bits) : c;
        held >>= f->bits, have -= f->bits;
    }
}
