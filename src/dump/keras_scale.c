/* keras_scale.c - layers that scale values: by slopes that were learned, by figures of the training data, to a norm of 1. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dump/keras_parts.h"

#include <math.h>

static enum hs_status done(struct hs_keras *k, struct hs_keras_layer *l)
{
    l->out = (struct hs_keras_tensor){.known = true, .ref = hs_keras_last(k), .shape = l->in[0].shape};
    return HS_OK;
}

enum hs_status hs_keras_constant(struct hs_keras *k, const struct hs_keras_layer *l, const char *part,
                                 const struct hs_tensor *value, struct hs_ref *to, struct hs_err *e)
{
    HS_TRY(hs_keras_node(k, l, part, "constant", l->in[0].ref, e));
    HS_TRY(hs_keras_param(k, "value", value, e));
    return *to = hs_keras_last(k), HS_OK;
}

enum hs_status hs_keras_pair(struct hs_keras *k, const struct hs_keras_layer *l, const char *part, const char *op,
                             struct hs_ref a, struct hs_ref b, struct hs_ref *to, struct hs_err *e)
{
    HS_TRY(hs_keras_node(k, l, part, op, a, e));
    HS_TRY(hs_net_input(k->net, b, e));
    return *to = hs_keras_last(k), HS_OK;
}

enum hs_status hs_keras_one(struct hs_keras *k, const struct hs_keras_layer *l, const char *part, const char *op,
                            struct hs_ref a, struct hs_ref *to, struct hs_err *e)
{
    HS_TRY(hs_keras_node(k, l, part, op, a, e));
    return *to = hs_keras_last(k), HS_OK;
}

/* relu(x) - slope relu(-x): of the two one is 0. */
static enum hs_status put_prelu(struct hs_keras *k, struct hs_keras_layer *l, const struct hs_tensor *slope, struct hs_err *e)
{
    struct hs_ref x = l->in[0].ref, above, below, factor;
    HS_TRY(hs_keras_one(k, l, "above", "relu", x, &above, e));
    HS_TRY(hs_keras_one(k, l, "negative", "neg", x, &below, e));
    HS_TRY(hs_keras_one(k, l, "below", "relu", below, &below, e));
    HS_TRY(hs_keras_constant(k, l, "slope", slope, &factor, e));
    HS_TRY(hs_keras_pair(k, l, "product", "mul", below, factor, &below, e));
    HS_TRY(hs_keras_pair(k, l, NULL, "sub", above, below, &below, e));
    return done(k, l);
}

static enum hs_status build_prelu(struct hs_keras *k, struct hs_keras_layer *l, struct hs_err *e)
{
    const struct hs_shape *in = &l->in[0].shape;
    struct hs_keras_weights w;
    HS_TRY(hs_keras_weights(k, l, 1, &w, e));
    const struct hs_shape *s = &w.value[0].shape;
    bool fits = s->rank == in->rank - 1;
    for (int i = 0; fits && i < s->rank; i++) fits = s->dim[i] == 1 || s->dim[i] == in->dim[i + 1];
    char one[128], other[128];
    enum hs_status st = fits ? put_prelu(k, l, &w.value[0], e)
                             : HS_FAIL(e, HS_ESHAPE, "layer '%s' (PReLU): its slopes are %s, but the input is %s", l->name,
                                       hs_shape_text(s, one), hs_shape_text(in, other));
    hs_keras_weights_free(&w);
    return st;
}

/* Keras keeps what is above theta, our relu what is at its threshold, too. */
static enum hs_status build_thresholded(struct hs_keras *k, struct hs_keras_layer *l, struct hs_err *e)
{
    double least = (double)nextafterf((float)hs_keras_real(l->config, "theta", 1), INFINITY);
    HS_TRY(hs_keras_node(k, l, NULL, "relu", l->in[0].ref, e));
    HS_TRY(hs_net_attr_reals(k->net, "threshold", &least, 1, e));
    return done(k, l);
}

static void check_thresholded(struct hs_keras *k, const struct hs_keras_layer *l)
{
    double theta = hs_keras_real(l->config, "theta", 1);
    if (!(theta >= 0 && theta < 1e30)) hs_keras_complain(k, l, "a theta of %g is not supported", theta);
}

/* Numbers in a list, in lists in it, or one alone. Returns how many. */
static size_t flatten(const json_t *v, float *to, size_t n, size_t room, int depth)
{
    if (json_is_number(v) && n < room) to[n] = (float)json_number_value(v);
    if (!json_is_array(v)) return n + json_is_number(v);
    for (size_t i = 0; i < json_array_size(v) && depth < HS_MAX_RANK; i++)
        n = flatten(json_array_get(v, i), to, n, room, depth + 1);
    return n;
}

/* Mean or variance, from the weights or the configuration, for each value of the axes that are kept; one for all is
 * repeated. */
static enum hs_status figure(const struct hs_keras_layer *l, const char *name, const struct hs_tensor *stored,
                             struct hs_tensor *to, struct hs_err *e)
{
    size_t n = hs_shape_count(&to->shape);
    size_t have = stored ? hs_shape_count(&stored->shape) : flatten(json_object_get(l->config, name), to->data, 0, n, 0);
    if (have != 1 && have != n)
        return HS_FAIL(e, HS_ESHAPE, "layer '%s' (%s): its %s holds %zu values instead of %zu", l->name, l->class_name, name, have,
                       n);
    for (size_t i = 0; stored && i < n; i++) to->data[i] = stored->data[have == 1 ? 0 : i];
    for (size_t i = have; !stored && i < n; i++) to->data[i] = to->data[0];
    return HS_OK;
}

/* (x - mean) / max(sqrt(variance), 1e-7) */
static enum hs_status put_standard(struct hs_keras *k, struct hs_keras_layer *l, const struct hs_keras_weights *w,
                                   struct hs_tensor *mean, struct hs_tensor *deviation, struct hs_err *e)
{
    struct hs_ref centre, scale, x = l->in[0].ref;
    HS_TRY(figure(l, "mean", w->n ? &w->value[0] : NULL, mean, e));
    HS_TRY(figure(l, "variance", w->n ? &w->value[1] : NULL, deviation, e));
    for (size_t i = 0; i < hs_shape_count(&deviation->shape); i++) deviation->data[i] = fmaxf(sqrtf(deviation->data[i]), 1e-7f);
    HS_TRY(hs_keras_constant(k, l, "mean", mean, &centre, e));
    HS_TRY(hs_keras_pair(k, l, "centred", "sub", x, centre, &x, e));
    HS_TRY(hs_keras_constant(k, l, "deviation", deviation, &scale, e));
    HS_TRY(hs_keras_pair(k, l, NULL, "div", x, scale, &x, e));
    return done(k, l);
}

/* Which axes have a mean and a variance of their own: length 1 where none. */
static bool kept_shape(const struct hs_keras_layer *l, struct hs_shape *kept)
{
    const json_t *axes = json_object_get(l->config, "axis");
    const struct hs_shape *in = &l->in[0].shape;
    *kept = (struct hs_shape){.rank = in->rank - 1};
    for (int i = 0; i < kept->rank; i++) kept->dim[i] = 1;
    if (json_is_null(axes)) return true;
    for (size_t i = 0; i < (json_is_array(axes) ? json_array_size(axes) : 1); i++) {
        const json_t *v = json_is_array(axes) ? json_array_get(axes, i) : axes;
        json_int_t axis = axes ? json_integer_value(v) : -1;
        if ((axes && !json_is_integer(v)) || axis < -in->rank || axis >= in->rank) return false;
        axis += axis < 0 ? in->rank : 0;
        if (!axis) return false;
        kept->dim[axis - 1] = in->dim[axis];
    }
    return true;
}

static enum hs_status build_standard(struct hs_keras *k, struct hs_keras_layer *l, struct hs_err *e)
{
    const json_t *mean_given = json_object_get(l->config, "mean");
    struct hs_shape kept;
    struct hs_tensor mean = {0}, deviation = {0};
    struct hs_keras_weights w = {0};
    if (!kept_shape(l, &kept)) return hs_keras_complain(k, l, "its axis is not supported"), HS_OK;
    if (!mean_given || json_is_null(mean_given)) HS_TRY(hs_keras_weights(k, l, 3, &w, e)); /* the third counts samples */
    enum hs_status st = hs_tensor_alloc(&mean, &kept, e);
    if (!st) st = hs_tensor_alloc(&deviation, &kept, e);
    if (!st) st = put_standard(k, l, &w, &mean, &deviation, e);
    hs_tensor_free(&mean), hs_tensor_free(&deviation);
    hs_keras_weights_free(&w);
    return st;
}

static void check_standard(struct hs_keras *k, const struct hs_keras_layer *l)
{
    if (hs_keras_bool(l->config, "invert", false)) hs_keras_complain(k, l, "invert is not supported");
}

/* x / sqrt(max(sum(x^2), 1e-12)); the sum is the mean times its number. */
enum hs_status hs_keras_unit(struct hs_keras *k, const struct hs_keras_layer *l, const char *prefix, const char *last,
                             const struct hs_keras_tensor *in, int axis, struct hs_ref *to, struct hs_err *e)
{
    struct hs_ref x = in->ref;
    double count = (double)in->shape.dim[axis], least = 1e-12;
    int64_t axes = axis, keep = 1;
    char *square = hs_arena_text(k->a, "%ssquare", prefix), *mean = hs_arena_text(k->a, "%smean", prefix);
    char *sum = hs_arena_text(k->a, "%ssum", prefix), *clip = hs_arena_text(k->a, "%sclip", prefix);
    char *norm = hs_arena_text(k->a, "%snorm", prefix);
    if (!square || !mean || !sum || !clip || !norm) return HS_OUT_OF_MEMORY(e);
    HS_TRY(hs_keras_one(k, l, square, "square", x, &x, e));
    HS_TRY(hs_keras_one(k, l, mean, "mean", x, &x, e));
    HS_TRY(hs_net_attr_ints(k->net, "axes", &axes, 1, e));
    HS_TRY(hs_net_attr_ints(k->net, "keepdims", &keep, 1, e));
    HS_TRY(hs_keras_one(k, l, sum, "affine", x, &x, e));
    HS_TRY(hs_net_attr_reals(k->net, "scale", &count, 1, e));
    HS_TRY(hs_keras_one(k, l, clip, "clip", x, &x, e));
    HS_TRY(hs_net_attr_reals(k->net, "min", &least, 1, e));
    HS_TRY(hs_keras_one(k, l, norm, "sqrt", x, &x, e));
    return hs_keras_pair(k, l, last, "div", in->ref, x, to, e);
}

static enum hs_status build_unit(struct hs_keras *k, struct hs_keras_layer *l, struct hs_err *e)
{
    struct hs_ref to;
    int axis = hs_keras_axis(l->config, "axis", l->in[0].shape.rank, -1);
    if (axis < 1) return hs_keras_complain(k, l, "its axis is not supported"), HS_OK;
    HS_TRY(hs_keras_unit(k, l, "", NULL, &l->in[0], axis, &to, e));
    return done(k, l);
}

const struct hs_keras_type hs_keras_scales[] = {
    {.class_name = "PReLU", .build = build_prelu},
    {.class_name = "ThresholdedReLU", .check = check_thresholded, .build = build_thresholded},
    {.class_name = "Normalization", .check = check_standard, .build = build_standard},
    {.class_name = "UnitNormalization", .build = build_unit},
    {.class_name = NULL},
};
