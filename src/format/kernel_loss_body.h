/* kernel_loss_body.h - the rest of kernel_body.h: errors one by one in double, ranges and largest magnitudes. */
/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Errors against S (q - Z) in double. */
struct NAME(lanes) { double clipping[8], rounding[8], power[8], clipped[8], largest[8]; };

ALWAYS void NAME(add)(struct NAME(lanes) *l, size_t j, float xf, float level, double scale, double lo, double hi)
{
    double x = xf, d = x - scale * level, square = d * d, a = fabs(d);
    bool out = x < lo || x > hi;
    l->clipping[j] += out ? square : 0;
    l->rounding[j] += out ? 0 : square;
    l->clipped[j] += out ? 1 : 0;
    l->power[j] += x * x;
    l->largest[j] = a > l->largest[j] ? a : l->largest[j];
}

ALWAYS void NAME(double_loop)(const struct hs_rule *rule, const float *x, size_t n, struct NAME(lanes) *l, enum hs_how how,
                              enum scaling scaling)
{
    const struct hs_rule r = *rule;
    double scale = r.scale, lo = scale * r.lo, hi = scale * r.hi;
    float level[64];
    for (size_t k = 0; k < n; k += 64) {
        size_t m = n - k < 64 ? n - k : 64;
        for (size_t j = 0; j < m; j++) {
            float t = NAME(scaled)(x[k + j], &r, r.scale, r.inverse, scaling, how);
            level[j] = NAME(level)(t, &r, how, false);
        }
        size_t i = 0;
        for (; i + 8 <= m; i += 8)
            for (size_t j = 0; j < 8; j++) NAME(add)(l, j, x[k + i + j], level[i + j], scale, lo, hi);
        for (size_t j = 0; i + j < m; j++) NAME(add)(l, j, x[k + i + j], level[i + j], scale, lo, hi);
    }
}

#define DOUBLE(id, how)                                                                                        \
    TARGET static void NAME(loss_##id)(const struct hs_rule *r, const float *x, size_t n, struct NAME(lanes) *l) \
    {                                                                                                          \
        if (r->reciprocal)                                                                                     \
            NAME(double_loop)(r, x, n, l, how, MULTIPLY);                                                 \
        else                                                                                                   \
            NAME(double_loop)(r, x, n, l, how, DIVIDE);                                                   \
    }
DOUBLE(even, HS_HOW_EVEN)
DOUBLE(odd, HS_HOW_ODD)
DOUBLE(tie, HS_HOW_TIE)
DOUBLE(down, HS_HOW_FLOOR)
DOUBLE(minifloat, HS_HOW_FLOAT)
DOUBLE(bfloat, HS_HOW_BFLOAT)
DOUBLE(list, HS_HOW_LIST)
typedef void NAME(loss_fn)(const struct hs_rule *, const float *, size_t, struct NAME(lanes) *);
static NAME(loss_fn) *const NAME(loss_table)[] = {
    [HS_HOW_EVEN] = NAME(loss_even), [HS_HOW_ODD] = NAME(loss_odd), [HS_HOW_TIE] = NAME(loss_tie),
    [HS_HOW_FLOOR] = NAME(loss_down), [HS_HOW_FLOAT] = NAME(loss_minifloat), [HS_HOW_BFLOAT] = NAME(loss_bfloat),
    [HS_HOW_LIST] = NAME(loss_list),
};

static void NAME(loss)(const struct hs_rule *r, const float *x, size_t n, struct hs_loss *loss)
{
    struct NAME(lanes) l = {{0}, {0}, {0}, {0}, {0}};
    NAME(loss_table)[r->how](r, x, n, &l);
    for (int j = 0; j < 8; j++) {
        loss->clipping += l.clipping[j], loss->rounding += l.rounding[j];
        loss->power += l.power[j], loss->clipped += l.clipped[j];
        loss->largest = l.largest[j] > loss->largest ? l.largest[j] : loss->largest;
    }
}

TARGET static struct hs_range NAME(range)(const float *x, size_t n)
{
    float lo[LANES], hi[LANES];
    size_t k = 0;
    if (!n) return (struct hs_range){0, 0};
    for (size_t j = 0; j < LANES; j++) lo[j] = hi[j] = x[0];
    for (; k + LANES <= n; k += LANES)
        for (size_t j = 0; j < LANES; j++) {
            float v = x[k + j];
            lo[j] = v < lo[j] ? v : lo[j];
            hi[j] = v > hi[j] ? v : hi[j];
        }
    for (size_t j = 0; k + j < n; j++) {
        float v = x[k + j];
        lo[j] = v < lo[j] ? v : lo[j];
        hi[j] = v > hi[j] ? v : hi[j];
    }
    for (size_t j = 1; j < LANES; j++) {
        lo[0] = lo[j] < lo[0] ? lo[j] : lo[0];
        hi[0] = hi[j] > hi[0] ? hi[j] : hi[0];
    }
    return (struct hs_range){lo[0], hi[0]};
}

/* Magnitudes are compared as integers: their bits ascend with them. */
ALWAYS float NAME(top)(const float *x, size_t n)
{
    int32_t top = 0;
    for (size_t j = 0; j < n; j++) {
        int32_t a = (int32_t)(hs_float_to_bits(x[j]) & 0x7fffffffu);
        top = a > top ? a : top;
    }
    return hs_bits_to_float((uint32_t)top);
}

TARGET static void NAME(magnitudes)(const float *x, size_t n, size_t size, float *top)
{
    size_t full = n / size, rest = n % size;
    if (size == 32)
        for (size_t b = 0; b < full; b++) NAME(fetch)(x + 32 * b, 32), top[b] = NAME(top)(x + 32 * b, 32);
    else if (size == 16)
        for (size_t b = 0; b < full; b++) NAME(fetch)(x + 16 * b, 16), top[b] = NAME(top)(x + 16 * b, 16);
    else
        for (size_t b = 0; b < full; b++) top[b] = NAME(top)(x + size * b, size);
    if (rest) top[full] = NAME(top)(x + size * full, rest);
}
