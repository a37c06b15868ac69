/* op_rotary.c - rotary positions (Su et al. 2021, arXiv:2104.09864). */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/common.h"

#include <math.h>

/* Pairs of values are turned by an angle that grows with the position. Cosines and sines of all positions, made once: the angles are double, the C library's
 * functions are only used here. */
struct plan {
    size_t pairs, positions;
    double *cosine, *sine; /* positions * pairs */
    bool interleaved;
};

static enum hs_status bind(struct hs_net *net, struct hs_node *node, struct hs_err *e)
{
    struct plan *p = HS_NEW(net->arena, 1, struct plan);
    double base = hs_node_real(node, "base", 10000);
    if (!p) return HS_OUT_OF_MEMORY(e);
    if (!(base > 0) || !isfinite(base))
        return HS_FAIL(e, HS_EDATA, "attribute 'base' is %g", base);
    p->interleaved = hs_node_int(node, "interleaved", 0) != 0;
    node->plan = p;
    return HS_OK;
}

/* (N, ..., positions, width) */
static enum hs_status shape(const struct hs_net *net, struct hs_node *node,
                            const struct hs_shape *in, struct hs_err *e)
{
    struct plan *p = node->plan;
    char text[128];
    size_t width = in->dim[in->rank - 1];
    size_t turned = (size_t)hs_node_int(node, "width", (int64_t)width);
    if (in->rank < 3 || turned % 2 || turned > width || !turned)
        return HS_FAIL(
            e, HS_ESHAPE,
            "rotary positions need (N, ..., positions, width) with an even number of values to "
            "turn, not %zu of %s",
            turned, hs_shape_text(in, text));
    p->pairs = turned / 2, p->positions = in->dim[in->rank - 2];
    p->cosine = HS_NEW(net->arena, p->positions * p->pairs, double);
    p->sine = HS_NEW(net->arena, p->positions * p->pairs, double);
    if (!p->cosine || !p->sine) return HS_OUT_OF_MEMORY(e);
    double base = hs_node_real(node, "base", 10000),
           offset = (double)hs_node_int(node, "offset", 0);
    for (size_t t = 0; t < p->positions; t++)
        for (size_t k = 0; k < p->pairs; k++) {
            double angle = ((double)t + offset) * pow(base, -(double)k / (double)p->pairs);
            p->cosine[t * p->pairs + k] = cos(angle), p->sine[t * p->pairs + k] = sin(angle);
        }
    return hs_shape_same(net, node, in, e);
}

static enum hs_status forward(const struct hs_op_call *call, struct hs_err *e)
{
    (void)e;
    const struct plan *p = call->node->plan;
    const struct hs_shape *s = &call->in[0]->shape;
    size_t width = s->dim[s->rank - 1], total = hs_shape_count(s);
    const float *x = call->in[0]->data;
    float *y = call->out[0].data;
    for (size_t at = 0, t = 0; at < total;
         at += width, x += width, y += width, t = (t + 1) % p->positions) {
        for (size_t k = 0; k < p->pairs; k++) {
            size_t i = p->interleaved ? 2 * k : k, j = p->interleaved ? i + 1 : k + p->pairs;
            double a = (double)x[i], b = (double)x[j], c = p->cosine[t * p->pairs + k],
                   d = p->sine[t * p->pairs + k];
            y[i] = (float)(a * c - b * d), y[j] = (float)(a * d + b * c);
        }
        for (size_t i = 2 * p->pairs; i < width; i++) y[i] = x[i];
    }
    return HS_OK;
}

static const struct hs_attr_rule attr[] = {
    HS_REAL_ATTR("base", "pair k of n turns by position * base^(-k/n); 10000"),
    HS_INT_ATTR("width", "how many of the last axis' values are turned; all"),
    HS_INT_ATTR("offset", "number of the first position; 0"),
    HS_INT_ATTR("interleaved",
                "1: pairs are neighbours; 0: halves (GPT-NeoX, LLaMA in transformers); 0"),
    {.name = NULL},
};

const struct hs_op_type hs_op_rotary = {
    .name = "rotary",
    .summary = "rotary positions over (N, ..., positions, width)",
    .version = 1,
    .min_inputs = 1,
    .max_inputs = 1,
    .attr = attr,
    .memory = HS_LOGICAL,
    .in_place = true,
    .bind = bind,
    .shape = shape,
    .forward = forward,
};
