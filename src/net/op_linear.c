/* op_linear.c - y = x W^T + b along the last axis. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "net/op_product.h"

#ifdef HS_WITH_CBLAS
#define PRODUCT hs_product_blas
#else
#define PRODUCT hs_product_rows
#endif

static enum hs_status bind(struct hs_net *net, struct hs_node *node, struct hs_err *e)
{
    HS_TRY(hs_op_product_check(net, node, 2, e));
    const struct hs_shape *w = &hs_node_param(net, node, "weight")->value.shape;
    struct hs_taps *t = HS_NEW(net->arena, 1, struct hs_taps);
    if (!t) return HS_OUT_OF_MEMORY(e);
    *t = (struct hs_taps){.channels = w->dim[1], .outs = w->dim[0], .groups = 1,
                          .taps = {1, 1}, .stride = {1, 1}, .dilation = {1, 1}};
    node->plan = t;
    return HS_OK;
}

static enum hs_status shape(const struct hs_net *net, struct hs_node *node, const struct hs_shape *in, struct hs_err *e)
{
    const struct hs_shape *w = &hs_node_param(net, node, "weight")->value.shape;
    char one[128], other[128];
    if (in->rank < 2 || in->dim[in->rank - 1] != w->dim[1])
        return HS_FAIL(e, HS_ESHAPE, "weight is %s, but the input is %s: its last axis must have %zu values",
                       hs_shape_text(w, one), hs_shape_text(in, other), w->dim[1]);
    node->results = 1;
    node->out[0] = *in;
    node->out[0].dim[in->rank - 1] = w->dim[0];
    return HS_OK;
}

static enum hs_status forward(const struct hs_op_call *call, struct hs_err *e)
{
    const struct hs_shape *s = &call->in[0]->shape;
    struct hs_op_input in;
    struct hs_finish f = hs_op_finish(call);
    float *y = call->out[0].data;
    HS_TRY(hs_op_input(call, &in, e));
    enum hs_status st;
    if (f.pool) /* rank 4: a 1 x 1 convolution */
        st = hs_product_images(hs_op_product(call), in.x, s->dim[0], s->dim[1], s->dim[2], in.filter, in.first, &f, y, e);
    else
        st = PRODUCT(hs_op_product(call), in.x, hs_shape_count(s) / s->dim[s->rank - 1], in.filter, in.first, &f, y, e);
    hs_free(in.room);
    return st;
}

static double products(const struct hs_net *net, const struct hs_node *node)
{
    (void)net;
    const struct hs_taps *t = node->plan;
    const struct hs_shape *out = &node->out[0];
    double rows = 1;
    for (int i = 1; i + 1 < out->rank; i++) rows *= (double)out->dim[i];
    return rows * (double)t->outs * (double)t->channels;
}

static const struct hs_param_rule param[] = {
    {.name = "weight", .required = true, .is_weight = true, .channel_axis = 0, .meaning = "(out, in)"},
    {.name = "bias", .meaning = "(out); 0"},
    {.name = NULL},
};

const struct hs_op_type hs_op_linear = {
    .name = "linear",
    .summary = "x W^T + b along the last axis",
    .version = 1,
    .role = HS_ROLE_LAYER,
    .min_inputs = 1,
    .max_inputs = 1,
    .param = param,
    .memory = HS_LOGICAL,
    .fuses_input_grid = true,
    .fuses_epilogue = true,
    .bind = bind,
    .shape = shape,
    .pack = hs_op_product_pack,
    .pack_biased = hs_op_product_pack_biased,
    .unpack = hs_op_product_unpack,
    .forward = forward,
    .products = products,
};
