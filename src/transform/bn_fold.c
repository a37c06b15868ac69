/* bn_fold.c - a batch norm becomes part of the layer before it. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transform/link.h"

#include "net/copy.h"
#include "net/op.h"

#include <string.h>

static size_t reads(const struct hs_net *net, int node)
{
    size_t n = 0;
    for (size_t i = 0; i < net->nodes; i++)
        for (size_t k = 0; k < net->node[i].inputs; k++) n += net->node[i].input[k].node == node;
    for (size_t i = 0; i < net->outputs; i++) n += net->output[i].node == node;
    for (size_t i = 0; i < net->nodes; i++) n += 2 * (size_t)(net->node[i].shares == node);
    return n;
}

/* The layer that a batch norm can go into: its only reader is the norm, and neither shares parameters. */
static int layer_before(const struct hs_net *net, const struct hs_node *norm)
{
    static const char *const layers[] = {"linear", "conv1d", "conv2d", NULL};
    int at = norm->input[0].node;
    if (strcmp(norm->op->name, "batch_norm") || norm->shares >= 0 || at < 0) return -1;
    if (net->node[at].hidden || net->node[at].shares >= 0 || reads(net, at) != 1 || norm->input[0].result) return -1;
    for (const char *const *l = layers; *l; l++)
        if (!strcmp(net->node[at].op->name, *l)) return at;
    return -1;
}

static enum hs_status fold(struct hs_net *to, struct hs_node *layer, struct hs_node *norm, struct hs_err *e)
{
    const struct hs_param *weight = hs_node_param(to, layer, "weight"), *bias = hs_node_param(to, layer, "bias");
    size_t outs = weight->value.shape.dim[0], row = hs_shape_count(&weight->value.shape) / outs;
    float *multiply = HS_NEW(to->arena, outs, float), *add = HS_NEW(to->arena, outs, float);
    if (!multiply || !add) return HS_OUT_OF_MEMORY(e);
    hs_op_batch_norm_affine(to, norm, multiply, add);
    for (size_t o = 0; o < outs; o++) {
        for (size_t j = 0; j < row; j++) weight->value.data[o * row + j] *= multiply[o];
        if (bias) add[o] = (float)((double)bias->value.data[o] * (double)multiply[o] + (double)add[o]);
    }
    struct hs_tensor value = {.shape = {.rank = 1, .dim = {outs}}, .data = add};
    HS_TRY(hs_net_set_param(to, layer->index, "bias", &value, e));
    hs_net_make_identity(to, norm->index);
    return HS_OK;
}

static enum hs_status run(struct hs_transform_job *job, struct hs_err *e)
{
    for (size_t i = 0; i < job->from->nodes; i++) {
        const struct hs_node *norm = &job->from->node[i];
        int at = norm->inputs ? layer_before(job->from, norm) : -1;
        if (at < 0) continue;
        struct hs_net *to = job->to;
        HS_TRY(fold(to, &to->node[hs_net_find(to, job->from->node[at].name)], &to->node[hs_net_find(to, norm->name)], e));
        job->changes++;
    }
    return HS_OK;
}

const struct hs_transform_type hs_transform_bn_fold = {
    .name = "bn-fold",
    .summary = "batch norms go into the weights and biases of the layers before them",
    .cite = "Jacob et al., CVPR 2018, section 3.2",
    .version = 1,
    .looks_for = "a batch norm that alone reads a linear or convolutional layer",
    .run = run,
};
