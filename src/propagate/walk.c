/* walk.c - for each layer in the order: calibrate, round, freeze, measure. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/rng.h"
#include "net/op.h"
#include "propagate/measure.h"
#include "propagate/search.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct walk {
    struct hs_lab *l;
    const struct hs_spec *spec;
    struct hs_trace *t;
    struct hs_state state;
    struct hs_layer *layer;
    struct hs_quant *quant;    /* of each layer, once it is frozen */
    size_t layers, *perm;
    bool *done;
    double *error;
    struct hs_shared_inputs shared;
    struct hs_sights sights, floats;
    size_t steps_measured;
};

static const struct hs_state *context(const struct walk *w)
{
    return w->spec->context == HS_CONTEXT_FLOAT ? &w->l->floating : &w->state;
}

static enum hs_status open_sights(struct walk *w, struct hs_sights *s, struct hs_err *e)
{
    size_t n = w->l->data[HS_EVALUATION]->n;
    struct hs_arena *a = w->t->arena;
    s->sum = HS_NEW(a, w->spec->metrics, double *);
    if (!s->sum) return HS_OUT_OF_MEMORY(e);
    for (size_t m = 0; m < w->spec->metrics; m++)
        if (!(s->sum[m] = HS_NEW(a, n * w->spec->metric[m]->sums, double))) return HS_OUT_OF_MEMORY(e);
    s->loss = HS_NEW(a, n, double), s->correct = HS_NEW(a, n, double);
    s->squared = HS_NEW(a, n, double), s->reference = HS_NEW(a, n, double);
    return s->loss && s->correct && s->squared && s->reference ? HS_OK : HS_OUT_OF_MEMORY(e);
}

static enum hs_status open_arrays(struct walk *w, struct hs_err *e)
{
    size_t nodes = w->l->net->nodes, layers = 0, sites = 0, inputs = 0;
    struct hs_arena *a = w->t->arena;
    w->layer = HS_NEW(a, nodes, struct hs_layer);
    if (!w->layer) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < nodes; i++)
        if (hs_layer_resolve(w->l->net, w->spec, (int)i, &w->layer[layers])) {
            inputs += (size_t)w->layer[layers].inputs;
            sites += 8 + (size_t)w->layer[layers].inputs + 1; /* at most 8 weights */
            layers++;
        }
    size_t steps = w->spec->measure == HS_MEASURE_STEPS ? layers : 1;
    w->layers = layers;
    w->quant = HS_NEW(a, layers, struct hs_quant);
    w->perm = HS_NEW(a, layers, size_t);
    w->done = HS_NEW(a, layers, bool);
    w->error = HS_NEW(a, layers, double);
    w->shared.at = hs_arena_take(a, inputs, sizeof *w->shared.at);
    w->t->order = HS_NEW(a, layers, const char *);
    w->t->site = HS_NEW(a, sites, struct hs_site_row);
    w->t->node = HS_NEW(a, (steps + 1) * nodes, struct hs_node_row);
    w->t->figure = HS_NEW(a, (steps + 2) * (w->spec->metrics + 1), struct hs_figure_row);
    if (!w->quant || !w->perm || !w->done || !w->error || !w->shared.at || !w->t->order || !w->t->site || !w->t->node ||
        !w->t->figure)
        return HS_OUT_OF_MEMORY(e);
    HS_TRY(open_sights(w, &w->sights, e));
    return open_sights(w, &w->floats, e);
}

static double parameters_of(const struct hs_net *net, const struct hs_node *n)
{
    double sum = 0;
    for (const struct hs_param_rule *p = n->op->param; p && p->name; p++) {
        const struct hs_param *v = p->is_weight ? hs_node_param(net, n, p->name) : NULL;
        if (v) sum += (double)hs_shape_count(&v->value.shape);
    }
    return sum;
}

static enum hs_status gather_facts(struct walk *w, struct hs_layer_facts *f, struct hs_err *e)
{
    const struct hs_net *net = w->l->net;
    for (size_t i = 0; i < w->layers; i++) {
        const struct hs_node *n = &net->node[w->layer[i].node];
        f[i] = (struct hs_layer_facts){.name = n->name, .parameters = parameters_of(net, n), .solo = NAN,
                                       .products = n->op->products ? n->op->products(net, n) : 0};
    }
    if (w->spec->order.type->needs != HS_ORDER_SOLO) return HS_OK;
    HS_TRY(hs_search_errors(w->l, w->spec, w->layer, w->layers, NULL, &w->l->floating, &w->l->floating, NULL, w->error,
                            e));
    w->t->order_evaluations += (double)w->layers;
    for (size_t i = 0; i < w->layers; i++) f[i].solo = w->error[i];
    return HS_OK;
}

static enum hs_status arrange_by_names(struct walk *w, struct hs_err *e)
{
    size_t k = 0;
    for (const char *const *name = w->spec->order.names; name && *name && k < w->layers; name++)
        for (size_t i = 0; i < w->layers; i++)
            if (strcmp(*name, w->l->net->node[w->layer[i].node].name) == 0) w->perm[k++] = i;
    return k == w->layers ? HS_OK : HS_FAIL(e, HS_ECONFIG, "order.explicit lists %zu of %zu layers", k, w->layers);
}

static enum hs_status arrange(struct walk *w, struct hs_err *e)
{
    const struct hs_order_choice *o = &w->spec->order;
    if (o->type->takes_names) return arrange_by_names(w, e);
    if (!o->type->arrange) return HS_OK; /* decided step by step */
    struct hs_layer_facts *f = HS_NEW(w->t->arena, w->layers, struct hs_layer_facts);
    if (!f) return HS_OUT_OF_MEMORY(e);
    HS_TRY(gather_facts(w, f, e));
    char stream[64];
    snprintf(stream, sizeof stream, "order/%s/%d", o->type->name, o->index);
    gsl_rng *r = hs_rng_open(w->spec->seed, stream);
    if (!r) return HS_OUT_OF_MEMORY(e);
    o->type->arrange(f, w->layers, o->knob, r, w->perm, e);
    gsl_rng_free(r);
    return e->status;
}

static enum hs_status pick(struct walk *w, size_t step, size_t *layer, struct hs_err *e)
{
    const struct hs_order_choice *o = &w->spec->order;
    if (!o->type->next) {
        *layer = w->perm[step];
        return HS_OK;
    }
    HS_TRY(hs_search_errors(w->l, w->spec, w->layer, w->layers, w->done, &w->state, context(w), &w->shared, w->error, e));
    w->t->order_evaluations += (double)(w->layers - step);
    *layer = o->type->next(w->error, w->layers, o->knob);
    return HS_OK;
}

static enum hs_status add_site(struct walk *w, const struct hs_site *s, const char *layer, const char *site, int step,
                               struct hs_err *e)
{
    struct hs_site_row *row = &w->t->site[w->t->sites++];
    *row = s->row;
    row->layer = layer, row->site = site, row->step = step;
    row->warning = hs_arena_text(w->t->arena, "%s", s->warning);
    return row->warning ? HS_OK : HS_OUT_OF_MEMORY(e);
}

static enum hs_status add_sites(struct walk *w, const struct hs_layer *l, const struct hs_quant *q, int step,
                                struct hs_err *e)
{
    const struct hs_node *n = &w->l->net->node[l->node];
    size_t k = 0;
    for (const struct hs_param_rule *p = n->op->param; q->weights && p && p->name && k < q->weights->sites; p++)
        if (p->is_weight && hs_node_param(w->l->net, n, p->name))
            HS_TRY(add_site(w, q->weights->site[k++], n->name, p->name, step, e));
    for (int i = 0; i < l->inputs; i++) {
        const char *name = i ? hs_arena_text(w->t->arena, "input%d", i) : "input";
        if (!name) return HS_OUT_OF_MEMORY(e);
        HS_TRY(add_site(w, q->input[i], n->name, name, step, e));
    }
    if (q->output) HS_TRY(add_site(w, q->output, n->name, "output", step, e));
    return HS_OK;
}

static void share_inputs(struct walk *w, const struct hs_layer *l, const struct hs_quant *q)
{
    for (int i = 0; i < l->inputs; i++) {
        w->shared.at[w->shared.n].ref = w->l->net->node[l->node].input[i];
        w->shared.at[w->shared.n].side = l->input_side;
        w->shared.at[w->shared.n++].site = q->input[i];
    }
}

static enum hs_status add_figures(struct walk *w, const struct hs_sights *s, int step, bool only_task, struct hs_err *e)
{
    for (size_t m = 0; m < w->spec->metrics; m++) {
        if (only_task && !w->spec->metric[m]->needs_target) continue;
        struct hs_figure_row *row = &w->t->figure[w->t->figures++];
        row->metric = w->spec->metric[m]->name, row->step = step;
        HS_TRY(hs_measure_figure(w->l, w->spec, s, m, row, e));
    }
    return HS_OK;
}

static enum hs_status measure(struct walk *w, size_t step, struct hs_err *e)
{
    bool last = step == w->layers;
    if (!last && w->spec->measure != HS_MEASURE_STEPS) return HS_OK;
    size_t n = 0;
    HS_TRY(hs_measure_nodes(w->l, &w->state, (int)step, w->t->node + w->t->nodes, &n, e));
    w->t->nodes += n;
    HS_TRY(hs_measure_output(w->l, w->spec, &w->state, &w->sights, e));
    return add_figures(w, &w->sights, (int)step, false, e);
}

static enum hs_status step_once(struct walk *w, size_t step, struct hs_err *e)
{
    size_t i;
    HS_TRY(pick(w, step, &i, e));
    struct hs_layer *l = &w->layer[i];
    const char *name = w->l->net->node[l->node].name;
    if (hs_lab_calibrate(w->l, w->spec, l, context(w), &w->shared, true, &w->quant[i], e))
        return hs_err_where(e, "layer %s", name);
    share_inputs(w, l, &w->quant[i]);
    hs_state_set(w->l, &w->state, l->node, &w->quant[i]);
    w->done[i] = true;
    w->t->order[step] = name;
    HS_TRY(add_sites(w, l, &w->quant[i], (int)step + 1, e));
    return measure(w, step + 1, e);
}

/* Solo errors do not depend on the step: each layer's goes into all of its rows. */
static enum hs_status add_solos(struct walk *w, struct hs_err *e)
{
    for (size_t i = 0; i < w->layers; i++) {
        double solo;
        HS_TRY(hs_measure_solo(w->l, w->layer[i].node, &w->quant[i], &solo, e));
        for (size_t r = 0; r < w->t->nodes; r++)
            if (w->t->node[r].node == w->l->net->node[w->layer[i].node].name) w->t->node[r].solo = solo;
    }
    return HS_OK;
}

static enum hs_status finish(struct walk *w, struct hs_err *e)
{
    const struct hs_data *d = w->l->data[HS_EVALUATION];
    struct hs_trace *t = w->t;
    t->layers = w->layers, t->samples = d->n;
    t->loss = w->sights.loss, t->correct = w->sights.correct;
    t->squared = w->sights.squared, t->reference = w->sights.reference;
    t->float_loss = w->floats.loss, t->float_correct = w->floats.correct;
    if (d->cluster) {
        t->cluster = HS_NEW(t->arena, d->n, uint32_t);
        if (!t->cluster) return HS_OUT_OF_MEMORY(e);
        memcpy(t->cluster, d->cluster, d->n * sizeof *t->cluster);
    }
    t->calibrations = w->l->calibrations, t->evaluations = w->l->evaluations;
    return HS_OK;
}

static enum hs_status walk(struct walk *w, struct hs_err *e)
{
    hs_seen_clear(w->l->seen);
    w->l->calibrations = w->l->evaluations = 0;
    HS_TRY(open_arrays(w, e));
    HS_TRY(hs_state_open(w->l, &w->state, e));
    HS_TRY(hs_measure_output(w->l, w->spec, NULL, &w->floats, e));
    HS_TRY(add_figures(w, &w->floats, 0, true, e));
    HS_TRY(arrange(w, e));
    if (w->layers == 0) HS_TRY(measure(w, 0, e));
    for (size_t step = 0; step < w->layers; step++) HS_TRY(step_once(w, step, e));
    HS_TRY(add_solos(w, e));
    return finish(w, e);
}

enum hs_status hs_walk(struct hs_lab *l, const struct hs_spec *spec, struct hs_trace *t, struct hs_err *e)
{
    struct walk w = {.l = l, .spec = spec, .t = t};
    HS_TRY(hs_trace_open(t, e));
    walk(&w, e);
    hs_state_close(&w.state);
    if (e->status) hs_trace_close(t);
    return e->status;
}
