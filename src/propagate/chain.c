/* chain.c - finds convolution, batch norm, ReLU and 2x2 max-pool in a row: one trip through memory instead of four. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "propagate/chain.h"

#include "net/op.h"

#include <math.h>
#include <string.h>

static bool is(const struct hs_net *net, int node, const char *op)
{
    return node >= 0 && strcmp(net->node[node].op->name, op) == 0;
}

/* ReLU without a cap, slope or threshold. */
static bool is_plain_relu(const struct hs_net *net, int node)
{
    if (!is(net, node, "relu")) return false;
    const struct hs_node *n = &net->node[node];
    return hs_node_real(n, "negative_slope", 0) == 0 && hs_node_real(n, "threshold", 0) == 0 &&
           hs_node_real(n, "max_value", INFINITY) == INFINITY;
}

static bool attr_is(const struct hs_node *n, const char *name, int64_t value, bool absent_is_fine)
{
    const struct hs_attr *a = hs_node_attr(n, name);
    if (!a) return absent_is_fine;
    for (size_t i = 0; i < a->n; i++)
        if (a->kind != HS_ATTR_INT || a->ints[i] != value) return false;
    return true;
}

static bool is_half_pool(const struct hs_net *net, int node)
{
    if (!is(net, node, "maxpool2d")) return false;
    const struct hs_node *n = &net->node[node];
    const struct hs_shape *in = hs_net_shape(net, n->input[0]);
    return attr_is(n, "kernel", 2, false) && attr_is(n, "stride", 2, true) && attr_is(n, "padding", 0, true) &&
           attr_is(n, "ceil", 0, true) && in->rank == 4 && in->dim[1] % 2 == 0 && in->dim[2] % 2 == 0;
}

/* The node before, where this one is its only user and reads its first result. */
static int only_source(const struct hs_lab *l, int node)
{
    const struct hs_ref r = l->net->node[node].input[0];
    return r.node >= 0 && r.result == 0 && l->users[r.node] == 1 ? r.node : -1;
}

enum hs_status hs_chain_find(struct hs_lab *l, int node, struct hs_chain *c, struct hs_err *e)
{
    const struct hs_net *net = l->net;
    int at = node;
    *c = (struct hs_chain){.head = -1, .bn = -1, .relu = -1, .pool = -1};
    if (net->node[node].inputs != 1) return HS_OK;
    if (is_half_pool(net, at)) c->pool = at, at = only_source(l, at);
    if (at >= 0 && is_plain_relu(net, at)) c->relu = at, at = only_source(l, at);
    if (is(net, at, "batch_norm")) c->bn = at, at = only_source(l, at);
    if (at < 0 || at == node || !net->node[at].op->fuses_epilogue) return HS_OK;
    const struct hs_shape *out = &net->node[at].out[0];
    if (c->pool >= 0 && out->rank != 4) return HS_OK;
    if (c->bn >= 0) {
        size_t channels = out->dim[out->rank - 1];
        c->multiply = HS_NEW(l->arena, channels, float);
        c->add = HS_NEW(l->arena, channels, float);
        if (!c->multiply || !c->add) return HS_OUT_OF_MEMORY(e);
        hs_op_batch_norm_affine(net, &net->node[c->bn], c->multiply, c->add);
    }
    c->head = at;
    return HS_OK;
}
