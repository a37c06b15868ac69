/* keras_conv.c - Dense and the convolutions: kernels turned into torch's layout, 'same' padded as TensorFlow does. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dump/keras.h"

#include <string.h>

struct conv {
    int axes;
    int64_t kernel[2], stride[2], dilation[2], before[2], after[2];
    const char *padding;
};

static bool channels_first(const struct hs_keras_layer *l)
{
    return !strcmp(hs_keras_text(l->config, "data_format", "channels_last"), "channels_first");
}

static int axes_of(const struct hs_keras_layer *l) { return strstr(l->class_name, "1D") ? 1 : 2; }

static bool read_options(const struct hs_keras_layer *l, struct conv *c)
{
    *c = (struct conv){.axes = axes_of(l), .padding = hs_keras_text(l->config, "padding", "valid")};
    size_t n = (size_t)c->axes;
    if (!hs_keras_ints(l->config, "kernel_size", n, c->kernel, 0) || !hs_keras_ints(l->config, "strides", n, c->stride, 1) ||
        !hs_keras_ints(l->config, "dilation_rate", n, c->dilation, 1))
        return false;
    for (size_t i = 0; i < n; i++) {
        const int64_t most = 1 << 20;
        if (c->kernel[i] < 1 || c->stride[i] < 1 || c->dilation[i] < 1) return false;
        if (c->kernel[i] > most || c->stride[i] > most || c->dilation[i] > most) return false;
    }
    return true;
}

static bool one_of(const char *word, const char *const *list)
{
    for (; *list; list++)
        if (!strcmp(word, *list)) return true;
    return false;
}

static void check_conv(struct hs_keras *k, const struct hs_keras_layer *l)
{
    static const char *const plain[] = {"valid", "same", NULL}, *const causal[] = {"valid", "same", "causal", NULL};
    struct conv c;
    if (!read_options(l, &c)) hs_keras_complain(k, l, "its kernel_size, strides or dilation_rate cannot be read");
    else if (!one_of(c.padding, c.axes == 1 ? causal : plain))
        hs_keras_complain(k, l, "padding '%s' is not supported", c.padding);
    if (k->theano) hs_keras_complain(k, l, "kernels written by the Theano backend are flipped, which is not supported");
    hs_keras_check_activation(k, l, json_object_get(l->config, "activation"));
}

static void check_dense(struct hs_keras *k, const struct hs_keras_layer *l)
{
    hs_keras_check_activation(k, l, json_object_get(l->config, "activation"));
}

/* Fills the padding and the result's spatial axes. In TensorFlow 'same' gives ceil(n / stride), and what cannot be halved
 * goes behind. */
static enum hs_status slide(const struct hs_keras *k, struct hs_keras_layer *l, struct conv *c, size_t channels,
                            struct hs_err *e)
{
    const struct hs_shape *in = &l->in[0].shape;
    char text[128];
    if (in->rank != c->axes + 2 || channels_first(l) != k->nchw)
        return HS_FAIL(e, HS_ESHAPE, "layer '%s' (%s) cannot read %s", l->name, l->class_name, hs_shape_text(in, text));
    l->out.shape = *in;
    l->out.shape.dim[k->nchw ? 1 : in->rank - 1] = channels;
    for (int i = 0; i < c->axes; i++) {
        int axis = 1 + k->nchw + i;
        int64_t n = (int64_t)in->dim[axis], wide = (c->kernel[i] - 1) * c->dilation[i] + 1;
        int64_t out = (n + c->stride[i] - 1) / c->stride[i], all = (out - 1) * c->stride[i] + wide - n;
        if (!strcmp(c->padding, "same")) c->before[i] = all > 0 ? all / 2 : 0, c->after[i] = all > 0 ? all - all / 2 : 0;
        if (!strcmp(c->padding, "causal")) c->before[i] = wide - 1;
        int64_t room = n + c->before[i] + c->after[i] - wide;
        if (room < 0)
            return HS_FAIL(e, HS_ESHAPE, "layer '%s' (%s): a kernel of %lld does not fit into %s", l->name, l->class_name,
                           (long long)wide, hs_shape_text(in, text));
        l->out.shape.dim[axis] = (size_t)(room / c->stride[i]) + 1;
    }
    return HS_OK;
}

static enum hs_status put_window(struct hs_keras *k, const struct conv *c, int64_t groups, struct hs_err *e)
{
    size_t n = (size_t)c->axes;
    int64_t padding[4] = {c->before[0], c->before[1], c->after[0], c->after[1]};
    if (n == 1) padding[1] = c->after[0];
    HS_TRY(hs_net_attr_ints(k->net, "stride", c->stride, n, e));
    HS_TRY(hs_net_attr_ints(k->net, "padding", padding, 2 * n, e));
    HS_TRY(hs_net_attr_ints(k->net, "dilation", c->dilation, n, e));
    return hs_net_attr_ints(k->net, "groups", &groups, 1, e);
}

/* to: axis i of the result is axis order[i] of the kernel; then the result is seen as `shape`. */
enum hs_status hs_keras_kernel(struct hs_keras *k, const struct hs_tensor *kernel, const int *order,
                                 const struct hs_shape *shape, struct hs_err *e)
{
    struct hs_tensor t = {0};
    struct hs_shape turned = {.rank = kernel->shape.rank};
    for (int i = 0; i < turned.rank; i++) turned.dim[i] = kernel->shape.dim[order[i]];
    HS_TRY(hs_tensor_alloc(&t, &turned, e));
    hs_tensor_permute(&t, kernel, order);
    if (shape) t.shape = *shape;
    enum hs_status st = hs_keras_param(k, "weight", &t, e);
    hs_tensor_free(&t);
    return st;
}

enum hs_status hs_keras_expect(const struct hs_keras_layer *l, const char *what, const struct hs_tensor *t,
                             const struct hs_shape *shape, struct hs_err *e)
{
    char got[128], wanted[128];
    if (hs_shape_equal(&t->shape, shape)) return HS_OK;
    return HS_FAIL(e, HS_ESHAPE, "layer '%s' (%s): its %s has the shape %s where %s is expected", l->name, l->class_name,
                   what, hs_shape_text(&t->shape, got), hs_shape_text(shape, wanted));
}

bool hs_keras_biased(const struct hs_keras_layer *l)
{
    return hs_keras_bool(l->config, "use_bias", hs_keras_bool(l->config, "bias", true));
}

enum hs_status hs_keras_finish(struct hs_keras *k, struct hs_keras_layer *l, const json_t *activation, struct hs_err *e)
{
    if (!hs_keras_is_linear(activation)) HS_TRY(hs_keras_activate(k, l, activation, hs_keras_last(k), e));
    l->out.ref = hs_keras_last(k);
    l->out.known = true;
    return HS_OK;
}

static enum hs_status put_dense(struct hs_keras *k, struct hs_keras_layer *l, const struct hs_keras_weights *w,
                                struct hs_err *e)
{
    const json_t *activation = json_object_get(l->config, "activation");
    const struct hs_tensor *kernel = &w->value[0];
    size_t in = l->in[0].shape.dim[l->in[0].shape.rank - 1];
    struct hs_shape wanted = {.rank = 2, .dim = {in, kernel->shape.rank == 2 ? kernel->shape.dim[1] : 0}};
    HS_TRY(hs_keras_expect(l, "kernel", kernel, &wanted, e));
    HS_TRY(hs_keras_node(k, l, hs_keras_is_linear(activation) ? NULL : "linear", "linear", l->in[0].ref, e));
    HS_TRY(hs_keras_kernel(k, kernel, (const int[]){1, 0}, NULL, e));
    if (w->n > 1) HS_TRY(hs_keras_param(k, "bias", &w->value[1], e));
    l->out.shape = l->in[0].shape;
    l->out.shape.dim[l->out.shape.rank - 1] = kernel->shape.dim[1];
    return hs_keras_finish(k, l, activation, e);
}

static enum hs_status build_dense(struct hs_keras *k, struct hs_keras_layer *l, struct hs_err *e)
{
    struct hs_keras_weights w;
    HS_TRY(hs_keras_weights(k, l, hs_keras_biased(l) ? 2 : 1, &w, e));
    enum hs_status st = put_dense(k, l, &w, e);
    hs_keras_weights_free(&w);
    return st;
}

static size_t channels_in(const struct hs_keras *k, const struct hs_keras_layer *l)
{
    const struct hs_shape *s = &l->in[0].shape;
    return s->dim[k->nchw ? 1 : s->rank - 1];
}

static enum hs_status put_conv(struct hs_keras *k, struct hs_keras_layer *l, struct conv *c,
                               const struct hs_keras_weights *w, struct hs_err *e)
{
    const json_t *activation = json_object_get(l->config, "activation");
    const struct hs_tensor *kernel = &w->value[0];
    static const int order[2][4] = {{2, 1, 0}, {3, 2, 0, 1}}; /* (k, in, out), (kh, kw, in, out) */
    const char *op = c->axes == 1 ? "conv1d" : "conv2d";
    size_t in = channels_in(k, l), out = kernel->shape.dim[kernel->shape.rank > 0 ? kernel->shape.rank - 1 : 0];
    int64_t groups;
    if (!hs_keras_ints(l->config, "groups", 1, &groups, 1) || groups < 1 || in % (size_t)groups)
        return HS_FAIL(e, HS_EDATA, "layer '%s' (%s): %zu channels in %lld groups", l->name, l->class_name, in,
                       (long long)groups);
    struct hs_shape wanted = {.rank = c->axes + 2};
    for (int i = 0; i < c->axes; i++) wanted.dim[i] = (size_t)c->kernel[i];
    wanted.dim[c->axes] = in / (size_t)groups, wanted.dim[c->axes + 1] = out;
    HS_TRY(hs_keras_expect(l, "kernel", kernel, &wanted, e));
    HS_TRY(slide(k, l, c, out, e));
    HS_TRY(hs_keras_node(k, l, hs_keras_is_linear(activation) ? NULL : op, op, l->in[0].ref, e));
    HS_TRY(put_window(k, c, groups, e));
    HS_TRY(hs_keras_kernel(k, kernel, order[c->axes - 1], NULL, e));
    if (w->n > 1) HS_TRY(hs_keras_param(k, "bias", &w->value[1], e));
    return hs_keras_finish(k, l, activation, e);
}

static enum hs_status build_conv(struct hs_keras *k, struct hs_keras_layer *l, struct hs_err *e)
{
    struct conv c;
    struct hs_keras_weights w;
    read_options(l, &c);
    HS_TRY(hs_keras_weights(k, l, hs_keras_biased(l) ? 2 : 1, &w, e));
    enum hs_status st = put_conv(k, l, &c, &w, e);
    hs_keras_weights_free(&w);
    return st;
}

/* Each input channel makes `multiplier` output channels of its own, side by side: a grouped convolution. */
static enum hs_status put_depthwise(struct hs_keras *k, struct hs_keras_layer *l, struct conv *c,
                                    const struct hs_tensor *kernel, const char *part, struct hs_err *e)
{
    static const int order[2][4] = {{1, 2, 0}, {2, 3, 0, 1}}; /* (k, in, multiplier), (kh, kw, in, multiplier) */
    int rank = c->axes + 2;
    size_t in = channels_in(k, l), multiplier = kernel->shape.rank == rank ? kernel->shape.dim[rank - 1] : 0;
    struct hs_shape wanted = {.rank = rank}, seen = {.rank = rank, .dim = {in * multiplier, 1}};
    for (int i = 0; i < c->axes; i++) wanted.dim[i] = seen.dim[2 + i] = (size_t)c->kernel[i];
    wanted.dim[c->axes] = in, wanted.dim[c->axes + 1] = multiplier;
    HS_TRY(hs_keras_expect(l, "kernel", kernel, &wanted, e));
    HS_TRY(slide(k, l, c, in * multiplier, e));
    HS_TRY(hs_keras_node(k, l, part, c->axes == 1 ? "conv1d" : "conv2d", l->in[0].ref, e));
    HS_TRY(put_window(k, c, (int64_t)in, e));
    return hs_keras_kernel(k, kernel, order[c->axes - 1], &seen, e);
}

static enum hs_status build_depthwise(struct hs_keras *k, struct hs_keras_layer *l, struct hs_err *e)
{
    struct conv c;
    struct hs_keras_weights w;
    const json_t *activation = json_object_get(l->config, "activation");
    read_options(l, &c);
    HS_TRY(hs_keras_weights(k, l, hs_keras_biased(l) ? 2 : 1, &w, e));
    enum hs_status st = put_depthwise(k, l, &c, &w.value[0], hs_keras_is_linear(activation) ? NULL : c.axes == 1 ? "conv1d" : "conv2d", e);
    if (!st && w.n > 1) st = hs_keras_param(k, "bias", &w.value[1], e);
    hs_keras_weights_free(&w);
    return st ? st : hs_keras_finish(k, l, activation, e);
}

static enum hs_status put_pointwise(struct hs_keras *k, struct hs_keras_layer *l, int axes, const struct hs_keras_weights *w,
                                    struct hs_err *e)
{
    static const int order[2][4] = {{2, 1, 0}, {3, 2, 0, 1}};
    const json_t *activation = json_object_get(l->config, "activation");
    const struct conv plain = {.axes = axes, .stride = {1, 1}, .dilation = {1, 1}};
    const struct hs_tensor *kernel = &w->value[1];
    int channels = k->nchw ? 1 : axes + 1, rank = axes + 2;
    size_t out = kernel->shape.rank == rank ? kernel->shape.dim[rank - 1] : 0;
    struct hs_shape wanted = {.rank = rank, .dim = {1, 1, 1, 1}};
    wanted.dim[axes] = l->out.shape.dim[channels], wanted.dim[axes + 1] = out;
    HS_TRY(hs_keras_expect(l, "pointwise kernel", kernel, &wanted, e));
    HS_TRY(hs_keras_node(k, l, hs_keras_is_linear(activation) ? NULL : "pointwise", axes == 1 ? "conv1d" : "conv2d",
                         hs_keras_last(k), e));
    HS_TRY(put_window(k, &plain, 1, e));
    HS_TRY(hs_keras_kernel(k, kernel, order[axes - 1], NULL, e));
    if (w->n > 2) HS_TRY(hs_keras_param(k, "bias", &w->value[2], e));
    l->out.shape.dim[channels] = out;
    return hs_keras_finish(k, l, activation, e);
}

static enum hs_status build_separable(struct hs_keras *k, struct hs_keras_layer *l, struct hs_err *e)
{
    struct conv c;
    struct hs_keras_weights w;
    read_options(l, &c);
    HS_TRY(hs_keras_weights(k, l, hs_keras_biased(l) ? 3 : 2, &w, e));
    enum hs_status st = put_depthwise(k, l, &c, &w.value[0], "depthwise", e);
    if (!st) st = put_pointwise(k, l, c.axes, &w, e);
    hs_keras_weights_free(&w);
    return st;
}

const struct hs_keras_type hs_keras_conv[] = {
    {.class_name = "Dense", .check = check_dense, .build = build_dense},
    {.class_name = "Conv1D", .check = check_conv, .build = build_conv},
    {.class_name = "Conv2D", .check = check_conv, .build = build_conv},
    {.class_name = "DepthwiseConv1D", .check = check_conv, .build = build_depthwise},
    {.class_name = "DepthwiseConv2D", .check = check_conv, .build = build_depthwise},
    {.class_name = "SeparableConv1D", .check = check_conv, .build = build_separable},
    {.class_name = "SeparableConv2D", .check = check_conv, .build = build_separable},
    {.class_name = NULL},
};
