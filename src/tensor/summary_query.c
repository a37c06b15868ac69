/* summary_query.c - facts, what lies below a point, quantiles. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/mem.h"
#include "tensor/summary_state.h"

#include <math.h>

enum { DENSE = 1 << 16, SPARSE_SHIFT = 4 };

static double times(const struct hs_ladder *l, size_t i)
{
    return l->before ? (double)(l->before[i + 1] - l->before[i]) : 1;
}

static void step(const struct hs_ladder *l, size_t i, struct hs_two *sum, struct hs_two *square)
{
    double v = l->value[i], c = times(l, i);
    *sum = hs_two_plus(*sum, hs_two_product(v, c));
    *square = hs_two_plus(*square, hs_two_product(v * v, c));
}

static enum hs_status climb(struct hs_ladder *l, struct hs_err *e)
{
    l->shift = l->m > DENSE ? SPARSE_SHIFT : 0;
    size_t rungs = (l->m >> l->shift) + 1;
    hs_free(l->sum), hs_free(l->square);
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

/* How many of the ladder's values are < t (<= t). */
static size_t rank(const struct hs_ladder *l, double t, bool inclusive)
{
    size_t at = 0, n = l->m;
    while (n) {
        size_t half = n / 2;
        double v = l->value[at + half];
        if (v < t || (inclusive && v == t))
            at += half + 1, n -= half + 1;
        else
            n = half;
    }
    return at;
}

void hs_summary_prefix(const struct hs_summary *s, double t, bool inclusive, struct hs_prefix *p)
{
    const struct hs_ladder *l = &s->ladder;
    size_t at = rank(l, t, inclusive), rung = at >> l->shift;
    p->count = l->before ? (double)l->before[at] : (double)at;
    p->sum = l->sum[rung], p->square = l->square[rung];
    for (size_t i = rung << l->shift; i < at; i++) step(l, i, &p->sum, &p->square);
}

enum hs_status hs_summary_facts(struct hs_summary *s, struct hs_facts *f, struct hs_err *e)
{
    if (!s->prepared) {
        struct hs_prefix below, upto, all;
        HS_TRY(hs_sort_floats(s->value, s->n, e));
        s->ladder.value = s->value, s->ladder.m = s->n;
        HS_TRY(climb(&s->ladder, e));
        hs_summary_prefix(s, 0, false, &below);
        hs_summary_prefix(s, 0, true, &upto);
        hs_summary_prefix(s, INFINITY, true, &all);
        s->facts = (struct hs_facts){
            .count = s->count, .nonfinite = s->nonfinite, .first_nonfinite = s->first_nonfinite,
            .zeros = (uint64_t)(upto.count - below.count), .negative = (uint64_t)below.count,
            .lo = s->count ? s->lo : 0, .hi = s->count ? s->hi : 0, .sum = all.sum.hi, .sum_squares = all.square.hi,
            .sum_magnitude = hs_two_minus(hs_two_minus(all.sum, below.sum), below.sum).hi, .exact = true,
        };
        s->prepared = true;
    }
    *f = s->facts;
    return HS_OK;
}

struct hs_mass hs_summary_below(const struct hs_summary *s, double t)
{
    struct hs_prefix p;
    hs_summary_prefix(s, t, false, &p);
    return (struct hs_mass){p.count, p.sum.hi, p.square.hi};
}

struct hs_mass hs_summary_magnitude_below(const struct hs_summary *s, double t)
{
    struct hs_prefix a, zero, b;
    if (!(t > 0)) return (struct hs_mass){0, 0, 0};
    hs_summary_prefix(s, -t, true, &a);
    hs_summary_prefix(s, 0, false, &zero);
    hs_summary_prefix(s, t, false, &b);
    struct hs_two plus = hs_two_minus(b.sum, zero.sum), minus = hs_two_minus(zero.sum, a.sum);
    return (struct hs_mass){b.count - a.count, hs_two_minus(plus, minus).hi, hs_two_minus(b.square, a.square).hi};
}

/* The k-th smallest value, k from 0. */
static double ordinal(const struct hs_summary *s, uint64_t k)
{
    const struct hs_ladder *l = &s->ladder;
    if (!l->before) return l->value[k];
    size_t lo = 0, hi = l->m - 1;
    while (lo < hi) {
        size_t mid = lo + (hi - lo + 1) / 2;
        if (l->before[mid] <= k) lo = mid; else hi = mid - 1;
    }
    return l->value[lo];
}

/* The k-th smallest magnitude: bisection over the bits of a positive float. */
static double ordinal_magnitude(const struct hs_summary *s, uint64_t k)
{
    uint32_t lo = 0, hi = 0x7f7fffff;
    while (lo < hi) { /* the least t with more than k values in [-t, t] */
        uint32_t mid = lo + (hi - lo) / 2;
        union { uint32_t u; float f; } t = {mid};
        struct hs_prefix a, b;
        hs_summary_prefix(s, -(double)t.f, false, &a);
        hs_summary_prefix(s, t.f, true, &b);
        if (b.count - a.count > (double)k) hi = mid; else lo = mid + 1;
    }
    union { uint32_t u; float f; } t = {lo};
    return t.f;
}

static double between(const struct hs_summary *s, double p, double (*at)(const struct hs_summary *, uint64_t))
{
    if (!s->facts.count) return 0;
    double h = fmin(fmax(p, 0), 1) * (double)(s->facts.count - 1), k = floor(h), t = h - k;
    double a = at(s, (uint64_t)k), b = t > 0 ? at(s, (uint64_t)k + 1) : a;
    return t < .5 ? a + (b - a) * t : b - (b - a) * (1 - t); /* as numpy interpolates */
}

double hs_summary_quantile(const struct hs_summary *s, double p) { return between(s, p, ordinal); }
double hs_summary_magnitude_quantile(const struct hs_summary *s, double p) { return between(s, p, ordinal_magnitude); }

const float *hs_summary_values(const struct hs_summary *s, size_t *n, const uint64_t **count)
{
    *n = s->ladder.m;
    *count = NULL;
    return s->ladder.value;
}
