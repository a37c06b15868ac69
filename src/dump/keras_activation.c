/* keras_activation.c - activation functions: as layers of their own, and fused into other layers. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dump/keras.h"

#include <string.h>

/* A name of Keras, our operator, and one attribute where it needs one. */
struct function {
    const char *name, *op, *attr;
    double value;
};
static const struct function functions[] = {
    {"linear", "identity", NULL, 0},
    {"relu", "relu", NULL, 0},
    {"relu6", "relu", "max_value", 6},
    {"leaky_relu", "leaky_relu", "negative_slope", 0.2},
    {"elu", "elu", NULL, 0},
    {"selu", "selu", NULL, 0},
    {"sigmoid", "sigmoid", NULL, 0},
    {"hard_sigmoid", "hard_sigmoid", "slope", 0.2},
    {"tanh", "tanh", NULL, 0},
    {"swish", "silu", NULL, 0},
    {"silu", "silu", NULL, 0},
    {"hard_silu", "hard_silu", NULL, 0},
    {"hard_swish", "hard_silu", NULL, 0},
    {"gelu", "gelu", NULL, 0},
    {"softplus", "softplus", NULL, 0},
    {"softsign", "softsign", NULL, 0},
    {"softmax", "softmax", NULL, 0},
    {"exponential", "exp", NULL, 0},
    {"mish", "mish", NULL, 0},
};

static const struct function *find(const char *name)
{
    for (size_t i = 0; name && i < sizeof functions / sizeof *functions; i++)
        if (!strcmp(functions[i].name, name)) return &functions[i];
    return NULL;
}

/* "relu", or an object that names it. */
static const char *name_of(const json_t *activation)
{
    if (json_is_string(activation)) return json_string_value(activation);
    const char *inner = hs_keras_text(activation, "config", NULL);
    return inner ? inner : NULL;
}

/* An object that is a layer, as Activation and the fused option may carry. */
static const struct hs_keras_type *layer_of(const json_t *activation)
{
    const char *class_name = hs_keras_text(activation, "class_name", NULL);
    if (!class_name || !json_is_object(json_object_get(activation, "config"))) return NULL;
    for (const struct hs_keras_type *t = hs_keras_activations; t->class_name; t++)
        if (!strcmp(t->class_name, class_name) && strcmp(class_name, "Activation")) return t;
    return NULL;
}

bool hs_keras_is_linear(const json_t *activation)
{
    const char *name = name_of(activation);
    return !activation || json_is_null(activation) || (name && !strcmp(name, "linear"));
}

void hs_keras_check_activation(struct hs_keras *k, const struct hs_keras_layer *l, const json_t *activation)
{
    if (hs_keras_is_linear(activation) || find(name_of(activation))) return;
    const struct hs_keras_type *t = layer_of(activation);
    const char *name = name_of(activation);
    struct hs_keras_layer inner = *l;
    inner.config = json_object_get(activation, "config");
    if (!t) hs_keras_complain(k, l, "activation '%s' is not supported",
                              name ? name : hs_keras_text(activation, "class_name", "(without a name)"));
    else if (t->check) t->check(k, &inner);
}

static enum hs_status named(struct hs_keras *k, const struct hs_keras_layer *l, const struct function *f, struct hs_ref in,
                            struct hs_err *e)
{
    double value = f->value;
    HS_TRY(hs_keras_node(k, l, NULL, f->op, in, e));
    if (!strcmp(f->op, "hard_sigmoid") && k->major >= 3) value = 1.0 / 6; /* Keras 3 took over the field's definition */
    return f->attr ? hs_net_attr_reals(k->net, f->attr, &value, 1, e) : HS_OK;
}

enum hs_status hs_keras_activate(struct hs_keras *k, const struct hs_keras_layer *l, const json_t *activation,
                                 struct hs_ref in, struct hs_err *e)
{
    const struct hs_keras_type *t = layer_of(activation);
    if (!t) return named(k, l, find(name_of(activation)), in, e);
    struct hs_keras_tensor from = {.known = true, .ref = in, .shape = l->out.shape};
    struct hs_keras_layer inner = *l;
    inner.config = json_object_get(activation, "config");
    inner.in = &from, inner.inputs = 1;
    return t->build(k, &inner, e);
}

static void same_shape(struct hs_keras *k, struct hs_keras_layer *l)
{
    l->out = (struct hs_keras_tensor){.known = true, .ref = hs_keras_last(k), .shape = l->in[0].shape};
}

static void check_activation(struct hs_keras *k, const struct hs_keras_layer *l)
{
    hs_keras_check_activation(k, l, json_object_get(l->config, "activation"));
}

static enum hs_status build_activation(struct hs_keras *k, struct hs_keras_layer *l, struct hs_err *e)
{
    const json_t *activation = json_object_get(l->config, "activation");
    l->out.shape = l->in[0].shape;
    if (hs_keras_is_linear(activation)) HS_TRY(named(k, l, &functions[0], l->in[0].ref, e));
    else HS_TRY(hs_keras_activate(k, l, activation, l->in[0].ref, e));
    return same_shape(k, l), HS_OK;
}

static enum hs_status build_relu(struct hs_keras *k, struct hs_keras_layer *l, struct hs_err *e)
{
    double most = hs_keras_real(l->config, "max_value", -1), slope = hs_keras_real(l->config, "negative_slope", 0);
    double threshold = hs_keras_real(l->config, "threshold", 0);
    HS_TRY(hs_keras_node(k, l, NULL, "relu", l->in[0].ref, e));
    if (most >= 0) HS_TRY(hs_net_attr_reals(k->net, "max_value", &most, 1, e));
    if (slope != 0) HS_TRY(hs_net_attr_reals(k->net, "negative_slope", &slope, 1, e));
    if (threshold != 0) HS_TRY(hs_net_attr_reals(k->net, "threshold", &threshold, 1, e));
    return same_shape(k, l), HS_OK;
}

static enum hs_status build_leaky(struct hs_keras *k, struct hs_keras_layer *l, struct hs_err *e)
{
    double slope = hs_keras_real(l->config, "alpha", hs_keras_real(l->config, "negative_slope", 0.3));
    HS_TRY(hs_keras_node(k, l, NULL, "leaky_relu", l->in[0].ref, e));
    HS_TRY(hs_net_attr_reals(k->net, "negative_slope", &slope, 1, e));
    return same_shape(k, l), HS_OK;
}

static enum hs_status build_elu(struct hs_keras *k, struct hs_keras_layer *l, struct hs_err *e)
{
    double alpha = hs_keras_real(l->config, "alpha", 1);
    HS_TRY(hs_keras_node(k, l, NULL, "elu", l->in[0].ref, e));
    HS_TRY(hs_net_attr_reals(k->net, "alpha", &alpha, 1, e));
    return same_shape(k, l), HS_OK;
}

static void check_softmax(struct hs_keras *k, const struct hs_keras_layer *l)
{
    if (hs_keras_axis(l->config, "axis", HS_MAX_RANK, -1) < 0) hs_keras_complain(k, l, "several axes are not supported");
}

static enum hs_status build_softmax(struct hs_keras *k, struct hs_keras_layer *l, struct hs_err *e)
{
    int64_t axis = hs_keras_axis(l->config, "axis", l->in[0].shape.rank, -1);
    HS_TRY(hs_keras_node(k, l, NULL, "softmax", l->in[0].ref, e));
    HS_TRY(hs_net_attr_ints(k->net, "axis", &axis, 1, e));
    return same_shape(k, l), HS_OK;
}

const struct hs_keras_type hs_keras_activations[] = {
    {.class_name = "Activation", .check = check_activation, .build = build_activation},
    {.class_name = "ReLU", .build = build_relu},
    {.class_name = "LeakyReLU", .build = build_leaky},
    {.class_name = "ELU", .build = build_elu},
    {.class_name = "Softmax", .check = check_softmax, .build = build_softmax},
    {.class_name = NULL},
};
