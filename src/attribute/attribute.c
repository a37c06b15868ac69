/* attribute.c - layers calibrated in the float context once, and errors of sets of them. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attribute/attribute.h"

#include "propagate/objective.h"

#include <math.h>
#include <string.h>

double *hs_attribute_vector(struct hs_attribution *a) { return HS_NEW(a->arena, a->samples, double); }

double hs_attribute_over(double x, double y) { return y > 0 ? x / y : x > 0 ? INFINITY : 0; }
static double share(const double *sum) { return hs_attribute_over(sum[0], sum[1]); }

double hs_attribute_share(const struct hs_attribution *a, const double *x)
{
    double sum[2] = {0, 0};
    for (size_t i = 0; i < a->samples; i++) sum[0] += x[i], sum[1] += a->reference[i];
    return share(sum);
}

enum hs_status hs_attribute_ratio(struct hs_attribution *a, const double *x, const double *y, struct hs_trace_cell *c,
                                  struct hs_err *e)
{
    double sum[2] = {0, 0}, *rows = hs_alloc(2 * a->samples, sizeof *rows);
    if (!rows) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < a->samples; i++) {
        rows[2 * i] = x[i], rows[2 * i + 1] = y[i];
        sum[0] += x[i], sum[1] += y[i];
    }
    c->x = share(sum), c->lo = c->hi = NAN;
    if (isfinite(c->x) && !hs_measure_resamples(a->l, a->spec->seed, a->samples, e))
        hs_resamples_bca(a->l->resamples, rows, 2, share, &c->lo, &c->hi, e);
    hs_free(rows);
    return e->status;
}

enum hs_status hs_attribute_cell(struct hs_attribution *a, const double *x, struct hs_trace_cell *c, struct hs_err *e)
{
    return hs_attribute_ratio(a, x, a->reference, c, e);
}

enum hs_status hs_attribute_state(struct hs_attribution *a, const struct hs_state *s, double *squared, struct hs_err *e)
{
    struct hs_spec plain = *a->spec;
    plain.metrics = 0;
    double *unused = hs_alloc(2 * a->samples, sizeof *unused);
    if (!unused) return HS_OUT_OF_MEMORY(e);
    struct hs_sights sights = {.loss = unused, .correct = unused + a->samples, .squared = squared, .reference = a->reference};
    hs_measure_output(a->l, &plain, s, &sights, e);
    hs_free(unused);
    return e->status;
}

enum hs_status hs_attribute_value(struct hs_attribution *a, const bool *in, double *squared, struct hs_err *e)
{
    hs_state_copy(a->l, &a->state, &a->l->floating);
    for (size_t i = 0; i < a->layers; i++)
        if (in[i]) hs_state_set(a->l, &a->state, a->layer[i].node, &a->quant[i]);
    return hs_attribute_state(a, &a->state, squared, e);
}

enum hs_status hs_attribute_nodes_open(struct hs_attribution *a, struct hs_attribute_nodes *k, struct hs_err *e)
{
    *k = (struct hs_attribute_nodes){.row = HS_NEW(a->arena, a->l->net->nodes, struct hs_node_row)};
    return k->row ? hs_measured_open(a->l, a->arena, &k->measured, e) : HS_OUT_OF_MEMORY(e);
}

enum hs_status hs_attribute_nodes(struct hs_attribution *a, size_t from, size_t to, struct hs_attribute_nodes *k, struct hs_err *e)
{
    hs_state_copy(a->l, &a->state, &a->l->floating);
    for (size_t i = from; i < to; i++) hs_state_set(a->l, &a->state, a->layer[i].node, &a->quant[i]);
    return hs_measure_nodes(a->l, &a->state, (int)(to - from), &k->measured, k->row, &k->rows, e);
}

static enum hs_status value(struct hs_attribution *a, size_t from, size_t to, double **x, struct hs_err *e)
{
    bool *in = hs_alloc_zeroed(a->layers, sizeof *in);
    if (!in || !(*x = hs_attribute_vector(a))) HS_OUT_OF_MEMORY(e);
    for (size_t i = from; in && i < to; i++) in[i] = true;
    if (!e->status && hs_attribute_value(a, in, *x, e)) *x = NULL;
    hs_free(in);
    return e->status;
}

enum hs_status hs_attribute_single(struct hs_attribution *a, size_t layer, const double **out, struct hs_err *e)
{
    if (!a->single[layer]) HS_TRY(value(a, layer, layer + 1, &a->single[layer], e));
    *out = a->single[layer];
    return HS_OK;
}

enum hs_status hs_attribute_whole(struct hs_attribution *a, const double **out, struct hs_err *e)
{
    if (!a->whole) HS_TRY(value(a, 0, a->layers, &a->whole, e));
    *out = a->whole;
    return HS_OK;
}

static enum hs_status open(struct hs_attribution *a, struct hs_err *e)
{
    size_t nodes = a->l->net->nodes;
    a->samples = a->l->data[HS_EVALUATION]->n;
    a->layer = HS_NEW(a->arena, nodes, struct hs_layer);
    a->quant = HS_NEW(a->arena, nodes, struct hs_quant);
    a->name = HS_NEW(a->arena, nodes, const char *);
    a->single = HS_NEW(a->arena, nodes, double *);
    a->reference = hs_attribute_vector(a);
    if (!a->layer || !a->quant || !a->name || !a->single || !a->reference) return HS_OUT_OF_MEMORY(e);
    HS_TRY(hs_state_open(a->l, &a->state, e));
    for (size_t i = 0; i < nodes; i++) {
        struct hs_layer *l = &a->layer[a->layers];
        if (!hs_layer_resolve(a->l->net, a->spec, (int)i, l)) continue;
        a->name[a->layers] = a->l->net->node[i].name;
        HS_TRY(hs_layer_settle(a->l, a->spec, l, &a->l->floating, NULL, false, &a->quant[a->layers++], e));
    }
    double *squared = hs_attribute_vector(a); /* of the float network: zeros; fills in the power */
    return squared ? hs_attribute_state(a, &a->l->floating, squared, e) : HS_OUT_OF_MEMORY(e);
}

enum hs_status hs_attribute(struct hs_lab *l, const struct hs_spec *spec, const struct hs_attribute_choice *choice, size_t n,
                            struct hs_trace *trace, struct hs_err *e)
{
    if (!n) return HS_OK;
    struct hs_attribution a = {.l = l, .spec = spec, .trace = trace, .arena = hs_arena_open()};
    double calibrations = l->calibrations, evaluations = l->evaluations;
    if (!a.arena) return HS_OUT_OF_MEMORY(e);
    if (!open(&a, e))
        for (size_t i = 0; i < n && !e->status; i++)
            if (choice[i].type->run(&a, choice[i].knob, e)) hs_err_where(e, "attribution %s", choice[i].type->name);
    /* Analyses cost, too. */
    trace->calibrations += l->calibrations - calibrations, trace->evaluations += l->evaluations - evaluations;
    hs_state_close(&a.state);
    hs_arena_close(a.arena);
    return e->status;
}
