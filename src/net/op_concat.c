/* op_concat.c - tensors side by side along an axis. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/common.h"

#include <string.h>

struct plan {
    int axis; /* in memory order */
};

static enum hs_status bind(struct hs_net *net, struct hs_node *node, struct hs_err *e)
{
    node->plan = HS_NEW(net->arena, 1, struct plan);
    return node->plan ? HS_OK : HS_OUT_OF_MEMORY(e);
}

static enum hs_status shape(const struct hs_net *net, struct hs_node *node,
                            const struct hs_shape *in, struct hs_err *e)
{
    (void)net;
    struct plan *p = node->plan;
    HS_TRY(hs_node_axis(node, in->rank, hs_node_int(node, "axis", 1), &p->axis, e));
    struct hs_shape to = in[0];
    for (size_t k = 1; k < node->inputs; k++) {
        struct hs_shape rest = in[k];
        if (rest.rank == to.rank) rest.dim[p->axis] = in[0].dim[p->axis];
        char one[128], other[128];
        if (!hs_shape_equal(&rest, &in[0]))
            return HS_FAIL(e, HS_ESHAPE, "input 0 is %s, but input %zu is %s",
                           hs_shape_text(&in[0], one), k, hs_shape_text(&in[k], other));
        to.dim[p->axis] += in[k].dim[p->axis];
    }
    node->results = 1;
    node->out[0] = to;
    return HS_OK;
}

static enum hs_status forward(const struct hs_op_call *call, struct hs_err *e)
{
    (void)e;
    const struct plan *p = call->node->plan;
    const struct hs_shape *s = &call->out[0].shape;
    size_t outer = 1, inner = 1;
    for (int i = 0; i < p->axis; i++) outer *= s->dim[i];
    for (int i = p->axis + 1; i < s->rank; i++) inner *= s->dim[i];
    float *y = call->out[0].data;
    for (size_t i = 0; i < outer; i++)
        for (size_t k = 0; k < call->node->inputs; k++) {
            size_t run = call->in[k]->shape.dim[p->axis] * inner;
            memcpy(y, call->in[k]->data + i * run, run * sizeof(float));
            y += run;
        }
    return HS_OK;
}

static const struct hs_attr_rule attr[] = {
    HS_INT_ATTR("axis", "in the file's order; 1"),
    {.name = NULL},
};

const struct hs_op_type hs_op_concat = {
    .name = "concat",
    .summary = "the inputs side by side along an axis",
    .version = 1,
    .min_inputs = 1,
    .max_inputs = HS_MAX_INPUTS,
    .attr = attr,
    .memory = HS_ANY_ORDER,
    .bind = bind,
    .shape = shape,
    .forward = forward,
};
