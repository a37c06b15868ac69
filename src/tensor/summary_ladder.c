/* summary_ladder.c - the exact distribution: sorted values under prefix sums that lose no digits. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/mem.h"
#include "tensor/summary_state.h"

#include <math.h>
#include <string.h>

enum { DENSE = 1 << 14, SPARSE_SHIFT = 3, JUMP_SHIFT = 15, JUMPS = 1 << (32 - JUMP_SHIFT), NEAR = 16 };

void hs_ladder_free(struct hs_ladder *l)
{
    hs_free(l->own), hs_free(l->before), hs_free(l->count), hs_free(l->sum), hs_free(l->square), hs_free(l->jump);
    *l = (struct hs_ladder){0};
}

/* Twofold sums of v and v^2; v^2 is exact in double, and so is a product with 1. */
static void step(const struct hs_ladder *l, size_t i, struct hs_two *sum, struct hs_two *square)
{
    double v = l->value[i];
    if (!l->count) {
        *sum = hs_two_add(*sum, v);
        *square = hs_two_add(*square, v * v);
        return;
    }
    double c = (double)l->count[i];
    *sum = hs_two_plus(*sum, hs_two_product(v, c));
    *square = hs_two_plus(*square, hs_two_product(v * v, c));
}

static enum hs_status climb(struct hs_ladder *l, struct hs_err *e)
{
    l->shift = l->m > DENSE ? SPARSE_SHIFT : 0;
    size_t rungs = (l->m >> l->shift) + 1;
    l->sum = hs_alloc(rungs, sizeof *l->sum);
    l->square = hs_alloc(rungs, sizeof *l->square);
    if (!l->sum || !l->square) return HS_OUT_OF_MEMORY(e);
    struct hs_two sum = {0, 0}, square = {0, 0};
    for (size_t i = 0;; i++) {
        if ((i & (((size_t)1 << l->shift) - 1)) == 0) l->sum[i >> l->shift] = sum, l->square[i >> l->shift] = square;
        if (i == l->m) break;
        step(l, i, &sum, &square);
    }
    return HS_OK;
}

static enum hs_status counted(struct hs_ladder *l, size_t m, struct hs_err *e)
{
    l->own = hs_alloc(m, sizeof *l->own);
    l->count = hs_alloc_zeroed(m, sizeof *l->count);
    l->before = hs_alloc_zeroed(m + 1, sizeof *l->before);
    if (!l->own || !l->count || !l->before) return HS_OUT_OF_MEMORY(e);
    l->value = l->own, l->m = m;
    return HS_OK;
}

static bool before(float v, double t, bool inclusive) { return inclusive ? v <= t : v < t; }

/* How many of n values lie before t. */
static size_t find(const float *value, size_t n, double t, bool inclusive)
{
    const float *at = value;
    while (n > 1) { /* without a branch on the values */
        size_t half = n / 2;
        at += before(at[half - 1], t, inclusive) ? half : 0;
        n -= half;
    }
    return (size_t)(at - value) + (n && before(*at, t, inclusive));
}

static uint32_t jump_of(float v) /* upper bits that order as the floats do */
{
    union { float f; uint32_t u; } b = {v};
    return (b.u ^ ((uint32_t)((int32_t)b.u >> 31) | 0x80000000u)) >> JUMP_SHIFT;
}

/* jump[k]: the first value whose upper bits are k or more. */
static enum hs_status index_values(struct hs_ladder *l, struct hs_err *e)
{
    if (l->m <= DENSE || l->m > UINT32_MAX) return HS_OK;
    if (!(l->jump = hs_alloc(JUMPS + 1, sizeof *l->jump))) return HS_OUT_OF_MEMORY(e);
    size_t i = 0;
    for (uint32_t k = 0; k <= JUMPS; k++) {
        while (i < l->m && jump_of(l->value[i]) < k) i++;
        l->jump[k] = (uint32_t)i;
    }
    return HS_OK;
}

/* The few values that share their upper bits with t are spread almost evenly: a guess, then steps that double. */
static size_t place(const struct hs_ladder *l, double t, bool inclusive)
{
    t += 0.; /* one zero */
    float f = (float)t;
    if (!l->jump || !(t > -0x1p127 && t < 0x1p127)) return find(l->value, l->m, t, inclusive);
    uint32_t k = jump_of(f); /* rounding moves t past no value: floats on one side of t are on that side of (float)t, or it */
    size_t lo = l->jump[k], hi = l->jump[k + 1], step = NEAR;
    if (f == 0 || lo == hi || hi - lo <= 4 * NEAR || l->value[hi - 1] <= l->value[lo])
        return lo ? lo - 1 + find(l->value + lo - 1, hi - lo + 1 + (hi < l->m), t, inclusive)
                  : find(l->value, hi + (hi < l->m), t, inclusive);
    double share = (t - l->value[lo]) / ((double)l->value[hi - 1] - l->value[lo]);
    size_t at = lo + (size_t)(fmin(fmax(share, 0), 1) * (double)(hi - lo - 1));
    if (before(l->value[at], t, inclusive)) {
        for (lo = at; lo + step < hi && before(l->value[lo + step], t, inclusive); lo += step, step *= 2) {}
        hi = lo + step < hi ? lo + step : hi < l->m ? hi + 1 : hi;
    } else {
        for (hi = at + 1; hi > lo + step && !before(l->value[hi - 1 - step], t, inclusive); hi -= step, step *= 2) {}
        lo = hi > lo + step ? hi - 1 - step : lo ? lo - 1 : lo;
    }
    return lo + find(l->value + lo, hi - lo, t, inclusive);
}

static enum hs_status from_dict(struct hs_ladder *l, const struct hs_dict *d, struct hs_err *e)
{
    size_t m = 0;
    HS_TRY(counted(l, d->n, e));
    for (size_t i = 0; i < hs_dict_slots(d); i++)
        if (d->key[i] != HS_NO_KEY) memcpy(&l->own[m++], &d->key[i], sizeof *l->own);
    HS_TRY(hs_sort_floats(l->own, m, e));
    for (size_t i = 0; i < hs_dict_slots(d); i++) {
        float v;
        if (d->key[i] == HS_NO_KEY) continue;
        memcpy(&v, &d->key[i], sizeof v);
        l->count[find(l->own, m, v, false)] = d->count[i];
    }
    return HS_OK;
}

/* Buckets of one value each, negative ones from the largest magnitude down; both zeros are one value. */
static enum hs_status from_hist(struct hs_ladder *l, const struct hs_hist *h, struct hs_err *e)
{
    size_t m = 0;
    for (int o = 0; o < HS_OCTAVES; o++)
        for (size_t k = 0; h->octave[o] && k < HS_OCTAVE; k++) m += h->octave[o]->count[k] != 0;
    HS_TRY(counted(l, m, e));
    m = 0;
    for (uint32_t o = HS_OCTAVES; o-- > 256;)
        for (uint32_t k = HS_OCTAVE; h->octave[o] && k-- > 0;)
            if (h->octave[o]->count[k])
                l->own[m] = hs_hist_edge(o << 11 | k) + 0.f, l->count[m++] = h->octave[o]->count[k];
    for (uint32_t o = 0; o < 256; o++)
        for (uint32_t k = 0; h->octave[o] && k < HS_OCTAVE; k++) {
            if (!h->octave[o]->count[k]) continue;
            float v = hs_hist_edge(o << 11 | k);
            if (m && l->own[m - 1] == v) m--; /* -0 came first */
            l->own[m] = v, l->count[m++] += h->octave[o]->count[k];
        }
    l->m = m;
    return HS_OK;
}

enum hs_status hs_ladder_make(struct hs_summary *s, struct hs_err *e)
{
    struct hs_ladder *l = &s->ladder;
    hs_ladder_free(l);
    if (s->holding == HS_VALUES) {
        for (size_t i = 0; i < s->n; i++) s->value[i] += 0.f; /* no negative zero */
        HS_TRY(hs_sort_floats(s->value, s->n, e));
        l->value = s->value, l->m = s->n;
        HS_TRY(index_values(l, e));
        return climb(l, e);
    }
    HS_TRY(s->holding == HS_DISTINCT ? from_dict(l, &s->dict, e) : from_hist(l, s->hist, e));
    for (size_t i = 0; i < l->m; i++) l->before[i + 1] = l->before[i] + l->count[i];
    HS_TRY(index_values(l, e));
    return climb(l, e);
}

void hs_ladder_prefix(const struct hs_ladder *l, double t, bool inclusive, struct hs_prefix *p)
{
    size_t at = place(l, t, inclusive), rung = at >> l->shift;
    p->count = l->before ? (double)l->before[at] : (double)at;
    p->sum = l->sum[rung], p->square = l->square[rung];
    for (size_t i = rung << l->shift; i < at; i++) step(l, i, &p->sum, &p->square);
}

double hs_ladder_ordinal(const struct hs_ladder *l, uint64_t k)
{
    if (!l->before) return l->value[k];
    size_t lo = 0, hi = l->m - 1;
    while (lo < hi) {
        size_t mid = lo + (hi - lo + 1) / 2;
        if (l->before[mid] <= k) lo = mid; else hi = mid - 1;
    }
    return l->value[lo];
}
