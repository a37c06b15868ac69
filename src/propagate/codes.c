/* codes.c - weights and inputs as whole numbers for the operators of the simulation, and their sums as values. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "propagate/codes.h"

#include "base/mem.h"
#include "tensor/product.h"

#include <math.h>
#include <string.h>

const char *hs_codes_refusal_of_weight(const struct hs_node *n, const struct hs_grid *w)
{
    if (strcmp(n->op->name, "linear") && strcmp(n->op->name, "conv1d") && strcmp(n->op->name, "conv2d"))
        return "is neither a linear nor a convolution layer";
    if (!w) return "has weights in floating point";
    if (w->format->kind != HS_INTEGER) return "has codes that are not integers";
    if (w->format->bits > 8) return "has codes of more than 8 bits";
    if (w->format->block || (w->parts.granularity != HS_PER_TENSOR && w->parts.granularity != HS_PER_CHANNEL))
        return "has several weight scales in one sum";
    for (size_t i = 0; w->zero && i < w->n; i++)
        if (w->zero[i] != rintf(w->zero[i])) return "has a zero point that is no integer";
    return NULL;
}

const char *hs_codes_refusal(const struct hs_node *n, const struct hs_grid *w, const struct hs_grid *in)
{
    const char *why = hs_codes_refusal_of_weight(n, w);
    if (why) return why;
    if (!in) return "reads floating point";
    if (in->format->kind != HS_INTEGER) return "has codes that are not integers";
    if (in->format->bits > 8) return "has codes of more than 8 bits";
    if (in->dynamic || in->parts.granularity != HS_PER_TENSOR) return "has no single input scale that is fixed beforehand";
    if (in->zero && in->zero[0] != rintf(in->zero[0])) return "has a zero point that is no integer";
    return NULL;
}

void hs_codes_of(const struct hs_grid *g, const float *x, float *code, size_t n, size_t first)
{
    enum { SOME = 1024 };
    int32_t room[SOME];
    bool one = g->n == 1;
    float zero = g->zero ? g->zero[0] : 0;
    for (size_t i = 0; i < n; i += SOME) {
        size_t some = n - i < SOME ? n - i : SOME;
        hs_grid_encode(g, x + i, room, some, first + i);
        for (size_t k = 0; k < some; k++) {
            if (g->zero && !one) zero = g->zero[hs_parts_of(&g->parts, first + i + k)];
            code[i + k] = (float)room[k] - zero;
        }
    }
}

static enum hs_status pack(const struct hs_net *net, const struct hs_tensor *value, struct hs_codes *c, struct hs_err *e)
{
    size_t n = hs_shape_count(&value->shape);
    struct hs_tensor whole = {0};
    float *none = hs_alloc_zeroed(c->outs, sizeof *none);
    if (!none) HS_OUT_OF_MEMORY(e);
    else if (!hs_tensor_alloc(&whole, &value->shape, e)) {
        hs_codes_of(c->weight, value->data, whole.data, n, 0);
        c->node->op->pack_biased(net, c->node, &whole, none, &c->packed, e);
    }
    hs_tensor_free(&whole), hs_free(none);
    return e->status;
}

enum hs_status hs_codes_open(const struct hs_net *net, const struct hs_node *n, const struct hs_tensor *value,
                             const struct hs_grid *g, const float *bias, struct hs_codes **out, struct hs_err *e)
{
    const struct hs_taps *taps = n->plan;
    const struct hs_param *own = hs_node_param(net, n, "bias");
    struct hs_codes *c = hs_alloc_zeroed(1, sizeof *c);
    *out = NULL;
    if (!c) return HS_OUT_OF_MEMORY(e);
    *c = (struct hs_codes){.node = n, .weight = g, .bias = bias ? bias : own ? own->value.data : NULL, .outs = taps->outs};
    if (pack(net, value, c, e)) {
        hs_codes_close(c);
        return e->status;
    }
    *out = c;
    return HS_OK;
}

void hs_codes_close(struct hs_codes *c)
{
    if (c && c->packed) c->node->op->unpack(c->packed);
    hs_free(c);
}

void hs_codes_values(const struct hs_codes *c, const struct hs_grid *in, float *y, size_t n)
{
    const struct hs_grid *w = c->weight;
    double input = in->scale[0];
    for (size_t i = 0; i < n; i += c->outs)
        for (size_t o = 0; o < c->outs; o++) {
            double scale = input * (double)w->scale[w->n == 1 ? 0 : o];
            y[i + o] = (float)(scale * (double)y[i + o] + (c->bias ? (double)c->bias[o] : 0));
        }
}

bool hs_codes_used(const struct hs_node *n, const struct hs_quant *q)
{
    return q->weights && q->weights->codes && q->input[0] && !q->input[0]->noisy &&
           !hs_codes_refusal(n, &q->weights->site[0]->grid, &q->input[0]->grid);
}
