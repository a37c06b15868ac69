/* pool.c - attributes and shapes of pooling. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/op_pool.h"

#include <string.h>

/* clang-format off */
#define WINDOW_RULES                                                                            \
    HS_NEEDED_INTS("kernel", 2, "size of the window (height, width), or one value for all"),    \
    HS_INT_ATTRS("stride", 2, "step of the window; the kernel"),                                \
    HS_INT_ATTRS("padding", 4, "top, left, bottom, right (in one dimension: before, after); "   \
                               "or one value an axis, or one for all; 0"),                      \
    HS_INT_ATTR("ceil", "1: a partial window at the end counts; 0")
/* clang-format on */

const struct hs_attr_rule hs_pool_attr[] = {WINDOW_RULES, {.name = NULL}};
const struct hs_attr_rule hs_avgpool_attr[] = {
    WINDOW_RULES,
    HS_INT_ATTR(
        "count_include_pad",
        "1: padding counts as zeros of the mean (torch's default); 0: it is left out (Keras)"),
    {.name = NULL},
};

const struct hs_attr_rule hs_lppool_attr[] = {
    WINDOW_RULES,
    HS_INT_ATTR("p", "1: the sum of sizes; 2: the root of the sum of squares; 2"),
    {.name = NULL},
};

static int axes_of(const struct hs_node *node) { return strstr(node->op->name, "1d") ? 1 : 2; }

enum hs_status hs_pool_bind(struct hs_net *net, struct hs_node *node, struct hs_err *e)
{
    struct hs_window *w = HS_NEW(net->arena, 1, struct hs_window);
    if (!w) return HS_OUT_OF_MEMORY(e);
    node->plan = w;
    return hs_window_bind(node, axes_of(node), w, e);
}

enum hs_status hs_pool_shape(const struct hs_net *net, struct hs_node *node,
                             const struct hs_shape *in, struct hs_err *e)
{
    (void)net;
    int axes = axes_of(node);
    char text[128];
    if (in->rank != axes + 2)
        return HS_FAIL(e, HS_ESHAPE, "%s needs an input of rank %d, but gets %s",
                       node->op->name, axes + 2, hs_shape_text(in, text));
    node->results = 1;
    node->out[0] = *in;
    for (int k = 0; k < axes; k++)
        HS_TRY(hs_window_steps(node->plan, 2 - axes + k, in->dim[1 + k],
                               &node->out[0].dim[1 + k], e));
    return HS_OK;
}

struct hs_pool_sizes hs_pool_sizes(const struct hs_op_call *call)
{
    const struct hs_shape *in = &call->in[0]->shape, *out = &call->out[0].shape;
    bool flat = in->rank == 3;
    return (struct hs_pool_sizes){
        .n = in->dim[0],
        .height = flat ? 1 : in->dim[1],
        .width = in->dim[flat ? 1 : 2],
        .rows = flat ? 1 : out->dim[1],
        .columns = out->dim[flat ? 1 : 2],
        .channels = in->dim[in->rank - 1],
    };
}
