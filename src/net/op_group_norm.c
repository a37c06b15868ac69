/* op_group_norm.c - normalisation of a sample by mean and variance of groups of channels, in double. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/common.h"

#include "base/mem.h"

#include <math.h>
#include <string.h>

/* Instance normalisation has a group for each channel. */
static size_t groups_of(const struct hs_node *node, size_t channels)
{
    if (!strcmp(node->op->name, "instance_norm")) return channels;
    int64_t groups = hs_node_int(node, "groups", 0);
    return groups > 0 ? (size_t)groups : 0;
}

static enum hs_status fits(const struct hs_param *p, size_t channels, struct hs_err *e)
{
    char text[128];
    if (!p || (p->value.shape.rank == 1 && p->value.shape.dim[0] == channels)) return HS_OK;
    return HS_FAIL(e, HS_ESHAPE, "%s is %s, but the input has %zu channels", p->name, hs_shape_text(&p->value.shape, text),
                   channels);
}

static enum hs_status shape(const struct hs_net *net, struct hs_node *node, const struct hs_shape *in, struct hs_err *e)
{
    char text[128];
    size_t channels = in->dim[in->rank - 1], groups = groups_of(node, channels);
    if (in->rank < 2 || !channels || !groups || channels % groups)
        return HS_FAIL(e, HS_ESHAPE, "%zu groups of the channels of %s, channels last", groups, hs_shape_text(in, text));
    HS_TRY(fits(hs_node_param(net, node, "gamma"), channels, e));
    HS_TRY(fits(hs_node_param(net, node, "beta"), channels, e));
    return hs_shape_same(net, node, in, e);
}

/* Values of one group in one sample: rows of `wide` channels, `step` apart. */
struct piece {
    size_t rows, step, wide;
};

/* Mean of (x - shift)^power over rows, then channels. */
static double mean_of(const float *x, const struct piece *p, double shift, bool square)
{
    double sum = 0;
    for (size_t r = 0; r < p->rows; r++)
        for (size_t c = 0; c < p->wide; c++) {
            double v = (double)x[r * p->step + c] - shift;
            sum += square ? v * v : v;
        }
    return sum / ((double)p->rows * (double)p->wide);
}

static void normalise(const float *x, float *y, const struct piece *p, double epsilon, const float *gamma, const float *beta)
{
    double mean = mean_of(x, p, 0, false), scale = 1 / sqrt(mean_of(x, p, mean, true) + epsilon);
    for (size_t r = 0; r < p->rows; r++)
        for (size_t c = 0; c < p->wide; c++) {
            double v = ((double)x[r * p->step + c] - mean) * scale;
            if (gamma) v *= (double)gamma[c];
            if (beta) v += (double)beta[c];
            y[r * p->step + c] = (float)v;
        }
}

static enum hs_status forward(const struct hs_op_call *call, struct hs_err *e)
{
    (void)e;
    const struct hs_shape *s = &call->in[0]->shape;
    const struct hs_param *gamma = hs_node_param(call->net, call->node, "gamma"),
                          *beta = hs_node_param(call->net, call->node, "beta");
    size_t channels = s->dim[s->rank - 1], row = hs_shape_row(s), wide = channels / groups_of(call->node, channels);
    struct piece p = {.rows = row / channels, .step = channels, .wide = wide};
    double epsilon = hs_node_real(call->node, "epsilon", 1e-5);
    for (size_t i = 0; p.rows && i < s->dim[0]; i++)
        for (size_t c = 0; c < channels; c += wide)
            normalise(call->in[0]->data + i * row + c, call->out[0].data + i * row + c, &p, epsilon,
                      gamma ? gamma->value.data + c : NULL, beta ? beta->value.data + c : NULL);
    return HS_OK;
}

static const struct hs_attr_rule group_attr[] = {
    HS_NEEDED_INTS("groups", 1, "so many groups of neighbouring channels"),
    HS_REAL_ATTR("epsilon", "added to the variance; 1e-5"),
    {.name = NULL},
};
static const struct hs_attr_rule instance_attr[] = {
    HS_REAL_ATTR("epsilon", "added to the variance; 1e-5"),
    {.name = NULL},
};
static const struct hs_param_rule param[] = {
    {.name = "gamma", .meaning = "factor, one a channel; 1"},
    {.name = "beta", .meaning = "offset, one a channel; 0"},
    {.name = NULL},
};

#define RECORD                                                                                                          \
    .version = 1, .role = HS_ROLE_NORM, .min_inputs = 1, .max_inputs = 1, .param = param, .memory = HS_SPATIAL,         \
    .in_place = true, .shape = shape, .forward = forward

const struct hs_op_type hs_op_group_norm = {
    .name = "group_norm", .attr = group_attr,
    .summary = "(x - mean) / sqrt(variance + epsilon) * gamma + beta, by sample and group of channels (Wu and He 2018)", RECORD,
};
const struct hs_op_type hs_op_instance_norm = {
    .name = "instance_norm", .attr = instance_attr,
    .summary = "(x - mean) / sqrt(variance + epsilon) * gamma + beta, by sample and channel (Ulyanov et al. 2016)", RECORD,
};
