/* product_images.c - direct convolution: strips of the padded image, many channels turned into planes of one channel. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tensor/product_packed.h"

#include "base/mem.h"

#include <string.h>

enum { STRIP = 1 << 16 }; /* floats of a strip, where a row of tiles allows it: a quarter of a second-level cache */

/* A row of the padded image is kept as channels x phases x slots: value x of channel c, counted with the padding, is in
 * phase x % stride, slot x / stride; so that neighbouring outputs read neighbouring slots. A row of few channels is kept
 * as it lies: there are tiles whose pixels are so far apart, and a whole row of taps is one run. */
struct images {
    const struct hs_product *p;
    const struct hs_tile *tile;
    size_t height, width, steps[2], tiles[2];
    size_t slots, plane, row; /* floats of a phase, a channel, a row */
    size_t strip_tiles, strip_rows;
    size_t apart;             /* floats between pixels that are kept as they lie; 0: the row is turned */
    size_t runs, *run_at;     /* one a tap, or one a row of taps */
    float *strip, *line;
    struct hs_filter filter;
    struct hs_finish finish;
};

static size_t at_least(size_t a, size_t b) { return a > b ? a : b; }
static size_t at_most(size_t a, size_t b) { return a < b ? a : b; }

static size_t strip_rows(const struct images *m, size_t tiles)
{
    const struct hs_taps *t = &m->p->taps;
    return (tiles * (size_t)m->tile->rows - 1) * t->stride[0] + (t->taps[0] - 1) * t->dilation[0] + 1;
}

static size_t apart(const struct hs_product *p)
{
    const struct hs_taps *t = &p->taps;
    size_t n = t->channels * t->stride[1];
    return t->groups == 1 && t->dilation[1] == 1 && n <= HS_APART && p->kernel->apart[n] ? n : 0;
}

static void plan(struct images *m)
{
    const struct hs_taps *t = &m->p->taps;
    const struct hs_kernel *k = m->p->kernel;
    m->apart = apart(m->p);
    m->tile = hs_kernel_tile(k, m->apart ? k->apart[m->apart] : k->tile, m->steps[0], m->steps[1], m->finish.pool);
    m->tiles[0] = (m->steps[0] + (size_t)m->tile->rows - 1) / (size_t)m->tile->rows;
    m->tiles[1] = (m->steps[1] + (size_t)m->tile->pixels - 1) / (size_t)m->tile->pixels;
    size_t reach = m->tiles[1] * (size_t)m->tile->pixels + (t->taps[1] - 1) * t->dilation[1] / t->stride[1];
    size_t wide = t->before[1] + m->width + t->after[1];
    m->slots = at_least(reach, (wide + t->stride[1] - 1) / t->stride[1]);
    m->plane = m->slots * t->stride[1];
    m->row = m->plane * t->channels; /* either way */
    m->runs = m->apart ? t->taps[0] : t->taps[0] * t->taps[1];
    m->strip_tiles = 1;
    while (m->strip_tiles < m->tiles[0] && strip_rows(m, m->strip_tiles + 1) * m->row <= STRIP) m->strip_tiles++;
    m->strip_rows = strip_rows(m, m->strip_tiles);
}

static bool allocate(struct images *m)
{
    const struct hs_taps *t = &m->p->taps;
    m->strip = hs_alloc_zeroed(m->strip_rows, m->row * sizeof(float));
    m->line = hs_alloc(m->width, t->channels * sizeof(float));
    m->run_at = hs_alloc(m->runs, sizeof(size_t));
    if (!m->strip || !m->line || !m->run_at) return false;
    for (size_t i = 0; m->apart && i < m->runs; i++) m->run_at[i] = i * t->dilation[0] * m->row;
    if (m->apart) return true;
    for (size_t i = 0; i < t->taps[0]; i++)
        for (size_t k = 0; k < t->taps[1]; k++) {
            size_t right = k * t->dilation[1];
            m->run_at[i * t->taps[1] + k] = i * t->dilation[0] * m->row + right % t->stride[1] * m->slots +
                                            right / t->stride[1];
        }
    return true;
}

static void fill_row(const struct images *m, float *to, const float *x, size_t first)
{
    const struct hs_taps *t = &m->p->taps;
    size_t channels = t->channels, stride = t->stride[1];
    if (m->apart) {
        hs_filter_read(m->filter, x, to + t->before[1] * channels, m->width * channels, first);
        return;
    }
    if (m->filter.apply) {
        m->filter.apply(m->filter.ctx, x, m->line, m->width * channels, first);
        x = m->line;
    }
    for (size_t phase = 0; phase < stride; phase++) { /* of the columns x = phase, phase + stride ... of the image */
        size_t padded = t->before[1] + phase;
        float *slot = to + padded % stride * m->slots + padded / stride;
        if (phase >= m->width) break;
        size_t n = (m->width - phase + stride - 1) / stride;
        m->p->kernel->turn(slot, m->plane, x + phase * channels, stride * channels, n, channels);
    }
}

/* Rows of the padded image from `top` on. */
static void fill(const struct images *m, const float *x, size_t top, size_t first)
{
    size_t before = m->p->taps.before[0], values = m->width * m->p->taps.channels;
    for (size_t i = 0; i < m->strip_rows; i++) {
        float *to = m->strip + i * m->row;
        size_t y = top + i;
        if (y < before || y >= before + m->height) memset(to, 0, m->row * sizeof(float));
        else fill_row(m, to, x + (y - before) * values, first + (y - before) * values);
    }
}

/* All tiles of a strip for one block of channels. */
static void sweep(const struct images *m, size_t strip, size_t group, size_t block, float *y)
{
    const struct hs_product *p = m->p;
    const size_t width = p->kernel->block, place = (group * p->blocks + block) * width, outs = p->taps.outs;
    const size_t rows = (size_t)m->tile->rows, pixels = (size_t)m->tile->pixels, halved = m->finish.pool ? 2 : 1;
    struct hs_tile_job job = {
        .row = p->taps.stride[0] * m->row,
        .run_at = m->run_at, .runs = m->runs, .run = p->ins / m->runs, .step = m->apart ? 1 : m->plane,
        .w = p->w + place * p->ins, .start = p->start + place,
        .finish = m->finish,
        .out_row = m->steps[1] / halved * outs, .out_pixel = outs,
        .channels = (int)at_most(p->outs - block * width, width),
    };
    if (job.finish.multiply) job.finish.multiply += place, job.finish.add += place;
    const float *a = m->strip + group * (p->taps.channels / p->taps.groups) * m->plane;
    y += group * p->outs + block * width;
    for (size_t i = 0; i < m->strip_tiles && strip + i < m->tiles[0]; i++) {
        size_t top = (strip + i) * rows;
        job.rows = (int)at_most(rows, m->steps[0] - top);
        for (size_t left = 0; left < m->steps[1]; left += pixels) {
            job.a = a + i * rows * job.row + left * (m->apart ? m->apart : 1);
            job.pixels = (int)at_most(pixels, m->steps[1] - left);
            job.out = y + top / halved * job.out_row + left / halved * outs;
            m->tile->run(&job);
        }
    }
}

static void run(const struct images *m, const float *x, size_t n, size_t first, float *y)
{
    const struct hs_product *p = m->p;
    size_t in = m->height * m->width * p->taps.channels, halved = m->finish.pool ? 2 : 1;
    size_t out = (m->steps[0] / halved) * (m->steps[1] / halved) * p->taps.outs;
    for (size_t i = 0; i < n; i++, x += in, first += in, y += out)
        for (size_t strip = 0; strip < m->tiles[0]; strip += m->strip_tiles) {
            fill(m, x, strip * (size_t)m->tile->rows * p->taps.stride[0], first);
            for (size_t g = 0; g < p->taps.groups; g++)
                for (size_t b = 0; b < p->blocks; b++) sweep(m, strip, g, b, y);
        }
}

/* A 1 x 1 convolution that looks at every pixel once is a product. */
static bool is_product(const struct hs_taps *t, const struct hs_finish *f)
{
    size_t rest = 0;
    for (int k = 0; k < 2; k++) rest += t->taps[k] - 1 + t->stride[k] - 1 + t->before[k] + t->after[k];
    return rest == 0 && t->groups == 1 && !(f && f->pool);
}

enum hs_status hs_product_images(const struct hs_product *p, const float *x, size_t n, size_t height, size_t width,
                                 struct hs_filter filter, size_t first, const struct hs_finish *finish, float *y,
                                 struct hs_err *e)
{
    if (is_product(&p->taps, finish))
        return hs_product_rows(p, x, n * height * width, filter, first, finish, y, e);
    if (p->by_channel) return hs_product_depth(p, x, n, height, width, filter, first, finish, y, e);
    struct images m = {
        .p = p, .height = height, .width = width, .filter = filter,
        .steps = {hs_taps_steps(&p->taps, 0, height), hs_taps_steps(&p->taps, 1, width)},
    };
    if (!n || !m.steps[0] || !m.steps[1]) return HS_OK;
    struct hs_stretched s;
    HS_TRY(hs_product_stretch(p, finish, &s, e));
    m.finish = s.finish;
    plan(&m);
    if (allocate(&m)) run(&m, x, n, first, y);
    else HS_OUT_OF_MEMORY(e);
    hs_free(m.strip);
    hs_free(m.line);
    hs_free(m.run_at);
    hs_free(s.room);
    return e->status;
}
