/* op_slice.c - a piece of a tensor along one axis. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/common.h"

#include <string.h>

struct plan {
    int axis; /* in memory order */
    size_t begin, step;
    bool drop;
};

static enum hs_status bind(struct hs_net *net, struct hs_node *node, struct hs_err *e)
{
    struct plan *p = HS_NEW(net->arena, 1, struct plan);
    if (!p) return HS_OUT_OF_MEMORY(e);
    int64_t step = hs_node_int(node, "step", 1);
    if (step < 1) return HS_FAIL(e, HS_EDATA, "attribute 'step' is %lld", (long long)step);
    p->step = (size_t)step;
    p->drop = hs_node_int(node, "drop", 0) != 0;
    node->plan = p;
    return HS_OK;
}

/* As in Python: negative positions count from the end, what lies beyond is cut. */
static int64_t place(int64_t at, int64_t n)
{
    at = at < 0 ? at + n : at;
    return at < 0 ? 0 : at > n ? n : at;
}

static enum hs_status shape(const struct hs_net *net, struct hs_node *node,
                            const struct hs_shape *in, struct hs_err *e)
{
    (void)net;
    struct plan *p = node->plan;
    HS_TRY(hs_node_axis(node, in->rank, hs_node_int(node, "axis", -1), &p->axis, e));
    int64_t n = (int64_t)in->dim[p->axis], begin = place(hs_node_int(node, "begin", 0), n);
    int64_t end = place(hs_node_int(node, "end", INT64_MAX), n);
    char text[128];
    if (begin >= end)
        return HS_FAIL(e, HS_ESHAPE, "nothing is left of axis %lld of %s",
                       (long long)hs_node_int(node, "axis", -1), hs_shape_text(in, text));
    p->begin = (size_t)begin;
    node->results = 1;
    node->out[0] = *in;
    node->out[0].dim[p->axis] = ((size_t)(end - begin) + p->step - 1) / p->step;
    if (!p->drop) return HS_OK;
    if (node->out[0].dim[p->axis] != 1)
        return HS_FAIL(e, HS_ESHAPE,
                       "%zu positions are left of %s: an axis is dropped only where 1 is",
                       node->out[0].dim[p->axis], hs_shape_text(in, text));
    for (int i = p->axis; i + 1 < in->rank; i++) node->out[0].dim[i] = in->dim[i + 1];
    node->out[0].rank--;
    return HS_OK;
}

static enum hs_status forward(const struct hs_op_call *call, struct hs_err *e)
{
    (void)e;
    const struct plan *p = call->node->plan;
    const struct hs_shape *s = &call->in[0]->shape;
    size_t outer = 1, inner = 1, n = s->dim[p->axis],
           keep = p->drop ? 1 : call->out[0].shape.dim[p->axis];
    for (int i = 0; i < p->axis; i++) outer *= s->dim[i];
    for (int i = p->axis + 1; i < s->rank; i++) inner *= s->dim[i];
    float *y = call->out[0].data;
    for (size_t i = 0; i < outer; i++) {
        const float *x = call->in[0]->data + (i * n + p->begin) * inner;
        if (p->step == 1)
            memcpy(y, x, keep * inner * sizeof(float)), y += keep * inner;
        else
            for (size_t k = 0; k < keep; k++, y += inner)
                memcpy(y, x + k * p->step * inner, inner * sizeof(float));
    }
    return HS_OK;
}

static const struct hs_attr_rule attr[] = {
    HS_INT_ATTR("axis", "in the file's order; -1, the last"),
    HS_INT_ATTR("begin", "first position, negative from the end; 0"),
    HS_INT_ATTR("end", "position after the last; the length"),
    HS_INT_ATTR("step", "every step-th position; 1"),
    HS_INT_ATTR("drop", "1: the axis, of length 1 now, goes; 0"),
    {.name = NULL},
};

const struct hs_op_type hs_op_slice = {
    .name = "slice",
    .summary = "positions begin .. end of one axis",
    .version = 1,
    .min_inputs = 1,
    .max_inputs = 1,
    .attr = attr,
    .memory = HS_LOGICAL,
    .bind = bind,
    .shape = shape,
    .forward = forward,
};
