/* hadamard.c - inputs of linear layers are rotated, and their weights with them: outliers are spread over all channels. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transform/transform.h"

#include "net/hadamard.h"
#include "net/op.h"

#include <string.h>

enum { LEAST = 4 }; /* a rotation of fewer channels spreads nothing */

static bool is_rotated(const struct hs_net *net, const struct hs_node *n)
{
    if (strcmp(n->op->name, "linear") || n->shares >= 0) return false;
    for (size_t i = 0; i < net->nodes; i++)
        if (net->node[i].shares == n->index) return false;
    return hs_hadamard_block(hs_node_param(net, n, "weight")->value.shape.dim[1]) >= LEAST;
}

static void insert(const struct hs_net *from, const char **before)
{
    for (size_t i = 0; i < from->nodes; i++)
        if (is_rotated(from, &from->node[i])) before[i] = "hadamard";
}

static enum hs_status run(struct hs_transform_job *job, struct hs_err *e)
{
    for (size_t i = 0; i < job->from->nodes; i++) {
        const struct hs_node *n = &job->from->node[i];
        if (!is_rotated(job->from, n)) continue;
        const struct hs_tensor *w =
            &hs_node_param(job->to, &job->to->node[hs_net_find(job->to, n->name)], "weight")->value;
        double *room = HS_NEW(job->to->arena, w->shape.dim[1], double);
        if (!room) return HS_OUT_OF_MEMORY(e);
        hs_hadamard_rows(w->data, w->shape.dim[0], w->shape.dim[1], room);
        job->changes++;
    }
    return HS_OK;
}

const struct hs_transform_type hs_transform_hadamard = {
    .name = "hadamard",
    .summary = "inputs of linear layers go through a Hadamard transform, whose inverse goes into the weights",
    .cite = "Chee et al., NeurIPS 2023 (QuIP); Ashkboos et al., NeurIPS 2024 (QuaRot)",
    .version = 1,
    .looks_for = "a linear layer whose number of inputs is a multiple of 4",
    .insert = insert,
    .run = run,
};
