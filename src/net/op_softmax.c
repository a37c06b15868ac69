/* op_softmax.c - exponentials that sum to 1 along an axis, in double, rounded once. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/common.h"
#include "net/smooth.h"
#include "net/wide.h"

struct plan {
    int axis; /* in memory order */
    bool causal;
};

static enum hs_status bind(struct hs_net *net, struct hs_node *node, struct hs_err *e)
{
    struct plan *p = HS_NEW(net->arena, 1, struct plan);
    if (!p) return HS_OUT_OF_MEMORY(e);
    p->causal = hs_node_int(node, "causal", 0) != 0;
    node->plan = p;
    return HS_OK;
}

static enum hs_status shape(const struct hs_net *net, struct hs_node *node,
                            const struct hs_shape *in, struct hs_err *e)
{
    struct plan *p = node->plan;
    HS_TRY(hs_node_axis(node, in->rank, hs_node_int(node, "axis", -1), &p->axis, e));
    char text[128];
    if (p->causal && (in->rank < 3 || p->axis != in->rank - 1 || node->channels_last ||
                      in->dim[in->rank - 2] > in->dim[in->rank - 1]))
        return HS_FAIL(
            e, HS_ESHAPE,
            "a causal softmax is over the last axis of (..., queries, keys), with at least as "
            "many keys, not of %s",
            hs_shape_text(in, text));
    if (!in->dim[p->axis])
        return HS_FAIL(e, HS_ESHAPE, "a softmax over nothing: %s", hs_shape_text(in, text));
    return hs_shape_same(net, node, in, e);
}

enum { BLOCK = 512, LANES = 8 };

HS_INLINE double top(const float *x, size_t n, size_t step)
{
    float best = x[0];
    for (size_t i = 1; i < n; i++)
        best = ((x[i * step] > best) | (x[i * step] != x[i * step])) ? x[i * step] : best;
    return (double)best;
}

/* e[i] = exp(x[i] - m); adds them up by lanes, so that the order is the same for every vector
 * width. */
HS_INLINE void raise(const float *x, size_t n, size_t step, double m, double *e,
                     double lane[LANES])
{
    if (step == 1)
        for (size_t i = 0; i < n; i++) e[i] = hs_exp((double)x[i] - m);
    else
        for (size_t i = 0; i < n; i++) e[i] = hs_exp((double)x[i * step] - m);
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (int k = 0; k < LANES; k++) lane[k] += e[i + (size_t)k];
    for (; i < n; i++) lane[i % LANES] += e[i];
}

/* Rows that fit into one block raise e to x once, longer ones twice. x and y may be one memory.
 */
HS_INLINE void row(const float *x, float *y, size_t n, size_t step)
{
    double e[BLOCK], lane[LANES] = {0}, m = top(x, n, step);
    for (size_t i = 0; i < n; i += BLOCK)
        raise(x + i * step, n - i < BLOCK ? n - i : BLOCK, step, m, e, lane);
    double sum = ((lane[0] + lane[1]) + (lane[2] + lane[3])) +
                 ((lane[4] + lane[5]) + (lane[6] + lane[7]));
    for (size_t i = 0; i < n; i += BLOCK) {
        size_t k = n - i < BLOCK ? n - i : BLOCK;
        double spare[LANES] = {0};
        if (n > BLOCK) raise(x + i * step, k, step, m, e, spare);
        for (size_t j = 0; j < k; j++) y[(i + j) * step] = (float)(e[j] / sum);
    }
}

/* Along an axis of n, with `inner` values after it. */
HS_INLINE void plain_rows_body(const float *x, float *y, size_t outer, size_t n, size_t inner)
{
    for (size_t i = 0; i < outer; i++)
        for (size_t j = 0; j < inner; j++)
            row(x + i * n * inner + j, y + i * n * inner + j, n, inner);
}
HS_WIDE(plain_rows, plain_rows_body,
        (const float *x, float *y, size_t outer, size_t n, size_t inner),
        (x, y, outer, n, inner))

/* Query i of q sees the first i + 1 + (keys - q) keys: the last one sees all. */
HS_INLINE void causal_rows_body(const float *x, float *y, size_t rows, size_t queries,
                                size_t keys)
{
    for (size_t i = 0; i < rows; i++, x += keys, y += keys) {
        size_t seen = i % queries + 1 + keys - queries;
        row(x, y, seen, 1);
        for (size_t k = seen; k < keys; k++) y[k] = 0;
    }
}
HS_WIDE(causal_rows, causal_rows_body,
        (const float *x, float *y, size_t rows, size_t queries, size_t keys),
        (x, y, rows, queries, keys))

static enum hs_status forward(const struct hs_op_call *call, struct hs_err *err)
{
    (void)err;
    const struct plan *p = call->node->plan;
    const struct hs_shape *s = &call->in[0]->shape;
    size_t outer = 1, n = s->dim[p->axis], inner = 1;
    for (int i = 0; i < p->axis; i++) outer *= s->dim[i];
    for (int i = p->axis + 1; i < s->rank; i++) inner *= s->dim[i];
    if (p->causal)
        causal_rows(call->in[0]->data, call->out[0].data, outer, s->dim[s->rank - 2], n);
    else
        plain_rows(call->in[0]->data, call->out[0].data, outer, n, inner);
    return HS_OK;
}

static const struct hs_attr_rule attr[] = {
    HS_INT_ATTR("axis", "the axis that sums to 1; -1, the last"),
    HS_INT_ATTR(
        "causal",
        "1: in (..., queries, keys) a query gives no weight to keys after its own position; 0"),
    {.name = NULL},
};

const struct hs_op_type hs_op_softmax = {
    .name = "softmax",
    .summary = "exp(x) divided by its sum along an axis",
    .version = 1,
    .min_inputs = 1,
    .max_inputs = 1,
    .attr = attr,
    .memory = HS_ANY_ORDER,
    .in_place = true,
    .bind = bind,
    .shape = shape,
    .forward = forward,
};
