/* op_constant.c - a parameter as a tensor, the same for every sample. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/common.h"

#include <string.h>

/* The input only tells how many samples there are. */
static enum hs_status shape(const struct hs_net *net, struct hs_node *node,
                            const struct hs_shape *in, struct hs_err *e)
{
    (void)in;
    const struct hs_shape *s = &hs_node_param(net, node, "value")->value.shape;
    if (s->rank >= HS_MAX_RANK)
        return HS_FAIL(e, HS_ESHAPE, "a value of %d axes: at most %d are supported", s->rank,
                       HS_MAX_RANK - 1);
    node->results = 1;
    node->out[0].rank = s->rank + 1;
    node->out[0].dim[0] = 0;
    for (int i = 0; i < s->rank; i++) node->out[0].dim[i + 1] = s->dim[i];
    return HS_OK;
}

static enum hs_status forward(const struct hs_op_call *call, struct hs_err *e)
{
    (void)e;
    const struct hs_tensor *value = &hs_node_param(call->net, call->node, "value")->value;
    size_t n = hs_shape_count(&value->shape);
    for (size_t k = 0; k < call->out[0].shape.dim[0]; k++)
        memcpy(call->out[0].data + k * n, value->data, n * sizeof(float));
    return HS_OK;
}

static const struct hs_param_rule param[] = {
    {.name = "value", .required = true, .meaning = "shaped like one sample, in the file's order"},
    {.name = NULL},
};

const struct hs_op_type hs_op_constant = {
    .name = "constant",
    .summary = "a parameter, the same for every sample; the input only says how many there are",
    .version = 1,
    .min_inputs = 1,
    .max_inputs = 1,
    .param = param,
    .memory = HS_LOGICAL,
    .reads_either = true,
    .shape = shape,
    .forward = forward,
};
