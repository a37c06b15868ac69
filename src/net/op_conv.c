/* op_conv.c - convolutions over one or two spatial axes, with groups, stride, dilation and padding. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/op_product.h"

static int axes_of(const struct hs_shape *weight) { return weight->rank - 2; }

/* One value for all axes, or one an axis; in one dimension they describe the horizontal axis. */
static enum hs_status read_axes(const struct hs_node *node, const char *name, int axes, size_t to[2], struct hs_err *e)
{
    const struct hs_attr *a = hs_node_attr(node, name);
    if (!a) return HS_OK;
    if (a->n != 1 && a->n != (size_t)axes)
        return HS_FAIL(e, HS_EDATA, "attribute '%s' has %zu values where 1 or %d are expected", name, a->n, axes);
    for (int k = 0; k < axes; k++) {
        int64_t v = a->ints[a->n == 1 ? 0 : k];
        if (v < 1 || v > 1 << 24) return HS_FAIL(e, HS_EDATA, "attribute '%s' is %lld", name, (long long)v);
        to[2 - axes + k] = (size_t)v;
    }
    return HS_OK;
}

static enum hs_status read_padding(const struct hs_node *node, int axes, struct hs_taps *t, struct hs_err *e)
{
    const struct hs_attr *a = hs_node_attr(node, "padding");
    if (!a) return HS_OK;
    size_t n = (size_t)axes;
    if (a->n != 1 && a->n != n && a->n != 2 * n)
        return HS_FAIL(e, HS_EDATA, "attribute 'padding' has %zu values where 1, %zu or %zu are expected", a->n, n, 2 * n);
    for (size_t k = 0; k < n; k++) {
        int64_t before = a->ints[a->n == 1 ? 0 : k], after = a->ints[a->n == 1 ? 0 : a->n == n ? k : n + k];
        if (before < 0 || after < 0 || before > 1 << 24 || after > 1 << 24)
            return HS_FAIL(e, HS_EDATA, "attribute 'padding' holds %lld", (long long)(before < 0 ? before : after));
        t->before[2 - n + k] = (size_t)before, t->after[2 - n + k] = (size_t)after;
    }
    return HS_OK;
}

static enum hs_status bind_axes(struct hs_net *net, struct hs_node *node, int axes, struct hs_err *e)
{
    HS_TRY(hs_op_product_check(net, node, axes + 2, e));
    const struct hs_shape *w = &hs_node_param(net, node, "weight")->value.shape;
    char text[128];
    int64_t groups = hs_node_int(node, "groups", 1);
    if (groups < 1 || w->dim[0] % (size_t)groups)
        return HS_FAIL(e, HS_ESHAPE, "attribute 'groups' is %lld, which does not divide the %zu output channels of "
                       "weight %s", (long long)groups, w->dim[0], hs_shape_text(w, text));
    struct hs_taps *t = HS_NEW(net->arena, 1, struct hs_taps);
    if (!t) return HS_OUT_OF_MEMORY(e);
    *t = (struct hs_taps){
        .channels = w->dim[1] * (size_t)groups, .outs = w->dim[0], .groups = (size_t)groups,
        .taps = {axes == 2 ? w->dim[2] : 1, w->dim[axes + 1]}, .stride = {1, 1}, .dilation = {1, 1},
    };
    node->plan = t;
    HS_TRY(read_axes(node, "stride", axes, t->stride, e));
    HS_TRY(read_axes(node, "dilation", axes, t->dilation, e));
    return read_padding(node, axes, t, e);
}

static enum hs_status bind_1d(struct hs_net *net, struct hs_node *n, struct hs_err *e) { return bind_axes(net, n, 1, e); }
static enum hs_status bind_2d(struct hs_net *net, struct hs_node *n, struct hs_err *e) { return bind_axes(net, n, 2, e); }

static enum hs_status shape(const struct hs_net *net, struct hs_node *node, const struct hs_shape *in, struct hs_err *e)
{
    const struct hs_taps *t = node->plan;
    const struct hs_shape *w = &hs_node_param(net, node, "weight")->value.shape;
    int axes = axes_of(w);
    char one[128], other[128];
    if (in->rank != axes + 2)
        return HS_FAIL(e, HS_ESHAPE, "%s needs an input of rank %d, but gets %s", node->op->name, axes + 2,
                       hs_shape_text(in, one));
    if (in->dim[axes + 1] != t->channels)
        return HS_FAIL(e, HS_ESHAPE, "weight is %s in %zu groups, but the input has %zu channels: %s, channels last",
                       hs_shape_text(w, one), t->groups, in->dim[axes + 1], hs_shape_text(in, other));
    node->results = 1;
    node->out[0] = *in;
    node->out[0].dim[axes + 1] = t->outs;
    for (int k = 0; k < axes; k++) {
        size_t steps = hs_taps_steps(t, 2 - axes + k, in->dim[1 + k]);
        if (!steps)
            return HS_FAIL(e, HS_ESHAPE, "weight %s does not fit into the padded input %s, channels last",
                           hs_shape_text(w, one), hs_shape_text(in, other));
        node->out[0].dim[1 + k] = steps;
    }
    return HS_OK;
}

static enum hs_status forward(const struct hs_op_call *call, struct hs_err *e)
{
    const struct hs_shape *s = &call->in[0]->shape;
    struct hs_op_input in;
    struct hs_finish f = hs_op_finish(call);
    HS_TRY(hs_op_input(call, &in, e));
    bool flat = s->rank == 3;
    enum hs_status st = hs_product_images(hs_op_product(call), in.x, s->dim[0], flat ? 1 : s->dim[1],
                                          s->dim[flat ? 1 : 2], in.filter, in.first, &f, call->out[0].data, e);
    hs_free(in.room);
    return st;
}

static double products(const struct hs_net *net, const struct hs_node *node)
{
    (void)net;
    const struct hs_taps *t = node->plan;
    const struct hs_shape *out = &node->out[0];
    double steps = (double)out->dim[1] * (out->rank == 4 ? (double)out->dim[2] : 1);
    return steps * (double)t->outs * (double)(t->channels / t->groups) * (double)(t->taps[0] * t->taps[1]);
}

#define COMMON_RULES                                                                                          \
    {.name = "stride", .kind = HS_ATTR_INT, .min = 1, .max = 2,                                               \
     .meaning = "step of the kernel: one value an axis (vertical, horizontal), or one for all; 1"},           \
    {.name = "padding", .kind = HS_ATTR_INT, .min = 1, .max = 4,                                              \
     .meaning = "zeros around the input: top, left, bottom, right (in one dimension: before, after); or one " \
                "value an axis, or one for all; 0"},                                                          \
    {.name = "dilation", .kind = HS_ATTR_INT, .min = 1, .max = 2,                                             \
     .meaning = "distance of the kernel's values: one an axis, or one for all; 1"},                           \
    {.name = "groups", .kind = HS_ATTR_INT, .min = 1, .max = 1,                                               \
     .meaning = "channels fall into so many groups of their own; 1"}
static const struct hs_attr_rule attr[] = {COMMON_RULES, {.name = NULL}};

static const struct hs_param_rule param_1d[] = {
    {.name = "weight", .required = true, .is_weight = true, .channel_axis = 0, .meaning = "(out, in/groups, width)"},
    {.name = "bias", .meaning = "(out); 0"},
    {.name = NULL},
};
static const struct hs_param_rule param_2d[] = {
    {.name = "weight", .required = true, .is_weight = true, .channel_axis = 0,
     .meaning = "(out, in/groups, height, width)"},
    {.name = "bias", .meaning = "(out); 0"},
    {.name = NULL},
};

#define RECORD                                                                                              \
    .version = 1, .role = HS_ROLE_LAYER, .min_inputs = 1, .max_inputs = 1, .attr = attr, .memory = HS_SPATIAL, \
    .fuses_input_grid = true, .fuses_epilogue = true, .shape = shape, .pack = hs_op_product_pack,           \
    .pack_biased = hs_op_product_pack_biased,                                                              \
    .unpack = hs_op_product_unpack, .forward = forward, .products = products

const struct hs_op_type hs_op_conv1d = {
    .name = "conv1d", .summary = "convolution along the one spatial axis", .param = param_1d, .bind = bind_1d, RECORD,
};
const struct hs_op_type hs_op_conv2d = {
    .name = "conv2d", .summary = "convolution over two spatial axes", .param = param_2d, .bind = bind_2d, RECORD,
};
