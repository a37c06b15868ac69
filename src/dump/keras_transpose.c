/* keras_transpose.c - transposed convolutions: what TensorFlow cuts off the result, or adds behind it. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dump/keras.h"

#include <string.h>

struct window {
    size_t axes;
    int64_t kernel[2], stride[2], dilation[2], more[2]; /* more: output_padding, or -1 */
    bool same;
};

static bool read_options(const struct hs_keras_layer *l, struct window *v)
{
    const char *padding = hs_keras_text(l->config, "padding", "valid");
    *v = (struct window){.axes = strstr(l->class_name, "1D") ? 1 : 2, .same = !strcmp(padding, "same")};
    size_t n = v->axes;
    if (!v->same && strcmp(padding, "valid")) return false;
    if (!hs_keras_ints(l->config, "kernel_size", n, v->kernel, 0) || !hs_keras_ints(l->config, "strides", n, v->stride, 1) ||
        !hs_keras_ints(l->config, "dilation_rate", n, v->dilation, 1) ||
        !hs_keras_ints(l->config, "output_padding", n, v->more, -1))
        return false;
    for (size_t i = 0; i < n; i++) {
        const int64_t most = 1 << 16;
        if (v->kernel[i] < 1 || v->stride[i] < 1 || v->dilation[i] < 1 || v->more[i] < -1) return false;
        if (v->kernel[i] > most || v->stride[i] > most || v->dilation[i] > most || v->more[i] >= v->stride[i]) return false;
    }
    return true;
}

static void check(struct hs_keras *k, const struct hs_keras_layer *l)
{
    struct window v;
    if (!read_options(l, &v))
        hs_keras_complain(k, l, "its kernel_size, strides, padding, output_padding or dilation_rate is not supported");
    hs_keras_check_activation(k, l, json_object_get(l->config, "activation"));
}

/* Keras' deconv_output_length: 'valid' n s + max(k - s, 0), 'same' n s; with an output_padding (n - 1) s + k + it, for
 * 'same' less 2 (k / 2). */
static int64_t length(const struct window *v, size_t i, int64_t n)
{
    int64_t s = v->stride[i], wide = (v->kernel[i] - 1) * v->dilation[i] + 1;
    if (v->more[i] >= 0) return (n - 1) * s + wide + v->more[i] - (v->same ? wide / 2 * 2 : 0);
    return n * s + (!v->same && wide > s ? wide - s : 0);
}

/* The gradient of a convolution of that length: where it would have padded, as TensorFlow does, is cut. */
static enum hs_status slide(struct hs_keras *k, struct hs_keras_layer *l, const struct window *v, int64_t padding[4],
                            int64_t more[2], struct hs_err *e)
{
    for (size_t i = 0; i < v->axes; i++) {
        size_t axis = 1 + (size_t)k->nchw + i;
        int64_t n = (int64_t)l->in[0].shape.dim[axis];
        if (n < 1 || n > (int64_t)1 << 32)
            return HS_FAIL(e, HS_ESHAPE, "layer '%s' (%s) cannot read %lld values along an axis", l->name, l->class_name,
                           (long long)n);
        int64_t out = length(v, i, n);
        int64_t all = (n - 1) * v->stride[i] + (v->kernel[i] - 1) * v->dilation[i] + 1 - out;
        int64_t cut = all > 0 ? all : 0, before = v->same ? cut / 2 : 0;
        if (out < 1)
            return HS_FAIL(e, HS_ESHAPE, "layer '%s' (%s): nothing is left of its result", l->name, l->class_name);
        padding[i] = before, padding[v->axes + i] = cut - before, more[i] = all < 0 ? -all : 0;
        l->out.shape.dim[axis] = (size_t)out;
    }
    return HS_OK;
}

static enum hs_status put(struct hs_keras *k, struct hs_keras_layer *l, const struct window *v,
                          const struct hs_keras_weights *w, struct hs_err *e)
{
    static const int order[2][4] = {{2, 1, 0}, {3, 2, 0, 1}}; /* (k, out, in), (kh, kw, out, in) */
    const json_t *activation = json_object_get(l->config, "activation");
    const struct hs_tensor *kernel = &w->value[0];
    const char *op = v->axes == 1 ? "conv_transpose1d" : "conv_transpose2d";
    int rank = (int)v->axes + 2, channels = k->nchw ? 1 : rank - 1;
    int64_t padding[4] = {0}, more[2] = {0};
    struct hs_shape wanted = {.rank = rank};
    char text[128];
    if (l->in[0].shape.rank != rank)
        return HS_FAIL(e, HS_ESHAPE, "layer '%s' (%s) cannot read %s", l->name, l->class_name,
                       hs_shape_text(&l->in[0].shape, text));
    for (size_t i = 0; i < v->axes; i++) wanted.dim[i] = (size_t)v->kernel[i];
    wanted.dim[v->axes] = kernel->shape.rank == rank ? kernel->shape.dim[v->axes] : 0;
    wanted.dim[v->axes + 1] = l->in[0].shape.dim[channels];
    HS_TRY(hs_keras_expect(l, "kernel", kernel, &wanted, e));
    l->out.shape = l->in[0].shape;
    l->out.shape.dim[channels] = wanted.dim[v->axes];
    HS_TRY(slide(k, l, v, padding, more, e));
    HS_TRY(hs_keras_node(k, l, hs_keras_is_linear(activation) ? NULL : op, op, l->in[0].ref, e));
    HS_TRY(hs_net_attr_ints(k->net, "stride", v->stride, v->axes, e));
    HS_TRY(hs_net_attr_ints(k->net, "dilation", v->dilation, v->axes, e));
    HS_TRY(hs_net_attr_ints(k->net, "padding", padding, 2 * v->axes, e));
    HS_TRY(hs_net_attr_ints(k->net, "output_padding", more, v->axes, e));
    HS_TRY(hs_keras_kernel(k, kernel, order[v->axes - 1], NULL, e));
    if (w->n > 1) HS_TRY(hs_keras_param(k, "bias", &w->value[1], e));
    return hs_keras_finish(k, l, activation, e);
}

static enum hs_status build(struct hs_keras *k, struct hs_keras_layer *l, struct hs_err *e)
{
    struct window v;
    struct hs_keras_weights w;
    read_options(l, &v);
    HS_TRY(hs_keras_weights(k, l, hs_keras_biased(l) ? 2 : 1, &w, e));
    enum hs_status st = put(k, l, &v, &w, e);
    hs_keras_weights_free(&w);
    return st;
}

const struct hs_keras_type hs_keras_transpose[] = {
    {.class_name = "Conv1DTranspose", .check = check, .build = build},
    {.class_name = "Conv2DTranspose", .check = check, .build = build},
    {.class_name = NULL},
};
