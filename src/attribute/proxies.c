/* proxies.c - cheap guesses of who is sensitive, held against the error that each layer really causes alone. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attribute/attribute.h"

#include "propagate/measure.h"
#include "propagate/sensitivity.h"
#include "stats/stats.h"

#include <math.h>

enum { PARAMETERS, PRODUCTS, WEIGHT, LOCAL, DEPTH, PROXIES };
static const struct {
    const char *name, *meaning;
} proxies[PROXIES] = {
    [PARAMETERS] = {"parameters", "number of weights"},
    [PRODUCTS] = {"products", "multiplications a sample"},
    [WEIGHT] = {"weight-error", "squared error of the weight over its power"},
    [LOCAL] = {"local-error", "error of the layer's own output (the weight's error, projected on its inputs) over its power"},
    [DEPTH] = {"first-layers", "execution order: earlier is more sensitive"},
};

static enum hs_status gather(struct hs_attribution *a, double **figure, struct hs_err *e)
{
    const struct hs_net *net = a->l->net;
    double *solo = HS_NEW(a->arena, a->layers, double);
    if (!solo) return HS_OUT_OF_MEMORY(e);
    HS_TRY(hs_measure_solos(a->l, a->layer, a->quant, a->layers, solo, e));
    for (size_t i = 0; i < a->layers; i++) {
        const struct hs_node *n = &net->node[a->layer[i].node];
        double power = a->l->power[a->layer[i].node];
        figure[PARAMETERS][i] = hs_op_weights(net, n);
        figure[PRODUCTS][i] = n->op->products ? n->op->products(net, n) : 0;
        figure[WEIGHT][i] = hs_weight_error(a->l, a->layer[i].node, a->quant[i].weights);
        figure[LOCAL][i] = power > 0 ? solo[i] / power : solo[i];
        figure[DEPTH][i] = -(double)i;
    }
    return HS_OK;
}

static size_t top(const double *x, size_t n)
{
    size_t best = 0;
    for (size_t i = 1; i < n; i++)
        if (x[i] > x[best]) best = i;
    return best;
}

static enum hs_status run(struct hs_attribution *a, const double *knob, struct hs_err *e)
{
    static const struct hs_trace_column column[] = {{"proxy", "proxy", HS_UNIT_TEXT, false},
                                                    {"tau", "Kendall's tau", HS_UNIT_VALUE, false},
                                                    {"top_layer", "layer named first", HS_UNIT_TEXT, false},
                                                    {"regret", "regret", HS_UNIT_PERCENT, false},
                                                    {"meaning", "what it looks at", HS_UNIT_TEXT, false}};
    (void)knob;
    struct hs_trace_table *t = hs_trace_add_table(
        a->trace, "proxies",
        "How well a cheap figure ranks the layers by the error that each causes alone: Kendall's tau-b, and by how much the layer "
        "that it names first falls short of the most harmful one.",
        column, 5, e);
    double *figure[PROXIES], *truth = HS_NEW(a->arena, a->layers, double);
    if (!t || !truth) return HS_OUT_OF_MEMORY(e);
    for (int p = 0; p < PROXIES; p++)
        if (!(figure[p] = HS_NEW(a->arena, a->layers, double))) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < a->layers; i++) {
        const double *alone;
        HS_TRY(hs_attribute_single(a, i, &alone, e));
        truth[i] = hs_attribute_share(a, alone);
    }
    HS_TRY(gather(a, figure, e));
    for (int p = 0; p < PROXIES && a->layers; p++) {
        struct hs_trace_cell *c = hs_trace_row(a->trace, t, e);
        if (!c) return e->status;
        size_t named = top(figure[p], a->layers), worst = top(truth, a->layers);
        c[0].text = proxies[p].name, c[4].text = proxies[p].meaning;
        c[1].x = hs_stats_kendall(figure[p], truth, a->layers);
        c[2].text = a->name[named];
        c[3].x = truth[worst] > 0 ? 1 - truth[named] / truth[worst] : 0;
    }
    return HS_OK;
}

const struct hs_attribute_type hs_attribute_proxies = {
    .name = "proxies", .summary = "how well cheap figures rank the layers by the error that each causes alone", .version = 1,
    .run = run,
};
