/* keras_norm.c - group normalisation, and the layers that scale all values alike. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dump/keras.h"

static enum hs_status done(struct hs_keras *k, struct hs_keras_layer *l, struct hs_shape shape)
{
    l->out = (struct hs_keras_tensor){.known = true, .ref = hs_keras_last(k), .shape = shape};
    return HS_OK;
}

static enum hs_status put_group(struct hs_keras *k, struct hs_keras_layer *l, const struct hs_keras_weights *w, bool scale,
                                bool center, struct hs_err *e)
{
    const struct hs_shape *in = &l->in[0].shape;
    double epsilon = hs_keras_real(l->config, "epsilon", 1e-3);
    int64_t groups;
    if (!hs_keras_ints(l->config, "groups", 1, &groups, 32))
        return HS_FAIL(e, HS_EDATA, "layer '%s' (%s): its groups cannot be read", l->name, l->class_name);
    if (groups == -1) groups = (int64_t)in->dim[k->nchw && in->rank > 2 ? 1 : in->rank - 1];
    HS_TRY(hs_keras_node(k, l, NULL, "group_norm", l->in[0].ref, e));
    HS_TRY(hs_net_attr_ints(k->net, "groups", &groups, 1, e));
    HS_TRY(hs_net_attr_reals(k->net, "epsilon", &epsilon, 1, e));
    if (scale) HS_TRY(hs_keras_param(k, "gamma", &w->value[0], e));
    if (center) HS_TRY(hs_keras_param(k, "beta", &w->value[scale], e));
    return done(k, l, *in);
}

static enum hs_status build_group(struct hs_keras *k, struct hs_keras_layer *l, struct hs_err *e)
{
    const struct hs_shape *in = &l->in[0].shape;
    bool scale = hs_keras_bool(l->config, "scale", true), center = hs_keras_bool(l->config, "center", true);
    int axis = hs_keras_axis(l->config, "axis", in->rank, -1), channels = k->nchw && in->rank > 2 ? 1 : in->rank - 1;
    struct hs_keras_weights w;
    if (axis != channels) return hs_keras_complain(k, l, "an axis other than that of the channels is not supported"), HS_OK;
    HS_TRY(hs_keras_weights(k, l, (size_t)scale + (size_t)center, &w, e));
    enum hs_status st = put_group(k, l, &w, scale, center, e);
    hs_keras_weights_free(&w);
    return st;
}

static void check_rescaling(struct hs_keras *k, const struct hs_keras_layer *l)
{
    const json_t *scale = json_object_get(l->config, "scale"), *offset = json_object_get(l->config, "offset");
    if (!json_is_number(scale) || (offset && !json_is_number(offset)))
        hs_keras_complain(k, l, "a scale or offset that is not one number is not supported");
}

static enum hs_status put_affine(struct hs_keras *k, const struct hs_keras_layer *l, struct hs_ref in, double scale,
                                 double offset, struct hs_err *e)
{
    HS_TRY(hs_keras_node(k, l, NULL, "affine", in, e));
    HS_TRY(hs_net_attr_reals(k->net, "scale", &scale, 1, e));
    return hs_net_attr_reals(k->net, "offset", &offset, 1, e);
}

static enum hs_status build_rescaling(struct hs_keras *k, struct hs_keras_layer *l, struct hs_err *e)
{
    HS_TRY(put_affine(k, l, l->in[0].ref, hs_keras_real(l->config, "scale", 1), hs_keras_real(l->config, "offset", 0), e));
    return done(k, l, l->in[0].shape);
}

/* Their sum, divided by their number. */
static enum hs_status build_average(struct hs_keras *k, struct hs_keras_layer *l, struct hs_err *e)
{
    struct hs_shape shape = l->in[0].shape;
    HS_TRY(hs_keras_node(k, l, "sum", "add", l->in[0].ref, e));
    for (size_t i = 1; i < l->inputs; i++) {
        HS_TRY(hs_net_input(k->net, l->in[i].ref, e));
        for (int a = 1; a < shape.rank && l->in[i].shape.rank == shape.rank; a++)
            if (l->in[i].shape.dim[a] > shape.dim[a]) shape.dim[a] = l->in[i].shape.dim[a];
    }
    HS_TRY(put_affine(k, l, hs_keras_last(k), 1 / (double)l->inputs, 0, e));
    return done(k, l, shape);
}

const struct hs_keras_type hs_keras_norms[] = {
    {.class_name = "GroupNormalization", .build = build_group},
    {.class_name = "Rescaling", .check = check_rescaling, .build = build_rescaling},
    {.class_name = "Average", .build = build_average},
    {.class_name = NULL},
};
