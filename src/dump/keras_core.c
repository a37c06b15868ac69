/* keras_core.c - layers that normalise, join, reshape and pad. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dump/keras.h"

#include <string.h>

static enum hs_status done(struct hs_keras *k, struct hs_keras_layer *l, struct hs_shape shape)
{
    l->out = (struct hs_keras_tensor){.known = true, .ref = hs_keras_last(k), .shape = shape};
    return HS_OK;
}

static enum hs_status put_norm(struct hs_keras *k, struct hs_keras_layer *l, const struct hs_keras_weights *w, bool scale,
                               bool center, struct hs_err *e)
{
    double epsilon = hs_keras_real(l->config, "epsilon", 1e-3);
    size_t i = 0;
    HS_TRY(hs_keras_node(k, l, NULL, "batch_norm", l->in[0].ref, e));
    HS_TRY(hs_net_attr_reals(k->net, "epsilon", &epsilon, 1, e));
    if (scale) HS_TRY(hs_keras_param(k, "gamma", &w->value[i++], e));
    if (center) HS_TRY(hs_keras_param(k, "beta", &w->value[i++], e));
    HS_TRY(hs_keras_param(k, "mean", &w->value[i], e));
    HS_TRY(hs_keras_param(k, "variance", &w->value[i + 1], e));
    return done(k, l, l->in[0].shape);
}

static enum hs_status build_norm(struct hs_keras *k, struct hs_keras_layer *l, struct hs_err *e)
{
    const struct hs_shape *in = &l->in[0].shape;
    bool scale = hs_keras_bool(l->config, "scale", true), center = hs_keras_bool(l->config, "center", true);
    int axis = hs_keras_axis(l->config, "axis", in->rank, -1), channels = k->nchw && in->rank > 2 ? 1 : in->rank - 1;
    struct hs_keras_weights w;
    if (axis != channels) return hs_keras_complain(k, l, "an axis other than that of the channels is not supported"), HS_OK;
    HS_TRY(hs_keras_weights(k, l, 2 + (size_t)scale + (size_t)center, &w, e));
    enum hs_status st = put_norm(k, l, &w, scale, center, e);
    hs_keras_weights_free(&w);
    return st;
}

static enum hs_status build_same(struct hs_keras *k, struct hs_keras_layer *l, struct hs_err *e)
{
    HS_TRY(hs_keras_node(k, l, NULL, hs_keras_find(l->class_name)->op, l->in[0].ref, e));
    return done(k, l, l->in[0].shape);
}

/* Keras flattens channels-first tensors as if they were channels-last. */
static enum hs_status build_flatten(struct hs_keras *k, struct hs_keras_layer *l, struct hs_err *e)
{
    const struct hs_shape *in = &l->in[0].shape;
    struct hs_ref from = l->in[0].ref;
    const char *format = hs_keras_text(l->config, "data_format", "channels_last");
    if (!strcmp(format, "channels_first") && in->rank > 2) {
        int64_t axes[HS_MAX_RANK] = {0};
        for (int i = 1; i + 1 < in->rank; i++) axes[i] = i + 1;
        axes[in->rank - 1] = 1;
        HS_TRY(hs_keras_node(k, l, "permute", "permute", from, e));
        HS_TRY(hs_net_attr_ints(k->net, "axes", axes, (size_t)in->rank, e));
        from = hs_keras_last(k);
    }
    HS_TRY(hs_keras_node(k, l, NULL, "flatten", from, e));
    return done(k, l, (struct hs_shape){.rank = 2, .dim = {0, hs_shape_row(in)}});
}

static void check_reshape(struct hs_keras *k, const struct hs_keras_layer *l)
{
    const json_t *target = json_object_get(l->config, "target_shape");
    size_t n = json_array_size(target), i, open = 0;
    const json_t *v;
    json_array_foreach(target, i, v) {
        int64_t x = json_integer_value(v);
        open += x == -1;
        if (!json_is_integer(v) || x < -1 || x == 0) n = 0;
    }
    if (n < 1 || n >= HS_MAX_RANK || open > 1) hs_keras_complain(k, l, "its target_shape is not supported");
}

static enum hs_status build_reshape(struct hs_keras *k, struct hs_keras_layer *l, struct hs_err *e)
{
    const json_t *target = json_object_get(l->config, "target_shape");
    struct hs_shape shape = {.rank = (int)json_array_size(target) + 1};
    int64_t wanted[HS_MAX_RANK];
    size_t all = hs_shape_row(&l->in[0].shape), given = 1;
    for (int i = 1; i < shape.rank; i++) {
        wanted[i - 1] = json_integer_value(json_array_get(target, (size_t)i - 1));
        shape.dim[i] = wanted[i - 1] > 0 ? (size_t)wanted[i - 1] : 0;
        if (shape.dim[i] && __builtin_mul_overflow(given, shape.dim[i], &given)) given = 0;
    }
    for (int i = 1; i < shape.rank; i++)
        if (!shape.dim[i]) shape.dim[i] = given ? all / given : 0;
    if (hs_shape_row(&shape) != all) {
        char from[128], to[128];
        return HS_FAIL(e, HS_ESHAPE, "layer '%s' (Reshape): %s cannot become %s", l->name,
                       hs_shape_text(&l->in[0].shape, from), hs_shape_text(&shape, to));
    }
    HS_TRY(hs_keras_node(k, l, NULL, "reshape", l->in[0].ref, e));
    HS_TRY(hs_net_attr_ints(k->net, "shape", wanted, (size_t)shape.rank - 1, e));
    return done(k, l, shape);
}

/* ((top, bottom), (left, right)), (height, width) or one number; in one dimension (before, after) or one number. */
static bool read_padding(const struct hs_keras_layer *l, size_t axes, int64_t before[2], int64_t after[2])
{
    const json_t *v = json_object_get(l->config, "padding");
    for (size_t i = 0; i < axes; i++) {
        const json_t *pair = axes == 1 ? v : json_is_array(v) ? json_array_get(v, i) : v;
        const json_t *x = json_is_array(pair) ? json_array_get(pair, 0) : pair;
        const json_t *y = json_is_array(pair) ? json_array_get(pair, 1) : pair;
        if (!json_is_integer(x) || !json_is_integer(y)) return false;
        before[i] = json_integer_value(x), after[i] = json_integer_value(y);
        if (before[i] < 0 || after[i] < 0 || before[i] > 1 << 20 || after[i] > 1 << 20) return false;
    }
    return true;
}

static size_t pad_axes(const struct hs_keras_layer *l) { return strstr(l->class_name, "1D") ? 1 : 2; }

static void check_pad(struct hs_keras *k, const struct hs_keras_layer *l)
{
    int64_t before[2], after[2];
    if (!read_padding(l, pad_axes(l), before, after)) hs_keras_complain(k, l, "its padding is not supported");
}

static enum hs_status build_pad(struct hs_keras *k, struct hs_keras_layer *l, struct hs_err *e)
{
    size_t axes = pad_axes(l);
    int64_t before[2], after[2], padding[4];
    struct hs_shape shape = l->in[0].shape;
    read_padding(l, axes, before, after);
    if (axes == 1 && k->nchw) /* Keras pads the second axis whatever the layout */
        return hs_keras_complain(k, l, "padding of a channels-first network is not supported"), HS_OK;
    if (shape.rank != (int)axes + 2) {
        char text[128];
        return HS_FAIL(e, HS_ESHAPE, "layer '%s' (%s) cannot read %s", l->name, l->class_name, hs_shape_text(&shape, text));
    }
    for (size_t i = 0; i < axes; i++) {
        shape.dim[1 + (size_t)k->nchw + i] += (size_t)(before[i] + after[i]);
        padding[i] = before[i], padding[axes + i] = after[i];
    }
    HS_TRY(hs_keras_node(k, l, NULL, axes == 1 ? "zero_pad1d" : "zero_pad2d", l->in[0].ref, e));
    HS_TRY(hs_net_attr_ints(k->net, "padding", padding, 2 * axes, e));
    return done(k, l, shape);
}

static enum hs_status join(struct hs_keras *k, const struct hs_keras_layer *l, const char *op, struct hs_err *e)
{
    HS_TRY(hs_keras_node(k, l, NULL, op, l->in[0].ref, e));
    for (size_t i = 1; i < l->inputs; i++) HS_TRY(hs_net_input(k->net, l->in[i].ref, e));
    return HS_OK;
}

static enum hs_status build_merge(struct hs_keras *k, struct hs_keras_layer *l, struct hs_err *e)
{
    struct hs_shape shape = l->in[0].shape; /* with broadcasting: the longest of each axis */
    for (size_t i = 1; i < l->inputs; i++)
        for (int a = 1; a < shape.rank && l->in[i].shape.rank == shape.rank; a++)
            if (l->in[i].shape.dim[a] > shape.dim[a]) shape.dim[a] = l->in[i].shape.dim[a];
    HS_TRY(join(k, l, hs_keras_find(l->class_name)->op, e));
    return done(k, l, shape);
}

static enum hs_status build_concat(struct hs_keras *k, struct hs_keras_layer *l, struct hs_err *e)
{
    struct hs_shape shape = l->in[0].shape;
    int axis = hs_keras_axis(l->config, "axis", shape.rank, -1);
    int64_t at = axis;
    if (axis < 1) return hs_keras_complain(k, l, "its axis is not supported"), HS_OK;
    for (size_t i = 1; i < l->inputs; i++)
        if (l->in[i].shape.rank == shape.rank) shape.dim[axis] += l->in[i].shape.dim[axis];
    HS_TRY(join(k, l, "concat", e));
    HS_TRY(hs_net_attr_ints(k->net, "axis", &at, 1, e));
    return done(k, l, shape);
}

static enum hs_status build_permute(struct hs_keras *k, struct hs_keras_layer *l, struct hs_err *e)
{
    struct hs_shape in = l->in[0].shape, shape = in;
    int64_t axes[HS_MAX_RANK] = {0}, seen = 0;
    bool fine = hs_keras_ints(l->config, "dims", (size_t)in.rank - 1, axes + 1, 0);
    for (int i = 1; fine && i < in.rank; i++) {
        fine = axes[i] > 0 && axes[i] < in.rank && !(seen >> axes[i] & 1);
        if (fine) seen |= 1 << axes[i], shape.dim[i] = in.dim[axes[i]];
    }
    if (!fine) return hs_keras_complain(k, l, "its dims are not supported"), HS_OK;
    HS_TRY(hs_keras_node(k, l, NULL, "permute", l->in[0].ref, e));
    HS_TRY(hs_net_attr_ints(k->net, "axes", axes, (size_t)in.rank, e));
    return done(k, l, shape);
}

const struct hs_keras_type hs_keras_core[] = {
    {.class_name = "BatchNormalization", .build = build_norm},
    {.class_name = "BatchNormalizationV1", .build = build_norm},
    {.class_name = "Dropout", .build = build_same, .op = "dropout"},
    {.class_name = "SpatialDropout1D", .build = build_same, .op = "dropout"},
    {.class_name = "SpatialDropout2D", .build = build_same, .op = "dropout"},
    {.class_name = "AlphaDropout", .build = build_same, .op = "dropout"},
    {.class_name = "GaussianDropout", .build = build_same, .op = "dropout"},
    {.class_name = "GaussianNoise", .build = build_same, .op = "dropout"},
    {.class_name = "ActivityRegularization", .build = build_same, .op = "identity"},
    {.class_name = "Flatten", .build = build_flatten},
    {.class_name = "Reshape", .check = check_reshape, .build = build_reshape},
    {.class_name = "Permute", .build = build_permute},
    {.class_name = "ZeroPadding1D", .check = check_pad, .build = build_pad},
    {.class_name = "ZeroPadding2D", .check = check_pad, .build = build_pad},
    {.class_name = "Add", .build = build_merge, .op = "add"},
    {.class_name = "Subtract", .build = build_merge, .op = "sub"},
    {.class_name = "Multiply", .build = build_merge, .op = "mul"},
    {.class_name = "Maximum", .build = build_merge, .op = "maximum"},
    {.class_name = "Minimum", .build = build_merge, .op = "minimum"},
    {.class_name = "Concatenate", .build = build_concat},
    {.class_name = NULL},
};

const struct hs_keras_type *hs_keras_find(const char *class_name)
{
    const struct hs_keras_type *const tables[] = {hs_keras_core, hs_keras_conv, hs_keras_pool,
                                                 hs_keras_activations, hs_keras_recurrent, hs_keras_resize, hs_keras_wrappers,
                                                 hs_keras_transpose, hs_keras_norms, hs_keras_scales, hs_keras_lookups, hs_keras_attentions};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        for (const struct hs_keras_type *t = tables[i]; t->class_name; t++)
            if (!strcmp(t->class_name, class_name)) return t;
    return NULL;
}
