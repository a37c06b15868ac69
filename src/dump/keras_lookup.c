/* keras_lookup.c - rows of a table, vectors repeated, and products of two tensors. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dump/keras_parts.h"

static enum hs_status done(struct hs_keras *k, struct hs_keras_layer *l, struct hs_shape shape)
{
    l->out = (struct hs_keras_tensor){.known = true, .ref = hs_keras_last(k), .shape = shape};
    return HS_OK;
}

static enum hs_status unreadable(const struct hs_keras_layer *l, const struct hs_shape *s, struct hs_err *e)
{
    char text[128];
    return HS_FAIL(e, HS_ESHAPE, "layer '%s' (%s) cannot read %s", l->name, l->class_name, hs_shape_text(s, text));
}

/* A mask of zeros would go on to the layers behind. */
static void check_embedding(struct hs_keras *k, const struct hs_keras_layer *l)
{
    if (hs_keras_bool(l->config, "mask_zero", false)) hs_keras_complain(k, l, "mask_zero is not supported");
}

/* Whatever dtype the input says: what an embedding reads is a number of a row. */
static enum hs_status build_embedding(struct hs_keras *k, struct hs_keras_layer *l, struct hs_err *e)
{
    struct hs_shape shape = l->in[0].shape;
    struct hs_ref from = l->in[0].ref;
    struct hs_keras_weights w;
    if (shape.rank >= HS_MAX_RANK) return unreadable(l, &shape, e);
    HS_TRY(hs_keras_weights(k, l, 1, &w, e));
    enum hs_status st = w.value[0].shape.rank == 2 ? HS_OK : unreadable(l, &w.value[0].shape, e);
    if (!st) shape.dim[shape.rank++] = w.value[0].shape.dim[1];
    if (!st) st = hs_keras_node(k, l, NULL, "embedding", from, e);
    if (!st) st = hs_keras_param(k, "weight", &w.value[0], e);
    hs_keras_weights_free(&w);
    if (st) return st;
    if (from.node < 0) k->net->port[-1 - from.node].integer = true;
    return done(k, l, shape);
}

static bool read_times(const struct hs_keras_layer *l, int64_t *n)
{
    return hs_keras_ints(l->config, "n", 1, n, 0) && *n > 0 && *n <= 1 << 20;
}

static void check_repeat(struct hs_keras *k, const struct hs_keras_layer *l)
{
    int64_t n;
    if (!read_times(l, &n)) hs_keras_complain(k, l, "its n is not supported");
}

/* (N, D) -> (N, n, D): to a constant of zeros it is added. */
static enum hs_status build_repeat(struct hs_keras *k, struct hs_keras_layer *l, struct hs_err *e)
{
    const struct hs_shape *in = &l->in[0].shape;
    struct hs_tensor zeros;
    struct hs_ref from, to;
    int64_t n, target[2] = {1, (int64_t)in->dim[1]};
    read_times(l, &n);
    if (in->rank != 2) return unreadable(l, in, e);
    HS_TRY(hs_keras_one(k, l, "row", "reshape", l->in[0].ref, &from, e));
    HS_TRY(hs_net_attr_ints(k->net, "shape", target, 2, e));
    HS_TRY(hs_tensor_alloc(&zeros, &(struct hs_shape){.rank = 2, .dim = {(size_t)n, 1}}, e));
    for (int64_t i = 0; i < n; i++) zeros.data[i] = 0;
    enum hs_status st = hs_keras_constant(k, l, "zeros", &zeros, &to, e);
    hs_tensor_free(&zeros);
    if (!st) st = hs_keras_pair(k, l, NULL, "add", from, to, &to, e);
    return st ? st : done(k, l, (struct hs_shape){.rank = 3, .dim = {0, (size_t)n, in->dim[1]}});
}

/* One axis for both, or one each; negative from the end. */
static bool read_axes(const struct hs_keras_layer *l, int axis[2])
{
    int64_t v[2];
    if (!hs_keras_ints(l->config, "axes", 2, v, -1)) return false;
    for (int i = 0; i < 2; i++) {
        int rank = l->in[i].shape.rank;
        if (v[i] < -rank || v[i] >= rank) return false;
        axis[i] = (int)(v[i] < 0 ? v[i] + rank : v[i]);
        if (!axis[i] || rank < 2 || rank > 3) return false;
    }
    return l->in[0].shape.dim[axis[0]] == l->in[1].shape.dim[axis[1]];
}

/* The i-th factor with the axis that is summed over last (i = 0) or first: (N, rows, n) or (N, n, columns). */
static enum hs_status factor(struct hs_keras *k, const struct hs_keras_layer *l, int i, int axis, struct hs_ref from,
                             struct hs_ref *to, size_t *others, struct hs_err *e)
{
    const struct hs_shape *s = &l->in[i].shape;
    int64_t n = (int64_t)s->dim[axis], vector[2] = {i ? n : 1, i ? 1 : n}, turned[3] = {0, 2, 1};
    *others = s->rank == 2 ? 1 : s->dim[3 - axis];
    *to = from;
    if (s->rank == 2) {
        HS_TRY(hs_keras_one(k, l, i ? "column" : "row", "reshape", from, to, e));
        return hs_net_attr_ints(k->net, "shape", vector, 2, e);
    }
    if (axis == (i ? 1 : 2)) return HS_OK;
    HS_TRY(hs_keras_one(k, l, i ? "second" : "first", "permute", from, to, e));
    return hs_net_attr_ints(k->net, "axes", turned, 3, e);
}

static enum hs_status build_dot(struct hs_keras *k, struct hs_keras_layer *l, struct hs_err *e)
{
    int axis[2];
    struct hs_ref x[2], product;
    size_t others[2];
    if (l->inputs != 2 || !read_axes(l, axis)) return hs_keras_complain(k, l, "its axes are not supported"), HS_OK;
    for (int i = 0; i < 2; i++) {
        x[i] = l->in[i].ref;
        if (hs_keras_bool(l->config, "normalize", false))
            HS_TRY(hs_keras_unit(k, l, i ? "1/" : "0/", i ? "unit_1" : "unit_0", &l->in[i], axis[i], &x[i], e));
        HS_TRY(factor(k, l, i, axis[i], x[i], &x[i], &others[i], e));
    }
    bool flat = l->in[0].shape.rank == 2 || l->in[1].shape.rank == 2;
    HS_TRY(hs_keras_pair(k, l, flat ? "product" : NULL, "matmul", x[0], x[1], &product, e));
    if (!flat) return done(k, l, (struct hs_shape){.rank = 3, .dim = {0, others[0], others[1]}});
    int64_t n = (int64_t)(others[0] * others[1]);
    HS_TRY(hs_keras_one(k, l, NULL, "reshape", product, &product, e));
    HS_TRY(hs_net_attr_ints(k->net, "shape", &n, 1, e));
    return done(k, l, (struct hs_shape){.rank = 2, .dim = {0, (size_t)n}});
}

const struct hs_keras_type hs_keras_lookups[] = {
    {.class_name = "Embedding", .check = check_embedding, .build = build_embedding},
    {.class_name = "RepeatVector", .check = check_repeat, .build = build_repeat},
    {.class_name = "Dot", .build = build_dot},
    {.class_name = NULL},
};
