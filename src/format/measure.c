/* measure.c - scales from the values themselves: dynamic grids, block formats, groups. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "format/measure.h"

#include "format/kernel.h"
#include "format/parts.h"
#include "format/value.h"
#include "format/walk.h"

#include <math.h>

/* NVFP4: one scale above those of the blocks, such that the largest block scale is e4m3's largest value. */
float hs_tensor_scale(const struct hs_format *f, const float *x, size_t n)
{
    if (f->scale_kind != HS_SCALE_E4M3) return 0;
    struct hs_range r = hs_grid_kernels(hs_isa())->range(x, n);
    double top = fmax(-(double)r.lo, r.hi), s = (float)(top / (448 * f->max));
    return s >= 0x1p-126 ? (float)s : top > 0 ? 0x1p-126f : 1;
}

struct hs_point hs_range_point(const struct hs_grid *g, struct hs_range r, float tensor_scale)
{
    if (g->format->scale_kind == HS_SCALE_E4M3)
        return (struct hs_point){hs_grid_block_scale(g->format, fmax(-(double)r.lo, r.hi), tensor_scale), 0};
    return hs_grid_point(g->format, g->symmetric, g->qmin > g->format->code_min, r.lo, r.hi);
}

struct hs_range hs_channel_range(const struct hs_parts *p, size_t c, const float *x, size_t n)
{
    const struct hs_grid_kernels *k = hs_grid_kernels(hs_isa());
    struct hs_range r = {INFINITY, -INFINITY};
    for (size_t at = c * p->inner; at < n; at += p->channels * p->inner) {
        struct hs_range one = {x[at], x[at]};
        if (p->inner > 1) one = k->range(x + at, p->inner < n - at ? p->inner : n - at);
        r.lo = one.lo < r.lo ? one.lo : r.lo, r.hi = one.hi > r.hi ? one.hi : r.hi;
    }
    return r.lo <= r.hi ? r : (struct hs_range){0, 0};
}

static void set(struct hs_grid *g, size_t part, struct hs_range r)
{
    struct hs_point p = hs_range_point(g, r, g->tensor_scale);
    g->scale[part] = (float)p.scale;
    if (g->zero) g->zero[part] = (float)p.zero;
}

void hs_grid_measure(struct hs_grid *g, const float *x, size_t n)
{
    const struct hs_grid_kernels *k = hs_grid_kernels(hs_isa());
    g->tensor_scale = hs_tensor_scale(g->format, x, n);
    if (g->parts.granularity == HS_PER_CHANNEL) {
        for (size_t c = 0; c < g->n; c++) set(g, c, hs_channel_range(&g->parts, c, x, n));
        return;
    }
    for (size_t i = 0, part, run; i < n; i += run) {
        run = hs_parts_run(&g->parts, i, &part);
        if (run > n - i) run = n - i;
        set(g, part, k->range(x + i, run));
    }
}
