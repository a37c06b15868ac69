/* state.c - states of the network and the signatures that say what a node's result depends on. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "propagate/lab.h"

#include <string.h>

struct hs_key hs_node_sign(const struct hs_net *net, int node, struct hs_key quant, const struct hs_key *sig)
{
    const struct hs_node *n = &net->node[node];
    struct hs_hash h;
    hs_hash_begin(&h, "node");
    hs_hash_key(&h, n->digest);
    hs_hash_key(&h, quant);
    for (size_t i = 0; i < n->inputs; i++) {
        hs_hash_int(&h, n->input[i].node < 0 ? n->input[i].node : 0);
        hs_hash_int(&h, n->input[i].result);
        if (n->input[i].node >= 0) hs_hash_key(&h, sig[n->input[i].node]);
    }
    return hs_hash_end(&h);
}

static void sign_from(const struct hs_lab *l, struct hs_state *s, int first)
{
    for (int i = first; i < (int)l->net->nodes; i++)
        if (i == first || l->reaches[(size_t)first * l->net->nodes + (size_t)i])
            s->sig[i] = hs_node_sign(l->net, i, s->quant[i].key, s->sig);
}

enum hs_status hs_state_open(const struct hs_lab *l, struct hs_state *s, struct hs_err *e)
{
    s->quant = hs_alloc_zeroed(l->net->nodes, sizeof *s->quant);
    s->sig = hs_alloc_zeroed(l->net->nodes, sizeof *s->sig);
    if (!s->quant || !s->sig) {
        hs_state_close(s);
        return HS_OUT_OF_MEMORY(e);
    }
    for (int i = 0; i < (int)l->net->nodes; i++)
        s->sig[i] = hs_node_sign(l->net, i, s->quant[i].key, s->sig);
    return HS_OK;
}

void hs_state_close(struct hs_state *s)
{
    hs_free(s->quant);
    hs_free(s->sig);
    *s = (struct hs_state){0};
}

void hs_state_copy(const struct hs_lab *l, struct hs_state *to, const struct hs_state *from)
{
    memcpy(to->quant, from->quant, l->net->nodes * sizeof *to->quant);
    memcpy(to->sig, from->sig, l->net->nodes * sizeof *to->sig);
}

void hs_state_set(const struct hs_lab *l, struct hs_state *s, int node, const struct hs_quant *q)
{
    s->quant[node] = *q;
    sign_from(l, s, node);
}

void hs_quant_sign(struct hs_quant *q)
{
    struct hs_hash h;
    hs_hash_begin(&h, "quant");
    if (q->weights) hs_hash_key(&h, q->weights->key);
    for (int i = 0; i < HS_MAX_INPUTS; i++)
        if (q->input[i]) hs_hash_int(&h, i), hs_hash_key(&h, q->input[i]->key);
    if (q->output) hs_hash_text(&h, "output"), hs_hash_key(&h, q->output->key);
    q->key = hs_hash_end(&h);
}
