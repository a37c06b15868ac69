/* digest.c - what a node and a network are, in 128 bits. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/build.h"

#include <string.h>

static void add_attr(struct hs_hash *h, const struct hs_attr *a)
{
    hs_hash_text(h, a->name);
    hs_hash_int(h, (int64_t)a->n);
    if (a->kind == HS_ATTR_TEXT) hs_hash_text(h, a->text);
    for (size_t i = 0; i < a->n && a->kind == HS_ATTR_INT; i++) hs_hash_int(h, a->ints[i]);
    for (size_t i = 0; i < a->n && a->kind == HS_ATTR_REAL; i++) hs_hash_real(h, a->reals[i]);
}

static void add_shape(struct hs_hash *h, const struct hs_shape *s)
{
    hs_hash_int(h, s->rank);
    for (int i = 0; i < s->rank; i++) hs_hash_int(h, (int64_t)s->dim[i]);
}

/* In the order of the operator's rules, so that the file's order of attributes does not matter.
 */
static struct hs_key of_node(const struct hs_net *net, const struct hs_node *node)
{
    struct hs_hash h;
    hs_hash_begin(&h, "node");
    hs_hash_text(&h, node->op->name);
    hs_hash_int(&h, node->op->version);
    for (const struct hs_attr_rule *r = node->op->attr; r && r->name; r++) {
        const struct hs_attr *a = hs_node_attr(node, r->name);
        if (a) add_attr(&h, a);
    }
    for (const struct hs_param_rule *r = node->op->param; r && r->name; r++) {
        const struct hs_param *p = hs_node_param(net, node, r->name);
        if (!p) continue;
        hs_hash_text(&h, r->name);
        add_shape(&h, &p->value.shape);
        hs_hash_key(
            &h, hs_hash_bytes(p->value.data, hs_shape_count(&p->value.shape) * sizeof(float)));
    }
    return hs_hash_end(&h);
}

static void add_ref(struct hs_hash *h, struct hs_ref r)
{
    hs_hash_int(h, r.node);
    hs_hash_int(h, r.result);
}

void hs_net_digest(struct hs_net *net)
{
    struct hs_hash h;
    hs_hash_begin(&h, "network");
    hs_hash_int(&h, net->nchw);
    hs_hash_int(&h, (int64_t)net->task);
    hs_hash_int(&h, net->logits);
    hs_hash_int(&h, (int64_t)net->ports);
    for (size_t i = 0; i < net->ports; i++) {
        hs_hash_text(&h, net->port[i].name);
        hs_hash_int(&h, net->port[i].integer);
        add_shape(&h, &net->port[i].logical);
    }
    for (size_t i = 0; i < net->nodes; i++) {
        struct hs_node *node = &net->node[i];
        node->digest = of_node(net, node);
        hs_hash_text(&h, node->name);
        hs_hash_key(&h, node->digest);
        hs_hash_int(&h, (int64_t)node->inputs);
        for (size_t k = 0; k < node->inputs; k++) add_ref(&h, node->input[k]);
    }
    for (size_t i = 0; i < net->outputs; i++) add_ref(&h, net->output[i]);
    net->digest = hs_hash_end(&h);
}
