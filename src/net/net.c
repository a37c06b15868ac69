/* net.c - builds a graph piece by piece on its arena, and answers questions about it. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/net.h"

#include "net/op.h"

#include <string.h>

/* clang-format off */
const char *const hs_task_names[] = {
    "none", "classification", "language-model", "reconstruction", "regression", NULL};
/* clang-format on */

enum hs_status hs_net_open(struct hs_net *net, const char *name, bool nchw, struct hs_err *e)
{
    *net = (struct hs_net){.arena = hs_arena_open(), .nchw = nchw, .logits = true};
    if (!net->arena) return HS_OUT_OF_MEMORY(e);
    net->name = hs_arena_text(net->arena, "%s", name ? name : "");
    net->source = "";
    if (net->name) return HS_OK;
    hs_net_close(net);
    return HS_OUT_OF_MEMORY(e);
}

void hs_net_close(struct hs_net *net)
{
    hs_arena_close(net->arena);
    *net = (struct hs_net){0};
}

/* An array of n records with room for one more. It doubles in the arena: what it outgrew goes
 * with the network. */
static void *grown(struct hs_arena *a, void *old, size_t n, size_t size)
{
    if (n & (n - 1)) return old; /* between powers of two there is room */
    void *wider = hs_arena_take(a, n ? 2 * n : 1, size);
    if (wider && n) memcpy(wider, old, n * size);
    return wider;
}
#define GROW(net, array, n) ((array) = grown((net)->arena, (array), (n), sizeof *(array)))

static void *copied(struct hs_arena *a, const void *from, size_t n, size_t size)
{
    void *to = hs_arena_take(a, n, size);
    if (to && n) memcpy(to, from, n * size);
    return to;
}

static struct hs_node *last(struct hs_net *net) { return &net->node[net->nodes - 1]; }

static enum hs_status no_memory(const char *node, struct hs_err *e)
{
    HS_OUT_OF_MEMORY(e);
    return hs_err_where(e, "node '%s'", node);
}

static enum hs_status refused(const struct hs_node *node, struct hs_err *e)
{
    return hs_err_where(e, "node '%s'", node->name);
}

enum hs_status hs_net_add_port(struct hs_net *net, const char *name,
                               const struct hs_shape *logical, bool integer, struct hs_err *e)
{
    for (size_t i = 0; i < net->ports; i++)
        if (!strcmp(net->port[i].name, name))
            return HS_FAIL(e, HS_EDATA, "two inputs are called '%s'", name);
    if (logical->rank < 1)
        return HS_FAIL(e, HS_ESHAPE, "input '%s' has no axis for the samples", name);
    struct hs_port port = {.name = hs_arena_text(net->arena, "%s", name),
                           .shape = *logical,
                           .logical = *logical,
                           .integer = integer};
    if (!port.name || !GROW(net, net->port, net->ports)) return HS_OUT_OF_MEMORY(e);
    port.shape.dim[0] = port.logical.dim[0] = 0;
    if (hs_shape_check(&port.shape, e)) return hs_err_where(e, "input '%s'", name);
    net->port[net->ports++] = port;
    return HS_OK;
}

/* An operator that nobody knows is kept by its name until hs_net_finish, which names all of
 * them at once. */
static const struct hs_op_type *stranger(struct hs_net *net, const char *op)
{
    struct hs_op_type *t = HS_NEW(net->arena, 1, struct hs_op_type);
    if (t) t->name = hs_arena_text(net->arena, "%s", op);
    return t && t->name ? t : NULL;
}

enum hs_status hs_net_add_node(struct hs_net *net, const char *name, const char *op,
                               struct hs_err *e)
{
    if (hs_net_find(net, name) >= 0)
        return HS_FAIL(e, HS_EDATA, "two nodes are called '%s'", name);
    struct hs_node node = {.name = hs_arena_text(net->arena, "%s", name),
                           .op = hs_op_find(op),
                           .shares = -1,
                           .index = (int)net->nodes};
    if (!node.op) node.op = stranger(net, op);
    if (!node.name || !node.op || !GROW(net, net->node, net->nodes)) return no_memory(name, e);
    net->node[net->nodes++] = node;
    return HS_OK;
}

/* May something that comes after `before` nodes read this? */
static enum hs_status reachable(const struct hs_net *net, struct hs_ref r, size_t before,
                                struct hs_err *e)
{
    if (r.node < 0 && (size_t)(-1 - r.node) >= net->ports)
        return HS_FAIL(e, HS_EDATA, "input %d of the network does not exist: there are %zu",
                       -1 - r.node, net->ports);
    if (r.node >= 0 && (size_t)r.node >= before)
        return HS_FAIL(
            e, HS_EDATA,
            "reads node number %d, which does not come before it: nodes stand in execution "
            "order, without cycles",
            r.node);
    if (r.result < 0 || r.result >= HS_MAX_RESULTS || (r.node < 0 && r.result))
        return HS_FAIL(e, HS_EDATA,
                       "reads result number %d of something that has no such result", r.result);
    return HS_OK;
}

enum hs_status hs_net_input(struct hs_net *net, struct hs_ref ref, struct hs_err *e)
{
    struct hs_node *node = last(net);
    if (reachable(net, ref, net->nodes - 1, e)) return refused(node, e);
    if (node->inputs == HS_MAX_INPUTS) {
        HS_FAIL(e, HS_EDATA, "more than %d inputs", HS_MAX_INPUTS);
        return refused(node, e);
    }
    if (!GROW(net, node->input, node->inputs)) return no_memory(node->name, e);
    node->input[node->inputs++] = ref;
    return HS_OK;
}

static enum hs_status add_attr(struct hs_net *net, const char *name, struct hs_attr attr,
                               struct hs_err *e)
{
    struct hs_node *node = last(net);
    if (hs_node_attr(node, name)) {
        HS_FAIL(e, HS_EDATA, "attribute '%s' is given twice", name);
        return refused(node, e);
    }
    attr.name = hs_arena_text(net->arena, "%s", name);
    bool held = attr.kind == HS_ATTR_INT    ? attr.ints != NULL
                : attr.kind == HS_ATTR_REAL ? attr.reals != NULL
                                            : attr.text != NULL;
    if (!held || !attr.name || !GROW(net, node->attr, node->attrs))
        return no_memory(node->name, e);
    node->attr[node->attrs++] = attr;
    return HS_OK;
}

enum hs_status hs_net_attr_ints(struct hs_net *net, const char *name, const int64_t *v,
                                size_t n, struct hs_err *e)
{
    return add_attr(net, name,
                    (struct hs_attr){.kind = HS_ATTR_INT,
                                     .n = n,
                                     .ints = copied(net->arena, v, n, sizeof *v)},
                    e);
}

enum hs_status hs_net_attr_reals(struct hs_net *net, const char *name, const double *v,
                                 size_t n, struct hs_err *e)
{
    return add_attr(net, name,
                    (struct hs_attr){.kind = HS_ATTR_REAL,
                                     .n = n,
                                     .reals = copied(net->arena, v, n, sizeof *v)},
                    e);
}

enum hs_status hs_net_attr_text(struct hs_net *net, const char *name, const char *text,
                                struct hs_err *e)
{
    return add_attr(net, name,
                    (struct hs_attr){.kind = HS_ATTR_TEXT,
                                     .n = 1,
                                     .text = hs_arena_text(net->arena, "%s", text)},
                    e);
}

enum hs_status hs_net_param(struct hs_net *net, const char *name, const struct hs_tensor *value,
                            struct hs_err *e)
{
    struct hs_node *node = last(net);
    for (size_t i = 0; i < node->params; i++)
        if (!strcmp(node->param[i].name, name)) {
            HS_FAIL(e, HS_EDATA, "parameter '%s' is given twice", name);
            return refused(node, e);
        }
    if (hs_shape_check(&value->shape, e)) return refused(node, e);
    struct hs_param p = {
        .name = hs_arena_text(net->arena, "%s", name),
        .value = {value->shape, copied(net->arena, value->data, hs_shape_count(&value->shape),
                                       sizeof(float))},
    };
    if (!p.name || !p.value.data || !GROW(net, node->param, node->params))
        return no_memory(node->name, e);
    node->param[node->params++] = p;
    return HS_OK;
}

enum hs_status hs_net_shares(struct hs_net *net, int node, struct hs_err *e)
{
    if (node < 0 || (size_t)node >= net->nodes - 1) {
        HS_FAIL(e, HS_EDATA,
                "shares the parameters of node number %d, which does not come before it", node);
        return refused(last(net), e);
    }
    last(net)->shares = node;
    return HS_OK;
}

enum hs_status hs_net_output(struct hs_net *net, struct hs_ref ref, struct hs_err *e)
{
    if (reachable(net, ref, net->nodes, e))
        return hs_err_where(e, "output %zu of the network", net->outputs);
    if (!GROW(net, net->output, net->outputs)) return HS_OUT_OF_MEMORY(e);
    net->output[net->outputs++] = ref;
    return HS_OK;
}

const struct hs_param *hs_node_param(const struct hs_net *net, const struct hs_node *node,
                                     const char *name)
{
    for (;;) {
        for (size_t i = 0; i < node->params; i++)
            if (!strcmp(node->param[i].name, name)) return &node->param[i];
        if (node->shares < 0) return NULL;
        node = &net->node[node->shares]; /* always an earlier one, so this ends */
    }
}

double hs_op_weights(const struct hs_net *net, const struct hs_node *n)
{
    double sum = 0;
    for (const struct hs_param_rule *p = n->op->param; p && p->name; p++) {
        const struct hs_param *v = p->is_weight ? hs_node_param(net, n, p->name) : NULL;
        if (v) sum += (double)hs_shape_count(&v->value.shape);
    }
    return sum;
}

const struct hs_attr *hs_node_attr(const struct hs_node *node, const char *name)
{
    for (size_t i = 0; i < node->attrs; i++)
        if (!strcmp(node->attr[i].name, name)) return &node->attr[i];
    return NULL;
}

int64_t hs_node_int(const struct hs_node *node, const char *name, int64_t otherwise)
{
    const struct hs_attr *a = hs_node_attr(node, name);
    return a && a->kind == HS_ATTR_INT && a->n ? a->ints[0] : otherwise;
}

double hs_node_real(const struct hs_node *node, const char *name, double otherwise)
{
    const struct hs_attr *a = hs_node_attr(node, name);
    if (!a || !a->n || a->kind == HS_ATTR_TEXT) return otherwise;
    return a->kind == HS_ATTR_REAL ? a->reals[0] : (double)a->ints[0];
}

const char *hs_node_text(const struct hs_node *node, const char *name, const char *otherwise)
{
    const struct hs_attr *a = hs_node_attr(node, name);
    return a && a->kind == HS_ATTR_TEXT ? a->text : otherwise;
}

int hs_net_find(const struct hs_net *net, const char *name)
{
    for (size_t i = 0; i < net->nodes; i++)
        if (!net->node[i].hidden && !strcmp(net->node[i].name, name)) return (int)i;
    return -1;
}

const struct hs_shape *hs_net_shape(const struct hs_net *net, struct hs_ref r)
{
    return r.node < 0 ? &net->port[-1 - r.node].shape : &net->node[r.node].out[r.result];
}

bool hs_net_channels_last(const struct hs_net *net, struct hs_ref r)
{
    return r.node < 0 ? net->port[-1 - r.node].channels_last : net->node[r.node].channels_last;
}
