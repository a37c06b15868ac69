/* op_gru.c - gated recurrent unit (Cho et al. 2014), with the reset gate before or after the product. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/recurrent.h"

#include <string.h>

/* Gates r, z, n: h = (1 - z) n + z h, where n = tanh(W x + b + r (U h + b')) with the reset gate after the product
 * (cuDNN, torch), and n = tanh(W x + b + U (r h) + b') with it before (the paper). */
static void step(const struct hs_recurrent *rule, const float *x, struct hs_cell_state *s)
{
    const struct hs_packed *p = s->p;
    size_t width = p->width, gates = 3 * width;
    double *r = s->sum, *z = s->sum + width, *n = s->sum + 2 * width, *fresh = s->more + 2 * width;
    memcpy(s->sum, p->bias, gates * sizeof *s->sum);
    memcpy(s->more, p->recurrent_bias, gates * sizeof *s->more);
    hs_recurrent_add(s->sum, x, p->input, p->inputs, gates, gates);
    hs_recurrent_add(s->more, s->h, p->recurrent, width, rule->reset_after ? gates : 2 * width, gates);
    for (size_t i = 0; i < 2 * width; i++) s->sum[i] = hs_squash(rule->gate, s->sum[i] + s->more[i]);
    if (!rule->reset_after) {
        for (size_t i = 0; i < width; i++) s->gated[i] = (float)(r[i] * (double)s->h[i]);
        hs_recurrent_add(fresh, s->gated, p->recurrent + 2 * width, width, width, gates);
    }
    for (size_t i = 0; i < width; i++) {
        double y = hs_squash(rule->activation, n[i] + (rule->reset_after ? r[i] : 1) * fresh[i]);
        s->h[i] = (float)((1 - z[i]) * y + z[i] * (double)s->h[i]);
    }
}

static const struct hs_cell cell = {.gates = 3, .step = step};

static enum hs_status bind(struct hs_net *net, struct hs_node *node, struct hs_err *e)
{
    return hs_recurrent_bind(net, node, &cell, e);
}

static const struct hs_attr_rule attr[] = {
    HS_RECURRENT_ATTRS,
    HS_GATE_ATTR,
    HS_INT_ATTR("reset_after", "1: the reset gate after the product with the state; 0: before; 1"),
    {.name = NULL},
};
static const struct hs_param_rule param[] = {
    HS_RECURRENT_WEIGHTS("3 ", ", gates r, z, n"),
    {.name = "recurrent_bias", .meaning = "3 width, added to the product with the state; 0"},
    {.name = NULL},
};

const struct hs_op_type hs_op_gru = {
    .name = "gru",
    .summary = "gated recurrent unit over (N, T, inputs)",
    .version = 1,
    .role = HS_ROLE_LAYER,
    .min_inputs = 1,
    .max_inputs = 1,
    .attr = attr,
    .param = param,
    .memory = HS_LOGICAL,
    .bind = bind,
    .shape = hs_recurrent_shape,
    .pack = hs_recurrent_pack,
    .unpack = hs_recurrent_unpack,
    .forward = hs_recurrent_forward,
    .products = hs_recurrent_products,
};
