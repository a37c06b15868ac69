/* op_reshape.c - the same values in another shape: flatten, reshape, permute. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/common.h"

#include <string.h>

static enum hs_status copy_forward(const struct hs_op_call *call, struct hs_err *e)
{
    (void)e;
    hs_copy_logical(call, 0, call->out[0].data);
    return HS_OK;
}

static enum hs_status flatten_shape(const struct hs_net *net, struct hs_node *node,
                                    const struct hs_shape *in, struct hs_err *e)
{
    (void)net, (void)e;
    node->results = 1;
    node->out[0] = (struct hs_shape){.rank = 2, .dim = {0, hs_shape_row(in)}};
    return HS_OK;
}

static enum hs_status reshape_shape(const struct hs_net *net, struct hs_node *node,
                                    const struct hs_shape *in, struct hs_err *e)
{
    (void)net;
    const struct hs_attr *a = hs_node_attr(node, "shape");
    struct hs_shape to = {.rank = (int)a->n + 1};
    size_t known = 1, open = 0, row = hs_shape_row(in);
    for (size_t i = 0; i < a->n; i++) {
        if (a->ints[i] == -1)
            open = i + 1;
        else
            to.dim[i + 1] = (size_t)a->ints[i], known *= to.dim[i + 1];
    }
    if (open && known && row % known == 0) to.dim[open] = row / known, known *= to.dim[open];
    char from[128], wanted[128];
    if (known != row)
        return HS_FAIL(e, HS_ESHAPE, "the shape %s cannot hold the values of %s",
                       hs_shape_text(&to, wanted), hs_shape_text(in, from));
    node->results = 1;
    node->out[0] = to;
    return HS_OK;
}

static enum hs_status reshape_bind(struct hs_net *net, struct hs_node *node, struct hs_err *e)
{
    (void)net;
    const struct hs_attr *a = hs_node_attr(node, "shape");
    size_t open = 0;
    for (size_t i = 0; i < a->n; i++) {
        if (a->ints[i] == 0 || a->ints[i] < -1 || a->ints[i] > (INT64_C(1) << 32))
            return HS_FAIL(e, HS_EDATA, "attribute 'shape' holds %lld", (long long)a->ints[i]);
        open += a->ints[i] == -1;
    }
    return open < 2 ? HS_OK
                    : HS_FAIL(e, HS_EDATA, "attribute 'shape' leaves %zu axes open", open);
}

/* Permute: axis i of the result is axis order[i] of the input. */
struct plan {
    int rank, order[HS_MAX_RANK];
    int front, back; /* order is 0 .. front-1, then what it has last, then the rest: a turn of
                        matrices; or 0 */
};

static enum hs_status permute_bind(struct hs_net *net, struct hs_node *node, struct hs_err *e)
{
    const struct hs_attr *a = hs_node_attr(node, "axes");
    struct plan *p = HS_NEW(net->arena, 1, struct plan);
    if (!p) return HS_OUT_OF_MEMORY(e);
    unsigned seen = 0;
    p->rank = (int)a->n;
    for (int i = 0; i < p->rank; i++) {
        int64_t axis = a->ints[i];
        if (axis < 0 || axis >= p->rank || seen >> axis & 1u || (i == 0 && axis))
            return HS_FAIL(
                e, HS_EDATA,
                "attribute 'axes' must hold 0 (the samples) and then each of 1 to %d once",
                p->rank - 1);
        seen |= 1u << axis;
        p->order[i] = (int)axis;
    }
    node->plan = p;
    return HS_OK;
}

/* Finds (A, B, C) -> (A, C, B) for groups of neighbouring axes: front axes stay, `back` axes
 * change places with the rest. */
static void find_turn(struct plan *p)
{
    int front = 0;
    while (front < p->rank && p->order[front] == front) front++;
    if (front == p->rank) return;
    int back = p->rank - p->order[front]; /* how many come forward */
    for (int i = front; i < p->rank; i++) {
        int want = i < front + back ? p->rank - back + i - front : i - back;
        if (p->order[i] != want) return;
    }
    p->front = front, p->back = back;
}

/* Only hidden nodes speak of the memory order; what a file says, is meant in the file's. */
static enum hs_status permute_shape(const struct hs_net *net, struct hs_node *node,
                                    const struct hs_shape *in, struct hs_err *e)
{
    (void)net;
    struct plan *p = node->plan;
    char text[128];
    if (p->rank != in->rank)
        return HS_FAIL(e, HS_ESHAPE, "attribute 'axes' names %d axes, but the input is %s",
                       p->rank, hs_shape_text(in, text));
    node->results = 1;
    node->out[0].rank = in->rank;
    for (int i = 0; i < in->rank; i++) node->out[0].dim[i] = in->dim[p->order[i]];
    find_turn(p);
    return HS_OK;
}

static size_t product(const struct hs_shape *s, int begin, int end)
{
    size_t n = 1;
    for (int i = begin; i < end; i++) n *= s->dim[i];
    return n;
}

static enum hs_status permute_forward(const struct hs_op_call *call, struct hs_err *e)
{
    (void)e;
    const struct plan *p = call->node->plan;
    const struct hs_tensor *in = call->in[0];
    int middle = p->rank - p->back;
    if (p->back)
        hs_turn_matrices(call->out[0].data, in->data, product(&in->shape, 0, p->front),
                         product(&in->shape, p->front, middle),
                         product(&in->shape, middle, p->rank));
    else
        hs_tensor_permute(&call->out[0], in, p->order);
    return HS_OK;
}

static const struct hs_attr_rule shape_attr[] = {
    HS_NEEDED_INTS("shape", HS_MAX_RANK - 1,
                   "shape of a sample; one axis may be -1: what is left"),
    {.name = NULL},
};
static const struct hs_attr_rule axes_attr[] = {
    HS_NEEDED_INTS("axes", HS_MAX_RANK,
                   "for each axis of the result the axis of the input that it is; the first is "
                   "0, the samples"),
    {.name = NULL},
};

const struct hs_op_type hs_op_flatten = {
    .name = "flatten",
    .summary = "all values of a sample in one row",
    .version = 1,
    .min_inputs = 1,
    .max_inputs = 1,
    .memory = HS_LOGICAL,
    .reads_either = true,
    .shape = flatten_shape,
    .forward = copy_forward,
};
const struct hs_op_type hs_op_reshape = {
    .name = "reshape",
    .summary = "the values of a sample in another shape",
    .version = 1,
    .min_inputs = 1,
    .max_inputs = 1,
    .attr = shape_attr,
    .memory = HS_LOGICAL,
    .reads_either = true,
    .bind = reshape_bind,
    .shape = reshape_shape,
    .forward = copy_forward,
};
const struct hs_op_type hs_op_permute = {
    .name = "permute",
    .summary = "axes in another order",
    .version = 1,
    .min_inputs = 1,
    .max_inputs = 1,
    .attr = axes_attr,
    .memory = HS_LOGICAL,
    .bind = permute_bind,
    .shape = permute_shape,
    .forward = permute_forward,
};
