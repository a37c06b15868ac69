/* op_identity.c - what changes nothing once a network is trained. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/common.h"

#include <string.h>

static enum hs_status forward(const struct hs_op_call *call, struct hs_err *e)
{
    (void)e;
    if (call->out[0].data != call->in[0]->data)
        memcpy(call->out[0].data, call->in[0]->data,
               hs_shape_count(&call->out[0].shape) * sizeof(float));
    return HS_OK;
}

static const struct hs_attr_rule dropout_attr[] = {
    HS_REAL_ATTR("rate", "share dropped in training; not used"),
    {.name = NULL},
};

const struct hs_op_type hs_op_dropout = {
    .name = "dropout",
    .summary = "nothing, outside training",
    .version = 1,
    .min_inputs = 1,
    .max_inputs = 1,
    .attr = dropout_attr,
    .memory = HS_ANY_ORDER,
    .in_place = true,
    .shape = hs_shape_same,
    .forward = forward,
};
const struct hs_op_type hs_op_identity = {
    .name = "identity",
    .summary = "the input as it is",
    .version = 1,
    .min_inputs = 1,
    .max_inputs = 1,
    .memory = HS_ANY_ORDER,
    .in_place = true,
    .shape = hs_shape_same,
    .forward = forward,
};
