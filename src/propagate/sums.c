/* sums.c - eight running sums a figure: the compiler makes vectors of them, and the order stays what it is here. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "propagate/sums.h"

#include <math.h>
#include <string.h>

enum { LANES = 8 };

struct lanes {
    double r2[LANES], g2[LANES], rg[LANES], t2[LANES], f2[LANES], i2[LANES], fi[LANES], top[LANES];
};

static inline void add(struct lanes *s, int j, float rv, float mv, float gv)
{
    double r = rv, m = mv, g = gv, t = g - r, f = g - m, h = m - r;
    s->r2[j] += r * r, s->g2[j] += g * g, s->rg[j] += r * g, s->t2[j] += t * t;
    s->f2[j] += f * f, s->i2[j] += h * h, s->fi[j] += f * h;
    double a = fabs(t);
    s->top[j] = a > s->top[j] ? a : s->top[j];
}

static double total(const double *lane)
{
    return ((lane[0] + lane[4]) + (lane[1] + lane[5])) + ((lane[2] + lane[6]) + (lane[3] + lane[7]));
}

static void run(struct hs_sums *s, const float *r, const float *m, const float *g, size_t n)
{
    struct lanes l;
    memset(&l, 0, sizeof l);
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (int j = 0; j < LANES; j++) add(&l, j, r[i + (size_t)j], m[i + (size_t)j], g[i + (size_t)j]);
    for (int j = 0; i < n; i++, j++) add(&l, j, r[i], m[i], g[i]);
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
