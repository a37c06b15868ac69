/* objective_network.c - scales that minimise the error of the network's output, layer by layer until nothing changes, then
 * all at once. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "propagate/objective.h"
#include "propagate/sequence.h"
#include "propagate/table.h"

#include <gsl/gsl_multimin.h>
#include <math.h>

enum { SWEEPS = HS_SCAN_KNOBS, REFINE };
static const struct hs_knob knobs[] = {
    [HS_SCAN_CANDIDATES] = {.name = "candidates", .value = 9, .min = 1, .max = 1000, .meaning = "scales tried for each site"},
    [HS_SCAN_LOWEST] = {.name = "lowest", .value = 0.6, .min = 0.001, .max = 1000, .meaning = "least of them, times the strategy's"},
    [HS_SCAN_HIGHEST] = {.name = "highest", .value = 1.2, .min = 0.001, .max = 1000, .meaning = "largest, times the strategy's"},
    [SWEEPS] = {.name = "sweeps", .value = 4, .min = 1, .max = 100, .meaning = "rounds over the layers, ended when nothing changes"},
    [REFINE] = {.name = "refine", .value = 0, .min = 0, .max = 1e6,
                .meaning = "then so many steps of Nelder and Mead over all scales at once, as LAPQ does with Powell"},
    {0},
};

struct search {
    struct hs_sequence *s;
    struct hs_state tried;
    double networks, tried_scales, before, error;
    size_t sweeps;
};

/* The finished network with this layer's quantizers in place of its own. */
static enum hs_status output_error(void *with, const struct hs_layer *layer, const struct hs_quant *q, double *error,
                                   struct hs_err *e)
{
    struct search *x = with;
    hs_state_copy(x->s->l, &x->tried, &x->s->state);
    hs_state_set(x->s->l, &x->tried, layer->node, q);
    x->networks++;
    return hs_lab_output_error(x->s->l, HS_CALIBRATION, &x->tried, error, e);
}

/* What the layer saw when it was calibrated; grids of inputs that it shares with earlier ones stay theirs. */
static struct hs_shared_inputs shared_of(const struct hs_sequence *s, size_t i)
{
    return (struct hs_shared_inputs){.at = s->shared.at, .n = s->shared_before[i]};
}

static enum hs_status sweep(struct search *x, bool *better, struct hs_err *e)
{
    struct hs_sequence *s = x->s;
    *better = false;
    for (size_t k = 0; k < s->layers; k++) {
        size_t i = s->taken[k];
        struct hs_shared_inputs shared = shared_of(s, i);
        struct hs_scan scan = {.l = s->l, .spec = s->spec, .context = &s->context[i], .shared = &shared,
                               .knob = s->spec->objective.knob, .error = output_error, .with = x};
        bool here;
        HS_TRY(hs_scan_layer(&scan, &s->layer[i], &s->quant[i], &x->error, &here, e));
        x->tried_scales += scan.tried;
        if (here) hs_state_set(s->l, &s->state, s->layer[i].node, &s->quant[i]);
        *better |= here;
    }
    return HS_OK;
}

/* All stretches at once: x holds their logarithms. */
struct joint {
    struct search *search;
    struct hs_side **side;
    size_t n;
    double best;
    struct hs_err *e;
};

static enum hs_status place(struct search *x, struct hs_state *to, struct hs_err *e)
{
    struct hs_sequence *s = x->s;
    hs_state_copy(s->l, to, &s->state);
    for (size_t i = 0; i < s->layers; i++) {
        struct hs_shared_inputs shared = shared_of(s, i);
        struct hs_quant q;
        HS_TRY(hs_lab_calibrate(s->l, s->spec, &s->layer[i], &s->context[i], &shared, false, &q, e));
        hs_state_set(s->l, to, s->layer[i].node, &q);
    }
    return HS_OK;
}

/* GSL has no way to stop early: after a failure everything costs infinitely much. */
static double joint_error(const gsl_vector *at, void *with)
{
    struct joint *j = with;
    double error;
    if (j->e->status) return INFINITY;
    for (size_t k = 0; k < j->n; k++) j->side[k]->stretch = exp(gsl_vector_get(at, k));
    j->search->networks++;
    if (place(j->search, &j->search->tried, j->e) ||
        hs_lab_output_error(j->search->s->l, HS_CALIBRATION, &j->search->tried, &error, j->e))
        return INFINITY;
    return error;
}

static void descend(struct joint *j, double *best, gsl_multimin_fminimizer *m, gsl_vector *at, gsl_vector *step, double steps)
{
    gsl_multimin_function f = {.f = joint_error, .n = j->n, .params = j};
    for (size_t k = 0; k < j->n; k++) gsl_vector_set(at, k, log(best[k])), gsl_vector_set(step, k, 0.05);
    if (gsl_multimin_fminimizer_set(m, &f, at, step)) return;
    for (double i = 0; i < steps && !j->e->status; i++)
        if (gsl_multimin_fminimizer_iterate(m) || gsl_multimin_fminimizer_size(m) < 1e-4) break;
    if (j->e->status || !(m->fval < j->search->error)) return; /* the incumbent stays */
    for (size_t k = 0; k < j->n; k++) best[k] = exp(gsl_vector_get(m->x, k));
    j->search->error = m->fval;
}

static enum hs_status refine(struct search *x, double steps, struct hs_err *e)
{
    struct hs_sequence *s = x->s;
    struct joint j = {.search = x, .side = HS_NEW(s->arena, 3 * s->layers, struct hs_side *), .e = e};
    if (!j.side) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < s->layers; i++) j.n += hs_scan_sides(s->l, &s->layer[i], j.side + j.n);
    if (!j.n) return HS_OK;
    double *best = HS_NEW(s->arena, j.n, double);
    gsl_multimin_fminimizer *m = gsl_multimin_fminimizer_alloc(gsl_multimin_fminimizer_nmsimplex2, j.n);
    gsl_vector *at = gsl_vector_alloc(j.n), *step = gsl_vector_alloc(j.n);
    if (!best || !m || !at || !step) HS_OUT_OF_MEMORY(e);
    for (size_t k = 0; best && k < j.n; k++) best[k] = j.side[k]->stretch;
    if (!e->status) descend(&j, best, m, at, step, steps);
    for (size_t k = 0; best && k < j.n; k++) j.side[k]->stretch = best[k];
    if (m) gsl_multimin_fminimizer_free(m);
    if (at) gsl_vector_free(at);
    if (step) gsl_vector_free(step);
    return e->status;
}

/* Quantizers once more, now with the figures of their sites. */
static enum hs_status settle_all(struct search *x, struct hs_err *e)
{
    struct hs_sequence *s = x->s;
    for (size_t i = 0; i < s->layers; i++) {
        struct hs_shared_inputs shared = shared_of(s, i);
        HS_TRY(hs_lab_calibrate(s->l, s->spec, &s->layer[i], &s->context[i], &shared, true, &s->quant[i], e));
        hs_state_set(s->l, &s->state, s->layer[i].node, &s->quant[i]);
    }
    return HS_OK;
}

static enum hs_status report(const struct search *x, struct hs_trace *trace, struct hs_err *e)
{
    static const struct hs_trace_column column[] = {{"before", "error before", HS_UNIT_ERROR, false},
                                                    {"after", "error after", HS_UNIT_ERROR, false},
                                                    {"sweeps", "sweeps", HS_UNIT_COUNT, false},
                                                    {"scales", "scales tried", HS_UNIT_COUNT, false},
                                                    {"networks", "networks measured", HS_UNIT_COUNT, false}};
    struct hs_trace_table *t = hs_trace_add_table(
        trace, "objective_search", "Relative squared error of the output on the calibration data, before and after the search for "
                                   "other scales, and what the search cost.", column, 5, e);
    struct hs_trace_cell *c = t ? hs_trace_row(trace, t, e) : NULL;
    if (!c) return e->status;
    c[0].x = x->before, c[1].x = x->error, c[2].x = (double)x->sweeps, c[3].x = x->tried_scales, c[4].x = x->networks;
    return HS_OK;
}

static enum hs_status search(struct search *x, struct hs_trace *trace, struct hs_err *e)
{
    const double *knob = x->s->spec->objective.knob;
    bool better = true;
    HS_TRY(hs_lab_output_error(x->s->l, HS_CALIBRATION, &x->s->state, &x->before, e));
    x->error = x->before;
    for (; better && (double)x->sweeps < knob[SWEEPS]; x->sweeps++) HS_TRY(sweep(x, &better, e));
    if (knob[REFINE] > 0) HS_TRY(refine(x, knob[REFINE], e));
    HS_TRY(settle_all(x, e));
    return trace ? report(x, trace, e) : HS_OK;
}

static enum hs_status finish(struct hs_sequence *s, struct hs_trace *trace, struct hs_err *e)
{
    struct search x = {.s = s};
    if (!s->layers) return HS_OK;
    HS_TRY(hs_state_open(s->l, &x.tried, e));
    for (size_t i = 0; i < s->layers; i++)
        s->layer[i].weight_side.stretch = s->layer[i].input_side.stretch = s->layer[i].output_side.stretch = 1;
    search(&x, trace, e);
    hs_state_close(&x.tried);
    return e->status;
}

const struct hs_objective_type hs_objective_network = {
    .name = "network", .summary = "scales around the strategy's that leave the network's output least error, in sweeps over the layers",
    .cite = "Nahshan et al. 2021, arXiv:1911.07190 (LAPQ)", .version = 1, .knob = knobs, .finish = finish,
};
