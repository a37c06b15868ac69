/* op_mean.c - the mean over any axes, in double. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/common.h"

#include "base/mem.h"

struct plan {
    bool gone[HS_MAX_RANK];
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
    const struct hs_attr *a = hs_node_attr(node, "axes");
    bool keep = hs_node_int(node, "keepdims", 0) != 0;
    int axis;
    for (size_t i = 0; i < a->n; i++) {
        HS_TRY(hs_node_axis(node, in->rank, a->ints[i], &axis, e));
        p->gone[axis] = true;
        char text[128];
        if (!in->dim[axis])
            return HS_FAIL(e, HS_ESHAPE, "the mean of nothing: axis %d of %s", axis,
                           hs_shape_text(in, text));
    }
    node->results = 1;
    node->out[0] = (struct hs_shape){.rank = 0};
    for (int i = 0; i < in->rank; i++)
        if (!p->gone[i] || keep)
            node->out[0].dim[node->out[0].rank++] = p->gone[i] ? 1 : in->dim[i];
    return HS_OK;
}

/* Adds value by value in the order of the input: the same for every batch. */
static void add_sample(const struct plan *p, const struct hs_shape *s, const float *x,
                       double *sum)
{
    size_t at[HS_MAX_RANK] = {0}, step[HS_MAX_RANK] = {0}, n = hs_shape_row(s), to = 0,
           width = 1;
    for (int i = s->rank - 1; i > 0; i--)
        if (!p->gone[i]) step[i] = width, width *= s->dim[i];
    for (size_t k = 0; k < n; k++) {
        sum[to] += (double)x[k];
        for (int i = s->rank - 1; i > 0; i--) {
            to += step[i];
            if (++at[i] < s->dim[i]) break;
            to -= step[i] * at[i];
            at[i] = 0;
        }
    }
}

static enum hs_status forward(const struct hs_op_call *call, struct hs_err *e)
{
    const struct plan *p = call->node->plan;
    const struct hs_shape *s = &call->in[0]->shape;
    size_t row = hs_shape_row(s), out = hs_shape_row(&call->out[0].shape);
    double *sum = hs_alloc(out, sizeof *sum), count = (double)(out ? row / out : 1);
    if (!sum) return HS_OUT_OF_MEMORY(e);
    for (size_t k = 0; k < s->dim[0]; k++) {
        for (size_t i = 0; i < out; i++) sum[i] = 0;
        add_sample(p, s, call->in[0]->data + k * row, sum);
        for (size_t i = 0; i < out; i++)
            call->out[0].data[k * out + i] = (float)(sum[i] / count);
    }
    hs_free(sum);
    return HS_OK;
}

static const struct hs_attr_rule attr[] = {
    HS_NEEDED_INTS("axes", HS_MAX_RANK - 1,
                   "which axes, in the file's order, negative from the end"),
    HS_INT_ATTR("keepdims", "1: they stay, of length 1; 0"),
    {.name = NULL},
};

const struct hs_op_type hs_op_mean = {
    .name = "mean",
    .summary = "the mean over some axes",
    .version = 1,
    .min_inputs = 1,
    .max_inputs = 1,
    .attr = attr,
    .memory = HS_LOGICAL,
    .bind = bind,
    .shape = shape,
    .forward = forward,
};
