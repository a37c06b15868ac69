/* many.c - a scale for each value, chunk by chunk: the fast way through blocks, groups and channels of short runs. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "format/many.h"

#include "format/measure.h"
#include "format/parts.h"
#include "format/value.h"

enum { SHORT = 256 };

/* Length that all runs share, or 0. */
static size_t run_length(const struct hs_parts *p)
{
    size_t row = hs_parts_row(p);
    switch (p->granularity) {
    case HS_PER_CHANNEL: return p->inner;
    case HS_PER_TOKEN: return row;
    case HS_PER_GROUP:
    case HS_PER_BLOCK: return p->group && row % p->group == 0 ? p->group : 0;
    default: return 0;
    }
}

bool hs_many_fits(const struct hs_grid *g)
{
    size_t run = run_length(&g->parts);
    struct hs_rule r;
    bool affine = g->dynamic ? !g->symmetric && g->format->kind == HS_INTEGER && !g->format->block : g->zero != NULL;
    if (!run || run >= SHORT || affine || !hs_parts_total(&g->parts)) return false;
    if (g->dynamic && g->parts.granularity == HS_PER_CHANNEL) return false;
    if (g->dynamic && g->format->kind == HS_INTEGER && !g->format->is_signed) return false; /* needs the largest, not |x| */
    hs_rule_begin(&r, g);
    hs_rule_set(&r, g, 1, 0);
    return !hs_rule_is_slow(&r);
}

/* The scale of a run as hs_range_point would have it, from its largest magnitude. */
static void from_magnitudes(const struct hs_grid *g, float tensor_scale, float *top, size_t n)
{
    const struct hs_format *f = g->format;
    if (f->cast) {
        for (size_t i = 0; i < n; i++) top[i] = 1;
    } else if (f->scale_kind == HS_SCALE_E8M0) { /* the exponent field less emax; at least the smallest normal */
        int32_t emax = f->kind == HS_INTEGER ? f->bits - 2 : (int32_t)(hs_float_to_bits((float)f->max) >> 23) - 127;
        for (size_t i = 0; i < n; i++) {
            int32_t u = (int32_t)hs_float_to_bits(top[i]), e = (u >> 23) - emax;
            e = u == 0 ? 127 : e < 1 ? 1 : e;
            top[i] = hs_bits_to_float((uint32_t)e << 23);
        }
    } else if (f->scale_kind == HS_SCALE_E4M3) {
        for (size_t i = 0; i < n; i++) top[i] = (float)hs_grid_block_scale(f, top[i], tensor_scale);
    } else {
        for (size_t i = 0; i < n; i++)
            top[i] = (float)hs_grid_point(f, true, g->qmin > f->code_min, -(double)top[i], top[i]).scale;
    }
}

static void spread(const float *value, size_t runs, size_t run, float *each)
{
    for (size_t b = 0; b < runs; b++)
        for (size_t j = 0; j < run; j++) each[run * b + j] = value[b];
}

struct many_walk {
    const struct hs_grid *g;
    const struct hs_grid_kernels *kernels;
    struct hs_rule rule;
    size_t run, cycle; /* values a run; runs after which the parts begin again */
    float tensor_scale;
    double *error;
};

static void chunk(const struct many_walk *w, const float *x, float *y, size_t n, size_t part)
{
    const struct hs_grid *g = w->g;
    float scale[HS_CHUNK], inverse[HS_CHUNK], each[HS_CHUNK], inverses[HS_CHUNK];
    size_t runs = (n + w->run - 1) / w->run;
    if (g->dynamic) {
        w->kernels->magnitudes(x, n, w->run, scale);
        from_magnitudes(g, w->tensor_scale, scale, runs);
    } else {
        for (size_t i = 0; i < runs; i++, part = part + 1 == w->cycle ? 0 : part + 1) scale[i] = g->scale[part];
    }
    bool product = w->rule.reciprocal || g->format->scale_kind == HS_SCALE_E8M0; /* the inverse of 2^k is exact */
    for (size_t i = 0; product && i < runs; i++) inverse[i] = 1 / scale[i];
    if (w->run % 16 == 0 && n % w->run == 0) {
        w->kernels->runs(&w->rule, &(struct hs_many){scale, product ? inverse : NULL}, w->run, x, y, n, w->error);
        return;
    }
    struct hs_many many = {scale, product ? inverse : NULL};
    if (w->run > 1) {
        spread(scale, runs, w->run, each);
        if (product) spread(inverse, runs, w->run, inverses);
        many = (struct hs_many){each, product ? inverses : NULL};
    }
    w->kernels->run(&w->rule, &many, x, y, n, w->error);
}

void hs_many_run(const struct hs_grid *g, const struct hs_grid_kernels *kernels, const float *x, float *y, size_t n,
                 size_t first, double *error)
{
    struct many_walk w = {.g = g, .kernels = kernels, .run = run_length(&g->parts), .cycle = hs_parts_count(&g->parts),
                          .error = error};
    bool by_sample = g->dynamic && g->format->scale_kind == HS_SCALE_E4M3;
    size_t total = by_sample ? hs_parts_total(&g->parts) : n, step = HS_CHUNK / w.run * w.run, part;
    hs_rule_begin(&w.rule, g);
    hs_rule_set(&w.rule, g, 1, 0);
    for (size_t at = 0; at < n; at += total) {
        size_t end = n - at < total ? n : at + total;
        if (g->dynamic) w.tensor_scale = hs_tensor_scale(g->format, x + at, end - at);
        for (size_t i = at; i < end; i += step) {
            hs_parts_run(&g->parts, first + i, &part);
            chunk(&w, x + i, y ? y + i : NULL, end - i < step ? end - i : step, part);
        }
    }
}
