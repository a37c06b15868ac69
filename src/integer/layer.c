/* layer.c - packs codes, gathers what each output reads, and sums in int32. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "integer/layer.h"

#include "base/mem.h"
#include "integer/kernel.h"
#include "net/op.h"
#include "propagate/codes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 64 }; /* outputs whose inputs are gathered at a time */

static double zero_of(const struct hs_grid *g, size_t part) { return g->zero ? g->zero[part] : 0; }

/* torch's (outs, channels / groups, taps[0], taps[1]) -> (outs, taps, channels / groups) less the zero point. */
static void pack(struct hs_int_layer *l, const struct hs_grid *g, const int32_t *code)
{
    const struct hs_taps *t = l->taps;
    size_t area = t->taps[0] * t->taps[1], deep = t->channels / t->groups;
    for (size_t o = 0; o < t->outs; o++) {
        int zero = (int)zero_of(g, g->n == 1 ? 0 : o);
        double sum = 0;
        for (size_t c = 0; c < deep; c++)
            for (size_t a = 0; a < area; a++) {
                int v = code[(o * deep + c) * area + a] - zero;
                l->weight[o * l->padded + a * deep + c] = (int16_t)v;
                sum += abs(v);
            }
        double bound = sum * fmax(l->in->qmax - zero_of(l->in, 0), zero_of(l->in, 0) - l->in->qmin);
        if (bound > l->largest) l->largest = bound;
        l->scale[o] = (double)l->in->scale[0] * (double)g->scale[g->n == 1 ? 0 : o];
    }
}

enum hs_status hs_int_layer_open(struct hs_int_layer *l, const struct hs_net *net, const struct hs_node *n,
                                 const struct hs_tensor *weight, const struct hs_grid *g, const struct hs_grid *in,
                                 const float *bias, struct hs_err *e)
{
    (void)net;
    const char *why = hs_codes_refusal(n, g, in);
    if (why) return HS_FAIL(e, HS_EDATA, "layer %s %s: it cannot run in integers", n->name, why);
    const struct hs_taps *t = n->plan;
    size_t count = hs_shape_count(&weight->shape);
    *l = (struct hs_int_layer){.node = n, .taps = t, .in = in, .bias = bias, .k = count / t->outs};
    l->padded = hs_int_padded(l->k);
    l->weight = hs_alloc_zeroed(t->outs * l->padded, sizeof *l->weight);
    l->scale = hs_alloc(t->outs, sizeof *l->scale);
    int32_t *code = hs_alloc(count, sizeof *code);
    if (l->weight && l->scale && code) {
        hs_grid_encode(g, weight->data, code, count, 0);
        pack(l, g, code);
        if (l->largest > INT32_MAX)
            HS_FAIL(e, HS_EDATA, "layer %s: sums of %zu products could leave int32", n->name, l->k);
    } else {
        HS_OUT_OF_MEMORY(e);
    }
    hs_free(code);
    if (e->status) hs_int_layer_close(l);
    return e->status;
}

void hs_int_layer_close(struct hs_int_layer *l)
{
    hs_free(l->weight), hs_free(l->scale);
    *l = (struct hs_int_layer){0};
}

enum hs_status hs_int_layer_codes(const struct hs_int_layer *l, const float *x, size_t n, size_t first, int16_t *code,
                                  struct hs_err *e)
{
    int32_t room[1024];
    (void)e;
    int zero = (int)zero_of(l->in, 0);
    for (size_t i = 0; i < n; i += 1024) {
        size_t some = n - i < 1024 ? n - i : 1024;
        hs_grid_encode(l->in, x + i, room, some, first + i);
        for (size_t k = 0; k < some; k++) code[i + k] = (int16_t)(room[k] - zero);
    }
    return HS_OK;
}

/* Where an image lies and what one output of one group reads of it. */
struct image {
    const struct hs_taps *t;
    const int16_t *code;
    size_t height, width;
};

static void gather(const struct image *m, size_t group, size_t row, size_t column, int16_t *to)
{
    const struct hs_taps *t = m->t;
    size_t deep = t->channels / t->groups;
    for (size_t i = 0; i < t->taps[0]; i++)
        for (size_t j = 0; j < t->taps[1]; j++, to += deep) {
            size_t y = row * t->stride[0] + i * t->dilation[0], x = column * t->stride[1] + j * t->dilation[1];
            bool inside = y >= t->before[0] && y - t->before[0] < m->height && x >= t->before[1] &&
                          x - t->before[1] < m->width;
            if (inside)
                memcpy(to,
                       m->code + ((y - t->before[0]) * m->width + x - t->before[1]) * t->channels + group * deep,
                       deep * sizeof *to);
            else
                memset(to, 0, deep * sizeof *to);
        }
}

struct room {
    int16_t *x;   /* BLOCK x padded, zeros behind each row */
    int32_t *sum; /* BLOCK x outs of a group */
};

static void sum_image(const struct hs_int_layer *l, const struct image *m, const struct room *r, int32_t *acc)
{
    const struct hs_taps *t = l->taps;
    const struct hs_int_kernel *kernel = hs_int_kernel_best();
    size_t high = hs_taps_steps(t, 0, m->height), wide = hs_taps_steps(t, 1, m->width), all = high * wide;
    size_t outs = t->outs / t->groups;
    for (size_t g = 0; g < t->groups; g++)
        for (size_t p = 0; p < all; p += BLOCK) {
            size_t some = all - p < BLOCK ? all - p : BLOCK;
            for (size_t i = 0; i < some; i++) gather(m, g, (p + i) / wide, (p + i) % wide, r->x + i * l->padded);
            kernel->s16(r->x, l->weight + g * outs * l->padded, some, outs, l->padded, r->sum);
            for (size_t i = 0; i < some; i++)
                memcpy(acc + (p + i) * t->outs + g * outs, r->sum + i * outs, outs * sizeof *acc);
        }
}

/* A linear layer is a 1 x 1 convolution over one image of all its rows. */
static struct image first_image(const struct hs_int_layer *l, const int16_t *code, const struct hs_shape *in, size_t *n)
{
    struct image m = {.t = l->taps, .code = code};
    if (!strcmp(l->node->op->name, "linear")) {
        *n = hs_shape_count(in) > 0, m.height = 1, m.width = hs_shape_count(in) / l->taps->channels;
        return m;
    }
    bool flat = in->rank == 3;
    *n = in->dim[0], m.height = flat ? 1 : in->dim[1], m.width = in->dim[flat ? 1 : 2];
    return m;
}

enum hs_status hs_int_layer_sums(const struct hs_int_layer *l, const int16_t *code, const struct hs_shape *in,
                                 int32_t *acc, struct hs_err *e)
{
    const struct hs_taps *t = l->taps;
    struct room r = {hs_alloc_zeroed(BLOCK * l->padded, sizeof *r.x), hs_alloc(BLOCK * t->outs, sizeof *r.sum)};
    size_t n;
    struct image m = first_image(l, code, in, &n);
    size_t step = hs_taps_steps(t, 0, m.height) * hs_taps_steps(t, 1, m.width) * t->outs;
    if (r.x && r.sum)
        for (size_t i = 0; i < n; i++, m.code += m.height * m.width * t->channels) sum_image(l, &m, &r, acc + i * step);
    else
        HS_OUT_OF_MEMORY(e);
    hs_free(r.x), hs_free(r.sum);
    return e->status;
}

void hs_int_layer_values(const struct hs_int_layer *l, const int32_t *acc, size_t n, float *y)
{
    size_t outs = l->taps->outs;
    for (size_t i = 0; i < n; i++) {
        size_t o = i % outs;
        y[i] = (float)(l->scale[o] * acc[i] + (l->bias ? (double)l->bias[o] : 0));
    }
}
