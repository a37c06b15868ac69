/* op_conv_transpose.c - transposed convolutions: a convolution of the turned kernel over an input spread with zeros. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/common.h"
#include "net/op_product.h"

#include "base/mem.h"

#include <string.h>

/* Dumoulin and Visin 2016, section 4: values of the input lie `step` apart, and the kernel, turned by 180 degrees, slides
 * over them one by one. taps: that convolution, without padding. */
struct plan {
    struct hs_taps taps;
    size_t step[2], cut_before[2], cut_after[2], more[2]; /* more: output_padding */
};
struct hs_packed {
    struct hs_product *product;
};

static int axes_of(const struct hs_node *node) { return !strcmp(node->op->name, "conv_transpose1d") ? 1 : 2; }

/* One value for all axes, or one an axis; in one dimension they describe the horizontal axis. */
static enum hs_status read_axes(const struct hs_node *node, const char *name, int64_t least, size_t to[2], struct hs_err *e)
{
    const struct hs_attr *a = hs_node_attr(node, name);
    int axes = axes_of(node);
    if (!a) return HS_OK;
    if (a->n != 1 && a->n != (size_t)axes)
        return HS_FAIL(e, HS_EDATA, "attribute '%s' has %zu values where 1 or %d are expected", name, a->n, axes);
    for (int k = 0; k < axes; k++) {
        int64_t v = a->ints[a->n == 1 ? 0 : k];
        if (v < least || v > 1 << 16) return HS_FAIL(e, HS_EDATA, "attribute '%s' is %lld", name, (long long)v);
        to[2 - axes + k] = (size_t)v;
    }
    return HS_OK;
}

static enum hs_status read_cut(const struct hs_node *node, struct plan *p, struct hs_err *e)
{
    const struct hs_attr *a = hs_node_attr(node, "padding");
    size_t n = (size_t)axes_of(node);
    if (!a) return HS_OK;
    if (a->n != 1 && a->n != n && a->n != 2 * n)
        return HS_FAIL(e, HS_EDATA, "attribute 'padding' has %zu values where 1, %zu or %zu are expected", a->n, n, 2 * n);
    for (size_t k = 0; k < n; k++) {
        int64_t before = a->ints[a->n == 1 ? 0 : k], after = a->ints[a->n == 1 ? 0 : a->n == n ? k : n + k];
        if (before < 0 || after < 0 || before > 1 << 16 || after > 1 << 16)
            return HS_FAIL(e, HS_EDATA, "attribute 'padding' holds %lld", (long long)(before < 0 ? before : after));
        p->cut_before[2 - n + k] = (size_t)before, p->cut_after[2 - n + k] = (size_t)after;
    }
    return HS_OK;
}

static enum hs_status check(const struct hs_net *net, const struct hs_node *node, size_t groups, struct hs_err *e)
{
    const struct hs_shape *w = &hs_node_param(net, node, "weight")->value.shape;
    const struct hs_param *b = hs_node_param(net, node, "bias");
    char one[128], other[128];
    if (w->rank != axes_of(node) + 2 || !hs_shape_count(w))
        return HS_FAIL(e, HS_ESHAPE, "weight %s must have %d axes and not be empty", hs_shape_text(w, one),
                       axes_of(node) + 2);
    if (groups < 1 || w->dim[0] % groups)
        return HS_FAIL(e, HS_ESHAPE, "attribute 'groups' is %lld, which does not divide the %zu input channels of weight %s",
                       (long long)groups, w->dim[0], hs_shape_text(w, one));
    if (b && (b->value.shape.rank != 1 || b->value.shape.dim[0] != w->dim[1] * groups))
        return HS_FAIL(e, HS_ESHAPE, "weight is %s in %zu groups, but bias is %s", hs_shape_text(w, one), groups,
                       hs_shape_text(&b->value.shape, other));
    return HS_OK;
}

static enum hs_status bind(struct hs_net *net, struct hs_node *node, struct hs_err *e)
{
    int64_t groups = hs_node_int(node, "groups", 1);
    const struct hs_shape *w = &hs_node_param(net, node, "weight")->value.shape;
    struct plan *p = HS_NEW(net->arena, 1, struct plan);
    if (!p) return HS_OUT_OF_MEMORY(e);
    HS_TRY(check(net, node, groups > 0 ? (size_t)groups : 0, e));
    *p = (struct plan){.step = {1, 1}};
    p->taps = (struct hs_taps){
        .channels = w->dim[0], .outs = w->dim[1] * (size_t)groups, .groups = (size_t)groups,
        .taps = {w->rank == 4 ? w->dim[2] : 1, w->dim[w->rank - 1]}, .stride = {1, 1}, .dilation = {1, 1},
    };
    node->plan = p;
    HS_TRY(read_axes(node, "stride", 1, p->step, e));
    HS_TRY(read_axes(node, "dilation", 1, p->taps.dilation, e));
    HS_TRY(read_axes(node, "output_padding", 0, p->more, e));
    return read_cut(node, p, e);
}

static size_t reach(const struct plan *p, int k) { return (p->taps.taps[k] - 1) * p->taps.dilation[k]; }

static enum hs_status shape(const struct hs_net *net, struct hs_node *node, const struct hs_shape *in, struct hs_err *e)
{
    const struct plan *p = node->plan;
    const struct hs_shape *w = &hs_node_param(net, node, "weight")->value.shape;
    int axes = axes_of(node);
    char one[128], other[128];
    if (in->rank != axes + 2 || in->dim[axes + 1] != p->taps.channels)
        return HS_FAIL(e, HS_ESHAPE, "weight is %s, but the input has %s, channels last", hs_shape_text(w, one),
                       hs_shape_text(in, other));
    node->results = 1;
    node->out[0] = *in;
    node->out[0].dim[axes + 1] = p->taps.outs;
    for (int i = 0; i < axes; i++) {
        int k = 2 - axes + i;
        size_t n = in->dim[1 + i], all, cut = p->cut_before[k] + p->cut_after[k];
        if (!n || __builtin_mul_overflow(n - 1, p->step[k], &all) || all > (size_t)1 << 40 ||
            (all += reach(p, k) + 1 + p->more[k]) <= cut)
            return HS_FAIL(e, HS_ESHAPE, "nothing is left of the input %s, channels last, behind a padding of %zu and %zu",
                           hs_shape_text(in, other), p->cut_before[k], p->cut_after[k]);
        node->out[0].dim[1 + i] = all - cut;
    }
    struct hs_shape spread = *in; /* what forward needs room for */
    for (int i = 0; i < axes; i++) spread.dim[1 + i] = node->out[0].dim[1 + i] + reach(p, 2 - axes + i);
    return hs_shape_check(&spread, e);
}

/* (in, out/groups, taps) becomes (out, in/groups, taps from the last to the first). */
static void turn(const struct hs_taps *t, const float *weight, float *to)
{
    size_t taps = t->taps[0] * t->taps[1], ins = t->channels / t->groups, outs = t->outs / t->groups;
    for (size_t o = 0; o < t->outs; o++)
        for (size_t c = 0; c < ins; c++) {
            const float *from = weight + ((o / outs * ins + c) * outs + o % outs) * taps;
            for (size_t k = 0; k < taps; k++) *to++ = from[taps - 1 - k];
        }
}

static enum hs_status pack_biased(const struct hs_net *net, const struct hs_node *node, const struct hs_tensor *weight,
                                  const float *bias, struct hs_packed **packed, struct hs_err *e)
{
    const struct plan *plan = node->plan;
    if (!weight) weight = &hs_node_param(net, node, "weight")->value;
    struct hs_packed *p = hs_alloc_zeroed(1, sizeof *p);
    float *turned = hs_alloc(hs_shape_count(&weight->shape), sizeof *turned);
    enum hs_status st = p && turned ? HS_OK : HS_OUT_OF_MEMORY(e);
    if (!st) turn(&plan->taps, weight->data, turned);
    if (!st) st = hs_product_pack(&plan->taps, turned, bias, &p->product, e);
    hs_free(turned);
    if (st) return hs_free(p), st;
    return *packed = p, HS_OK;
}

static enum hs_status pack(const struct hs_net *net, const struct hs_node *node, const struct hs_tensor *weight,
                           struct hs_packed **packed, struct hs_err *e)
{
    const struct hs_param *b = hs_node_param(net, node, "bias");
    return pack_biased(net, node, weight, b ? b->value.data : NULL, packed, e);
}

static void unpack(struct hs_packed *p)
{
    if (p) hs_product_free(p->product);
    hs_free(p);
}

/* Where value i of axis k lies in the spread input of n places; n: nowhere. */
static size_t place(const struct plan *p, int k, size_t i, size_t n)
{
    size_t at = i * p->step[k] + reach(p, k);
    return at < p->cut_before[k] || at - p->cut_before[k] >= n ? n : at - p->cut_before[k];
}

static void spread(const struct plan *p, const float *x, const size_t size[2], float *to, const size_t wide[2])
{
    size_t channels = p->taps.channels;
    for (size_t i = 0; i < size[0]; i++) {
        size_t row = place(p, 0, i, wide[0]);
        for (size_t j = 0; j < size[1] && row < wide[0]; j++) {
            size_t column = place(p, 1, j, wide[1]);
            if (column < wide[1])
                memcpy(to + (row * wide[1] + column) * channels, x + (i * size[1] + j) * channels, channels * sizeof *x);
        }
    }
}

/* One image at a time: the spread input is step[0] * step[1] times as large. */
static enum hs_status forward(const struct hs_op_call *call, struct hs_err *e)
{
    const struct plan *p = call->node->plan;
    const struct hs_shape *s = &call->in[0]->shape, *o = &call->out[0].shape;
    bool flat = s->rank == 3;
    const size_t size[2] = {flat ? 1 : s->dim[1], s->dim[flat ? 1 : 2]};
    const size_t wide[2] = {(flat ? 1 : o->dim[1]) + reach(p, 0), o->dim[flat ? 1 : 2] + reach(p, 1)};
    size_t room = wide[0] * wide[1] * p->taps.channels, row = hs_shape_row(s), out = hs_shape_row(o);
    float *zeros = hs_alloc_zeroed(room, sizeof *zeros);
    enum hs_status st = zeros ? HS_OK : HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; !st && i < s->dim[0]; i++) { /* each image writes to the same places */
        spread(p, call->in[0]->data + i * row, size, zeros, wide);
        st = hs_product_images(call->packed->product, zeros, 1, wide[0], wide[1], (struct hs_filter){0}, 0, NULL,
                               call->out[0].data + i * out, e);
    }
    hs_free(zeros);
    return st;
}

/* Those of a value with a tap; the zeros between are nobody's wish. */
static double products(const struct hs_net *net, const struct hs_node *node)
{
    const struct hs_taps *t = &((const struct plan *)node->plan)->taps;
    const struct hs_shape *in = hs_net_shape(net, node->input[0]);
    return (double)hs_shape_row(in) * (double)(t->outs / t->groups) * (double)(t->taps[0] * t->taps[1]);
}

static const struct hs_attr_rule attr[] = {
    HS_INT_ATTRS("stride", 2, "distance of the input's values in the output: one an axis, or one for all; 1"),
    HS_INT_ATTRS("padding", 4, "values cut off the output: top, left, bottom, right (in one dimension: before, after); or "
                               "one value an axis, or one for all; 0"),
    HS_INT_ATTRS("output_padding", 2, "values added behind: one an axis, or one for all; 0"),
    HS_INT_ATTRS("dilation", 2, "distance of the kernel's values: one an axis, or one for all; 1"),
    HS_INT_ATTR("groups", "channels fall into so many groups of their own; 1"),
    {.name = NULL},
};
static const struct hs_param_rule param_1d[] = {
    {.name = "weight", .required = true, .is_weight = true, .channel_axis = 1, .meaning = "(in, out/groups, width)"},
    {.name = "bias", .meaning = "(out); 0"},
    {.name = NULL},
};
static const struct hs_param_rule param_2d[] = {
    {.name = "weight", .required = true, .is_weight = true, .channel_axis = 1,
     .meaning = "(in, out/groups, height, width)"},
    {.name = "bias", .meaning = "(out); 0"},
    {.name = NULL},
};

#define RECORD                                                                                                  \
    .version = 1, .role = HS_ROLE_LAYER, .min_inputs = 1, .max_inputs = 1, .attr = attr, .memory = HS_SPATIAL,  \
    .bind = bind, .shape = shape, .pack = pack, .pack_biased = pack_biased, .unpack = unpack, .forward = forward, \
    .products = products

const struct hs_op_type hs_op_conv_transpose1d = {
    .name = "conv_transpose1d", .summary = "transposed convolution along the one spatial axis", .param = param_1d, RECORD,
};
const struct hs_op_type hs_op_conv_transpose2d = {
    .name = "conv_transpose2d", .summary = "transposed convolution over two spatial axes", .param = param_2d, RECORD,
};
