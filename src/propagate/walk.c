/* walk.c - one trial: a sequence of layers, and what is measured and written down after each. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/op.h"
#include "propagate/calibrate.h"
#include "propagate/measure.h"
#include "propagate/sequence.h"

#include <string.h>

struct walk {
    struct hs_lab *l;
    const struct hs_spec *spec;
    struct hs_trace *t;
    struct hs_sequence s;
    struct hs_sights sights, floats;
    struct hs_measured measured;
};

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

static enum hs_status open_rows(struct walk *w, struct hs_err *e)
{
    size_t nodes = w->l->net->nodes, layers = w->s.layers, sites = 0;
    struct hs_arena *a = w->t->arena;
    for (size_t i = 0; i < layers; i++) sites += HS_MAX_WEIGHTS + (size_t)w->s.layer[i].inputs + 1;
    size_t steps = w->spec->measure == HS_MEASURE_STEPS ? layers : 1;
    w->t->order = HS_NEW(a, layers, const char *);
    w->t->site = HS_NEW(a, sites, struct hs_site_row);
    w->t->node = HS_NEW(a, (steps + 1) * nodes, struct hs_node_row);
    w->t->figure = HS_NEW(a, (steps + 2) * (w->spec->metrics + 1), struct hs_figure_row);
    if (!w->t->order || !w->t->site || !w->t->node || !w->t->figure) return HS_OUT_OF_MEMORY(e);
    HS_TRY(hs_measured_open(w->l, a, &w->measured, e));
    HS_TRY(open_sights(w, &w->sights, e));
    return open_sights(w, &w->floats, e);
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
    bool last = step == w->s.layers;
    if (!last && w->spec->measure != HS_MEASURE_STEPS) return HS_OK;
    size_t n = 0;
    HS_TRY(hs_measure_nodes(w->l, &w->s.state, (int)step, &w->measured, w->t->node + w->t->nodes, &n, e));
    w->t->nodes += n;
    HS_TRY(hs_measure_output(w->l, w->spec, &w->s.state, &w->sights, e));
    return add_figures(w, &w->sights, (int)step, false, e);
}

static enum hs_status step_once(struct walk *w, size_t step, struct hs_err *e)
{
    size_t i;
    HS_TRY(hs_sequence_step(&w->s, true, &i, e));
    const struct hs_layer *l = &w->s.layer[i];
    w->t->order[step] = w->l->net->node[l->node].name;
    HS_TRY(add_sites(w, l, &w->s.quant[i], (int)step + 1, e));
    return measure(w, step + 1, e);
}

/* An objective may have changed the scales after the last step. */
static enum hs_status add_sites_anew(struct walk *w, struct hs_err *e)
{
    w->t->sites = 0;
    for (size_t step = 0; step < w->s.layers; step++) {
        size_t i = w->s.taken[step];
        HS_TRY(add_sites(w, &w->s.layer[i], &w->s.quant[i], (int)step + 1, e));
    }
    return HS_OK;
}

/* Solo errors do not depend on the step: each layer's goes into all of its rows. */
static enum hs_status add_solos(struct walk *w, struct hs_err *e)
{
    double *solo = w->s.error; /* no order asks for errors any more */
    HS_TRY(hs_measure_solos(w->l, w->s.layer, w->s.quant, w->s.layers, solo, e));
    for (size_t i = 0; i < w->s.layers; i++)
        for (size_t r = 0; r < w->t->nodes; r++)
            if (w->t->node[r].node == w->l->net->node[w->s.layer[i].node].name) w->t->node[r].solo = solo[i];
    return HS_OK;
}

static enum hs_status finish(struct walk *w, struct hs_err *e)
{
    const struct hs_data *d = w->l->data[HS_EVALUATION];
    struct hs_trace *t = w->t;
    t->layers = w->s.layers, t->samples = d->n;
    t->loss = w->sights.loss, t->correct = w->sights.correct;
    t->squared = w->sights.squared, t->reference = w->sights.reference;
    t->float_loss = w->floats.loss, t->float_correct = w->floats.correct;
    if (d->cluster) {
        t->cluster = HS_NEW(t->arena, d->n, uint32_t);
        if (!t->cluster) return HS_OUT_OF_MEMORY(e);
        memcpy(t->cluster, d->cluster, d->n * sizeof *t->cluster);
    }
    t->calibrations = w->l->calibrations, t->evaluations = w->l->evaluations;
    t->order_evaluations = w->s.evaluations;
    return HS_OK;
}

static enum hs_status walk(struct walk *w, struct hs_err *e)
{
    hs_seen_clear(w->l->seen);
    w->l->calibrations = w->l->evaluations = 0;
    HS_TRY(hs_sequence_open(&w->s, w->l, w->spec, w->t->arena, e));
    w->s.trace = w->t;
    HS_TRY(open_rows(w, e));
    HS_TRY(hs_measure_output(w->l, w->spec, NULL, &w->floats, e));
    HS_TRY(add_figures(w, &w->floats, 0, true, e));
    HS_TRY(hs_sequence_arrange(&w->s, e));
    if (w->s.layers == 0) HS_TRY(measure(w, 0, e));
    for (size_t step = 0; step < w->s.layers; step++) HS_TRY(step_once(w, step, e));
    if (w->s.context) HS_TRY(add_sites_anew(w, e));
    HS_TRY(add_solos(w, e));
    return finish(w, e);
}

enum hs_status hs_walk(struct hs_lab *l, const struct hs_spec *spec, struct hs_trace *t, struct hs_err *e)
{
    struct walk w = {.l = l, .spec = spec, .t = t};
    HS_TRY(hs_trace_open(t, e));
    walk(&w, e);
    hs_sequence_close(&w.s);
    if (e->status) hs_trace_close(t);
    return e->status;
}
