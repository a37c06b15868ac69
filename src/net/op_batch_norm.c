/* op_batch_norm.c - frozen batch normalisation: one product and one sum a channel. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/common.h"

#include "base/mem.h"

#include <math.h>

struct hs_packed {
    size_t channels;
    float *multiply, *add;
};

static double epsilon(const struct hs_node *node)
{
    return hs_node_real(node, "epsilon", 1e-5);
}

void hs_op_batch_norm_affine(const struct hs_net *net, const struct hs_node *node,
                             float *multiply, float *add)
{
    const struct hs_param *mean = hs_node_param(net, node, "mean"),
                          *variance = hs_node_param(net, node, "variance");
    const struct hs_param *gamma = hs_node_param(net, node, "gamma"),
                          *beta = hs_node_param(net, node, "beta");
    size_t n = hs_shape_count(&mean->value.shape);
    for (size_t c = 0; c < n; c++) {
        double g = gamma ? (double)gamma->value.data[c] : 1,
               b = beta ? (double)beta->value.data[c] : 0;
        double scale = g / sqrt((double)variance->value.data[c] + epsilon(node));
        multiply[c] = (float)scale;
        add[c] = (float)(b - (double)mean->value.data[c] * scale);
    }
}

static enum hs_status bind(struct hs_net *net, struct hs_node *node, struct hs_err *e)
{
    const char *const names[] = {"variance", "gamma", "beta"};
    const struct hs_param *mean = hs_node_param(net, node, "mean"),
                          *variance = hs_node_param(net, node, "variance");
    char one[128], other[128];
    if (mean->value.shape.rank != 1)
        return HS_FAIL(e, HS_ESHAPE, "mean %s must have one axis",
                       hs_shape_text(&mean->value.shape, one));
    for (int i = 0; i < 3; i++) {
        const struct hs_param *p = hs_node_param(net, node, names[i]);
        if (p && !hs_shape_equal(&p->value.shape, &mean->value.shape))
            return HS_FAIL(e, HS_ESHAPE, "mean is %s, but %s is %s",
                           hs_shape_text(&mean->value.shape, one), names[i],
                           hs_shape_text(&p->value.shape, other));
    }
    for (size_t c = 0; c < variance->value.shape.dim[0]; c++)
        if ((double)variance->value.data[c] + epsilon(node) <= 0)
            return HS_FAIL(e, HS_ENUM,
                           "variance %g of channel %zu, with epsilon %g, is not positive",
                           (double)variance->value.data[c], c, epsilon(node));
    return HS_OK;
}

static enum hs_status shape(const struct hs_net *net, struct hs_node *node,
                            const struct hs_shape *in, struct hs_err *e)
{
    const struct hs_shape *mean = &hs_node_param(net, node, "mean")->value.shape;
    char one[128], other[128];
    if (in->rank < 2 || in->dim[in->rank - 1] != mean->dim[0])
        return HS_FAIL(e, HS_ESHAPE, "mean is %s, but the input has %s, channels last",
                       hs_shape_text(mean, one), hs_shape_text(in, other));
    return hs_shape_same(net, node, in, e);
}

static void unpack(struct hs_packed *p)
{
    if (!p) return;
    hs_free(p->multiply);
    hs_free(p->add);
    hs_free(p);
}

static enum hs_status pack(const struct hs_net *net, const struct hs_node *node,
                           const struct hs_tensor *weight, struct hs_packed **packed,
                           struct hs_err *e)
{
    (void)weight; /* none of the parameters is a weight site */
    size_t n = hs_shape_count(&hs_node_param(net, node, "mean")->value.shape);
    struct hs_packed *p = hs_alloc_zeroed(1, sizeof *p);
    if (p) *p = (struct hs_packed){n, hs_alloc(n, sizeof(float)), hs_alloc(n, sizeof(float))};
    if (!p || !p->multiply || !p->add) {
        unpack(p);
        return HS_OUT_OF_MEMORY(e);
    }
    hs_op_batch_norm_affine(net, node, p->multiply, p->add);
    *packed = p;
    return HS_OK;
}

static enum hs_status forward(const struct hs_op_call *call, struct hs_err *e)
{
    (void)e;
    const float *multiply = call->packed->multiply, *add = call->packed->add,
                *x = call->in[0]->data;
    size_t channels = call->packed->channels,
           rows = hs_shape_count(&call->in[0]->shape) / (channels ? channels : 1);
    float *y = call->out[0].data;
    for (size_t i = 0; i < rows; i++, x += channels, y += channels)
        for (size_t c = 0; c < channels; c++) y[c] = x[c] * multiply[c] + add[c];
    return HS_OK;
}

static const struct hs_attr_rule attr[] = {
    HS_REAL_ATTR("epsilon", "added to the variance; 1e-5"),
    {.name = NULL},
};
static const struct hs_param_rule param[] = {
    {.name = "mean", .required = true, .meaning = "running mean, one a channel"},
    {.name = "variance", .required = true, .meaning = "running variance, one a channel"},
    {.name = "gamma", .meaning = "factor, one a channel; 1"},
    {.name = "beta", .meaning = "offset, one a channel; 0"},
    {.name = NULL},
};

const struct hs_op_type hs_op_batch_norm = {
    .name = "batch_norm",
    .summary = "(x - mean) / sqrt(variance + epsilon) * gamma + beta, by channel",
    .version = 1,
    .role = HS_ROLE_NORM,
    .min_inputs = 1,
    .max_inputs = 1,
    .attr = attr,
    .param = param,
    .memory = HS_SPATIAL,
    .in_place = true,
    .bind = bind,
    .shape = shape,
    .pack = pack,
    .unpack = unpack,
    .forward = forward,
};
