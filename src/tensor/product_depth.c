/* product_depth.c - convolution by channel: vectors run over the channels of a padded strip of the image. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tensor/product_packed.h"

#include "base/mem.h"

#include <string.h>

struct depth {
    const struct hs_product *p;
    size_t height, width, steps[2];
    size_t padded, times;  /* channels in the strip; outputs a channel */
    size_t wide, rows;     /* pixels and rows of the strip */
    size_t together;       /* output rows a strip: 2 where they are pooled */
    float *strip, *line, *full; /* full: output rows before pooling */
    struct hs_filter filter;
    struct hs_finish finish;
};

/* Each channel stands once for each of its outputs. */
static void spread(const struct depth *d, const float *x, float *to)
{
    size_t channels = d->p->taps.channels;
    for (size_t i = 0; i < d->width; i++, x += channels, to += d->padded) {
        if (d->times == 1) memcpy(to, x, channels * sizeof(float));
        else
            for (size_t c = 0; c < channels * d->times; c++) to[c] = x[c / d->times];
    }
}

static void fill(const struct depth *d, const float *x, size_t top, size_t first)
{
    const struct hs_taps *t = &d->p->taps;
    size_t values = d->width * t->channels;
    for (size_t i = 0; i < d->rows; i++) {
        float *to = d->strip + i * d->wide * d->padded;
        size_t y = top + i;
        if (y < t->before[0] || y >= t->before[0] + d->height) {
            memset(to, 0, d->wide * d->padded * sizeof(float));
            continue;
        }
        const float *from = x + (y - t->before[0]) * values;
        if (d->filter.apply) {
            d->filter.apply(d->filter.ctx, from, d->line, values, first + (y - t->before[0]) * values);
            from = d->line;
        }
        spread(d, from, to + t->before[1] * d->padded);
    }
}

/* The largest of 2 x 2, read row by row: a later value wins where it is greater, or NaN. */
static void pool(const struct depth *d, float *y)
{
    size_t outs = d->p->taps.outs, row = d->steps[1] * outs;
    for (size_t j = 0; j < d->steps[1] / 2; j++, y += outs) {
        const float *x = d->full + 2 * j * outs;
        const float *const corner[] = {x + outs, x + row, x + row + outs};
        memcpy(y, x, outs * sizeof(float));
        for (int k = 0; k < 3; k++) {
            const float *restrict v = corner[k];
            float *restrict best = y;
            for (size_t c = 0; c < outs; c++) best[c] = (v[c] > best[c]) | (v[c] != v[c]) ? v[c] : best[c];
        }
    }
}

static void run(const struct depth *d, const float *x, size_t n, size_t first, float *y)
{
    const struct hs_taps *t = &d->p->taps;
    size_t in = d->height * d->width * t->channels, row = d->steps[1] * t->outs;
    struct hs_depth_job job = {
        .pixel = t->stride[1] * d->padded,
        .down = t->dilation[0] * d->wide * d->padded, .right = t->dilation[1] * d->padded,
        .rows = (int)t->taps[0], .columns = (int)t->taps[1],
        .w = d->p->w, .start = d->p->start,
        .channels = t->outs, .padded = d->padded,
        .finish = d->finish,
        .pixels = d->steps[1], .out_pixel = t->outs,
    };
    for (size_t i = 0; i < n; i++, x += in, first += in)
        for (size_t k = 0; k < d->steps[0]; k += d->together) {
            size_t rows = d->steps[0] - k < d->together ? d->steps[0] - k : d->together;
            fill(d, x, k * t->stride[0], first);
            for (size_t r = 0; r < rows; r++) {
                job.x = d->strip + r * t->stride[0] * d->wide * d->padded;
                job.out = (d->finish.pool ? d->full : y) + r * row;
                d->p->kernel->depth(&job);
            }
            if (d->finish.pool) pool(d, y);
            y += d->finish.pool ? row / 2 : rows * row;
        }
}

enum hs_status hs_product_depth(const struct hs_product *p, const float *x, size_t n, size_t height, size_t width,
                                struct hs_filter filter, size_t first, const struct hs_finish *finish, float *y,
                                struct hs_err *e)
{
    enum { TOGETHER = 8 }; /* output rows: those that share rows of the image read it once */
    const struct hs_taps *t = &p->taps;
    struct depth d = {
        .p = p, .height = height, .width = width, .filter = filter,
        .steps = {hs_taps_steps(t, 0, height), hs_taps_steps(t, 1, width)},
        .padded = p->blocks * p->kernel->block, .times = t->outs / t->channels,
        .wide = t->before[1] + width + t->after[1],
        .together = finish && finish->pool ? 2 : TOGETHER,
    };
    if (!n || !d.steps[0] || !d.steps[1]) return HS_OK;
    d.rows = (d.together - 1) * t->stride[0] + (t->taps[0] - 1) * t->dilation[0] + 1;
    struct hs_stretched s;
    HS_TRY(hs_product_stretch(p, finish, &s, e));
    d.finish = s.finish;
    d.strip = hs_alloc_zeroed(d.rows * d.wide, d.padded * sizeof(float));
    d.line = hs_alloc(width, t->channels * sizeof(float));
    d.full = hs_alloc(2 * d.steps[1], t->outs * sizeof(float));
    if (d.strip && d.line && d.full) run(&d, x, n, first, y);
    else HS_OUT_OF_MEMORY(e);
    hs_free(d.strip);
    hs_free(d.line);
    hs_free(d.full);
    hs_free(s.room);
    return e->status;
}
