/* keras_attention.c - multi-head attention, as projections, products and a softmax; keys, probabilities and values are sites. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dump/keras_parts.h"

#include <math.h>
#include <string.h>

/* heads; width of a query and a key, of a value, and of the result. */
struct heads {
    int64_t n, key, value, result;
    bool causal;
};

bool hs_keras_attends(const char *class_name) { return !strcmp(class_name, "MultiHeadAttention"); }

/* What the call says, beside tensors that are the layer's inputs: which of it cannot be had. */
void hs_keras_check_call(struct hs_keras *k, const struct hs_keras_layer *l)
{
    const char *name;
    json_t *v;
    bool attends = hs_keras_attends(l->class_name);
    json_object_foreach((json_t *)l->arguments, name, v) {
        bool is_input = attends && (!strcmp(name, "query") || !strcmp(name, "value") || !strcmp(name, "key"));
        bool harmless = json_is_null(v) || json_is_false(v) || is_input || (attends && !strcmp(name, "use_causal_mask"));
        bool plain = json_is_number(v) || json_is_string(v);
        if (!harmless && !plain) hs_keras_complain(k, l, "the argument '%s' of its call is not supported", name);
    }
}

static bool read_heads(const struct hs_keras_layer *l, struct heads *h)
{
    const json_t *shape = json_object_get(l->config, "output_shape"), *axes = json_object_get(l->config, "attention_axes");
    if (json_is_array(shape) && json_array_size(shape) != 1) return false;
    if (axes && !json_is_null(axes)) { /* those of the sequence, the only one there is */
        int64_t axis;
        if (!hs_keras_ints(l->config, "attention_axes", 1, &axis, 1) || axis != 1) return false;
    }
    h->causal = hs_keras_bool(l->arguments, "use_causal_mask", false);
    return hs_keras_ints(l->config, "num_heads", 1, &h->n, 0) && hs_keras_ints(l->config, "key_dim", 1, &h->key, 0) &&
           hs_keras_ints(l->config, "value_dim", 1, &h->value, h->key) &&
           hs_keras_ints(l->config, "output_shape", 1, &h->result, 0) && h->n > 0 && h->key > 0 && h->value > 0 &&
           h->result >= 0 && h->n < 1 << 16 && h->key < 1 << 16 && h->value < 1 << 16;
}

static void check_attention(struct hs_keras *k, const struct hs_keras_layer *l)
{
    struct heads h;
    if (!read_heads(l, &h)) hs_keras_complain(k, l, "its heads, widths, output_shape or attention_axes are not supported");
}

/* kernel: (inputs, heads, width) where it projects into heads, (heads, width, outputs) back from them. */
static enum hs_status project(struct hs_keras *k, const struct hs_keras_layer *l, const char *part, const struct hs_tensor *kernel,
                              const struct hs_tensor *bias, bool back, struct hs_ref in, struct hs_ref *to, struct hs_err *e)
{
    static const int into[] = {1, 2, 0}, from[] = {2, 0, 1};
    const size_t *d = kernel->shape.dim;
    struct hs_shape flat = {.rank = 2, .dim = {back ? d[2] : d[1] * d[2], back ? d[0] * d[1] : d[0]}};
    HS_TRY(hs_keras_one(k, l, part, "linear", in, to, e));
    HS_TRY(hs_keras_kernel(k, kernel, back ? from : into, &flat, e));
    if (!bias) return HS_OK;
    struct hs_tensor row = *bias;
    row.shape = (struct hs_shape){.rank = 1, .dim = {flat.dim[0]}};
    return hs_keras_param(k, "bias", &row, e);
}

/* (N, T, heads * width) -> (N, heads, T, width) */
static enum hs_status part_heads(struct hs_keras *k, const struct hs_keras_layer *l, const char *part, size_t length, int64_t heads,
                                 int64_t width, struct hs_ref *x, struct hs_err *e)
{
    int64_t shape[] = {(int64_t)length, heads, width}, turned[] = {0, 2, 1, 3};
    char *split = hs_arena_text(k->a, "%s/split", part), *each = hs_arena_text(k->a, "%s/heads", part);
    if (!split || !each) return HS_OUT_OF_MEMORY(e);
    HS_TRY(hs_keras_one(k, l, split, "reshape", *x, x, e));
    HS_TRY(hs_net_attr_ints(k->net, "shape", shape, 3, e));
    HS_TRY(hs_keras_one(k, l, each, "permute", *x, x, e));
    return hs_net_attr_ints(k->net, "axes", turned, 4, e);
}

/* softmax(q k^T / sqrt(width)) v, for each head; x: query, key, value in heads. */
static enum hs_status mix(struct hs_keras *k, const struct hs_keras_layer *l, const struct heads *h, const struct hs_ref x[3],
                          struct hs_ref *to, struct hs_err *e)
{
    double scale = 1 / sqrt((double)h->key);
    int64_t turned[] = {0, 2, 1, 3}, one = 1, last = -1, length = (int64_t)l->in[0].shape.dim[1];
    int64_t flat[] = {length, h->n * h->value};
    HS_TRY(hs_keras_pair(k, l, "scores", "matmul", x[0], x[1], to, e));
    HS_TRY(hs_net_attr_ints(k->net, "transpose_b", &one, 1, e));
    HS_TRY(hs_net_attr_reals(k->net, "scale", &scale, 1, e));
    HS_TRY(hs_keras_one(k, l, "probabilities", "softmax", *to, to, e));
    HS_TRY(hs_net_attr_ints(k->net, "axis", &last, 1, e));
    if (h->causal) HS_TRY(hs_net_attr_ints(k->net, "causal", &one, 1, e));
    HS_TRY(hs_keras_pair(k, l, "mixed", "matmul", *to, x[2], to, e));
    HS_TRY(hs_keras_one(k, l, "mixed/turned", "permute", *to, to, e));
    HS_TRY(hs_net_attr_ints(k->net, "axes", turned, 4, e));
    HS_TRY(hs_keras_one(k, l, "mixed/joined", "reshape", *to, to, e));
    return hs_net_attr_ints(k->net, "shape", flat, 2, e);
}

/* Kernels as the layer's widths want them, for what it reads. */
static enum hs_status check_kernels(const struct hs_keras_layer *l, const struct heads *h, const struct hs_tensor *const w[8],
                                    const size_t inputs[3], size_t result, struct hs_err *e)
{
    static const char *const name[] = {"query kernel", "query bias", "key kernel", "key bias", "value kernel", "value bias",
                                       "output kernel", "output bias"};
    size_t n = (size_t)h->n, width[] = {(size_t)h->key, (size_t)h->key, (size_t)h->value};
    for (int i = 0; i < 3; i++) {
        HS_TRY(hs_keras_expect(l, name[2 * i], w[2 * i], &(struct hs_shape){.rank = 3, .dim = {inputs[i], n, width[i]}}, e));
        if (w[2 * i + 1])
            HS_TRY(hs_keras_expect(l, name[2 * i + 1], w[2 * i + 1], &(struct hs_shape){.rank = 2, .dim = {n, width[i]}}, e));
    }
    HS_TRY(hs_keras_expect(l, name[6], w[6], &(struct hs_shape){.rank = 3, .dim = {n, width[2], result}}, e));
    return w[7] ? hs_keras_expect(l, name[7], w[7], &(struct hs_shape){.rank = 1, .dim = {result}}, e) : HS_OK;
}

/* The call's order is query, value, key; the weights' query, key, value. Without a key the value is it. */
static enum hs_status put(struct hs_keras *k, struct hs_keras_layer *l, const struct heads *h, const struct hs_keras_weights *read,
                          bool biased, struct hs_err *e)
{
    static const char *const part[] = {"query", "key", "value"};
    const struct hs_keras_tensor *in[] = {&l->in[0], &l->in[l->inputs > 2 ? 2 : 1], &l->in[1]};
    const struct hs_tensor *w[8] = {0};
    size_t inputs[3], result = h->result ? (size_t)h->result : l->in[0].shape.dim[2];
    struct hs_ref x[3], to;
    for (int i = 0; i < 3; i++) inputs[i] = in[i]->shape.dim[2];
    for (size_t i = 0; i < 8; i += biased ? 1 : 2) w[i] = &read->value[biased ? i : i / 2];
    HS_TRY(check_kernels(l, h, w, inputs, result, e));
    for (int i = 0; i < 3; i++) {
        HS_TRY(project(k, l, part[i], w[2 * i], w[2 * i + 1], false, in[i]->ref, &x[i], e));
        HS_TRY(part_heads(k, l, part[i], in[i]->shape.dim[1], h->n, i < 2 ? h->key : h->value, &x[i], e));
    }
    HS_TRY(mix(k, l, h, x, &to, e));
    HS_TRY(project(k, l, NULL, w[6], w[7], true, to, &to, e));
    l->out = (struct hs_keras_tensor){.known = true, .ref = to, .shape = l->in[0].shape};
    l->out.shape.dim[2] = result;
    return HS_OK;
}

static enum hs_status build_attention(struct hs_keras *k, struct hs_keras_layer *l, struct hs_err *e)
{
    /* Older and newer archives; what is not there is passed over. */
    static const char *const groups[] = {"query_dense", "_query_dense", "key_dense", "_key_dense", "value_dense", "_value_dense",
                                         "output_dense", "_output_dense", NULL};
    struct heads h;
    struct hs_keras_weights w;
    bool biased = hs_keras_biased(l), fits = l->inputs == 2 || l->inputs == 3;
    for (size_t i = 0; i < l->inputs && fits; i++) fits = l->in[i].shape.rank == 3;
    fits = fits && (l->inputs < 3 || l->in[2].shape.dim[1] == l->in[1].shape.dim[1]);
    if (!fits || k->nchw) return hs_keras_complain(k, l, "only sequences (samples, steps, width) are supported"), HS_OK;
    read_heads(l, &h);
    HS_TRY(hs_keras_weights_all(k, l, groups, &w, e));
    size_t wanted = biased ? 8 : 4;
    enum hs_status st = w.n == wanted ? put(k, l, &h, &w, biased, e)
                                      : HS_FAIL(e, HS_EDATA, "layer '%s' (%s) has %zu weights instead of %zu", l->name,
                                                l->class_name, w.n, wanted);
    hs_keras_weights_free(&w);
    return st;
}

const struct hs_keras_type hs_keras_attentions[] = {
    {.class_name = "MultiHeadAttention", .check = check_attention, .build = build_attention},
    {.class_name = NULL},
};
