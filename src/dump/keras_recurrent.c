/* keras_recurrent.c - LSTM, GRU and SimpleRNN, alone and in both directions: gates put into torch's order. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dump/keras.h"

#include <string.h>

enum { MOST_GATES = 4 };
struct kind {
    const char *class_name, *op;
    size_t gates;
    int order[MOST_GATES]; /* gate g of ours is gate order[g] of the file's, side by side in one array */
    int apart[MOST_GATES]; /* the same where Keras 1 stored W, U and b of each gate */
};
static const struct kind kinds[] = {
    {"LSTM", "lstm", 4, {0, 1, 2, 3}, {0, 2, 1, 3}}, /* i f c o; apart i c f o; ours i f g o */
    {"GRU", "gru", 3, {1, 0, 2}, {1, 0, 2}},         /* z r h; ours r z n */
    {"SimpleRNN", "rnn", 1, {0}, {0}},
};

/* One direction of a layer. */
struct cell {
    const struct kind *kind;
    const json_t *config;
    const struct hs_tensor *w; /* its arrays: kernel, recurrent kernel and bias, or W, U, b of one gate after another */
    size_t arrays, inputs, width;
    int64_t backwards;
};

static const struct kind *kind_of(const char *class_name)
{
    for (size_t i = 0; class_name && i < sizeof kinds / sizeof *kinds; i++)
        if (!strcmp(kinds[i].class_name, class_name)) return &kinds[i];
    return NULL;
}

static size_t units(const json_t *config)
{
    double n = hs_keras_real(config, "units", hs_keras_real(config, "output_dim", 0));
    return n >= 1 && n <= 1 << 20 ? (size_t)n : 0;
}

/* Our name of a function within a recurrent layer, or NULL. */
static const char *squash(const struct hs_keras *k, const json_t *config, const char *option, const char *otherwise)
{
    static const char *const known[] = {"tanh", "sigmoid", "hard_sigmoid", "relu", "linear", NULL};
    const json_t *v = json_object_get(config, option);
    const char *name = v ? hs_keras_text(v, "config", json_string_value(v)) : otherwise;
    if (hs_keras_is_linear(v) && v) name = "linear";
    if (name && !strcmp(name, "hard_sigmoid") && k->major >= 3) return "hard_sigmoid_sixth";
    for (size_t i = 0; name && known[i]; i++)
        if (!strcmp(name, known[i])) return known[i];
    return NULL;
}
static const char *activation(const struct hs_keras *k, const json_t *config)
{
    return squash(k, config, "activation", "tanh");
}
static const char *gate(const struct hs_keras *k, const json_t *config)
{
    if (json_object_get(config, "inner_activation")) return squash(k, config, "inner_activation", NULL);
    return squash(k, config, "recurrent_activation", k->major < 2 ? "hard_sigmoid" : "sigmoid");
}

static void check_cell(struct hs_keras *k, const struct hs_keras_layer *l, const json_t *config)
{
    if (!units(config)) hs_keras_complain(k, l, "its number of units cannot be read");
    if (!activation(k, config)) hs_keras_complain(k, l, "its activation is not supported in a recurrent layer");
    if (!gate(k, config)) hs_keras_complain(k, l, "its recurrent_activation is not supported");
    if (hs_keras_bool(config, "stateful", false))
        hs_keras_complain(k, l, "a state that lasts from batch to batch (stateful) is not supported");
    if (hs_keras_bool(config, "time_major", false)) hs_keras_complain(k, l, "time_major is not supported");
}

static void check_recurrent(struct hs_keras *k, const struct hs_keras_layer *l) { check_cell(k, l, l->config); }

static enum hs_status expect(const struct hs_keras_layer *l, const struct hs_tensor *t, const struct hs_shape *wanted,
                             struct hs_err *e)
{
    char got[128], text[128];
    if (hs_shape_equal(&t->shape, wanted)) return HS_OK;
    return HS_FAIL(e, HS_ESHAPE, "layer '%s' (%s): one of its weights has the shape %s where %s is expected", l->name,
                   l->class_name, hs_shape_text(&t->shape, got), hs_shape_text(wanted, text));
}

/* Parameter `name` (gates width, rows) from the file's (rows, gates width), or from one (rows, width) a gate; which: 0
 * kernels, 1 recurrent kernels. */
static enum hs_status put_matrix(struct hs_keras *k, const struct hs_keras_layer *l, const struct cell *c, const char *name,
                                 size_t which, size_t rows, struct hs_err *e)
{
    bool apart = c->arrays > 3;
    size_t gates = c->kind->gates, columns = apart ? c->width : gates * c->width;
    struct hs_shape shape = {.rank = 2, .dim = {gates * c->width, rows}}, wanted = {.rank = 2, .dim = {rows, columns}};
    for (size_t g = 0; g < (apart ? gates : 1); g++) HS_TRY(expect(l, &c->w[3 * g + which], &wanted, e));
    struct hs_tensor t = {0};
    HS_TRY(hs_tensor_alloc(&t, &shape, e));
    for (size_t g = 0; g < gates; g++) {
        const float *from = apart ? c->w[3 * (size_t)c->kind->apart[g] + which].data
                                  : c->w[which].data + (size_t)c->kind->order[g] * c->width;
        for (size_t i = 0; i < c->width; i++)
            for (size_t r = 0; r < rows; r++) t.data[(g * c->width + i) * rows + r] = from[r * columns + i];
    }
    enum hs_status st = hs_keras_param(k, name, &t, e);
    hs_tensor_free(&t);
    return st;
}

/* Row `row` of the bias; a GRU that resets after the product has a second one, for the state. */
static enum hs_status put_bias(struct hs_keras *k, const struct hs_keras_layer *l, const struct cell *c, const char *name,
                               size_t row, size_t rows, struct hs_err *e)
{
    bool apart = c->arrays > 3;
    size_t gates = c->kind->gates, all = gates * c->width;
    struct hs_shape shape = {.rank = 1, .dim = {all}}, wanted = {.rank = 1, .dim = {apart ? c->width : all}};
    if (rows > 1) wanted = (struct hs_shape){.rank = 2, .dim = {rows, all}};
    for (size_t g = 0; g < (apart ? gates : 1); g++) HS_TRY(expect(l, &c->w[3 * g + 2], &wanted, e));
    struct hs_tensor t = {0};
    HS_TRY(hs_tensor_alloc(&t, &shape, e));
    for (size_t g = 0; g < gates; g++)
        memcpy(t.data + g * c->width,
               apart ? c->w[3 * (size_t)c->kind->apart[g] + 2].data
                     : c->w[2].data + row * all + (size_t)c->kind->order[g] * c->width,
               c->width * sizeof *t.data);
    enum hs_status st = hs_keras_param(k, name, &t, e);
    hs_tensor_free(&t);
    return st;
}

static enum hs_status put_weights(struct hs_keras *k, const struct hs_keras_layer *l, const struct cell *c, bool after,
                                  struct hs_err *e)
{
    HS_TRY(put_matrix(k, l, c, "weight", 0, c->inputs, e));
    HS_TRY(put_matrix(k, l, c, "recurrent_weight", 1, c->width, e));
    if (c->arrays == 2) return HS_OK;
    HS_TRY(put_bias(k, l, c, "bias", 0, after ? 2 : 1, e));
    return after ? put_bias(k, l, c, "recurrent_bias", 1, 2, e) : HS_OK;
}

static enum hs_status put_cell(struct hs_keras *k, struct hs_keras_layer *l, const struct cell *c, const char *part,
                               struct hs_err *e)
{
    int64_t sequences = hs_keras_bool(c->config, "return_sequences", false);
    bool gru = !strcmp(c->kind->op, "gru");
    int64_t after = gru && hs_keras_bool(c->config, "reset_after", false);
    HS_TRY(hs_keras_node(k, l, part, c->kind->op, l->in[0].ref, e));
    HS_TRY(hs_net_attr_ints(k->net, "sequences", &sequences, 1, e));
    if (c->backwards) HS_TRY(hs_net_attr_ints(k->net, "backwards", &c->backwards, 1, e));
    HS_TRY(hs_net_attr_text(k->net, "activation", activation(k, c->config), e));
    if (c->kind->gates > 1) HS_TRY(hs_net_attr_text(k->net, "recurrent_activation", gate(k, c->config), e));
    if (gru) HS_TRY(hs_net_attr_ints(k->net, "reset_after", &after, 1, e));
    HS_TRY(put_weights(k, l, c, after, e));
    l->out = (struct hs_keras_tensor){.known = true, .ref = hs_keras_last(k), .shape = l->in[0].shape};
    l->out.shape.dim[2] = c->width;
    if (!sequences) l->out.shape = (struct hs_shape){.rank = 2, .dim = {0, c->width}};
    return HS_OK;
}

/* How many arrays one direction has: fewer without a bias, more where Keras 1 kept the gates apart. */
static enum hs_status count(const struct hs_keras_layer *l, const struct cell *c, size_t have, struct hs_err *e)
{
    size_t n = hs_keras_bool(c->config, "use_bias", true) ? 3 : 2;
    if (have == n || (c->kind->gates > 1 && have == 3 * c->kind->gates)) return HS_OK;
    return HS_FAIL(e, HS_EDATA, "layer '%s' (%s) has %zu weights where %zu are expected", l->name, l->class_name, have, n);
}

static enum hs_status check_input(const struct hs_keras_layer *l, struct hs_err *e)
{
    char text[128];
    if (l->inputs > 1)
        return HS_FAIL(e, HS_EDATA, "layer '%s' (%s): an initial state from another layer is not supported", l->name,
                       l->class_name);
    if (l->in[0].shape.rank == 3) return HS_OK;
    return HS_FAIL(e, HS_ESHAPE, "layer '%s' (%s) cannot read %s", l->name, l->class_name,
                   hs_shape_text(&l->in[0].shape, text));
}

static enum hs_status build_recurrent(struct hs_keras *k, struct hs_keras_layer *l, struct hs_err *e)
{
    static const char *const within[] = {"cell", NULL};
    struct cell c = {.kind = kind_of(l->class_name), .config = l->config, .width = units(l->config),
                     .backwards = hs_keras_bool(l->config, "go_backwards", false)};
    struct hs_keras_weights w;
    HS_TRY(check_input(l, e));
    HS_TRY(hs_keras_weights_all(k, l, within, &w, e));
    c.w = w.value, c.arrays = w.n, c.inputs = l->in[0].shape.dim[2];
    enum hs_status st = count(l, &c, w.n, e);
    if (!st) st = put_cell(k, l, &c, NULL, e);
    hs_keras_weights_free(&w);
    return st;
}

/* ---- both directions ---- */

static const json_t *forward_of(const struct hs_keras_layer *l) { return json_object_get(l->config, "layer"); }

/* Options of the second direction, where they are written down. */
static const json_t *backward_config(const struct hs_keras_layer *l)
{
    const json_t *own = json_object_get(json_object_get(l->config, "backward_layer"), "config");
    return own ? own : json_object_get(forward_of(l), "config");
}

static const char *merge_op(const struct hs_keras_layer *l)
{
    static const char *const ops[][2] = {{"concat", "concat"}, {"sum", "add"}, {"mul", "mul"}};
    const char *mode = hs_keras_text(l->config, "merge_mode", "");
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
        if (!strcmp(mode, ops[i][0])) return ops[i][1];
    return NULL;
}

static void check_both(struct hs_keras *k, const struct hs_keras_layer *l)
{
    const char *inner = hs_keras_text(forward_of(l), "class_name", NULL);
    const json_t *config = json_object_get(forward_of(l), "config"), *other = backward_config(l);
    const char *second = hs_keras_text(json_object_get(l->config, "backward_layer"), "class_name", inner);
    if (!kind_of(inner) || strcmp(inner, second)) {
        hs_keras_complain(k, l, "around '%s', which is not supported", inner ? inner : "(without a class)");
        return;
    }
    check_cell(k, l, config);
    if (other != config) check_cell(k, l, other);
    if (!merge_op(l)) hs_keras_complain(k, l, "its merge_mode is not supported");
    if (hs_keras_bool(config, "go_backwards", false))
        hs_keras_complain(k, l, "a first direction that goes backwards is not supported");
}

static enum hs_status merge(struct hs_keras *k, struct hs_keras_layer *l, const struct hs_keras_tensor *forward,
                            struct hs_err *e)
{
    const struct hs_keras_tensor backward = l->out;
    const char *op = merge_op(l);
    int64_t axis = forward->shape.rank - 1;
    if (backward.shape.rank != forward->shape.rank)
        return HS_FAIL(e, HS_EDATA, "layer '%s' (%s): its directions differ in return_sequences", l->name, l->class_name);
    HS_TRY(hs_keras_node(k, l, NULL, op, forward->ref, e));
    HS_TRY(hs_net_input(k->net, backward.ref, e));
    l->out.ref = hs_keras_last(k);
    if (strcmp(op, "concat")) return HS_OK;
    l->out.shape.dim[axis] += forward->shape.dim[axis];
    return hs_net_attr_ints(k->net, "axis", &axis, 1, e);
}

static enum hs_status put_both(struct hs_keras *k, struct hs_keras_layer *l, const struct hs_keras_weights *w,
                               struct hs_err *e)
{
    const json_t *layer = forward_of(l);
    struct cell c = {.kind = kind_of(hs_keras_text(layer, "class_name", NULL)), .config = json_object_get(layer, "config"),
                     .w = w->value, .arrays = w->n / 2, .inputs = l->in[0].shape.dim[2]};
    c.width = units(c.config);
    HS_TRY(count(l, &c, c.arrays, e));
    HS_TRY(put_cell(k, l, &c, "forward", e));
    const struct hs_keras_tensor forward = l->out;
    c.config = backward_config(l), c.width = units(c.config), c.w += c.arrays, c.backwards = 2;
    HS_TRY(count(l, &c, c.arrays, e));
    HS_TRY(put_cell(k, l, &c, "backward", e));
    return merge(k, l, &forward, e);
}

static enum hs_status build_both(struct hs_keras *k, struct hs_keras_layer *l, struct hs_err *e)
{
    static const char *const within[] = {"forward_layer/cell", "backward_layer/cell", NULL};
    struct hs_keras_weights w;
    HS_TRY(check_input(l, e));
    HS_TRY(hs_keras_weights_all(k, l, within, &w, e));
    enum hs_status st = w.n % 2 ? HS_FAIL(e, HS_EDATA, "layer '%s' (%s) has %zu weights, not twice as many as one direction",
                                          l->name, l->class_name, w.n)
                                : put_both(k, l, &w, e);
    hs_keras_weights_free(&w);
    return st;
}

const struct hs_keras_type hs_keras_recurrent[] = {
    {.class_name = "LSTM", .check = check_recurrent, .build = build_recurrent},
    {.class_name = "GRU", .check = check_recurrent, .build = build_recurrent},
    {.class_name = "SimpleRNN", .check = check_recurrent, .build = build_recurrent},
    {.class_name = "Bidirectional", .check = check_both, .build = build_both},
    {.class_name = NULL},
};
