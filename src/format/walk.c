/* walk.c - the runs of a tensor, each with its rule. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "format/walk.h"

#include "format/kernel.h"
#include "format/measure.h"
#include "format/parts.h"

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

static void fixed(const struct hs_grid *g, size_t n, size_t first, hs_grid_visit *visit, void *ctx)
{
    struct hs_rule r;
    hs_rule_begin(&r, g);
    for (size_t i = 0, part, run; i < n; i += run) {
        run = least(hs_parts_run(&g->parts, first + i, &part), n - i);
        hs_rule_part(&r, g, part);
        visit(ctx, &r, i, run, first + i);
    }
}

static void measured(struct hs_rule *r, const struct hs_grid *g, struct hs_range range, float tensor_scale)
{
    struct hs_point p = hs_range_point(g, range, tensor_scale);
    hs_rule_set(r, g, (float)p.scale, (float)p.zero);
}

/* One sample, at .. at + n of x. */
static void sample(const struct hs_grid *g, const float *x, size_t at, size_t n, size_t first, hs_grid_visit *visit,
                   void *ctx)
{
    const struct hs_parts *p = &g->parts;
    struct hs_rule r;
    float tensor_scale = hs_tensor_scale(g->format, x + at, n);
    hs_rule_begin(&r, g);
    if (p->granularity == HS_PER_CHANNEL) {
        for (size_t c = 0; c < p->channels && c * p->inner < n; c++) {
            measured(&r, g, hs_channel_range(p, c, x + at, n), tensor_scale);
            for (size_t i = c * p->inner; i < n; i += p->channels * p->inner)
                visit(ctx, &r, at + i, least(p->inner, n - i), first + at + i);
        }
        return;
    }
    const struct hs_grid_kernels *k = hs_grid_kernels(hs_isa());
    for (size_t i = 0, part, run; i < n; i += run) {
        run = least(hs_parts_run(p, first + at + i, &part), n - i);
        measured(&r, g, k->range(x + at + i, run), tensor_scale);
        visit(ctx, &r, at + i, run, first + at + i);
    }
}

void hs_grid_walk(const struct hs_grid *g, const float *x, size_t n, size_t first, hs_grid_visit *visit, void *ctx)
{
    if (!g->dynamic) {
        fixed(g, n, first, visit, ctx);
        return;
    }
    size_t total = hs_parts_total(&g->parts);
    for (size_t at = 0, run; at < n; at += run) {
        run = least(total, n - at);
        sample(g, x, at, run, first, visit, ctx);
    }
}
