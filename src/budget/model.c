/* model.c - what the searches are told: every layer at every format alone, and two at a time, on the calibration data. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "budget/model.h"

#include "propagate/objective.h"

#include <math.h>

/* Options of every layer: a format each, or the spec's own where there is nothing to choose. */
static enum hs_status list_options(struct hs_budget_model *m, struct hs_err *e)
{
    const struct hs_net *net = m->l->net;
    const struct hs_budget_choice *c = m->choice;
    size_t most = net->nodes * c->formats + net->nodes;
    m->layer = HS_NEW(m->arena, net->nodes, struct hs_layer), m->first = HS_NEW(m->arena, net->nodes + 1, size_t);
    m->fixed = HS_NEW(m->arena, net->nodes, bool), m->at = HS_NEW(m->arena, most, struct hs_layer);
    m->format = HS_NEW(m->arena, most, const struct hs_format *);
    if (!m->layer || !m->first || !m->fixed || !m->at || !m->format) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < net->nodes; i++) {
        struct hs_layer *l = &m->layer[m->layers];
        if (!hs_layer_resolve(net, m->spec, (int)i, l)) continue;
        m->fixed[m->layers] = !hs_budget_chooses(l, c->both);
        for (size_t k = 0; k < (m->fixed[m->layers] ? 1 : c->formats); k++) {
            m->at[m->options] = *l;
            if (!m->fixed[m->layers]) {
                m->format[m->options] = c->format[k];
                hs_budget_set(&m->at[m->options], c->format[k], c->both);
            }
            m->options++;
        }
        m->whole += hs_budget_float(net, l, c->of);
        m->first[++m->layers] = m->options;
    }
    return HS_OK;
}

static bool any(const struct hs_layer *l) { return l->weights || l->inputs || l->output; }

/* The error of the output with some options in the float network. */
static enum hs_status measure(struct hs_budget_model *m, struct hs_state *s, const size_t *option, size_t n, double *error,
                              struct hs_err *e)
{
    hs_state_copy(m->l, s, &m->l->floating);
    for (size_t i = 0; i < n; i++)
        if (any(&m->at[option[i]])) hs_state_set(m->l, s, m->at[option[i]].node, &m->quant[option[i]]);
    return hs_lab_output_error(m->l, HS_CALIBRATION, s, error, e);
}

static enum hs_status measure_options(struct hs_budget_model *m, struct hs_state *s, struct hs_err *e)
{
    for (size_t k = 0; k < m->options; k++) {
        struct hs_layer l = m->at[k];
        const char *name = m->l->net->node[l.node].name;
        if (any(&l) && hs_layer_settle(m->l, m->spec, &l, &m->l->floating, NULL, false, &m->quant[k], e))
            return hs_err_where(e, "layer %s at %s", name, m->format[k] ? m->format[k]->name : "its own format");
        m->cost[k] = hs_budget_price_of(m->l->net, &l, &m->quant[k], m->choice->of);
        HS_TRY(measure(m, s, &k, 1, &m->error[k], e));
    }
    m->networks += (double)m->options;
    return HS_OK;
}

enum hs_status hs_budget_model(struct hs_budget_model *m, struct hs_err *e)
{
    struct hs_state s = {0};
    HS_TRY(list_options(m, e));
    m->quant = HS_NEW(m->arena, m->options, struct hs_quant);
    m->cost = HS_NEW(m->arena, m->options, double), m->error = HS_NEW(m->arena, m->options, double);
    if (!m->quant || !m->cost || !m->error) return HS_OUT_OF_MEMORY(e);
    if (!hs_state_open(m->l, &s, e)) measure_options(m, &s, e);
    hs_state_close(&s);
    return e->status;
}

/* What two options do together beyond what each does alone. */
static enum hs_status together(struct hs_budget_model *m, struct hs_state *s, size_t a, size_t b, double *more,
                               struct hs_err *e)
{
    double both;
    HS_TRY(measure(m, s, (size_t[]){a, b}, 2, &both, e));
    m->pair_networks++;
    *more = both - m->error[a] - m->error[b];
    return HS_OK;
}

/* With d the change that a layer makes to the output, an interaction is 2 <d_a, d_b> where changes add up: for the same
 * angle it grows with the root of either error. */
static double scaled(const struct hs_budget_model *m, double more, size_t a, size_t b, size_t from_a, size_t from_b)
{
    double from = m->error[from_a] * m->error[from_b];
    return from > 0 ? more * sqrt(m->error[a] * m->error[b] / from) : 0;
}

static size_t middle(const struct hs_budget_model *m, size_t i) { return (m->first[i] + m->first[i + 1]) / 2; }

static enum hs_status two_layers(struct hs_budget_model *m, struct hs_state *s, size_t i, size_t j, struct hs_err *e)
{
    size_t n = m->options, a = middle(m, i), b = middle(m, j);
    double more = 0;
    if (m->scaled) HS_TRY(together(m, s, a, b, &more, e));
    for (size_t k = m->first[i]; k < m->first[i + 1]; k++)
        for (size_t o = m->first[j]; o < m->first[j + 1]; o++) {
            double is = 0;
            if (m->scaled) is = scaled(m, more, k, o, a, b);
            else HS_TRY(together(m, s, k, o, &is, e));
            m->pair[k * n + o] = m->pair[o * n + k] = is;
        }
    return HS_OK;
}

enum hs_status hs_budget_interactions(struct hs_budget_model *m, double full, struct hs_err *e)
{
    double all = 0;
    struct hs_state s = {0};
    if (m->pair) return HS_OK;
    for (size_t i = 0; i < m->layers; i++)
        all += (double)(m->first[i + 1] - m->first[i]) * (double)(m->options - m->first[i + 1]);
    m->scaled = all > full;
    if (!(m->pair = hs_arena_take(m->arena, m->options * m->options, sizeof *m->pair))) return HS_OUT_OF_MEMORY(e);
    HS_TRY(hs_state_open(m->l, &s, e));
    for (size_t i = 0; i < m->layers && !e->status; i++)
        for (size_t j = i + 1; j < m->layers && !e->status; j++) two_layers(m, &s, i, j, e);
    hs_state_close(&s);
    return e->status;
}

struct hs_budget_problem hs_budget_problem_of(const struct hs_budget_model *m)
{
    return (struct hs_budget_problem){.layers = m->layers, .first = m->first, .cost = m->cost, .error = m->error, .pair = m->pair};
}
