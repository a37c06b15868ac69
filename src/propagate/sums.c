/* sums.c - sixteen running sums a figure: the compiler makes vectors of them, and the order stays what it is here. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "propagate/sums.h"

#include "net/wide.h"

#include <math.h>
#include <string.h>

enum { LANES = 16 };

struct lanes {
    double r2[LANES], g2[LANES], rg[LANES], t2[LANES], f2[LANES], i2[LANES], fi[LANES], top[LANES];
};

HS_INLINE void add(struct lanes *s, int j, float rv, float mv, float gv)
{
    double r = (double)rv, m = (double)mv, g = (double)gv, t = g - r, f = g - m, h = m - r;
    s->r2[j] += r * r, s->g2[j] += g * g, s->rg[j] += r * g, s->t2[j] += t * t;
    s->f2[j] += f * f, s->i2[j] += h * h, s->fi[j] += f * h;
    double a = fabs(t);
    s->top[j] = a > s->top[j] ? a : s->top[j];
}

HS_INLINE void add_all(struct lanes *to, const float *r, const float *m, const float *g, size_t n)
{
    struct lanes l = *to; /* in registers */
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (int j = 0; j < LANES; j++) add(&l, j, r[i + (size_t)j], m[i + (size_t)j], g[i + (size_t)j]);
    for (int j = 0; i < n; i++, j++) add(&l, j, r[i], m[i], g[i]);
    *to = l;
}
HS_WIDE(add_wide, add_all, (struct lanes * to, const float *r, const float *m, const float *g, size_t n), (to, r, m, g, n))

static double total(const double *lane)
{
    double sum[LANES / 2];
    for (int j = 0; j < LANES / 2; j++) sum[j] = lane[j] + lane[j + LANES / 2];
    return ((sum[0] + sum[4]) + (sum[1] + sum[5])) + ((sum[2] + sum[6]) + (sum[3] + sum[7]));
}

static void run(struct hs_sums *s, const float *r, const float *m, const float *g, size_t n)
{
    struct lanes l;
    memset(&l, 0, sizeof l);
    add_wide(&l, r, m, g, n);
    s->reference += total(l.r2), s->got += total(l.g2), s->dot += total(l.rg), s->total += total(l.t2);
    s->fresh += total(l.f2), s->inherited += total(l.i2), s->cross += 2 * total(l.fi);
    for (int j = 0; j < LANES; j++) s->largest = l.top[j] > s->largest ? l.top[j] : s->largest;
}

void hs_sums_add(struct hs_sums *s, const struct hs_tensor *r, const struct hs_tensor *m, const struct hs_tensor *g,
                 const struct hs_data *d, size_t first)
{
    size_t rows = r->shape.dim[0], width = hs_shape_row(&r->shape), steps = 1;
    bool masked = d->mask && d->mask_width == 1;
    if (d->mask && d->mask_width > 1 && r->shape.rank > 1 && r->shape.dim[1] == d->mask_width)
        masked = true, steps = d->mask_width;
    for (size_t i = 0; i < rows; i++)
        for (size_t k = 0; k < steps; k++) {
            if (masked && d->mask[(first + i) * d->mask_width + k] == 0) continue;
            size_t at = (i * steps + k) * (width / steps);
            run(s, r->data + at, (m ? m : g)->data + at, g->data + at, width / steps);
        }
}
