/* summary_stairs.c - the histogram as a distribution: the values of a bucket count as uniform about their exact mean. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/mem.h"
#include "tensor/summary_state.h"

#include <math.h>
#include <string.h>

void hs_stairs_free(struct hs_stairs *t)
{
    hs_free(t->rung), hs_free(t->mean), hs_free(t->half);
    *t = (struct hs_stairs){0};
}

/* Of n uniform values the sample variance is 1 - 1/n of the whole, so the spread about their own mean is that much
 * narrower; and it stays within the bucket. Both in units of the bucket's width, from its smaller magnitude. */
static void shapes(const struct hs_octave *o, float mean[HS_OCTAVE], float half[HS_OCTAVE])
{
    for (size_t k = 0; k < HS_OCTAVE; k++) {
        double n = (double)(int64_t)o->count[k], inverse = n > 0 ? 1 / n : 1;
        double m = (double)(int64_t)o->low[k] * inverse * 0x1p-12, h = .5 * sqrt(1 - inverse);
        h = m < h ? m : h;
        h = 1 - m < h ? 1 - m : h;
        mean[k] = (float)m, half[k] = (float)h;
    }
}

/* Nothing spreads beyond the extremes that were seen. */
static float within(const struct hs_summary *s, double m, double h)
{
    h = h < m - s->lo ? h : m - s->lo;
    h = h < s->hi - m ? h : s->hi - m;
    return h > 0 ? (float)h : 0;
}

static void climb(struct hs_stairs *t, const struct hs_summary *s, uint32_t octave, bool down)
{
    const struct hs_octave *o = s->hist->octave[octave];
    uint32_t field = octave & 255;
    double width = ldexp(1, (int)(field ? field : 1) - 150 + HS_LOW) * (octave >> 8 ? -1 : 1);
    double base = field ? HS_OCTAVE : 0;
    float mean[HS_OCTAVE], half[HS_OCTAVE];
    t->first[octave] = (uint32_t)t->m;
    t->met[octave] = o != NULL;
    if (!o) return;
    shapes(o, mean, half);
    struct hs_rung r = t->rung[t->m];
    for (uint32_t i = 0; i < HS_OCTAVE; i++, t->m++) {
        uint32_t k = down ? HS_OCTAVE - 1 - i : i;
        double n = (double)(int64_t)o->count[k];
        if (n > 0) {
            double m = (float)((base + k + mean[k]) * width), h = half[k] * fabs(width);
            if (m - h < s->lo || m + h > s->hi) h = within(s, m, h);
            t->mean[t->m] = (float)m, t->half[t->m] = (float)h;
            r.count += n, r.sum += n * m, r.square += n * (m * m + h * h * (1 / 3.));
        } else {
            t->mean[t->m] = t->half[t->m] = 0;
        }
        t->rung[t->m + 1] = r;
    }
}

enum hs_status hs_stairs_make(struct hs_summary *s, struct hs_err *e)
{
    struct hs_stairs *t = &s->stairs;
    size_t most = 0;
    hs_stairs_free(t);
    for (int o = 0; o < HS_OCTAVES; o++) most += s->hist->octave[o] ? HS_OCTAVE : 0;
    t->rung = hs_alloc(most + 1, sizeof *t->rung);
    t->mean = hs_alloc(most, sizeof *t->mean);
    t->half = hs_alloc(most, sizeof *t->half);
    if (!t->rung || !t->mean || !t->half) return HS_OUT_OF_MEMORY(e);
    t->rung[0] = (struct hs_rung){0, 0, 0};
    for (uint32_t o = HS_OCTAVES; o-- > 256;) climb(t, s, o, true);
    for (uint32_t o = 0; o < 256; o++) climb(t, s, o, false);
    return HS_OK;
}

/* The bucket that holds t, from the bits of t itself. */
static inline size_t find(const struct hs_stairs *t, double x, bool *inside)
{
    union { double f; uint64_t u; } d = {x};
    int e = (int)(d.u >> 52 & 0x7ff) - 1023 + 127;
    uint32_t side = d.u >> 63 ? 256 : 0, k = (uint32_t)(d.u >> 41) & 2047, field;
    if (e > 254)
        field = 254, k = 2047; /* beyond every float */
    else if (e > 0)
        field = (uint32_t)e;
    else /* subnormal floats: 2^12 last places a bucket */
        field = 0, k = (uint32_t)ldexp(fabs(x), 149 - HS_LOW);
    *inside = t->met[side + field];
    size_t first = t->first[side + field];
    return !*inside ? first : first + (side ? HS_OCTAVE - 1 - k : k);
}

static inline struct hs_rung below(const struct hs_stairs *t, double x, bool inclusive)
{
    bool inside;
    size_t at = find(t, x, &inside);
    struct hs_rung r = t->rung[at];
    if (inside) {
        double n = t->rung[at + 1].count - r.count, m = t->mean[at], h = t->half[at], a = m - h;
        if (h > 0 ? x >= m + h : x > m || (inclusive && x == m)) {
            r = t->rung[at + 1];
        } else if (x > a) {
            double part = n * (x - a) / (2 * h);
            r.count += part, r.sum += part * .5 * (a + x), r.square += part * (a * a + a * x + x * x) * (1 / 3.);
        }
    }
    return r;
}

void hs_stairs_prefix(const struct hs_stairs *t, double x, bool inclusive, struct hs_prefix *p)
{
    struct hs_rung r = below(t, x, inclusive);
    p->count = r.count, p->sum = (struct hs_two){r.sum, 0}, p->square = (struct hs_two){r.square, 0};
}

void hs_stairs_masses(const struct hs_stairs *t, const double *x, size_t n, struct hs_mass *mass)
{
    for (size_t i = 0; i < n; i++) {
        struct hs_rung r = below(t, x[i], false);
        mass[i] = (struct hs_mass){r.count, r.sum, r.square};
    }
}

double hs_stairs_ordinal(const struct hs_summary *s, uint64_t k)
{
    const struct hs_stairs *t = &s->stairs;
    if (k == 0) return s->lo;
    if (k + 1 >= s->count) return s->hi;
    size_t lo = 0, hi = t->m - 1;
    while (lo < hi) { /* the last bucket before which at most k values lie */
        size_t mid = lo + (hi - lo + 1) / 2;
        if (t->rung[mid].count <= (double)k) lo = mid; else hi = mid - 1;
    }
    double n = t->rung[lo + 1].count - t->rung[lo].count;
    return t->mean[lo] + t->half[lo] * (2 * ((double)k - t->rung[lo].count + .5) / n - 1);
}
