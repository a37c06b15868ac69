/* op_relu.c - rectifiers: cut below a threshold or flattened there, cut above a ceiling. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/common.h"

#include <math.h>

/* y = ceiling where x >= ceiling; x where x >= threshold; slope (x - threshold) below. */
struct plan {
    float slope, threshold, ceiling;
    bool plain;
};

static enum hs_status bind_with(struct hs_net *net, struct hs_node *node, double slope,
                                struct hs_err *e)
{
    struct plan *p = HS_NEW(net->arena, 1, struct plan);
    if (!p) return HS_OUT_OF_MEMORY(e);
    p->slope = (float)slope;
    p->threshold = (float)hs_node_real(node, "threshold", 0);
    p->ceiling = (float)hs_node_real(node, "max_value", INFINITY);
    if (!(p->ceiling >= 0))
        return HS_FAIL(e, HS_EDATA, "attribute 'max_value' is %g", (double)p->ceiling);
    if (!isfinite(p->slope) || !isfinite(p->threshold))
        return HS_FAIL(e, HS_EDATA,
                       "attributes 'negative_slope' and 'threshold' must be finite");
    p->plain = p->slope == 0 && p->threshold == 0 && p->ceiling == INFINITY;
    node->plan = p;
    return HS_OK;
}

static enum hs_status bind(struct hs_net *net, struct hs_node *node, struct hs_err *e)
{
    return bind_with(net, node, hs_node_real(node, "negative_slope", 0), e);
}

static enum hs_status bind_leaky(struct hs_net *net, struct hs_node *node, struct hs_err *e)
{
    return bind_with(net, node, hs_node_real(node, "negative_slope", 0.01), e);
}

/* NaN fails every comparison and so goes through. */
static enum hs_status forward(const struct hs_op_call *call, struct hs_err *e)
{
    (void)e;
    const struct plan *p = call->node->plan;
    const float slope = p->slope, threshold = p->threshold, ceiling = p->ceiling,
                *x = call->in[0]->data;
    float *y = call->out[0].data;
    size_t n = hs_shape_count(&call->out[0].shape);
    if (p->plain) {
        for (size_t i = 0; i < n; i++) y[i] = x[i] < 0 ? 0 : x[i];
        return HS_OK;
    }
    for (size_t i = 0; i < n; i++) {
        float low = slope == 0 ? 0 : slope * (x[i] - threshold);
        float v = x[i] < threshold ? low : x[i];
        y[i] = v > ceiling ? ceiling : v;
    }
    return HS_OK;
}

static const struct hs_attr_rule relu_attr[] = {
    HS_REAL_ATTR("negative_slope", "slope below the threshold; 0"),
    HS_REAL_ATTR("threshold", "values below it are cut; 0"),
    HS_REAL_ATTR("max_value", "ceiling; none"),
    {.name = NULL},
};
static const struct hs_attr_rule leaky_attr[] = {
    HS_REAL_ATTR("negative_slope", "slope below 0; 0.01"),
    {.name = NULL},
};

const struct hs_op_type hs_op_relu = {
    .name = "relu",
    .summary = "max(x, 0), with a slope below, a threshold and a ceiling on request",
    .version = 1,
    .min_inputs = 1,
    .max_inputs = 1,
    .attr = relu_attr,
    .memory = HS_ANY_ORDER,
    .in_place = true,
    .bind = bind,
    .shape = hs_shape_same,
    .forward = forward,
};
const struct hs_op_type hs_op_leaky_relu = {
    .name = "leaky_relu",
    .summary = "x above 0, slope * x below",
    .version = 1,
    .min_inputs = 1,
    .max_inputs = 1,
    .attr = leaky_attr,
    .memory = HS_ANY_ORDER,
    .in_place = true,
    .bind = bind_leaky,
    .shape = hs_shape_same,
    .forward = forward,
};
