/* keras_pool.c - pooling: windows padded as TensorFlow does, the mean over what lies inside alone. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dump/keras.h"

#include <string.h>

struct pool {
    size_t axes;
    int64_t kernel[2], stride[2];
    bool same;
};

static size_t axes_of(const struct hs_keras_layer *l) { return strstr(l->class_name, "1D") ? 1 : 2; }

static bool read_options(const struct hs_keras_layer *l, struct pool *p)
{
    const char *padding = hs_keras_text(l->config, "padding", "valid");
    *p = (struct pool){.axes = axes_of(l), .same = !strcmp(padding, "same")};
    if (!p->same && strcmp(padding, "valid")) return false;
    if (!hs_keras_ints(l->config, "pool_size", p->axes, p->kernel, 2)) return false;
    if (!hs_keras_ints(l->config, "strides", p->axes, p->stride, 0)) return false;
    for (size_t i = 0; i < p->axes; i++) {
        if (!p->stride[i]) p->stride[i] = p->kernel[i];
        if (p->kernel[i] < 1 || p->stride[i] < 1 || p->kernel[i] > 1 << 20 || p->stride[i] > 1 << 20) return false;
    }
    return true;
}

static void check_pool(struct hs_keras *k, const struct hs_keras_layer *l)
{
    struct pool p;
    if (!read_options(l, &p)) hs_keras_complain(k, l, "its pool_size, strides or padding are not supported");
}

static const char *op_of(const struct hs_keras_layer *l) { return hs_keras_find(l->class_name)->op; }

static enum hs_status wrong_rank(const struct hs_keras_layer *l, struct hs_err *e)
{
    char text[128];
    return HS_FAIL(e, HS_ESHAPE, "layer '%s' (%s) cannot read %s", l->name, l->class_name,
                   hs_shape_text(&l->in[0].shape, text));
}

static enum hs_status build_pool(struct hs_keras *k, struct hs_keras_layer *l, struct hs_err *e)
{
    struct pool p;
    const struct hs_shape *in = &l->in[0].shape;
    const char *op = op_of(l);
    int64_t padding[4] = {0}, zero = 0;
    read_options(l, &p);
    if (in->rank != (int)p.axes + 2) return wrong_rank(l, e);
    l->out.shape = *in;
    for (size_t i = 0; i < p.axes; i++) {
        size_t axis = 1 + k->nchw + i;
        int64_t n = (int64_t)in->dim[axis], out = (n + p.stride[i] - 1) / p.stride[i];
        int64_t all = (out - 1) * p.stride[i] + p.kernel[i] - n;
        if (p.same && all > 0) padding[i] = all / 2, padding[p.axes + i] = all - all / 2;
        if (!p.same && n < p.kernel[i]) return wrong_rank(l, e);
        l->out.shape.dim[axis] = (size_t)(p.same ? out : (n - p.kernel[i]) / p.stride[i] + 1);
    }
    HS_TRY(hs_keras_node(k, l, NULL, op, l->in[0].ref, e));
    HS_TRY(hs_net_attr_ints(k->net, "kernel", p.kernel, p.axes, e));
    HS_TRY(hs_net_attr_ints(k->net, "stride", p.stride, p.axes, e));
    HS_TRY(hs_net_attr_ints(k->net, "padding", padding, 2 * p.axes, e));
    if (!strncmp(op, "avg", 3)) HS_TRY(hs_net_attr_ints(k->net, "count_include_pad", &zero, 1, e));
    l->out.ref = hs_keras_last(k), l->out.known = true;
    return HS_OK;
}

static enum hs_status build_global(struct hs_keras *k, struct hs_keras_layer *l, struct hs_err *e)
{
    const struct hs_shape *in = &l->in[0].shape;
    int64_t keep = hs_keras_bool(l->config, "keepdims", false);
    int axes = (int)axes_of(l);
    if (in->rank != axes + 2) return wrong_rank(l, e);
    HS_TRY(hs_keras_node(k, l, NULL, op_of(l), l->in[0].ref, e));
    HS_TRY(hs_net_attr_ints(k->net, "keepdims", &keep, 1, e));
    l->out.shape = (struct hs_shape){.rank = 2, .dim = {0, in->dim[k->nchw ? 1 : in->rank - 1]}};
    if (keep) {
        l->out.shape = *in;
        for (int i = 0; i < axes; i++) l->out.shape.dim[1 + k->nchw + i] = 1;
    }
    l->out.ref = hs_keras_last(k), l->out.known = true;
    return HS_OK;
}

const struct hs_keras_type hs_keras_pool[] = {
    {.class_name = "MaxPooling1D", .check = check_pool, .build = build_pool, .op = "maxpool1d"},
    {.class_name = "MaxPooling2D", .check = check_pool, .build = build_pool, .op = "maxpool2d"},
    {.class_name = "AveragePooling1D", .check = check_pool, .build = build_pool, .op = "avgpool1d"},
    {.class_name = "AveragePooling2D", .check = check_pool, .build = build_pool, .op = "avgpool2d"},
    {.class_name = "GlobalMaxPooling1D", .build = build_global, .op = "global_maxpool"},
    {.class_name = "GlobalMaxPooling2D", .build = build_global, .op = "global_maxpool"},
    {.class_name = "GlobalAveragePooling1D", .build = build_global, .op = "global_avgpool"},
    {.class_name = "GlobalAveragePooling2D", .build = build_global, .op = "global_avgpool"},
    {.class_name = NULL},
};
