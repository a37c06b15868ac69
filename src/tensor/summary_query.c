/* summary_query.c - facts, what lies below a point, quantiles. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tensor/summary_state.h"

#include <math.h>

void hs_summary_prefix(const struct hs_summary *s, double t, bool inclusive, struct hs_prefix *p)
{
    if (s->exact) hs_ladder_prefix(&s->ladder, t, inclusive, p); else hs_stairs_prefix(&s->stairs, t, inclusive, p);
}

static void exact_facts(struct hs_summary *s, struct hs_facts *f)
{
    struct hs_prefix below, upto, all;
    hs_summary_prefix(s, 0, false, &below);
    hs_summary_prefix(s, 0, true, &upto);
    hs_summary_prefix(s, INFINITY, true, &all);
    f->zeros = (uint64_t)(upto.count - below.count), f->negative = (uint64_t)below.count;
    f->sum = all.sum.hi, f->sum_squares = all.square.hi;
    f->sum_magnitude = hs_two_minus(hs_two_minus(all.sum, below.sum), below.sum).hi;
}

static uint64_t bucket_count(const struct hs_hist *h, uint32_t octave, size_t k)
{
    return h->octave[octave] ? h->octave[octave]->count[k] : 0;
}

static void bucket_facts(struct hs_summary *s, struct hs_facts *f)
{
    const struct hs_hist *h = s->hist;
    uint64_t minus = bucket_count(h, 256, 0) - h->tiny[1]; /* negative zeros */
    f->zeros = bucket_count(h, 0, 0) - h->tiny[0] + minus;
    for (uint32_t o = 256; o < HS_OCTAVES; o++)
        for (size_t k = 0; h->octave[o] && k < HS_OCTAVE; k++) f->negative += h->octave[o]->count[k];
    f->negative -= minus;
    hs_hist_sums(h, &f->sum, &f->sum_magnitude, &f->sum_squares);
}

enum hs_status hs_summary_facts(struct hs_summary *s, struct hs_facts *f, struct hs_err *e)
{
    if (!s->prepared) {
        bool some = s->count > 0;
        if (s->hist) hs_hist_settle(s->hist);
        s->exact = s->holding != HS_BUCKETS || (s->hist->any & 0xfff) == 0;
        HS_TRY(s->exact ? hs_ladder_make(s, e) : hs_stairs_make(s, e));
        s->facts = (struct hs_facts){.count = s->count, .nonfinite = s->nonfinite, .first_nonfinite = s->first_nonfinite,
                                     .lo = some ? s->lo : 0, .hi = some ? s->hi : 0, .exact = s->exact};
        if (s->exact) exact_facts(s, &s->facts); else bucket_facts(s, &s->facts);
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

void hs_summary_below_all(const struct hs_summary *s, const double *t, size_t n, struct hs_mass *mass)
{
    if (!s->exact) hs_stairs_masses(&s->stairs, t, n, mass);
    else
        for (size_t i = 0; i < n; i++) mass[i] = hs_summary_below(s, t[i]);
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
    return s->exact ? hs_ladder_ordinal(&s->ladder, k) : hs_stairs_ordinal(s, k);
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
    *n = s->exact ? s->ladder.m : 0;
    *count = s->exact ? s->ladder.count : NULL;
    return s->exact ? s->ladder.value : NULL;
}
