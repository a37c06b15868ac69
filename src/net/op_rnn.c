/* op_rnn.c - the plain recurrent layer (Elman 1990): h = tanh(W x + U h + b). */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/recurrent.h"

#include <string.h>

static void step(const struct hs_recurrent *r, const float *x, struct hs_cell_state *s)
{
    const struct hs_packed *p = s->p;
    size_t width = p->width;
    memcpy(s->sum, p->bias, width * sizeof *s->sum);
    hs_recurrent_add(s->sum, x, p->input, p->inputs, width, width);
    hs_recurrent_add(s->sum, s->h, p->recurrent, width, width, width);
    for (size_t i = 0; i < width; i++) s->h[i] = (float)hs_squash(r->activation, s->sum[i]);
}

static const struct hs_cell cell = {.gates = 1, .step = step};

static enum hs_status bind(struct hs_net *net, struct hs_node *node, struct hs_err *e)
{
    return hs_recurrent_bind(net, node, &cell, e);
}

static const struct hs_attr_rule attr[] = {
    HS_RECURRENT_ATTRS,
    {.name = NULL},
};
static const struct hs_param_rule param[] = {
    HS_RECURRENT_WEIGHTS("", ""),
    {.name = NULL},
};

const struct hs_op_type hs_op_rnn = {
    .name = "rnn",
    .summary = "plain recurrent layer over (N, T, inputs)",
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
