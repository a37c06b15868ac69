/* op_add.c - sums, differences, products, the larger and the smaller of tensors, value by value. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/common.h"

#include <string.h>

/* Length that two aligned axes broadcast to; 1 gives way. The samples' 0 equals 0. */
static bool joined(size_t a, size_t b, size_t *to)
{
    *to = a == 1 ? b : a;
    return a == b || a == 1 || b == 1;
}

/* As numpy: shapes are lined up at their ends; every input has the samples' axis, so ranks
 * differ only after it. */
static enum hs_status shape(const struct hs_net *net, struct hs_node *node,
                            const struct hs_shape *in, struct hs_err *e)
{
    (void)net;
    struct hs_shape to = in[0];
    for (size_t k = 1; k < node->inputs; k++) {
        bool fits = in[k].rank == to.rank;
        for (int i = 0; fits && i < to.rank; i++)
            fits = joined(to.dim[i], in[k].dim[i], &to.dim[i]);
        char one[128], other[128];
        if (!fits)
            return HS_FAIL(e, HS_ESHAPE, "input 0 is %s, but input %zu is %s",
                           hs_shape_text(&in[0], one), k, hs_shape_text(&in[k], other));
    }
    node->results = 1;
    node->out[0] = to;
    return HS_OK;
}

typedef void combine(float *y, const float *a, const float *b, size_t n, bool a_one,
                     bool b_one);

/* y = OF of u and v, one from each. */
#define COMBINE(name, OF)                                                                      \
    static void name(float *y, const float *a, const float *b, size_t n, bool a_one,           \
                     bool b_one)                                                               \
    {                                                                                          \
        if (a_one)                                                                             \
            for (size_t i = 0; i < n; i++) {                                                   \
                float u = a[0], v = b[i];                                                      \
                y[i] = OF;                                                                     \
            }                                                                                  \
        else if (b_one)                                                                        \
            for (size_t i = 0; i < n; i++) {                                                   \
                float u = a[i], v = b[0];                                                      \
                y[i] = OF;                                                                     \
            }                                                                                  \
        else                                                                                   \
            for (size_t i = 0; i < n; i++) {                                                   \
                float u = a[i], v = b[i];                                                      \
                y[i] = OF;                                                                     \
            }                                                                                  \
    }
COMBINE(sum, u + v)
COMBINE(difference, u - v)
COMBINE(product, u * v)
COMBINE(quotient, u / v)
/* Of two values, NaN where either is. */
COMBINE(larger, u > v || u != u ? u : v)
COMBINE(smaller, u < v || u != u ? u : v)

/* y = a OP b with broadcasting; y may be a's or b's memory where that has y's shape. Merges
 * axes that broadcast alike is not worth it: rows are long in practice. */
static void combine_all(combine *f, float *y, const struct hs_shape *to,
                        const struct hs_tensor *a, const struct hs_tensor *b)
{
    size_t total = hs_shape_count(to);
    if (!total) return;
    if (hs_shape_equal(&a->shape, to) && hs_shape_equal(&b->shape, to)) {
        f(y, a->data, b->data, total, false, false);
        return;
    }
    int rank = to->rank;
    size_t row = to->dim[rank - 1], at[HS_MAX_RANK] = {0};
    bool a_one = a->shape.dim[rank - 1] != row, b_one = b->shape.dim[rank - 1] != row;
    for (size_t done = 0; done < total; done += row) {
        size_t ia = 0, ib = 0;
        for (int i = 0; i < rank; i++) {
            ia = ia * a->shape.dim[i] + (a->shape.dim[i] == 1 ? 0 : at[i]);
            ib = ib * b->shape.dim[i] + (b->shape.dim[i] == 1 ? 0 : at[i]);
        }
        f(y + done, a->data + ia, b->data + ib, row, a_one, b_one);
        for (int i = rank - 2; i >= 0 && ++at[i] == to->dim[i]; i--) at[i] = 0;
    }
}

/* From the left: ((a OP b) OP c) ... */
static enum hs_status combine_inputs(const struct hs_op_call *call, combine *f)
{
    struct hs_tensor *out = &call->out[0];
    if (call->node->inputs == 1) {
        if (out->data != call->in[0]->data)
            memcpy(out->data, call->in[0]->data, hs_shape_count(&out->shape) * sizeof(float));
        return HS_OK;
    }
    const struct hs_tensor *so_far = call->in[0];
    for (size_t k = 1; k < call->node->inputs; k++, so_far = out)
        combine_all(f, out->data, &out->shape, so_far, call->in[k]);
    return HS_OK;
}

/* id: the operator's name, COMBINE's function, how many inputs at least and at most, what it gives. */
#define OPERATOR(id, function, least, most, text)                                              \
    static enum hs_status forward_##id(const struct hs_op_call *call, struct hs_err *e)        \
    {                                                                                          \
        return (void)e, combine_inputs(call, function);                                        \
    }                                                                                          \
    const struct hs_op_type hs_op_##id = {                                                     \
        .name = #id,                                                                           \
        .summary = text ", axes of length 1 repeated",                                         \
        .version = 1,                                                                          \
        .min_inputs = least,                                                                   \
        .max_inputs = most,                                                                    \
        .memory = HS_ANY_ORDER,                                                                \
        .shape = shape,                                                                        \
        .forward = forward_##id,                                                               \
    }
OPERATOR(add, sum, 1, HS_MAX_INPUTS, "sum of the inputs, from the left");
OPERATOR(sub, difference, 2, 2, "first input minus the second");
OPERATOR(mul, product, 1, HS_MAX_INPUTS, "product of the inputs, from the left");
OPERATOR(div, quotient, 2, 2, "first input divided by the second");
OPERATOR(maximum, larger, 1, HS_MAX_INPUTS, "the largest of the inputs");
OPERATOR(minimum, smaller, 1, HS_MAX_INPUTS, "the smallest of the inputs");
