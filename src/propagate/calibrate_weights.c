/* calibrate_weights.c - puts a layer's weights on their grids. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "propagate/calibrate.h"
#include "propagate/codes.h"
#include "propagate/fit.h"
#include "propagate/moments.h"

#include "base/rng.h"
#include "weights/weights.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The values of a weight, part after part; start[p] .. start[p + 1] is part p. */
struct by_part {
    float *value;
    size_t *start, parts;
};

static void by_part_free(struct by_part *b)
{
    hs_free(b->value);
    hs_free(b->start);
}

static enum hs_status by_part_open(struct by_part *b, const struct hs_parts *parts, const float *w, size_t n,
                                   struct hs_err *e)
{
    b->parts = hs_parts_count(parts);
    b->value = hs_alloc(n, sizeof *b->value);
    b->start = hs_alloc_zeroed(b->parts + 2, sizeof *b->start);
    if (!b->value || !b->start) {
        by_part_free(b);
        return HS_OUT_OF_MEMORY(e);
    }
    size_t *next = b->start + 1; /* ends up as the starts when all values are placed */
    for (size_t i = 0; i < n; i++) b->start[hs_parts_of(parts, i) + 2]++;
    for (size_t p = 2; p < b->parts + 2; p++) b->start[p] += b->start[p - 1];
    for (size_t i = 0; i < n; i++) b->value[next[hs_parts_of(parts, i)]++] = w[i];
    return HS_OK;
}

static void extremes(const float *x, size_t n, double *lo, double *hi)
{
    float a = x[0], b = x[0];
    for (size_t i = 1; i < n; i++) a = x[i] < a ? x[i] : a, b = x[i] > b ? x[i] : b;
    *lo = a, *hi = b;
}

static enum hs_status fit_part(struct hs_site *s, const struct hs_side *side, size_t part, const float *x, size_t n,
                               bool report, struct hs_err *e)
{
    if (side->strategy->extremes_only && !report) {
        double lo, hi;
        extremes(x, n, &lo, &hi);
        return hs_site_fit_extremes(s, side, true, part, lo, hi, e);
    }
    struct hs_summary *summary = hs_summary_open(NULL);
    if (!summary) return HS_OUT_OF_MEMORY(e);
    if (hs_summary_observe(summary, x, n, e) == HS_OK && hs_summary_end_batch(summary, e) == HS_OK)
        hs_site_fit(s, side, true, part, summary, report, e);
    hs_summary_close(summary);
    return e->status;
}

static enum hs_status fit_weight(struct hs_site *s, const struct hs_side *side, const struct hs_tensor *w, bool report,
                                 struct hs_err *e)
{
    size_t n = hs_shape_count(&w->shape);
    s->warning[0] = '\0';
    if (!s->grid.dynamic) {
        struct by_part b;
        HS_TRY(by_part_open(&b, &s->grid.parts, w->data, n, e));
        for (size_t p = 0; p < b.parts && !e->status; p++)
            fit_part(s, side, p, b.value + b.start[p], b.start[p + 1] - b.start[p], report, e);
        by_part_free(&b);
        if (e->status) return e->status;
    }
    hs_site_finish(s, side);
    if (report && s->grid.dynamic) {
        struct hs_loss loss = hs_grid_loss(&s->grid, w->data, n, 0);
        s->row.squared = loss.squared, s->row.clipping = loss.clipping, s->row.rounding = loss.rounding;
        s->row.power = loss.power;
    }
    s->row.elements = (double)n, s->row.bits = hs_grid_bits(&s->grid, n);
    s->reported = report;
    return HS_OK;
}

/* What a layer is quantized by, and where. */
struct asking {
    struct hs_lab *l;
    const struct hs_spec *spec;
    const struct hs_layer *layer;
    const struct hs_state *context;
    const struct hs_site *input;
    const struct hs_weights_type *method; /* nearest where the layer has no moments that the spec's method needs */
    const double *knob;
    unsigned needs; /* hs_weights_needs */
};

static bool looks(const struct asking *a) { return a->needs != HS_WEIGHTS_NOTHING; }

static struct hs_key weights_key(const struct asking *a)
{
    const struct hs_lab *l = a->l;
    const struct hs_spec *spec = a->spec;
    const struct hs_layer *layer = a->layer;
    struct hs_hash h;
    hs_hash_begin(&h, "weights");
    hs_hash_int(&h, layer->node);
    hs_hash_key(&h, l->net->node[layer->node].digest);
    hs_side_hash(&h, &layer->weight_side);
    hs_hash_int(&h, spec->convention.rounding * 4 + spec->convention.zero_after * 2 + spec->convention.reciprocal);
    if (spec->convention.rounding == HS_STOCHASTIC || layer->method->draws) hs_hash_int(&h, (int64_t)spec->seed);
    if (spec->codes) hs_hash_text(&h, "codes");
    hs_weights_hash(&h, layer->method, layer->method_knob);
    if (layer->method_given) hs_hash_key(&h, layer->method_given->digest);
    if (!looks(a)) return hs_hash_end(&h);
    int from = l->net->node[layer->node].input[0].node;
    hs_hash_key(&h, l->data[HS_CALIBRATION]->digest);
    if (from >= 0) hs_hash_key(&h, a->context->sig[from]);
    if (a->input) hs_hash_key(&h, a->input->key);
    return hs_hash_end(&h);
}

/* A block format brings its scales with the values: they are those of the float weight. */
static enum hs_status fix_scales(const struct hs_grid *g, const float *w, size_t n, struct hs_grid *fixed, struct hs_err *e)
{
    *fixed = *g;
    fixed->dynamic = false;
    HS_TRY(hs_grid_alloc(fixed, hs_parts_count(&g->parts), g->format->kind == HS_INTEGER && !g->symmetric, e));
    hs_grid_measure(fixed, w, n);
    return HS_OK;
}

/* The bias of a product whose weight is rounded. */
static enum hs_status correct_bias(const struct asking *a, const struct hs_weights_problem *p, const float *rounded,
                                   struct hs_tensor *bias, struct hs_err *e)
{
    const struct hs_param *own = hs_node_param(a->l->net, &a->l->net->node[a->layer->node], "bias");
    const struct hs_shape shape = {.rank = 1, .dim = {p->groups * p->rows}};
    HS_TRY(hs_tensor_alloc(bias, &shape, e));
    hs_weights_correct_bias(p, hs_weights_bias(a->method, a->knob), rounded, own ? own->value.data : NULL, bias->data);
    return HS_OK;
}

/* What the method needs to know of weight `name`. */
static enum hs_status pose(const struct asking *a, const char *name, size_t n, struct hs_weights_problem *p,
                           struct hs_moments *m, struct hs_err *e)
{
    const struct hs_node *node = &a->l->net->node[a->layer->node];
    const struct hs_given_site *given = a->layer->method_given ? hs_given_find(a->layer->method_given, node->name, name)
                                                               : NULL;
    char stream[320];
    snprintf(stream, sizeof stream, "weights/%s/%s", node->name, name);
    p->stream = hs_rng_key(a->spec->seed, stream);
    if (given) p->given = given->rounded.data;
    p->groups = p->rows = 1, p->columns = n;
    if (!looks(a)) return HS_OK;
    HS_TRY(hs_lab_moments(a->l, node, a->context, a->input, a->needs, m, e));
    p->groups = m->groups, p->columns = m->columns, p->rows = n / m->groups / m->columns;
    p->moments = m->moments, p->cross = m->cross, p->mean = m->mean, p->float_mean = m->float_mean;
    return HS_OK;
}

/* bias: allocated where it is corrected. */
static enum hs_status round_weight(const struct asking *a, const char *name, const struct hs_grid *grid,
                                   const struct hs_tensor *w, float *out, struct hs_tensor *bias, struct hs_err *e)
{
    size_t n = hs_shape_count(&w->shape);
    struct hs_weights_problem p = {.grid = grid, .w = w->data};
    struct hs_moments m = {0};
    struct hs_grid fixed = {0};
    bool fix = grid->dynamic && a->method != &hs_weights_nearest; /* which measures as it goes */
    if (!pose(a, name, n, &p, &m, e) && fix && !fix_scales(grid, w->data, n, &fixed, e)) p.grid = &fixed;
    if (!e->status) hs_weights_round(a->method, &p, out, a->knob, e);
    if (!e->status && hs_weights_bias(a->method, a->knob) != HS_WEIGHTS_BIAS_KEPT) correct_bias(a, &p, out, bias, e);
    if (fix) hs_grid_free(&fixed);
    hs_moments_free(&m);
    return e->status;
}

/* Grid and rounded values of weight number i. */
static enum hs_status quantize(const struct asking *a, const struct hs_param_rule *rule, struct hs_weights *w, size_t i,
                               struct hs_err *e)
{
    const struct hs_side *side = &a->layer->weight_side;
    const struct hs_node *n = &a->l->net->node[a->layer->node];
    const struct hs_tensor *value = &hs_node_param(a->l->net, n, rule->name)->value;
    HS_TRY(hs_site_open(a->spec, side, true, hs_weight_parts(value, rule->channel_axis, side),
                        &(struct hs_site_name){n->name, rule->name}, &w->site[i], e));
    w->sites = i + 1;
    HS_TRY(fit_weight(w->site[i], side, value, false, e));
    HS_TRY(hs_tensor_alloc(&w->value[i], &value->shape, e));
    return round_weight(a, rule->name, &w->site[i]->grid, value, w->value[i].data, &w->bias, e);
}

/* The rules of a node's weights that are there, in order. */
static size_t weight_rules(const struct hs_net *net, const struct hs_node *n, const struct hs_param_rule **rule)
{
    size_t count = 0;
    for (const struct hs_param_rule *p = n->op->param; p && p->name && count < HS_MAX_WEIGHTS; p++)
        if (p->is_weight && hs_node_param(net, n, p->name)) rule[count++] = p;
    return count;
}

static enum hs_status build(const struct asking *a, struct hs_weights *w, struct hs_err *e)
{
    struct hs_lab *l = a->l;
    const struct hs_layer *layer = a->layer;
    const struct hs_node *n = &l->net->node[layer->node];
    const struct hs_param_rule *rule[HS_MAX_WEIGHTS];
    size_t count = weight_rules(l->net, n, rule);
    w->node = layer->node;
    w->site = hs_alloc_zeroed(count, sizeof *w->site);
    w->value = hs_alloc_zeroed(count, sizeof *w->value);
    if (!w->site || !w->value) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < count; i++)
        if (quantize(a, rule[i], w, i, e)) return hs_err_where(e, "%s of %s", rule[i]->name, n->name);
    if (w->bias.data) HS_TRY(n->op->pack_biased(l->net, n, w->value, w->bias.data, &w->packed, e));
    else HS_TRY(n->op->pack(l->net, n, w->value, &w->packed, e));
    if (!a->spec->codes || count != 1 || hs_codes_refusal_of_weight(n, &w->site[0]->grid)) return HS_OK;
    return hs_codes_open(l->net, n, &w->value[0], &w->site[0]->grid, w->bias.data, &w->codes, e);
}

static enum hs_status report_all(const struct asking *a, struct hs_weights *w, struct hs_err *e)
{
    struct hs_lab *l = a->l;
    const struct hs_layer *layer = a->layer;
    const struct hs_node *n = &l->net->node[layer->node];
    const struct hs_param_rule *rule[HS_MAX_WEIGHTS];
    size_t count = weight_rules(l->net, n, rule);
    for (size_t i = 0; i < count; i++) {
        if (w->site[i]->reported) continue;
        HS_TRY(fit_weight(w->site[i], &layer->weight_side, &hs_node_param(l->net, n, rule[i]->name)->value, true, e));
        if (a->knob == layer->method_knob || w->site[i]->warning[0]) continue;
        snprintf(w->site[i]->warning, sizeof w->site[i]->warning, "%s is for products of one input: plain nearest instead",
                 layer->method == a->method ? "bias correction" : layer->method->name);
    }
    return HS_OK;
}

enum hs_status hs_lab_calibrate_weights(struct hs_lab *l, const struct hs_spec *spec, const struct hs_layer *layer,
                                        const struct hs_state *context, const struct hs_quant *q, bool report,
                                        const struct hs_weights **out, struct hs_err *e)
{
    static const double plain[HS_MAX_KNOBS];
    const struct hs_node *n = &l->net->node[layer->node];
    struct asking a = {.l = l, .spec = spec, .layer = layer, .context = context, .input = q->input[0],
                       .method = layer->method, .knob = layer->method_knob,
                       .needs = hs_weights_needs(layer->method, layer->method_knob)};
    if (looks(&a) && !hs_moments_exist(l->net, n))
        a.method = &hs_weights_nearest, a.knob = plain, a.needs = HS_WEIGHTS_NOTHING;
    struct hs_key key = weights_key(&a);
    struct hs_weights **bucket = &l->weights[key.lo % HS_TABLE], *w = *bucket;
    /* As if the inputs had to be looked at, whether or not they have been. */
    if (looks(&a) && n->input[0].node >= 0) HS_TRY(hs_lab_count(l, HS_CALIBRATION, context, n->input[0].node, e));
    while (w && !hs_key_equal(w->key, key)) w = w->next;
    if (!w) {
        w = hs_alloc_zeroed(1, sizeof *w);
        if (!w) return HS_OUT_OF_MEMORY(e);
        w->key = key;
        if (build(&a, w, e)) {
            hs_weights_free(l, w);
            return e->status;
        }
        bucket = &l->weights[key.lo % HS_TABLE];
        w->next = *bucket, *bucket = w;
    }
    if (report) HS_TRY(report_all(&a, w, e));
    *out = w;
    return HS_OK;
}
