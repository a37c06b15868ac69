/* moments.c - gathers the values that each output reads, and sums them and their products. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "propagate/moments.h"

#include "tensor/isa.h"
#include "tensor/product.h"

#include <string.h>

enum { BLOCK = 32 }; /* positions that are gathered at a time */

struct gathering {
    struct hs_lab *l;
    const struct hs_node *node;
    const struct hs_taps *taps;
    struct hs_moments *m;
    double *got, *was; /* BLOCK x columns: X^, and X */
    bool pairs;        /* whether X is looked at */
    size_t have;       /* positions in them */
    size_t count;      /* positions so far, of all groups */
};

bool hs_moments_exist(const struct hs_net *net, const struct hs_node *n)
{
    (void)net;
    return n->inputs == 1 &&
           (!strcmp(n->op->name, "linear") || !strcmp(n->op->name, "conv1d") || !strcmp(n->op->name, "conv2d"));
}

void hs_moments_free(struct hs_moments *m)
{
    hs_free(m->mean), hs_free(m->float_mean), hs_free(m->moments), hs_free(m->cross);
    *m = (struct hs_moments){0};
}

/* row[j] += sum over b of a[b * n] x[b * n + j], b ascending, for j = from .. n - 1: each sum goes on in the order of the
 * positions, however many are added at once and however wide the vectors are. */
enum { TILE = 32 };
#define ADD_ROW(NAME, TARGET)                                                                                              \
    TARGET static void NAME(double *row, const double *a, const double *x, size_t n, size_t have, size_t from)             \
    {                                                                                                                      \
        size_t j = from;                                                                                                   \
        for (; j + TILE <= n; j += TILE) {                                                                                 \
            double sum[TILE];                                                                                              \
            for (size_t k = 0; k < TILE; k++) sum[k] = row[j + k];                                                         \
            for (size_t b = 0; b < have; b++)                                                                              \
                for (size_t k = 0; k < TILE; k++) sum[k] += a[b * n] * x[b * n + j + k];                                   \
            for (size_t k = 0; k < TILE; k++) row[j + k] = sum[k];                                                         \
        }                                                                                                                  \
        for (; j < n; j++)                                                                                                 \
            for (size_t b = 0; b < have; b++) row[j] += a[b * n] * x[b * n + j];                                           \
    }
typedef void add_row(double *row, const double *a, const double *x, size_t n, size_t have, size_t from);
ADD_ROW(add_plain, )
#ifdef HS_X86_KERNELS
ADD_ROW(add_avx2, __attribute__((target("avx2"))))
ADD_ROW(add_avx512, __attribute__((target("avx512f,avx512vl,avx512dq,prefer-vector-width=512"))))
static add_row *add_of(enum hs_isa isa) { return isa == HS_AVX512 ? add_avx512 : isa == HS_AVX2 ? add_avx2 : add_plain; }
#else
static add_row *add_of(enum hs_isa isa) { return (void)isa, add_plain; }
#endif

static void add_products(struct gathering *g, size_t group)
{
    size_t n = g->m->columns, size = g->have * n;
    double *h = g->m->moments + group * n * n, *c = g->m->cross ? g->m->cross + group * n * n : NULL;
    add_row *add = add_of(hs_isa());
    for (size_t k = 0; c && k < size; k++) g->was[k] -= g->got[k];
    for (size_t i = 0; i < n; i++) {
        add(h + i * n, g->got + i, g->got, n, g->have, i);
        if (c) add(c + i * n, g->was + i, g->got, n, g->have, 0);
    }
}

static void add_rows(double *sum, const double *x, size_t rows, size_t n)
{
    for (size_t b = 0; b < rows; b++)
        for (size_t j = 0; j < n; j++) sum[j] += x[b * n + j];
}

static void add_block(struct gathering *g, size_t group)
{
    size_t n = g->m->columns;
    add_rows(g->m->mean + group * n, g->got, g->have, n);
    if (g->m->float_mean) add_rows(g->m->float_mean + group * n, g->was, g->have, n);
    if (g->m->moments) add_products(g, group);
    g->count += g->have;
    g->have = 0;
}

/* Sums become means, and the upper half of each matrix the whole. */
static void finish(const struct gathering *g)
{
    struct hs_moments *m = g->m;
    size_t n = m->columns;
    double positions = (double)g->count / (double)m->groups;
    for (size_t i = 0; g->count && i < m->groups * n; i++) m->mean[i] /= positions;
    for (size_t i = 0; g->count && m->float_mean && i < m->groups * n; i++) m->float_mean[i] /= positions;
    if (!m->moments) return;
    for (size_t group = 0; group < m->groups; group++)
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < i; j++) m->moments[(group * n + i) * n + j] = m->moments[(group * n + j) * n + i];
}

/* What output (row, column) of an image reads for a group, in torch's order: channels, then taps. */
static void gather(const struct hs_taps *t, const float *image, size_t height, size_t width, size_t group, size_t row,
                   size_t column, double *to)
{
    size_t deep = t->channels / t->groups, area = t->taps[0] * t->taps[1];
    for (size_t i = 0; i < t->taps[0]; i++)
        for (size_t j = 0; j < t->taps[1]; j++) {
            size_t y = row * t->stride[0] + i * t->dilation[0], x = column * t->stride[1] + j * t->dilation[1];
            bool inside = y >= t->before[0] && y - t->before[0] < height && x >= t->before[1] && x - t->before[1] < width;
            const float *from = inside ? image + ((y - t->before[0]) * width + x - t->before[1]) * t->channels + group * deep
                                       : NULL;
            for (size_t c = 0; c < deep; c++) to[c * area + i * t->taps[1] + j] = from ? (double)from[c] : 0;
        }
}

/* One image (of a linear layer: the rows of one sample), group by group. skip: positions along the first axis that the
 * mask leaves out, or NULL. */
static void add_image(struct gathering *g, const float *got, const float *was, size_t height, size_t width,
                      const float *mask)
{
    const struct hs_taps *t = g->taps;
    size_t high = hs_taps_steps(t, 0, height), wide = hs_taps_steps(t, 1, width), n = g->m->columns;
    for (size_t group = 0; group < g->m->groups; group++) {
        for (size_t p = 0; p < high * wide; p++) {
            if (mask && mask[p] == 0) continue;
            gather(t, got, height, width, group, p / wide, p % wide, g->got + g->have * n);
            if (was) gather(t, was, height, width, group, p / wide, p % wide, g->was + g->have * n);
            if (++g->have == BLOCK) add_block(g, group);
        }
        add_block(g, group);
    }
}

static void add_chunk(struct gathering *g, size_t chunk, const struct hs_tensor *got, const struct hs_tensor *was)
{
    const struct hs_shape *s = &got->shape;
    const struct hs_data *d = g->l->data[HS_CALIBRATION];
    size_t row = hs_shape_row(s), first = chunk * g->l->chunk[HS_CALIBRATION];
    bool linear = !strcmp(g->node->op->name, "linear");
    size_t height = linear || s->rank == 3 ? 1 : s->dim[1];
    size_t width = linear ? row / g->taps->channels : s->dim[s->rank == 3 ? 1 : 2];
    bool by_position = d->mask && d->mask_width > 1 && height == 1 && d->mask_width == width &&
                       hs_taps_steps(g->taps, 1, width) == width;
    for (size_t i = 0; i < s->dim[0]; i++) {
        const float *mask = d->mask ? d->mask + (first + i) * d->mask_width : NULL;
        if (mask && d->mask_width == 1 && mask[0] == 0) continue;
        add_image(g, got->data + i * row, was ? was->data + i * row : NULL, height, width, by_position ? mask : NULL);
    }
}

static enum hs_status one_chunk(struct gathering *g, size_t chunk, const struct hs_state *context,
                                const struct hs_site *input, struct hs_err *e)
{
    struct hs_tensor got, was, quantized = {{0}, NULL};
    struct hs_kept *kept_got = NULL, *kept_was = NULL;
    struct hs_ref ref = g->node->input[0];
    hs_lab_tensor(g->l, HS_CALIBRATION, chunk, context, ref, &got, &kept_got, e);
    if (!e->status && g->pairs) hs_lab_tensor(g->l, HS_CALIBRATION, chunk, &g->l->floating, ref, &was, &kept_was, e);
    if (!e->status && input && !hs_tensor_alloc(&quantized, &got.shape, e)) {
        size_t n = hs_shape_count(&got.shape), row = hs_shape_row(&got.shape);
        hs_grid_apply(&input->grid, got.data, quantized.data, n, chunk * g->l->chunk[HS_CALIBRATION] * row);
    }
    if (!e->status) add_chunk(g, chunk, input ? &quantized : &got, g->pairs ? &was : NULL);
    hs_tensor_free(&quantized);
    if (kept_got) hs_keep_release(g->l->keep, kept_got);
    if (kept_was) hs_keep_release(g->l->keep, kept_was);
    return e->status;
}

/* Nothing upstream is quantized, and neither is the input. */
static bool is_float(const struct gathering *g, const struct hs_state *context, const struct hs_site *input)
{
    int from = g->node->input[0].node;
    return !input && (from < 0 || hs_key_equal(context->sig[from], g->l->floating.sig[from]));
}

static void open_sums(struct hs_moments *m, unsigned needs, struct hs_err *e)
{
    size_t vector = m->groups * m->columns, square = vector * m->columns;
    m->mean = hs_alloc_zeroed(vector, sizeof *m->mean);
    if (needs & HS_WEIGHTS_FLOAT_MEAN) m->float_mean = hs_alloc_zeroed(vector, sizeof *m->float_mean);
    if (needs & HS_WEIGHTS_MOMENTS) m->moments = hs_alloc_zeroed(square, sizeof *m->moments);
    if (needs & HS_WEIGHTS_CROSS) m->cross = hs_alloc_zeroed(square, sizeof *m->cross);
    if (!m->mean || (needs & HS_WEIGHTS_FLOAT_MEAN && !m->float_mean) || (needs & HS_WEIGHTS_MOMENTS && !m->moments) ||
        (needs & HS_WEIGHTS_CROSS && !m->cross))
        HS_OUT_OF_MEMORY(e);
}

enum hs_status hs_lab_moments(struct hs_lab *l, const struct hs_node *node, const struct hs_state *context,
                              const struct hs_site *input, unsigned needs, struct hs_moments *m,
                              struct hs_err *e)
{
    const struct hs_taps *t = node->plan;
    struct gathering g = {.l = l, .node = node, .taps = t, .m = m};
    *m = (struct hs_moments){.groups = t->groups, .columns = t->channels / t->groups * t->taps[0] * t->taps[1]};
    if (!is_float(&g, context, input)) g.pairs = needs & (HS_WEIGHTS_CROSS | HS_WEIGHTS_FLOAT_MEAN);
    open_sums(m, g.pairs ? needs : needs & HS_WEIGHTS_MOMENTS, e);
    g.got = hs_alloc(BLOCK * m->columns, sizeof *g.got), g.was = hs_alloc(BLOCK * m->columns, sizeof *g.was);
    if (!g.got || !g.was) HS_OUT_OF_MEMORY(e);
    for (size_t c = 0; c < l->chunks[HS_CALIBRATION] && !e->status; c++) one_chunk(&g, c, context, input, e);
    hs_free(g.got), hs_free(g.was);
    if (e->status) hs_moments_free(m);
    else finish(&g);
    return e->status;
}
