/* tally.c - where a bin ends follows from the toolkit's arithmetic alone. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/tally.h"

#include "base/mem.h"

#include <float.h>
#include <math.h>
#include <string.h>

static double below(const struct hs_summary *s, bool magnitude, double t)
{
    return rint(magnitude ? hs_summary_magnitude_below(s, t).count
                          : hs_summary_below(s, t).count);
}

static enum hs_status room(struct hs_tally *t, size_t bins, struct hs_err *e)
{
    *t = (struct hs_tally){.bins = bins};
    if (!(t->count = hs_alloc_zeroed(2 * bins + 1, sizeof *t->count)))
        return HS_OUT_OF_MEMORY(e);
    t->edge = t->count + bins;
    return HS_OK;
}

void hs_tally_free(struct hs_tally *t)
{
    hs_free(t->count);
    *t = (struct hs_tally){0};
}

enum hs_status hs_tally_numpy(struct hs_tally *t, const struct hs_summary *s, bool magnitude,
                              double lo, double hi, size_t bins, struct hs_err *e)
{
    HS_TRY(room(t, bins, e));
    double step = (hi - lo) / (double)bins;
    for (size_t i = 0; i < bins; i++) t->edge[i] = (float)(lo + (double)i * step);
    t->edge[bins] = hi;
    double before = below(s, magnitude, lo);
    for (size_t i = 0; i < bins; i++) {
        double end = i + 1 < bins ? t->edge[i + 1] : nextafter(hi, INFINITY),
               now = below(s, magnitude, end);
        t->count[i] = now - before;
        t->total += t->count[i];
        before = now;
    }
    return HS_OK;
}

/* Floats in the order of their values as integers, and back. */
static int64_t rank(float x)
{
    uint32_t u;
    memcpy(&u, &x, sizeof u);
    return u >> 31 ? -(int64_t)(u & 0x7fffffff) : (int64_t)u;
}

static float unrank(int64_t r)
{
    uint32_t u = r < 0 ? (uint32_t)-r | 0x80000000u : (uint32_t)r;
    float x;
    memcpy(&x, &u, sizeof x);
    return x;
}

struct line {
    float lo, hi;
    size_t bins;
};

static size_t torch_bin(const struct line *l, float x)
{
    float at = (x - l->lo) * (float)l->bins / (l->hi - l->lo);
    size_t bin = at > 0 ? (size_t)at : 0;
    return bin < l->bins ? bin : l->bins - 1;
}

/* The least float of a bin, or just above hi where the bin is out of reach. */
static float torch_first(const struct line *l, size_t bin)
{
    int64_t a = rank(l->lo), b = rank(l->hi) + 1;
    while (a < b) {
        int64_t m = a + (b - a) / 2;
        if (torch_bin(l, unrank(m)) < bin)
            a = m + 1;
        else
            b = m;
    }
    return unrank(a);
}

enum hs_status hs_tally_torch(struct hs_tally *t, const struct hs_summary *s, bool magnitude,
                              double lo, double hi, size_t bins, struct hs_err *e)
{
    HS_TRY(room(t, bins, e));
    struct line l = {(float)lo, (float)hi, bins};
    double step = (hi - lo) / (double)bins, before = below(s, magnitude, lo);
    for (size_t i = 0; i <= bins; i++) t->edge[i] = (float)(lo + (double)i * step);
    for (size_t i = 0; i < bins && l.hi > l.lo; i++) {
        double end = i + 1 < bins ? (double)torch_first(&l, i + 1) : nextafter(hi, INFINITY);
        double now = below(s, magnitude, end);
        t->count[i] = now - before;
        t->total += t->count[i];
        before = now;
    }
    return HS_OK;
}

size_t hs_tally_quantile(const struct hs_tally *t, double share)
{
    double sum = 0;
    for (size_t i = 0; i < t->bins; i++)
        if ((sum += t->count[i] / t->total) >= share) return i;
    return t->bins;
}
