/* copy.c - takes a finished network apart again: the same pieces, open for edits. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/copy.h"

#include "net/op.h"

#include <stdio.h>
#include <string.h>

struct copying {
    const struct hs_net *from;
    const char *const *before; /* or NULL */
    struct hs_net *to;
    int *now;                    /* node of `from` -> node of `to` */
    size_t puts;
    struct put { struct hs_ref ref; const char *op; int node; } *put; /* what was put before nodes */
};

/* What a reference of the old network is in the new one: hidden nodes turn memory, and are looked through. */
static struct hs_ref new_ref(const struct copying *c, struct hs_ref r)
{
    while (r.node >= 0 && c->from->node[r.node].hidden) r = c->from->node[r.node].input[0];
    if (r.node >= 0) r.node = c->now[r.node];
    return r;
}

static enum hs_status put_before(struct copying *c, const char *op, const char *name, struct hs_ref *ref, struct hs_err *e)
{
    char text[512];
    for (size_t i = 0; i < c->puts; i++)
        if (c->put[i].ref.node == ref->node && c->put[i].ref.result == ref->result && !strcmp(c->put[i].op, op)) {
            *ref = (struct hs_ref){.node = c->put[i].node};
            return HS_OK;
        }
    snprintf(text, sizeof text, "%.400s.%.60s", name, op);
    HS_TRY(hs_net_add_node(c->to, text, op, e));
    HS_TRY(hs_net_input(c->to, *ref, e));
    int at = (int)c->to->nodes - 1;
    c->put[c->puts++] = (struct put){*ref, op, at};
    *ref = (struct hs_ref){.node = at};
    return HS_OK;
}

static enum hs_status copy_attrs(struct hs_net *to, const struct hs_node *node, struct hs_err *e)
{
    for (size_t i = 0; i < node->attrs; i++) {
        const struct hs_attr *a = &node->attr[i];
        HS_TRY(a->kind == HS_ATTR_INT    ? hs_net_attr_ints(to, a->name, a->ints, a->n, e)
               : a->kind == HS_ATTR_REAL ? hs_net_attr_reals(to, a->name, a->reals, a->n, e)
                                         : hs_net_attr_text(to, a->name, a->text, e));
    }
    return HS_OK;
}

static enum hs_status copy_node(struct copying *c, const struct hs_node *node, struct hs_err *e)
{
    struct hs_ref first = node->inputs ? new_ref(c, node->input[0]) : (struct hs_ref){0};
    const char *op = c->before && node->inputs ? c->before[node->index] : NULL;
    if (op) HS_TRY(put_before(c, op, node->name, &first, e));
    HS_TRY(hs_net_add_node(c->to, node->name, node->op->name, e));
    c->now[node->index] = (int)c->to->nodes - 1;
    for (size_t i = 0; i < node->inputs; i++) HS_TRY(hs_net_input(c->to, i ? new_ref(c, node->input[i]) : first, e));
    HS_TRY(copy_attrs(c->to, node, e));
    for (size_t i = 0; i < node->params; i++) HS_TRY(hs_net_param(c->to, node->param[i].name, &node->param[i].value, e));
    return node->shares < 0 ? HS_OK : hs_net_shares(c->to, c->now[node->shares], e);
}

static enum hs_status copy_all(struct copying *c, struct hs_err *e)
{
    const struct hs_net *from = c->from;
    for (size_t i = 0; i < from->ports; i++) {
        HS_TRY(hs_net_add_port(c->to, from->port[i].name, &from->port[i].logical, from->port[i].integer, e));
        if (from->port[i].axes) c->to->port[i].axes = hs_arena_text(c->to->arena, "%s", from->port[i].axes);
    }
    for (size_t i = 0; i < from->nodes; i++)
        if (!from->node[i].hidden) HS_TRY(copy_node(c, &from->node[i], e));
    for (size_t i = 0; i < from->outputs; i++) HS_TRY(hs_net_output(c->to, new_ref(c, from->output[i]), e));
    return HS_OK;
}

enum hs_status hs_net_copy(const struct hs_net *from, const char *const *before, struct hs_net *to, struct hs_err *e)
{
    HS_TRY(hs_net_open(to, from->name, from->nchw, e));
    struct copying c = {.from = from, .before = before, .to = to};
    c.now = HS_NEW(to->arena, from->nodes, int);
    c.put = HS_NEW(to->arena, from->nodes, struct put);
    to->source = hs_arena_text(to->arena, "%s", from->source);
    to->path = from->path ? hs_arena_text(to->arena, "%s", from->path) : NULL;
    to->task = from->task, to->logits = from->logits;
    if (!c.now || !c.put || !to->source || (from->path && !to->path)) HS_OUT_OF_MEMORY(e);
    else copy_all(&c, e);
    if (e->status != HS_OK) hs_net_close(to);
    return e->status;
}

enum hs_status hs_net_set_param(struct hs_net *net, int at, const char *name, const struct hs_tensor *value,
                                struct hs_err *e)
{
    struct hs_node *node = &net->node[at];
    size_t i = 0, n = hs_shape_count(&value->shape);
    while (i < node->params && strcmp(node->param[i].name, name)) i++;
    if (i == node->params) {
        struct hs_param *wider = HS_NEW(net->arena, node->params + 1, struct hs_param);
        if (!wider) return HS_OUT_OF_MEMORY(e);
        if (node->params) memcpy(wider, node->param, node->params * sizeof *wider);
        node->param = wider;
        node->param[node->params++].name = hs_arena_text(net->arena, "%s", name);
    }
    struct hs_param *p = &node->param[i];
    p->value.shape = value->shape;
    p->value.data = HS_NEW(net->arena, n, float);
    if (!p->name || !p->value.data) return HS_OUT_OF_MEMORY(e);
    memcpy(p->value.data, value->data, n * sizeof(float));
    return HS_OK;
}

void hs_net_make_identity(struct hs_net *net, int node)
{
    net->node[node].op = hs_op_find("identity");
    net->node[node].attrs = net->node[node].params = 0;
}
