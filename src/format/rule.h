/* rule.h - inside format/: one scale and zero-point made ready for a loop, and the rounding of one value, exactly.
 *
 * With t = x / S in float32, everything after it is exact: t is first clamped to the outermost levels (integers), so
 * adding and subtracting 1.5 * 2^23 rounds it to the nearest integer, ties to even; t - r is exact, and where it is one
 * half the convention decides. t + Z is never formed in float32, where it would round once more. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_FORMAT_RULE_H
#define HS_FORMAT_RULE_H
#include "base/rng.h"
#include "format/grid.h"

#include <math.h>
#include <string.h>

enum hs_how {
    HS_HOW_EVEN,       /* integer levels: a tie goes to the even level */
    HS_HOW_ODD,        /* to the odd level: Z is odd and inside the rounding, so that q is even */
    HS_HOW_TIE,        /* up where t > pivot, else down */
    HS_HOW_AWAY,       /* that where the pivot is 0: away from zero; no rule's, but its loops' */
    HS_HOW_FLOOR,
    HS_HOW_STOCHASTIC,
    HS_HOW_REAL,       /* the zero-point is no integer */
    HS_HOW_FLOAT,      /* floating format, ties to even */
    HS_HOW_BFLOAT,     /* the same for formats with the exponents of float32 */
    HS_HOW_LIST,       /* codebook */
    HS_HOW_NEIGHBOURS, /* floor or stochastic between neighbours of a floating format or a codebook */
};

enum { HS_LIST = 16 }; /* entries of the longest codebook */

struct hs_rule {
    enum hs_how how;
    bool reciprocal, refines; /* refines: x / S can be had without dividing (kernel_body.h) */
    float scale, inverse, rest; /* 1 / S, rounded, and what it lacks (where refines) */
    float lo, hi;    /* clamp of t: outermost levels in units of S; HS_HOW_FLOAT: +-max */
    float pivot;
    float zero;
    int qmin, qmax;
    enum hs_rounding rounding;
    uint32_t least, shift; /* floating: exponent field of the smallest normal; 23 - mantissa bits, as exponent field */
    const struct hs_format *format;
    uint64_t stream;
    float list[HS_LIST], above[HS_LIST - 1]; /* codebook; t > above[k] is nearer to list[k + 1] */
};

void hs_rule_begin(struct hs_rule *, const struct hs_grid *); /* all that does not depend on scale and zero */
void hs_rule_set(struct hs_rule *, const struct hs_grid *, float scale, float zero);
void hs_rule_part(struct hs_rule *, const struct hs_grid *, size_t part); /* of a static grid */

static inline float hs_bits_to_float(uint32_t u)
{
    float f;
    memcpy(&f, &u, sizeof f);
    return f;
}
static inline uint32_t hs_float_to_bits(float f)
{
    uint32_t u;
    memcpy(&u, &f, sizeof u);
    return u;
}

static inline float hs_clamp(float t, float lo, float hi)
{
    t = t > lo ? t : lo;
    return t < hi ? t : hi;
}

static inline float hs_to_even(float t) { return (t + 0x1.8p23f) - 0x1.8p23f; } /* |t| < 2^22 */

static inline float hs_round_even(float t, const struct hs_rule *r) { return hs_to_even(hs_clamp(t, r->lo, r->hi)); }

/* Without branches, so that compilers find vector code on every instruction set. */
static inline float hs_where_tie(float distance, float tie, float else_)
{
    uint32_t mask = (hs_float_to_bits(distance) & 0x7fffffffu) == 0x3f000000u ? 0xffffffffu : 0;
    return hs_bits_to_float((hs_float_to_bits(tie) & mask) | (hs_float_to_bits(else_) & ~mask));
}

static inline float hs_round_odd(float t, const struct hs_rule *r)
{
    float c = hs_clamp(t, r->lo, r->hi), n = hs_to_even(c), d = c - n;
    return hs_where_tie(d, n + (d + d), n);
}

static inline float hs_round_tie(float t, const struct hs_rule *r)
{
    float c = hs_clamp(t, r->lo, r->hi), n = hs_to_even(c);
    uint32_t up = hs_float_to_bits(r->pivot - c) & 0x80000000u; /* the sign of an exact comparison: c > pivot */
    return hs_where_tie(c - n, c + hs_bits_to_float(0x3f000000u | (up ^ 0x80000000u)), n);
}

/* Half, less an ulp of what is below it: t + this reaches the next integer from one half on (exactly half way to it where t is
 * one half itself, and to even is up), and from nothing below. -0.2 becomes -0. */
static inline float hs_round_away(float t) { return truncf(t + copysignf(0x1.fffffep-2f, t)); }

static inline float hs_round_floor(float t, const struct hs_rule *r)
{
    float c = hs_clamp(t, r->lo, r->hi), n = hs_to_even(c), under = n - 1;
    return n > c ? under : n;
}

/* Up with probability t - floor(t), by draw i of the stream. */
static inline float hs_round_stochastic(float t, const struct hs_rule *r, uint64_t i)
{
    float c = hs_clamp(t, r->lo, r->hi), n = hs_round_floor(t, r);
    return hs_rng_at(r->stream, i) < (double)c - n ? n + 1 : n;
}

/* Adding and subtracting 2^(23 - m) times the binade of |t| rounds it to m mantissa bits, ties to even. */
static inline float hs_round_magnitude(float a, const struct hs_rule *r) /* a >= 0, beyond the largest by no more than two ulps */
{
    uint32_t e = hs_float_to_bits(a) & 0x7f800000u;
    float c = hs_bits_to_float((e > r->least ? e : r->least) + r->shift);
    return (a + c) - c;
}

static inline float hs_round_inside(float t, const struct hs_rule *r)
{
    uint32_t u = hs_float_to_bits(t), sign = u & 0x80000000u;
    return hs_bits_to_float(hs_float_to_bits(hs_round_magnitude(hs_bits_to_float(u ^ sign), r)) | sign);
}

static inline float hs_round_float(float t, const struct hs_rule *r)
{
    float a = fabsf(t);
    return hs_round_inside(copysignf(a < r->hi ? a : r->hi, t), r);
}

static inline float hs_round_bfloat(float t, const struct hs_rule *r)
{
    uint32_t u = hs_float_to_bits(t), drop = r->shift >> 23, half = (1u << (drop - 1)) - 1;
    u = (u + half + (u >> drop & 1)) & ~((1u << drop) - 1);
    return hs_clamp(hs_bits_to_float(u), r->lo, r->hi);
}

/* The rest one at a time: the code in *q as well, and the level in double. */
double hs_round_slow(float t, const struct hs_rule *r, uint64_t i, int32_t *q);

static inline float hs_scaled(float x, const struct hs_rule *r) { return r->reciprocal ? x * r->inverse : x / r->scale; }

#endif
