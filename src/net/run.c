/* run.c - evaluates a network node by node and forgets each tensor after its last reader. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/run.h"

#include "net/build.h"
#include "net/common.h"

#include <string.h>

enum hs_status hs_net_pack(const struct hs_net *net, struct hs_net_packs *p, struct hs_err *e)
{
    *p = (struct hs_net_packs){.net = net, .of = hs_alloc_zeroed(net->nodes, sizeof *p->of)};
    if (!p->of) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < net->nodes; i++) {
        const struct hs_node *node = &net->node[i];
        if (!node->op->pack || !node->op->pack(net, node, NULL, &p->of[i], e)) continue;
        hs_node_where(node, e);
        hs_net_unpack(p);
        return e->status;
    }
    return HS_OK;
}

void hs_net_unpack(struct hs_net_packs *p)
{
    for (size_t i = 0; p->of && i < p->net->nodes; i++)
        if (p->of[i]) p->net->node[i].op->unpack(p->of[i]);
    hs_free(p->of);
    *p = (struct hs_net_packs){0};
}

enum hs_status hs_node_run(const struct hs_net *net, const struct hs_node *node,
                           const struct hs_packed *packed, const struct hs_tensor *const *in,
                           size_t first, struct hs_tensor *out, struct hs_err *e)
{
    struct hs_op_call call = {
        .net = net, .node = node, .packed = packed, .first = first, .out = out};
    for (size_t i = 0; i < node->inputs; i++) call.in[i] = in[i];
    enum hs_status st = HS_OK;
    for (int i = 0; i < node->results; i++) out[i] = (struct hs_tensor){0};
    for (int i = 0; i < node->results && st == HS_OK; i++) {
        struct hs_shape shape = node->out[i];
        shape.dim[0] = in[0]->shape.dim[0];
        st = hs_tensor_alloc(&out[i], &shape, e);
    }
    if (st == HS_OK) st = node->op->forward(&call, e);
    if (st == HS_OK) return HS_OK;
    for (int i = 0; i < node->results; i++) hs_tensor_free(&out[i]);
    return hs_node_where(node, e);
}

/* One batch on its way through the network. */
struct pass {
    const struct hs_net_packs *packs;
    const struct hs_tensor *input; /* of all samples */
    size_t first, n;
    struct hs_tensor *port;                     /* views into input */
    struct hs_tensor (*result)[HS_MAX_RESULTS]; /* of each node */
    size_t *last;                               /* the last node that reads each node */
};

static void forget(struct pass *p, size_t node)
{
    for (int i = 0; i < p->packs->net->node[node].results; i++)
        hs_tensor_free(&p->result[node][i]);
}

static enum hs_status step(struct pass *p, size_t i, hs_net_viewer *viewer, void *ctx,
                           struct hs_err *e)
{
    const struct hs_net *net = p->packs->net;
    const struct hs_node *node = &net->node[i];
    const struct hs_tensor *in[HS_MAX_INPUTS];
    for (size_t k = 0; k < node->inputs; k++) {
        struct hs_ref r = node->input[k];
        in[k] = r.node < 0 ? &p->port[-1 - r.node] : &p->result[r.node][r.result];
    }
    HS_TRY(hs_node_run(net, node, p->packs->of[i], in, p->first, p->result[i], e));
    HS_TRY(viewer(ctx, node, p->result[i], p->first, e));
    for (size_t k = 0; k < node->inputs; k++)
        if (node->input[k].node >= 0 && p->last[node->input[k].node] == i)
            forget(p, (size_t)node->input[k].node);
    if (p->last[i] == i) forget(p, i);
    return HS_OK;
}

static void view_ports(struct pass *p, size_t first, size_t n)
{
    p->first = first, p->n = n;
    for (size_t k = 0; k < p->packs->net->ports; k++) {
        p->port[k] = p->input[k];
        p->port[k].shape.dim[0] = n;
        p->port[k].data += first * hs_shape_row(&p->input[k].shape);
    }
}

static enum hs_status check_inputs(const struct hs_net *net, const struct hs_tensor *input,
                                   struct hs_err *e)
{
    for (size_t k = 0; k < net->ports; k++) {
        struct hs_shape want = net->port[k].shape;
        want.dim[0] = input[0].shape.dim[0];
        char one[128], other[128];
        if (!hs_shape_equal(&want, &input[k].shape))
            return HS_FAIL(e, HS_ESHAPE, "input '%s' is %s, but is fed %s", net->port[k].name,
                           hs_shape_text(&want, one), hs_shape_text(&input[k].shape, other));
    }
    return HS_OK;
}

static void find_last_readers(struct pass *p)
{
    const struct hs_net *net = p->packs->net;
    for (size_t i = 0; i < net->nodes; i++) {
        p->last[i] = i;
        for (size_t k = 0; k < net->node[i].inputs; k++)
            if (net->node[i].input[k].node >= 0) p->last[net->node[i].input[k].node] = i;
    }
}

enum hs_status hs_net_run(const struct hs_net_packs *packs, const struct hs_tensor *input,
                          size_t batch, hs_net_viewer *viewer, void *ctx, struct hs_err *e)
{
    const struct hs_net *net = packs->net;
    HS_TRY(check_inputs(net, input, e));
    size_t n = input[0].shape.dim[0];
    if (!batch) batch = HS_NET_BATCH;
    struct pass p = {
        .packs = packs,
        .input = input,
        .port = hs_alloc_zeroed(net->ports, sizeof *p.port),
        .result = hs_alloc_zeroed(net->nodes, sizeof *p.result),
        .last = hs_alloc_zeroed(net->nodes, sizeof *p.last),
    };
    enum hs_status st = p.port && p.result && p.last ? HS_OK : HS_OUT_OF_MEMORY(e);
    if (st == HS_OK) find_last_readers(&p);
    for (size_t first = 0; st == HS_OK && (first < n || first == 0);
         first += batch) { /* once for no samples, too */
        view_ports(&p, first, n - first < batch ? n - first : batch);
        for (size_t i = 0; st == HS_OK && i < net->nodes; i++) st = step(&p, i, viewer, ctx, e);
    }
    for (size_t i = 0; p.result && i < net->nodes; i++) forget(&p, i);
    hs_free(p.port), hs_free(p.result), hs_free(p.last);
    return st;
}

struct keeper {
    struct hs_ref ref;
    struct hs_tensor *value;
};

static enum hs_status keep(void *ctx, const struct hs_node *node, const struct hs_tensor *out,
                           size_t first, struct hs_err *e)
{
    (void)e;
    const struct keeper *k = ctx;
    if (node->index != k->ref.node) return HS_OK;
    const struct hs_tensor *t = &out[k->ref.result];
    memcpy(k->value->data + first * hs_shape_row(&t->shape), t->data,
           hs_shape_count(&t->shape) * sizeof(float));
    return HS_OK;
}

enum hs_status hs_net_value(const struct hs_net_packs *packs, const struct hs_tensor *input,
                            size_t batch, struct hs_ref ref, struct hs_tensor *value,
                            struct hs_err *e)
{
    if (ref.node < 0) return hs_tensor_copy(value, &input[-1 - ref.node], e);
    struct hs_shape shape = *hs_net_shape(packs->net, ref);
    shape.dim[0] = input[0].shape.dim[0];
    HS_TRY(hs_tensor_alloc(value, &shape, e));
    struct keeper k = {ref, value};
    enum hs_status st = hs_net_run(packs, input, batch, keep, &k, e);
    if (st != HS_OK) hs_tensor_free(value);
    return st;
}

enum hs_status hs_net_to_logical(const struct hs_net *net, struct hs_ref ref,
                                 const struct hs_tensor *value, struct hs_tensor *to,
                                 struct hs_err *e)
{
    const struct hs_shape *logical = ref.node < 0 ? &net->port[-1 - ref.node].logical
                                                  : &net->node[ref.node].logical[ref.result];
    HS_TRY(hs_tensor_copy(to, value, e));
    size_t count = hs_shape_count(&value->shape), n = value->shape.dim[0];
    size_t channels = value->shape.dim[value->shape.rank - 1];
    to->shape = *logical;
    to->shape.dim[0] = n;
    if (count && hs_net_channels_last(net, ref) && value->shape.rank >= 3)
        hs_turn_matrices(to->data, value->data, n, count / n / channels, channels);
    return HS_OK;
}
