/* layout.c - decides for every tensor whether it is kept channels-last or in the file's order,
 * and infers the shapes.
 *
 * A network whose file is NHWC is already in the engine's order: nothing is ever turned. In an
 * NCHW network the spatial operators compute channels-last, elementwise ones take what comes,
 * and where an operator looks at the file's order a hidden permute stands before it. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/build.h"

#include <string.h>

/* Below rank 3 there is no spatial axis, and both orders are one. */
static bool spatial(const struct hs_shape *s) { return s->rank >= 3; }

/* (N, C, A, B) -> (N, A, B, C), and back. */
static struct hs_shape channels_to_end(const struct hs_shape *s)
{
    struct hs_shape to = *s;
    for (int i = 1; i + 1 < s->rank; i++) to.dim[i] = s->dim[i + 1];
    to.dim[s->rank - 1] = s->dim[1];
    return to;
}

static struct hs_shape channels_to_front(const struct hs_shape *s)
{
    struct hs_shape to = *s;
    for (int i = 2; i < s->rank; i++) to.dim[i] = s->dim[i - 1];
    to.dim[1] = s->dim[s->rank - 1];
    return to;
}

/* A port is fed channels-last where a spatial operator reads it, if need be through elementwise
 * ones. */
static enum hs_status place_ports(struct hs_net *net, struct hs_err *e)
{
    bool *wanted = HS_NEW(net->arena, net->nodes + 1, bool);
    if (!wanted) return HS_OUT_OF_MEMORY(e);
    for (size_t i = net->nodes; i-- > 0;) {
        const struct hs_node *node = &net->node[i];
        if (node->op->memory == HS_SPATIAL) wanted[i] = true;
        if (!wanted[i] || node->op->memory == HS_LOGICAL) continue;
        for (size_t k = 0; k < node->inputs; k++) {
            int from = node->input[k].node;
            if (from >= 0)
                wanted[from] = true;
            else
                net->port[-1 - from].channels_last =
                    net->nchw && spatial(&net->port[-1 - from].logical);
        }
    }
    for (size_t i = 0; i < net->ports; i++)
        if (net->port[i].channels_last)
            net->port[i].shape = channels_to_end(&net->port[i].logical);
    return HS_OK;
}

/* The new, wider list of nodes takes shape in net->node while the old one is read. */
static struct hs_node *append(struct hs_net *net, const struct hs_node *node)
{
    struct hs_node *to = &net->node[net->nodes];
    *to = *node;
    to->index = (int)net->nodes++;
    return to;
}

static enum hs_status infer(struct hs_net *net, struct hs_node *node, struct hs_err *e)
{
    struct hs_shape in[HS_MAX_INPUTS];
    for (size_t i = 0; i < node->inputs; i++) in[i] = *hs_net_shape(net, node->input[i]);
    if (node->op->shape(net, node, in, e)) return hs_node_where(node, e);
    for (int i = 0; i < node->results; i++)
        if (hs_shape_check(&node->out[i], e)) return hs_node_where(node, e);
    return HS_OK;
}

static void name_logical(struct hs_node *node)
{
    node->channels_last = node->channels_last && spatial(&node->out[0]);
    for (int i = 0; i < node->results; i++)
        node->logical[i] = node->channels_last && spatial(&node->out[i])
                               ? channels_to_front(&node->out[i])
                               : node->out[i];
}

static const char *name_of(const struct hs_net *net, struct hs_ref r)
{
    return r.node < 0 ? net->port[-1 - r.node].name : net->node[r.node].name;
}

/* A node of our own that turns *ref into the other order; one for all who need it. */
static enum hs_status turn(struct hs_net *net, struct hs_ref *ref, struct hs_err *e)
{
    for (size_t i = 0; i < net->nodes; i++) {
        const struct hs_node *have = &net->node[i];
        if (!have->hidden || have->input[0].node != ref->node ||
            have->input[0].result != ref->result)
            continue;
        *ref = (struct hs_ref){.node = have->index};
        return HS_OK;
    }
    bool to_last = !hs_net_channels_last(net, *ref);
    int rank = hs_net_shape(net, *ref)->rank;
    int64_t *axes = HS_NEW(net->arena, (size_t)rank, int64_t);
    struct hs_ref *input = HS_NEW(net->arena, 1, struct hs_ref);
    struct hs_attr *attr = HS_NEW(net->arena, 1, struct hs_attr);
    struct hs_node node = {.name = hs_arena_text(net->arena, "%s, %s", name_of(net, *ref),
                                                 to_last ? "channels last" : "channels first"),
                           .op = hs_op_find("permute"),
                           .inputs = 1,
                           .input = input,
                           .attrs = 1,
                           .attr = attr,
                           .shares = -1,
                           .hidden = true};
    if (!axes || !input || !attr || !node.name) return HS_OUT_OF_MEMORY(e);
    for (int i = 1; i < rank; i++) axes[i] = to_last ? i + 1 : i - 1;
    if (to_last)
        axes[rank - 1] = 1;
    else
        axes[1] = rank - 1;
    *input = *ref;
    *attr =
        (struct hs_attr){.name = "axes", .kind = HS_ATTR_INT, .n = (size_t)rank, .ints = axes};
    HS_TRY(node.op->bind(net, &node, e));
    struct hs_node *to = append(net, &node);
    HS_TRY(infer(net, to, e));
    to->channels_last = to_last;
    name_logical(to);
    *ref = (struct hs_ref){.node = to->index};
    return HS_OK;
}

static enum hs_status put(struct hs_net *net, struct hs_ref *ref, bool last, struct hs_err *e)
{
    if (!spatial(hs_net_shape(net, *ref)) || hs_net_channels_last(net, *ref) == last)
        return HS_OK;
    return turn(net, ref, e);
}

/* Elementwise on several inputs: all channels-last where one is and the ranks agree
 * (broadcasting lines up the last axes, so that tensors of different rank only mean something
 * in the file's order). */
static bool joint_order(const struct hs_net *net, const struct hs_node *node)
{
    bool any = false;
    for (size_t i = 0; i < node->inputs; i++) {
        if (hs_net_shape(net, node->input[i])->rank != hs_net_shape(net, node->input[0])->rank)
            return false;
        any = any || hs_net_channels_last(net, node->input[i]);
    }
    return any;
}

static enum hs_status place(struct hs_net *net, struct hs_node *node, struct hs_err *e)
{
    const struct hs_op_type *op = node->op;
    bool last = op->memory == HS_SPATIAL ? net->nchw
                                         : op->memory == HS_ANY_ORDER && joint_order(net, node);
    for (size_t i = 0; i < node->inputs; i++)
        if (!op->reads_either) HS_TRY(put(net, &node->input[i], last, e));
    node->channels_last = last;
    return HS_OK;
}

static enum hs_status check_result(const struct hs_net *net, struct hs_ref r, struct hs_err *e)
{
    if (r.node < 0 || r.result < net->node[r.node].results) return HS_OK;
    return HS_FAIL(e, HS_EDATA, "result number %d of node '%s' is read, but there are only %d",
                   r.result, net->node[r.node].name, net->node[r.node].results);
}

static enum hs_status lay_node(struct hs_net *net, const struct hs_node *old, const int *now,
                               struct hs_err *e)
{
    struct hs_node node = *old;
    for (size_t k = 0; k < node.inputs; k++) {
        if (node.input[k].node >= 0) node.input[k].node = now[node.input[k].node];
        if (check_result(net, node.input[k], e)) return hs_node_where(old, e);
    }
    if (node.shares >= 0) node.shares = now[node.shares];
    HS_TRY(place(net, &node, e));
    struct hs_node *to = append(net, &node);
    HS_TRY(infer(net, to, e));
    name_logical(to);
    return HS_OK;
}

enum hs_status hs_net_layout(struct hs_net *net, struct hs_err *e)
{
    HS_TRY(place_ports(net, e));
    const struct hs_node *old = net->node;
    size_t nodes = net->nodes, most = net->nodes + net->outputs;
    for (size_t i = 0; i < nodes; i++)
        most += old[i].inputs; /* at worst each input is turned */
    int *now = HS_NEW(net->arena, nodes, int);
    struct hs_node *wider = HS_NEW(net->arena, most, struct hs_node);
    if (!now || !wider) return HS_OUT_OF_MEMORY(e);
    net->node = wider, net->nodes = 0;
    for (size_t i = 0; i < nodes; i++) {
        HS_TRY(lay_node(net, &old[i], now, e));
        now[i] = (int)net->nodes - 1;
    }
    for (size_t i = 0; i < net->outputs; i++) {
        if (net->output[i].node >= 0) net->output[i].node = now[net->output[i].node];
        HS_TRY(check_result(net, net->output[i], e));
        HS_TRY(put(net, &net->output[i], false,
                   e)); /* targets and recordings come in the file's order */
    }
    return HS_OK;
}
