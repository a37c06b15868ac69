/* keras_resize.c - layers that repeat or cut away rows and columns, and layer normalisation. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dump/keras.h"

#include <string.h>

static size_t axes_of(const struct hs_keras_layer *l) { return strstr(l->class_name, "1D") ? 1 : 2; }

static enum hs_status done(struct hs_keras *k, struct hs_keras_layer *l, struct hs_shape shape)
{
    l->out = (struct hs_keras_tensor){.known = true, .ref = hs_keras_last(k), .shape = shape};
    return HS_OK;
}

static enum hs_status check_rank(const struct hs_keras *k, const struct hs_keras_layer *l, struct hs_err *e)
{
    char text[128];
    size_t axes = axes_of(l);
    if (l->in[0].shape.rank == (int)axes + 2 && !(axes == 1 && k->nchw)) return HS_OK;
    return HS_FAIL(e, HS_ESHAPE, "layer '%s' (%s) cannot read %s", l->name, l->class_name,
                   hs_shape_text(&l->in[0].shape, text));
}

static bool read_size(const struct hs_keras_layer *l, int64_t size[2])
{
    size_t axes = axes_of(l);
    if (!hs_keras_ints(l->config, "size", axes, size, 2)) return false;
    for (size_t i = 0; i < axes; i++)
        if (size[i] < 1 || size[i] > 1 << 10) return false;
    return true;
}

static void check_larger(struct hs_keras *k, const struct hs_keras_layer *l)
{
    int64_t size[2];
    const char *mode = hs_keras_text(l->config, "interpolation", "nearest");
    if (!read_size(l, size)) hs_keras_complain(k, l, "its size is not supported");
    if (strcmp(mode, "nearest")) hs_keras_complain(k, l, "interpolation '%s' is not supported", mode);
}

static enum hs_status build_larger(struct hs_keras *k, struct hs_keras_layer *l, struct hs_err *e)
{
    size_t axes = axes_of(l);
    int64_t size[2];
    struct hs_shape shape = l->in[0].shape;
    read_size(l, size);
    HS_TRY(check_rank(k, l, e));
    for (size_t i = 0; i < axes; i++) shape.dim[1 + (size_t)k->nchw + i] *= (size_t)size[i];
    HS_TRY(hs_keras_node(k, l, NULL, axes == 1 ? "upsample1d" : "upsample2d", l->in[0].ref, e));
    HS_TRY(hs_net_attr_ints(k->net, "factor", size, axes, e));
    return done(k, l, shape);
}

/* ((top, bottom), (left, right)), (height, width) or one number; in one dimension (before, after) or one number. */
static bool read_cut(const struct hs_keras_layer *l, int64_t before[2], int64_t after[2])
{
    const json_t *v = json_object_get(l->config, "cropping");
    size_t axes = axes_of(l);
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

static void check_cut(struct hs_keras *k, const struct hs_keras_layer *l)
{
    int64_t before[2], after[2];
    if (!read_cut(l, before, after)) hs_keras_complain(k, l, "its cropping is not supported");
}

/* One slice an axis. */
static enum hs_status build_cut(struct hs_keras *k, struct hs_keras_layer *l, struct hs_err *e)
{
    size_t axes = axes_of(l);
    int64_t before[2], after[2];
    struct hs_shape shape = l->in[0].shape;
    struct hs_ref from = l->in[0].ref;
    read_cut(l, before, after);
    HS_TRY(check_rank(k, l, e));
    for (size_t i = 0; i < axes; i++, from = hs_keras_last(k)) {
        int64_t axis = 1 + (int64_t)k->nchw + (int64_t)i, end = (int64_t)shape.dim[axis] - after[i];
        if (end <= before[i])
            return HS_FAIL(e, HS_ESHAPE, "layer '%s' (%s) leaves nothing of %zu values", l->name, l->class_name,
                           shape.dim[axis]);
        HS_TRY(hs_keras_node(k, l, i + 1 < axes ? "rows" : NULL, "slice", from, e));
        HS_TRY(hs_net_attr_ints(k->net, "axis", &axis, 1, e));
        HS_TRY(hs_net_attr_ints(k->net, "begin", &before[i], 1, e));
        HS_TRY(hs_net_attr_ints(k->net, "end", &end, 1, e));
        shape.dim[axis] = (size_t)(end - before[i]);
    }
    return done(k, l, shape);
}

static enum hs_status put_norm(struct hs_keras *k, struct hs_keras_layer *l, const struct hs_keras_weights *w, bool scale,
                               bool center, struct hs_err *e)
{
    double epsilon = hs_keras_real(l->config, "epsilon", 1e-3);
    HS_TRY(hs_keras_node(k, l, NULL, "layer_norm", l->in[0].ref, e));
    HS_TRY(hs_net_attr_reals(k->net, "epsilon", &epsilon, 1, e));
    if (scale) HS_TRY(hs_keras_param(k, "gamma", &w->value[0], e));
    if (center) HS_TRY(hs_keras_param(k, "beta", &w->value[scale], e));
    return done(k, l, l->in[0].shape);
}

static enum hs_status build_norm(struct hs_keras *k, struct hs_keras_layer *l, struct hs_err *e)
{
    bool scale = hs_keras_bool(l->config, "scale", true), center = hs_keras_bool(l->config, "center", true);
    struct hs_keras_weights w;
    int rank = l->in[0].shape.rank;
    if (hs_keras_axis(l->config, "axis", rank, -1) != rank - 1)
        return hs_keras_complain(k, l, "an axis other than the last is not supported"), HS_OK;
    if (hs_keras_bool(l->config, "rms_scaling", false))
        return hs_keras_complain(k, l, "rms_scaling is not supported"), HS_OK;
    HS_TRY(hs_keras_weights(k, l, (size_t)scale + (size_t)center, &w, e));
    enum hs_status st = put_norm(k, l, &w, scale, center, e);
    hs_keras_weights_free(&w);
    return st;
}

const struct hs_keras_type hs_keras_resize[] = {
    {.class_name = "UpSampling1D", .check = check_larger, .build = build_larger},
    {.class_name = "UpSampling2D", .check = check_larger, .build = build_larger},
    {.class_name = "Cropping1D", .check = check_cut, .build = build_cut},
    {.class_name = "Cropping2D", .check = check_cut, .build = build_cut},
    {.class_name = "LayerNormalization", .build = build_norm},
    {.class_name = NULL},
};
