/* rule.c - choosing the rounding for a scale and zero-point, and the rare cases one value at a time. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "format/rule.h"

#include "format/value.h"

static void integer(struct hs_rule *r, const struct hs_grid *g, float zero)
{
    const struct hs_convention *c = &g->convention;
    r->qmin = g->qmin, r->qmax = g->qmax, r->zero = zero;
    r->lo = (float)g->qmin - zero;
    r->hi = (float)g->qmax - zero;
    if (zero != rintf(zero) || fabsf(zero) > 0x1p20f) {
        r->how = HS_HOW_REAL;
        return;
    }
    switch (c->rounding) {
    case HS_HALF_EVEN: r->how = !c->zero_after && fmodf(zero, 2) != 0 ? HS_HOW_ODD : HS_HOW_EVEN; break;
    case HS_HALF_AWAY: r->how = HS_HOW_TIE, r->pivot = c->zero_after ? 0 : -zero; break;
    case HS_HALF_UP: r->how = HS_HOW_TIE, r->pivot = -INFINITY; break;
    case HS_FLOOR: r->how = HS_HOW_FLOOR; break;
    case HS_STOCHASTIC: r->how = HS_HOW_STOCHASTIC; break;
    }
}

/* A sum of two floats is exact in double; the largest float that is not above its half splits the floats as it does. */
static void thresholds(struct hs_rule *r, const struct hs_format *f)
{
    for (size_t k = 0; k < HS_LIST; k++) r->list[k] = f->value[k < f->values ? k : f->values - 1];
    for (size_t k = 0; k + 1 < HS_LIST; k++) {
        double middle = .5 * ((double)r->list[k] + r->list[k + 1]);
        float t = (float)middle;
        r->above[k] = k + 1 >= f->values ? INFINITY : t > middle ? nextafterf(t, -INFINITY) : t;
    }
}

void hs_rule_begin(struct hs_rule *r, const struct hs_grid *g)
{
    const struct hs_format *f = g->format;
    *r = (struct hs_rule){.reciprocal = g->convention.reciprocal, .format = f, .rounding = g->convention.rounding,
                          .stream = g->stream};
    if (f->kind == HS_INTEGER) return;
    if (f->kind == HS_CODEBOOK) thresholds(r, f);
    bool between = r->rounding == HS_FLOOR || r->rounding == HS_STOCHASTIC;
    r->lo = (float)(f->kind == HS_CODEBOOK ? f->value[0] : -f->max);
    r->hi = (float)f->max;
    r->how = between ? HS_HOW_NEIGHBOURS : f->kind == HS_CODEBOOK ? HS_HOW_LIST
             : f->exponent_bits == 8 ? HS_HOW_BFLOAT : HS_HOW_FLOAT;
    r->least = (uint32_t)(f->min_exponent + 127) << 23;
    r->shift = (uint32_t)(23 - f->mantissa_bits) << 23;
}

/* The scale, its inverse and the outermost values are normal numbers, and two ulps of an outermost level are less than half the
 * way to the next. */
static bool refines(const struct hs_rule *r)
{
    bool how = r->how == HS_HOW_EVEN || r->how == HS_HOW_ODD || r->how == HS_HOW_TIE || r->how == HS_HOW_FLOAT;
    return how && !r->reciprocal && r->scale >= 0x1p-60f && r->scale <= 0x1p60f && r->lo > -0x1p20f && r->hi < 0x1p20f;
}

void hs_rule_set(struct hs_rule *r, const struct hs_grid *g, float scale, float zero)
{
    r->scale = scale, r->inverse = 1 / scale;
    if (r->format->kind == HS_INTEGER) integer(r, g, zero);
    r->refines = refines(r);
    if (r->refines) r->rest = (float)((1 - (double)r->inverse * (double)scale) / (double)scale); /* 1 less an exact product: exact */
}

void hs_rule_part(struct hs_rule *r, const struct hs_grid *g, size_t part)
{
    hs_rule_set(r, g, g->scale[part], g->zero ? g->zero[part] : 0);
}

/* floor, and the comparison at a tie, of the exact sum t + Z: s + rest, s the rounded one (Knuth's two-sum). */
static double real_code(float t, const struct hs_rule *r, uint64_t i)
{
    double a = t, b = r->zero, s = a + b, back = s - a, rest = (a - (s - back)) + (b - back);
    double low = floor(s), d = s - low; /* |s| < 2^53 after the clamp, so d is exact */
    if (rest < 0 && d == 0) low -= 1, d = 1;
    if (r->rounding == HS_FLOOR) return low;
    if (r->rounding == HS_STOCHASTIC) return hs_rng_at(r->stream, i) < d + rest ? low + 1 : low;
    if (d != .5 || rest != 0) return d > .5 || (d == .5 && rest > 0) ? low + 1 : low;
    if (r->rounding == HS_HALF_EVEN) return fmod(low, 2) == 0 ? low : low + 1;
    return r->rounding == HS_HALF_UP || s > 0 ? low + 1 : low;
}

static double real(float t, const struct hs_rule *r, uint64_t i, int32_t *q)
{
    double c = fmin(fmax(t, (double)r->qmin - r->zero - 1), (double)r->qmax - r->zero + 1);
    *q = (int32_t)fmin(fmax(real_code((float)c, r, i), r->qmin), r->qmax);
    return *q - (double)r->zero;
}

static double list(float t, const struct hs_rule *r, uint64_t i, int32_t *q)
{
    const struct hs_format *f = r->format;
    int32_t k = 0, n = (int32_t)f->values;
    if (r->how == HS_HOW_LIST) { /* a sum of two floats is exact in double: a tie is a tie, and stays below */
        while (k + 1 < n && t > .5 * ((double)f->value[k] + f->value[k + 1])) k++;
    } else {
        while (k + 1 < n && t >= f->value[k + 1]) k++;
        if (r->rounding == HS_STOCHASTIC && k + 1 < n && t > f->value[k])
            k += hs_rng_at(r->stream, i) < ((double)t - f->value[k]) / ((double)f->value[k + 1] - f->value[k]);
    }
    *q = k;
    return f->value[k];
}

static int32_t float_code(double v, const struct hs_format *f)
{
    uint32_t sign = signbit(v) ? 1u << (f->bits - 1) : 0;
    double a = fabs(v);
    if (a < ldexp(1, f->min_exponent)) return (int32_t)(sign | (uint32_t)ldexp(a, f->mantissa_bits - f->min_exponent));
    int e = ilogb(a);
    uint32_t m = (uint32_t)ldexp(a, f->mantissa_bits - e); /* with the hidden bit, which carries into the exponent */
    return (int32_t)(sign | (((uint32_t)(e - f->min_exponent) << f->mantissa_bits) + m));
}

static double neighbours(float t, const struct hs_rule *r, uint64_t i)
{
    const struct hs_format *f = r->format;
    double c = fmin(fmax(t, r->lo), r->hi);
    double step = hs_value_step(c, f->mantissa_bits, f->min_exponent), low = floor(c / step) * step;
    return r->rounding == HS_STOCHASTIC && hs_rng_at(r->stream, i) < (c - low) / step ? low + step : low;
}

double hs_round_slow(float t, const struct hs_rule *r, uint64_t i, int32_t *q)
{
    double v;
    switch (r->how) {
    case HS_HOW_REAL: return real(t, r, i, q);
    case HS_HOW_EVEN: v = hs_round_even(t, r); break;
    case HS_HOW_ODD: v = hs_round_odd(t, r); break;
    case HS_HOW_TIE: v = hs_round_tie(t, r); break;
    case HS_HOW_FLOOR: v = hs_round_floor(t, r); break;
    case HS_HOW_STOCHASTIC: v = hs_round_stochastic(t, r, i); break;
    case HS_HOW_FLOAT: v = hs_round_float(t, r); *q = float_code(v, r->format); return v;
    case HS_HOW_BFLOAT: v = hs_round_bfloat(t, r); *q = float_code(v, r->format); return v;
    case HS_HOW_NEIGHBOURS:
        if (r->format->kind == HS_CODEBOOK) return list(t, r, i, q);
        v = neighbours(t, r, i), *q = float_code(v, r->format);
        return v;
    default: return list(t, r, i, q);
    }
    *q = (int32_t)v + (int32_t)r->zero;
    return v;
}
