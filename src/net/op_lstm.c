/* op_lstm.c - long short-term memory (Hochreiter and Schmidhuber 1997), state in double. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/recurrent.h"

#include <string.h>

/* Gates i, f, g, o: c = f c + i g, h = o tanh(c). */
static void step(const struct hs_recurrent *r, const float *x, struct hs_cell_state *s)
{
    const struct hs_packed *p = s->p;
    size_t width = p->width, gates = 4 * width;
    memcpy(s->sum, p->bias, gates * sizeof *s->sum);
    hs_recurrent_add(s->sum, x, p->input, p->inputs, gates, gates);
    hs_recurrent_add(s->sum, s->h, p->recurrent, width, gates, gates);
    for (size_t i = 0; i < width; i++) {
        double in = hs_squash(r->gate, s->sum[i]), keep = hs_squash(r->gate, s->sum[width + i]),
               fresh = hs_squash(r->activation, s->sum[2 * width + i]);
        s->c[i] = keep * s->c[i] + in * fresh;
        s->h[i] = (float)(hs_squash(r->gate, s->sum[3 * width + i]) * hs_squash(r->activation, s->c[i]));
    }
}

static const struct hs_cell cell = {.gates = 4, .step = step};

static enum hs_status bind(struct hs_net *net, struct hs_node *node, struct hs_err *e)
{
    return hs_recurrent_bind(net, node, &cell, e);
}

static const struct hs_attr_rule attr[] = {
    HS_RECURRENT_ATTRS,
    HS_GATE_ATTR,
    {.name = NULL},
};
static const struct hs_param_rule param[] = {
    HS_RECURRENT_WEIGHTS("4 ", ", gates i, f, g, o"),
    {.name = NULL},
};

const struct hs_op_type hs_op_lstm = {
    .name = "lstm",
    .summary = "long short-term memory over (N, T, inputs)",
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
