/* product_depth.c - convolution by channel: vectors run over the channels of a padded strip of the image. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tensor/product_packed.h"

#include "base/mem.h"

#include <string.h>

struct depth {
    const struct hs_product *p;
    size_t height, width, steps[2];
    size_t pixel, times;   /* floats of a pixel in the strip; outputs a channel */
    size_t row, rows;      /* floats of a row of the strip; how many rows */
    size_t together;       /* output rows a strip: 2 where they are pooled */
    bool open, close;      /* rows are read where they lie; the kernel knows of the columns on both sides */
    size_t edge, edge_row; /* where open, but not close: outputs that reach over the right side; floats of a row for them */
    float *strip, *line, *full; /* strip: one row of zeros where open; full: output rows before pooling */
    const float **at;      /* where the rows begin: of the strip, or of the image with its padding; then those of the edge */
    struct hs_filter filter;
    struct hs_finish finish;
};

/* A row of the image into the strip: each channel stands once for each of its outputs. */
static void fill_row(const struct depth *d, const float *x, float *to, size_t first)
{
    size_t channels = d->p->taps.channels, values = d->width * channels;
    if (d->pixel == channels) {
        hs_filter_read(d->filter, x, to, values, first);
        return;
    }
    if (d->filter.apply) d->filter.apply(d->filter.ctx, x, d->line, values, first), x = d->line;
    for (size_t i = 0; i < d->width; i++, x += channels, to += d->pixel) {
        if (d->times == 1) memcpy(to, x, channels * sizeof(float));
        else
            for (size_t c = 0; c < channels * d->times; c++) to[c] = x[c / d->times];
    }
}

/* The columns from the first that the edge's outputs read; zeros follow. */
static void fill_edge(const struct depth *d, const float *x, size_t i)
{
    float *to = d->strip + d->row + i * d->edge_row;
    size_t from = (d->steps[1] - d->edge) * d->p->taps.stride[1], columns = d->width > from ? d->width - from : 0;
    d->at[d->rows + i] = x == d->strip ? x : to;
    if (x != d->strip) memcpy(to, x + (d->width - columns) * d->pixel, columns * d->pixel * sizeof(float));
}

static void fill(const struct depth *d, const float *x, size_t top, size_t first)
{
    const struct hs_taps *t = &d->p->taps;
    size_t values = d->width * t->channels;
    for (size_t i = 0; i < d->rows; i++) {
        float *to = d->strip + i * d->row;
        size_t y = top + i - t->before[0]; /* wraps above the image */
        if (d->open) d->at[i] = y < d->height ? x + y * values : d->strip;
        if (d->edge) fill_edge(d, d->at[i], i);
        if (d->open) continue;
        if (y < d->height) fill_row(d, x + y * values, to + t->before[1] * d->pixel, first + y * values);
        else memset(to, 0, d->row * sizeof(float));
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

/* `lines` rows of outputs from the strip. */
static void compute(const struct depth *d, size_t lines, float *y)
{
    const struct hs_taps *t = &d->p->taps;
    const size_t abreast = d->p->abreast, outs = t->outs;
    struct hs_depth_job job = {
        .row = d->at, .line = t->stride[0], .down = t->dilation[0],
        .pixel = abreast * t->stride[1] * d->pixel, .right = t->dilation[1] * d->pixel,
        .open = d->open && d->close,
        .rows = (int)t->taps[0], .columns = (int)t->taps[1],
        .w = d->p->w, .start = d->p->start,
        .channels = abreast * outs, .padded = d->p->blocks * d->p->kernel->block,
        .finish = d->finish,
        .out = y,
        .lines = lines, .pixels = (d->steps[1] - d->edge) / abreast,
        .out_line = d->steps[1] * outs, .out_pixel = abreast * outs,
    };
    d->p->kernel->depth(&job);
    if (d->edge) {
        job.row += d->rows;
        job.out += job.pixels * job.out_pixel;
        job.pixels = d->edge;
        d->p->kernel->depth(&job);
    }
    if (d->steps[1] % abreast == 0) return;
    for (size_t i = 0; i < d->rows; i++) d->at[i] += job.pixels * job.pixel;
    job.out += job.pixels * job.out_pixel;
    job.pixels = 1, job.channels = d->steps[1] % abreast * outs;
    d->p->kernel->depth(&job);
    for (size_t i = 0; i < d->rows; i++) d->at[i] = d->strip + i * d->row;
}

static void run(const struct depth *d, const float *x, size_t n, size_t first, float *y)
{
    const struct hs_taps *t = &d->p->taps;
    size_t in = d->height * d->width * t->channels, row = d->steps[1] * t->outs;
    for (size_t i = 0; i < n; i++, x += in, first += in)
        for (size_t k = 0; k < d->steps[0]; k += d->together) {
            size_t rows = d->steps[0] - k < d->together ? d->steps[0] - k : d->together;
            fill(d, x, k * t->stride[0], first);
            compute(d, rows, d->finish.pool ? d->full : y);
            if (d->finish.pool) pool(d, y);
            y += d->finish.pool ? row / 2 : rows * row;
        }
}

/* 3 x 3 taps, one after another, that reach over both sides by one. */
static bool is_close(const struct hs_taps *t)
{
    bool close = t->before[1] == 1 && t->after[1] == 1;
    for (int k = 0; k < 2; k++) close &= t->taps[k] == 3 && t->stride[k] == 1 && t->dilation[k] == 1;
    return close;
}

/* Whether rows can be read where they lie; how many outputs need columns behind the last. */
static void open_rows(struct depth *d)
{
    const struct hs_taps *t = &d->p->taps;
    size_t reach = (t->taps[1] - 1) * t->dilation[1] + 1;
    d->close = is_close(t);
    d->open = !d->filter.apply && !d->finish.pool && d->pixel == t->channels && d->p->abreast == 1 &&
              (d->close || !t->before[1]);
    if (!d->open || d->close) return;
    d->edge = d->steps[1] - (d->width < reach ? 0 : (d->width - reach) / t->stride[1] + 1);
    d->edge_row = d->edge ? ((d->edge - 1) * t->stride[1] + reach) * d->pixel : 0;
}

/* Output rows that share rows of the image read it once: as many as leave the strip in the nearest cache, in even parts. */
static size_t together(const struct depth *d)
{
    enum { NEAR = 1 << 13 }; /* floats */
    if (d->open) return d->steps[0];
    const struct hs_taps *t = &d->p->taps;
    size_t reach = (t->taps[0] - 1) * t->dilation[0] + 1, rows = NEAR / d->row;
    size_t most = rows > reach ? (rows - reach) / t->stride[0] + 1 : 1;
    size_t strips = (d->steps[0] + most - 1) / most, even = (d->steps[0] + strips - 1) / strips;
    return even + even % 2; /* narrow tiles take two lines or four */
}

enum hs_status hs_product_depth(const struct hs_product *p, const float *x, size_t n, size_t height, size_t width,
                                struct hs_filter filter, size_t first, const struct hs_finish *finish, float *y,
                                struct hs_err *e)
{
    const struct hs_taps *t = &p->taps;
    const size_t padded = p->blocks * p->kernel->block;
    struct depth d = {
        .p = p, .height = height, .width = width, .filter = filter,
        .steps = {hs_taps_steps(t, 0, height), hs_taps_steps(t, 1, width)},
        .pixel = p->abreast > 1 ? t->channels : padded, .times = t->outs / t->channels,
    };
    if (!n || !d.steps[0] || !d.steps[1]) return HS_OK;
    if (finish) d.finish.pool = finish->pool;
    open_rows(&d);
    d.row = (t->before[1] + width + t->after[1]) * d.pixel;
    d.together = finish && finish->pool ? 2 : together(&d);
    d.rows = (d.together - 1) * t->stride[0] + (t->taps[0] - 1) * t->dilation[0] + 1;
    struct hs_stretched s;
    HS_TRY(hs_product_stretch(p, finish, &s, e));
    d.finish = s.finish;
    d.strip = hs_alloc_zeroed((d.open ? 1 : d.rows) * d.row + d.rows * d.edge_row + padded, sizeof(float)); /* blocks may
                                                                                                       reach over the end */
    d.line = hs_alloc(filter.apply ? width : 0, t->channels * sizeof(float));
    d.full = hs_alloc(d.finish.pool ? 2 * d.steps[1] : 0, t->outs * sizeof(float));
    d.at = hs_alloc(2 * d.rows, sizeof *d.at);
    if (d.strip && d.line && d.full && d.at) {
        for (size_t i = 0; i < d.rows; i++) d.at[i] = d.strip + i * (d.open ? 0 : d.row);
        run(&d, x, n, first, y);
    } else {
        HS_OUT_OF_MEMORY(e);
    }
    hs_free(d.strip), hs_free(d.line), hs_free(d.full), hs_free(d.at);
    hs_free(s.room);
    return e->status;
}
