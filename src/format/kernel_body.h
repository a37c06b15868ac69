/* kernel_body.h - included once for each instruction set, with TARGET, FUSED (it has fused multiply-adds) and NAME(x)
 * defined.
 *
 * Every lane does the same float32 operations in the same order whatever the vector width, so the bits are the same on
 * each. The rounding and the kind of error are compile-time constants of each loop. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "format/kernel.h"

#include <float.h>

enum { LANES = 64 };
enum what { VALUES, ERROR, BOTH };
enum scaling { DIVIDE, MULTIPLY, REFINE }; /* how t comes from x: x / S, x times a rounded 1 / S, or x / S without dividing */
#define ALWAYS static inline __attribute__((always_inline)) TARGET

ALWAYS float NAME(nearest_of_list)(float t, const struct hs_rule *r)
{
    float v = r->list[0];
    for (int k = 0; k < HS_LIST - 1; k++) v = t > r->above[k] ? r->list[k + 1] : v;
    return v;
}

ALWAYS float NAME(level)(float t, const struct hs_rule *r, enum hs_how how, bool inside)
{
    return how == HS_HOW_EVEN    ? inside ? hs_to_even(t) : hs_round_even(t, r)
           : how == HS_HOW_ODD   ? hs_round_odd(t, r)
           : how == HS_HOW_TIE   ? hs_round_tie(t, r)
           : how == HS_HOW_AWAY  ? hs_round_away(t)
           : how == HS_HOW_FLOOR ? hs_round_floor(t, r)
           : how == HS_HOW_FLOAT ? inside ? hs_round_inside(t, r) : hs_round_float(t, r)
           : how == HS_HOW_BFLOAT ? hs_round_bfloat(t, r)
                                  : NAME(nearest_of_list)(t, r);
}

/* x / S, correctly rounded, without dividing. x times 1 / S as a sum of two floats, the small product first, is the quotient
 * but for its own rounding and 2^-22 of an ulp; a quotient within an ulp, plus its remainder (exact by a fused multiply-add)
 * times RN(1 / S), is the rounded quotient (Markstein 1990; Muller et al., Handbook of Floating-Point Arithmetic,
 * "Newton-Raphson-based division"). x is first cut off where the outermost levels are, S lo and S hi rounded to float32:
 * their quotients lie within two ulps of lo and hi, and are rounded to those. Below 2^-100 the remainder may underflow: t,
 * below 2^-40, is not the rounded quotient then, but its level is zero all the same. */
ALWAYS float NAME(refined)(float c, const struct hs_rule *r)
{
#if FUSED
    float t = __builtin_fmaf(c, r->inverse, c * r->rest);
    return __builtin_fmaf(__builtin_fmaf(-t, r->scale, c), r->inverse, t);
#else
    return c / r->scale;
#endif
}

ALWAYS float NAME(scaled)(float x, const struct hs_rule *r, float scale, float inverse, enum scaling scaling, enum hs_how how)
{
    float t = scaling == DIVIDE     ? x / scale
              : scaling == MULTIPLY ? x * inverse
                                    : NAME(refined)(FUSED ? hs_clamp(x, r->scale * r->lo, r->scale * r->hi) : x, r);
    return scaling == REFINE && how == HS_HOW_FLOAT ? copysignf(t, x) : t; /* whose zeros have the sign of x */
}

/* Rounded away from zero, what is small and negative is -0, where the other ways to round have 0: their sum with 0 is 0. */
ALWAYS float NAME(value)(float scale, float level, enum hs_how how)
{
#if FUSED
    if (how == HS_HOW_AWAY) return __builtin_fmaf(scale, level, 0.f);
#endif
    (void)how;
    return scale * level;
}

ALWAYS void NAME(one)(const struct hs_rule *r, const struct hs_many *m, enum scaling scaling, const float *x, float *y, size_t i,
                      float *e, enum hs_how how, enum what what)
{
    float s = m ? m->scale[i] : r->scale;
    if (FUSED && scaling == REFINE && how == HS_HOW_FLOAT && what == ERROR) { /* that of the magnitude: no sign to take off and put back */
        float a = fabsf(x[i]), most = s * r->hi, d = a - s * hs_round_magnitude(NAME(refined)(a < most ? a : most, r), r);
        *e += d * d;
        return;
    }
    float t = NAME(scaled)(x[i], r, s, scaling == DIVIDE ? 0 : m ? m->inverse[i] : r->inverse, scaling, how);
    float v = NAME(value)(s, NAME(level)(t, r, how, scaling == REFINE && FUSED), how), d = x[i] - v;
    if (what != ERROR) y[i] = v;
    if (what != VALUES) *e += d * d;
}

/* LANES of them. A list's thresholds and levels fill the registers: values first, then what is done with them. */
ALWAYS void NAME(lanes_of)(const struct hs_rule *r, const struct hs_many *m, enum scaling scaling, const float *x, float *y,
                           size_t i, float *e, enum hs_how how, enum what what, size_t lanes)
{
    float v[LANES];
    if (how != HS_HOW_LIST || what == ERROR) {
#pragma GCC ivdep
        for (size_t j = 0; j < lanes; j++) NAME(one)(r, m, scaling, x, y, i + j, &e[j], how, what);
        return;
    }
#pragma GCC ivdep
    for (size_t j = 0; j < lanes; j++) {
        float s = m ? m->scale[i + j] : r->scale;
        float t = NAME(scaled)(x[i + j], r, s, scaling == DIVIDE ? 0 : m ? m->inverse[i + j] : r->inverse, scaling, how);
        v[j] = NAME(value)(s, NAME(level)(t, r, how, scaling == REFINE && FUSED), how);
    }
#pragma GCC ivdep
    for (size_t j = 0; j < lanes; j++) {
        float d = x[i + j] - v[j];
        y[i + j] = v[j];
        if (what == BOTH) e[j] += d * d;
    }
}

/* The processor's own prefetching stops at each page, and the loops below keep it too busy to run ahead by itself: with the
 * next chunk asked for, an error alone takes half the time. */
ALWAYS void NAME(fetch)(const float *x, size_t lanes)
{
    for (size_t j = 0; j < lanes; j += 16) __builtin_prefetch(x + HS_CHUNK + j, 0, 3);
}

ALWAYS double NAME(loop)(const struct hs_rule *rule, const struct hs_many *m, enum scaling scaling, const float *x, float *y,
                         size_t n, enum hs_how how, enum what what)
{
    const struct hs_rule r = *rule;
    double sum[LANES] = {0}, total = 0;
    for (size_t b = 0; b < n; b += HS_CHUNK) {
        size_t end = n - b < HS_CHUNK ? n : b + HS_CHUNK, k = b;
        float e[LANES] = {0};
        for (; k + LANES <= end; k += LANES) {
            NAME(fetch)(x + k, LANES);
            NAME(lanes_of)(&r, m, scaling, x, y, k, e, how, what, LANES);
        }
#pragma GCC ivdep
        for (size_t j = 0; j < end - k; j++) NAME(one)(&r, m, scaling, x, y, k + j, &e[j], how, what);
        if (what != VALUES)
            for (size_t j = 0; j < LANES; j++) sum[j] += e[j];
    }
    for (size_t j = 0; what != VALUES && j < LANES; j++) total += sum[j];
    return total;
}

/* Runs that are a multiple of `lanes` long: the scale is one register. */
ALWAYS double NAME(runs_loop)(const struct hs_rule *rule, const struct hs_many *m, size_t size, enum scaling scaling,
                              const float *x, float *y, size_t n, enum hs_how how, enum what what, size_t lanes)
{
    struct hs_rule r = *rule;
    double sum[LANES] = {0}, total = 0;
    float e[LANES] = {0};
    for (size_t b = 0, k = 0; b < n; b += size, k++) {
        r.scale = m->scale[k];
        if (scaling == MULTIPLY) r.inverse = m->inverse[k];
        for (size_t i = b; i < b + size; i += lanes) NAME(lanes_of)(&r, NULL, scaling, x, y, i, e, how, what, lanes);
    }
    for (size_t j = 0; j < lanes; j++) sum[j] = e[j];
    for (size_t j = 0; what != VALUES && j < lanes; j++) total += sum[j];
    return total;
}

/* One function for each way to round, each way to divide and each thing asked for. */
#define LOOP(id, how, many, scaling, what)                                                                     \
    TARGET static double NAME(id)(const struct hs_rule *r, const struct hs_many *m, const float *x, float *y, size_t n) \
    {                                                                                                          \
        const struct hs_many each = many ? *m : (struct hs_many){NULL, NULL};                                  \
        return NAME(loop)(r, many ? &each : NULL, scaling, x, y, n, how, what);                                \
    }
#define LOOPS(id, how)                                                                                         \
    LOOP(id##_q_v, how, false, DIVIDE, VALUES) LOOP(id##_q_e, how, false, DIVIDE, ERROR)                       \
    LOOP(id##_q_b, how, false, DIVIDE, BOTH) LOOP(id##_p_v, how, false, MULTIPLY, VALUES)                      \
    LOOP(id##_p_e, how, false, MULTIPLY, ERROR) LOOP(id##_p_b, how, false, MULTIPLY, BOTH)                     \
    LOOP(id##_mq_v, how, true, DIVIDE, VALUES) LOOP(id##_mq_e, how, true, DIVIDE, ERROR)                       \
    LOOP(id##_mq_b, how, true, DIVIDE, BOTH) LOOP(id##_mp_v, how, true, MULTIPLY, VALUES)                      \
    LOOP(id##_mp_e, how, true, MULTIPLY, ERROR) LOOP(id##_mp_b, how, true, MULTIPLY, BOTH)
LOOPS(even, HS_HOW_EVEN)
LOOPS(odd, HS_HOW_ODD)
LOOPS(tie, HS_HOW_TIE)
LOOPS(down, HS_HOW_FLOOR)
LOOPS(minifloat, HS_HOW_FLOAT)
LOOPS(bfloat, HS_HOW_BFLOAT)
LOOPS(list, HS_HOW_LIST)

/* Those whose levels near zero do not hang on the sign or the last place of a tiny t. */
#define REFINED_LOOPS(id, how)                                                                                 \
    LOOP(id##_f_v, how, false, REFINE, VALUES) LOOP(id##_f_e, how, false, REFINE, ERROR) LOOP(id##_f_b, how, false, REFINE, BOTH)
REFINED_LOOPS(even, HS_HOW_EVEN)
REFINED_LOOPS(odd, HS_HOW_ODD)
REFINED_LOOPS(tie, HS_HOW_TIE)
REFINED_LOOPS(away, HS_HOW_AWAY)
REFINED_LOOPS(minifloat, HS_HOW_FLOAT)

#define RUNS(id, how, scaling, what)                                                                            \
    TARGET static double NAME(id)(const struct hs_rule *r, const struct hs_many *m, size_t size, const float *x,      \
                                  float *y, size_t n)                                                             \
    {                                                                                                            \
        return size % 64 == 0   ? NAME(runs_loop)(r, m, size, scaling, x, y, n, how, what, 64)                      \
               : size % 32 == 0 ? NAME(runs_loop)(r, m, size, scaling, x, y, n, how, what, 32)                      \
                                : NAME(runs_loop)(r, m, size, scaling, x, y, n, how, what, 16);                     \
    }
#define ALL_RUNS(id, how)                                                                                        \
    RUNS(id##_rq_v, how, DIVIDE, VALUES) RUNS(id##_rq_e, how, DIVIDE, ERROR) RUNS(id##_rq_b, how, DIVIDE, BOTH)         \
    RUNS(id##_rp_v, how, MULTIPLY, VALUES) RUNS(id##_rp_e, how, MULTIPLY, ERROR) RUNS(id##_rp_b, how, MULTIPLY, BOTH)
ALL_RUNS(even, HS_HOW_EVEN)
ALL_RUNS(tie, HS_HOW_TIE)
ALL_RUNS(down, HS_HOW_FLOOR)
ALL_RUNS(minifloat, HS_HOW_FLOAT)
ALL_RUNS(bfloat, HS_HOW_BFLOAT)
ALL_RUNS(list, HS_HOW_LIST)
typedef double NAME(runs_fn)(const struct hs_rule *, const struct hs_many *, size_t, const float *, float *, size_t);
#define RUNS_ROW(id)                                                                                             \
    {{NAME(id##_rq_v), NAME(id##_rq_e), NAME(id##_rq_b)}, {NAME(id##_rp_v), NAME(id##_rp_e), NAME(id##_rp_b)}}
static NAME(runs_fn) *const NAME(runs_table)[][2][3] = {
    [HS_HOW_EVEN] = RUNS_ROW(even), [HS_HOW_TIE] = RUNS_ROW(tie), [HS_HOW_FLOOR] = RUNS_ROW(down),
    [HS_HOW_FLOAT] = RUNS_ROW(minifloat), [HS_HOW_BFLOAT] = RUNS_ROW(bfloat), [HS_HOW_LIST] = RUNS_ROW(list),
};

/* n is at most HS_CHUNK: the float32 sums are not carried further. */
static void NAME(runs)(const struct hs_rule *r, const struct hs_many *m, size_t size, const float *x, float *y, size_t n,
                       double *error)
{
    enum what what = !error ? VALUES : y ? BOTH : ERROR;
    double sum = NAME(runs_table)[r->how][m->inverse != NULL][what](r, m, size, x, y, n);
    if (error) *error += sum;
}

typedef double NAME(fn)(const struct hs_rule *, const struct hs_many *, const float *, float *, size_t);
#define ROW(id)                                                                                                \
    {{{NAME(id##_q_v), NAME(id##_q_e), NAME(id##_q_b)}, {NAME(id##_p_v), NAME(id##_p_e), NAME(id##_p_b)}},     \
     {{NAME(id##_mq_v), NAME(id##_mq_e), NAME(id##_mq_b)}, {NAME(id##_mp_v), NAME(id##_mp_e), NAME(id##_mp_b)}}}
static NAME(fn) *const NAME(table)[][2][2][3] = {
    [HS_HOW_EVEN] = ROW(even), [HS_HOW_ODD] = ROW(odd), [HS_HOW_TIE] = ROW(tie), [HS_HOW_FLOOR] = ROW(down),
    [HS_HOW_FLOAT] = ROW(minifloat), [HS_HOW_BFLOAT] = ROW(bfloat), [HS_HOW_LIST] = ROW(list),
};
#define REFINED_ROW(id) {NAME(id##_f_v), NAME(id##_f_e), NAME(id##_f_b)}
static NAME(fn) *const NAME(refined_table)[][3] = {
    [HS_HOW_EVEN] = REFINED_ROW(even), [HS_HOW_ODD] = REFINED_ROW(odd), [HS_HOW_TIE] = REFINED_ROW(tie),
    [HS_HOW_AWAY] = REFINED_ROW(away), [HS_HOW_FLOAT] = REFINED_ROW(minifloat),
};

static void NAME(run)(const struct hs_rule *r, const struct hs_many *many, const float *x, float *y, size_t n,
                      double *error)
{
    enum what what = !error ? VALUES : y ? BOTH : ERROR;
    if (FUSED && !many && r->refines) {
        enum hs_how how = r->how == HS_HOW_TIE && r->pivot == 0 ? HS_HOW_AWAY : r->how;
        double sum = NAME(refined_table)[how][what](r, NULL, x, y, n);
        if (error) *error += sum;
        return;
    }
    bool product = many ? many->inverse != NULL : r->reciprocal;
    double sum = NAME(table)[r->how][many != NULL][product][what](r, many, x, y, n);
    if (error) *error += sum;
}

#include "format/kernel_loss_body.h"

const struct hs_grid_kernels NAME(hs_grid_kernels) = {NAME(run), NAME(runs), NAME(loss), NAME(range), NAME(magnitudes)};
