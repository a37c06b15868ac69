/* sequence.c - for each layer in the order: calibrate, round, freeze. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "propagate/sequence.h"
#include "propagate/sensitivity.h"
#include "propagate/objective.h"
#include "propagate/oracle.h"
#include "propagate/search.h"

#include "base/rng.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum hs_status hs_sequence_open(struct hs_sequence *s, struct hs_lab *l, const struct hs_spec *spec,
                                struct hs_arena *arena, struct hs_err *e)
{
    size_t nodes = l->net->nodes, inputs = 0;
    *s = (struct hs_sequence){.l = l, .spec = spec, .arena = arena};
    s->layer = HS_NEW(arena, nodes, struct hs_layer);
    if (!s->layer) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < nodes; i++)
        if (hs_layer_resolve(l->net, spec, (int)i, &s->layer[s->layers])) inputs += (size_t)s->layer[s->layers++].inputs;
    s->quant = HS_NEW(arena, s->layers, struct hs_quant);
    s->perm = HS_NEW(arena, s->layers, size_t);
    s->done = HS_NEW(arena, s->layers, bool);
    s->error = HS_NEW(arena, s->layers, double);
    s->shared.at = hs_arena_take(arena, inputs, sizeof *s->shared.at);
    if (!s->quant || !s->perm || !s->done || !s->error || !s->shared.at) return HS_OUT_OF_MEMORY(e);
    s->taken = HS_NEW(arena, s->layers, size_t);
    s->shared_before = HS_NEW(arena, s->layers, size_t);
    if (!s->taken || !s->shared_before) return HS_OUT_OF_MEMORY(e);
    HS_TRY(hs_state_open(l, &s->state, e));
    if (!spec->objective.type || !spec->objective.type->finish) return HS_OK;
    if (!(s->context = HS_NEW(arena, s->layers, struct hs_state))) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < s->layers; i++) HS_TRY(hs_state_open(l, &s->context[i], e));
    return HS_OK;
}

void hs_sequence_close(struct hs_sequence *s)
{
    for (size_t i = 0; s->context && i < s->layers; i++) hs_state_close(&s->context[i]);
    hs_state_close(&s->state);
}

static const struct hs_state *context(const struct hs_sequence *s)
{
    return s->spec->context == HS_CONTEXT_FLOAT ? &s->l->floating : &s->state;
}

static enum hs_status gather_facts(struct hs_sequence *s, struct hs_layer_facts *f, struct hs_err *e)
{
    const struct hs_net *net = s->l->net;
    for (size_t i = 0; i < s->layers; i++) {
        const struct hs_node *n = &net->node[s->layer[i].node];
        f[i] = (struct hs_layer_facts){.name = n->name, .parameters = hs_op_weights(net, n), .figure = NAN,
                                       .products = n->op->products ? n->op->products(net, n) : 0};
    }
    if (s->spec->order.type->needs != HS_ORDER_FIGURE) return HS_OK;
    HS_TRY(hs_lab_sensitivity(s->l, s->spec, s->layer, s->layers, s->error, &s->evaluations, e));
    for (size_t i = 0; i < s->layers; i++) f[i].figure = s->error[i];
    return HS_OK;
}

static enum hs_status arrange_by_names(struct hs_sequence *s, struct hs_err *e)
{
    size_t k = 0;
    for (const char *const *name = s->spec->order.names; name && *name && k < s->layers; name++)
        for (size_t i = 0; i < s->layers; i++)
            if (strcmp(*name, s->l->net->node[s->layer[i].node].name) == 0) s->perm[k++] = i;
    return k == s->layers ? HS_OK : HS_FAIL(e, HS_ECONFIG, "order.explicit lists %zu of %zu layers", k, s->layers);
}

/* A search asks for whole orders; what it asked for is written down where the trial is. */
static enum hs_status search(struct hs_sequence *s, const struct hs_layer_facts *f, gsl_rng *r, struct hs_err *e)
{
    const struct hs_order_choice *o = &s->spec->order;
    struct hs_oracle oracle;
    if (!s->layers) return HS_OK;
    if (!hs_oracle_open(&oracle, s->l, s->spec, s->layer, s->layers, s->arena, o->type->scores && s->trace, e) &&
        !o->type->search(&oracle.ask, f, s->layers, o->knob, r, s->perm, e) && s->trace)
        hs_oracle_report(&oracle, s->trace, e);
    s->evaluations += oracle.networks;
    hs_oracle_close(&oracle);
    return e->status;
}

enum hs_status hs_sequence_arrange(struct hs_sequence *s, struct hs_err *e)
{
    const struct hs_order_choice *o = &s->spec->order;
    if (o->type->takes_names) return arrange_by_names(s, e);
    if (o->type->next) return HS_OK; /* decided step by step */
    struct hs_layer_facts *f = HS_NEW(s->arena, s->layers, struct hs_layer_facts);
    if (!f) return HS_OUT_OF_MEMORY(e);
    HS_TRY(gather_facts(s, f, e));
    char stream[64];
    snprintf(stream, sizeof stream, "order/%s/%d", o->type->name, o->index);
    gsl_rng *r = hs_rng_open(s->spec->seed, stream);
    if (!r) return HS_OUT_OF_MEMORY(e);
    if (o->type->search) search(s, f, r, e);
    else o->type->arrange(f, s->layers, o->knob, r, s->perm, e);
    gsl_rng_free(r);
    return e->status;
}

static enum hs_status pick(struct hs_sequence *s, size_t *layer, struct hs_err *e)
{
    const struct hs_order_choice *o = &s->spec->order;
    if (!o->type->next) {
        *layer = s->perm[s->done_layers];
        return HS_OK;
    }
    HS_TRY(hs_search_errors(s->l, s->spec, s->layer, s->layers, s->done, &s->state, context(s), &s->shared, s->error, e));
    s->evaluations += (double)(s->layers - s->done_layers);
    *layer = o->type->next(s->error, s->layers, o->knob);
    return HS_OK;
}

/* Layers that read one tensor share its grid from here on. */
static void share_inputs(struct hs_sequence *s, const struct hs_layer *l, const struct hs_quant *q)
{
    for (int i = 0; i < l->inputs; i++) {
        s->shared.at[s->shared.n].ref = s->l->net->node[l->node].input[i];
        s->shared.at[s->shared.n].side = l->input_side;
        s->shared.at[s->shared.n++].site = q->input[i];
    }
}

enum hs_status hs_sequence_step(struct hs_sequence *s, bool report, size_t *out, struct hs_err *e)
{
    size_t i;
    HS_TRY(pick(s, &i, e));
    struct hs_layer *l = &s->layer[i];
    s->shared_before[i] = s->shared.n;
    if (s->context) hs_state_copy(s->l, &s->context[i], context(s));
    if (hs_layer_settle(s->l, s->spec, l, context(s), &s->shared, report, &s->quant[i], e))
        return hs_err_where(e, "layer %s", s->l->net->node[l->node].name);
    share_inputs(s, l, &s->quant[i]);
    hs_state_set(s->l, &s->state, l->node, &s->quant[i]);
    s->done[i] = true;
    s->taken[s->done_layers++] = i;
    *out = i;
    if (s->done_layers < s->layers || !s->context) return HS_OK;
    return s->spec->objective.type->finish(s, s->trace, e);
}

enum hs_status hs_sequence_whole(struct hs_sequence *s, struct hs_lab *l, const struct hs_spec *spec,
                                 struct hs_arena *arena, struct hs_err *e)
{
    HS_TRY(hs_sequence_open(s, l, spec, arena, e));
    HS_TRY(hs_sequence_arrange(s, e));
    for (size_t step = 0, i; step < s->layers; step++) HS_TRY(hs_sequence_step(s, false, &i, e));
    return HS_OK;
}

static enum hs_status order_errors(struct hs_sequence *s, size_t *node, double *error, struct hs_err *e)
{
    HS_TRY(hs_sequence_arrange(s, e));
    for (size_t step = 0; step < s->layers; step++) {
        size_t i;
        HS_TRY(hs_sequence_step(s, false, &i, e));
        node[step] = (size_t)s->layer[i].node;
        HS_TRY(hs_lab_output_error(s->l, HS_CALIBRATION, &s->state, &error[step], e));
    }
    return HS_OK;
}

enum hs_status hs_lab_order(struct hs_lab *l, const struct hs_spec *spec, size_t *node, double *error, struct hs_err *e)
{
    struct hs_sequence s;
    struct hs_arena *arena = hs_arena_open();
    if (!arena) return HS_OUT_OF_MEMORY(e);
    if (hs_sequence_open(&s, l, spec, arena, e) == HS_OK) order_errors(&s, node, error, e);
    hs_sequence_close(&s);
    hs_arena_close(arena);
    return e->status;
}

enum hs_status hs_lab_solo(struct hs_lab *l, const struct hs_spec *spec, double *error, struct hs_err *e)
{
    struct hs_sequence s;
    struct hs_arena *arena = hs_arena_open();
    if (!arena) return HS_OUT_OF_MEMORY(e);
    if (hs_sequence_open(&s, l, spec, arena, e) == HS_OK)
        hs_search_errors(l, spec, s.layer, s.layers, NULL, &l->floating, &l->floating, NULL, error, e);
    hs_sequence_close(&s);
    hs_arena_close(arena);
    return e->status;
}
