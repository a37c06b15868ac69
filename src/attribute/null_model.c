/* null_model.c - the null model: uniform noise of the same power in place of every rounding error, drawn again and again. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attribute/attribute.h"
#include "base/rng.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { DRAWS }; /* the knob */

/* One layer: the sites of its activations are made once, their streams and its weights with every draw. */
struct noisy {
    struct hs_site *input[HS_MAX_INPUTS], *output;
    struct hs_weights *weights;
};

static uint64_t stream_of(const struct hs_attribution *a, const char *what, const char *name, int part, int draw)
{
    char text[400];
    snprintf(text, sizeof text, "null/%s/%.300s/%d/%d", what, name, part, draw);
    return hs_rng_key(a->spec->seed, text);
}

/* Half the width of uniform noise that has this sum of squares over n values: its variance is a third of the square. */
static double half_width(double squared, size_t n) { return n ? sqrt(3 * squared / (double)n) : 0; }

/* What the grid does to a tensor of the float network, on the evaluation data. */
static enum hs_status measure(struct hs_attribution *a, struct hs_ref ref, struct hs_site *s, struct hs_err *e)
{
    double squared = 0;
    size_t count = 0;
    for (size_t c = 0; c < a->l->chunks[HS_EVALUATION]; c++) {
        struct hs_tensor x;
        struct hs_kept *kept = NULL;
        HS_TRY(hs_lab_tensor(a->l, HS_EVALUATION, c, &a->l->floating, ref, &x, &kept, e));
        size_t n = hs_shape_count(&x.shape), first = c * a->l->chunk[HS_EVALUATION] * hs_shape_row(&x.shape);
        squared += hs_grid_loss(&s->grid, x.data, n, first).squared;
        count += n;
        if (kept) hs_keep_release(a->l->keep, kept);
    }
    s->noisy = true, s->noise = half_width(squared, count);
    return HS_OK;
}

static enum hs_status open_site(struct hs_attribution *a, struct hs_ref ref, const struct hs_site *from, struct hs_site **to,
                                struct hs_err *e)
{
    if (!from) return HS_OK;
    if (!(*to = HS_NEW(a->arena, 1, struct hs_site))) return HS_OUT_OF_MEMORY(e);
    **to = *from; /* the grid stays the lab's */
    return measure(a, ref, *to, e);
}

static enum hs_status open_layer(struct hs_attribution *a, size_t layer, struct noisy *z, struct hs_err *e)
{
    int node = a->layer[layer].node;
    const struct hs_quant *q = &a->quant[layer];
    for (size_t k = 0; k < a->l->net->node[node].inputs; k++)
        HS_TRY(open_site(a, a->l->net->node[node].input[k], q->input[k], &z->input[k], e));
    return open_site(a, (struct hs_ref){.node = node}, q->output, &z->output, e);
}

/* w + noise whose power in each part of the grid is that of the rounding error there. */
static enum hs_status add_noise(const struct hs_grid *g, const struct hs_tensor *w, const struct hs_tensor *rounded,
                                uint64_t stream, struct hs_tensor *out, struct hs_err *e)
{
    size_t n = hs_shape_count(&w->shape), parts = g->dynamic ? 1 : hs_parts_count(&g->parts);
    double *squared = hs_alloc_zeroed(parts, sizeof *squared);
    size_t *count = hs_alloc_zeroed(parts, sizeof *count);
    if (!squared || !count) HS_OUT_OF_MEMORY(e);
    if (!e->status && !hs_tensor_alloc(out, &w->shape, e)) {
        for (size_t i = 0; i < n; i++) {
            size_t p = g->dynamic ? 0 : hs_parts_of(&g->parts, i);
            double d = (double)rounded->data[i] - w->data[i];
            squared[p] += d * d, count[p]++;
        }
        for (size_t i = 0; i < n; i++) {
            size_t p = g->dynamic ? 0 : hs_parts_of(&g->parts, i);
            out->data[i] = (float)(w->data[i] + half_width(squared[p], count[p]) * (2 * hs_rng_at(stream, i) - 1));
        }
    }
    hs_free(squared);
    hs_free(count);
    return e->status;
}

static void close_weights(struct hs_attribution *a, struct noisy *z)
{
    if (z->weights) hs_weights_free(a->l, z->weights);
    z->weights = NULL;
}

static enum hs_status draw_weights(struct hs_attribution *a, const struct hs_weights *real, int draw, struct noisy *z,
                                   struct hs_err *e)
{
    const struct hs_net *net = a->l->net;
    const struct hs_node *n = &net->node[real->node];
    struct hs_weights *w = z->weights = hs_alloc_zeroed(1, sizeof *w);
    if (!w) return HS_OUT_OF_MEMORY(e);
    w->node = real->node;
    if (!(w->value = hs_alloc_zeroed(real->sites, sizeof *w->value))) return HS_OUT_OF_MEMORY(e);
    for (const struct hs_param_rule *p = n->op->param; p && p->name && w->sites < real->sites; p++) {
        const struct hs_param *own = p->is_weight ? hs_node_param(net, n, p->name) : NULL;
        if (!own) continue;
        size_t i = w->sites++;
        HS_TRY(add_noise(&real->site[i]->grid, &own->value, &real->value[i], stream_of(a, p->name, n->name, 0, draw),
                         &w->value[i], e));
    }
    struct hs_hash h;
    hs_hash_begin(&h, "null weights");
    hs_hash_key(&h, real->key);
    hs_hash_int(&h, (int64_t)a->spec->seed);
    hs_hash_int(&h, draw);
    w->key = hs_hash_end(&h);
    return n->op->pack(net, n, w->value, &w->packed, e);
}

/* Layers that read one tensor get one noise from it, as they get one rounding error. */
static void draw_site(struct hs_attribution *a, const struct hs_site *real, struct hs_ref ref, const char *what, int draw,
                      struct hs_site *s)
{
    struct hs_hash h;
    s->stream = stream_of(a, what, ref.node < 0 ? "@" : a->l->net->node[ref.node].name, ref.node < 0 ? ref.node : ref.result,
                          draw);
    hs_hash_begin(&h, "null site");
    hs_hash_key(&h, real->key);
    hs_hash_int(&h, (int64_t)s->stream);
    hs_hash_int(&h, draw);
    s->key = hs_hash_end(&h);
}

static enum hs_status draw_layer(struct hs_attribution *a, size_t layer, int draw, struct noisy *z, struct hs_err *e)
{
    const struct hs_quant *real = &a->quant[layer];
    int node = a->layer[layer].node;
    struct hs_quant q = {.output = z->output};
    for (size_t k = 0; k < a->l->net->node[node].inputs; k++) {
        if (!(q.input[k] = z->input[k])) continue;
        draw_site(a, real->input[k], a->l->net->node[node].input[k], "tensor", draw, z->input[k]);
    }
    if (z->output) draw_site(a, real->output, (struct hs_ref){.node = node}, "output", draw, z->output);
    if (real->weights) {
        HS_TRY(draw_weights(a, real->weights, draw, z, e));
        q.weights = z->weights;
    }
    hs_quant_sign(&q);
    hs_state_set(a->l, &a->state, node, &q);
    return HS_OK;
}

static void errors(const struct hs_attribute_nodes *k, double *out)
{
    for (size_t r = 0; r < k->rows; r++) out[r] = hs_attribute_over(k->row[r].total, k->row[r].reference);
}

static enum hs_status draw_all(struct hs_attribution *a, struct noisy *z, int draw, struct hs_attribute_nodes *k,
                               double *out, struct hs_err *e)
{
    hs_state_copy(a->l, &a->state, &a->l->floating);
    for (size_t i = 0; i < a->layers && !e->status; i++) draw_layer(a, i, draw, &z[i], e);
    if (!e->status && !hs_measure_nodes(a->l, &a->state, (int)a->layers, &k->measured, k->row, &k->rows, e)) errors(k, out);
    for (size_t i = 0; i < a->layers; i++) close_weights(a, &z[i]);
    return e->status;
}

/* error: of the real network, then of each draw, `nodes` apart. */
static void fill(struct hs_trace_cell *c, const double *error, size_t nodes, int draws)
{
    double mean = 0, squared = 0;
    for (int d = 1; d <= draws; d++) mean += error[(size_t)d * nodes] / draws;
    for (int d = 1; d <= draws; d++) squared += pow(error[(size_t)d * nodes] - mean, 2);
    double sd = sqrt(squared / (draws - 1)), half = gsl_cdf_tdist_Pinv(0.975, draws - 1) * sd / sqrt(draws);
    c[1].x = *error;
    c[2].x = mean, c[2].lo = mean - half, c[2].hi = mean + half;
    c[3].x = sd;
    c[4].x = mean > 0 ? *error / mean : NAN;
}

static enum hs_status run(struct hs_attribution *a, const double *knob, struct hs_err *e)
{
    static const struct hs_trace_column column[] = {{"node", "node", HS_UNIT_TEXT, false},
                                                    {"measured", "measured error", HS_UNIT_ERROR, false},
                                                    {"null", "error under noise", HS_UNIT_ERROR, true},
                                                    {"spread", "its standard deviation", HS_UNIT_ERROR, false},
                                                    {"ratio", "measured / noise", HS_UNIT_RATIO, false}};
    size_t nodes = a->l->net->nodes;
    int draws = (int)knob[DRAWS];
    struct hs_attribute_nodes k;
    struct noisy *z = HS_NEW(a->arena, a->layers, struct noisy);
    double *error = HS_NEW(a->arena, nodes * ((size_t)draws + 1), double);
    struct hs_trace_table *t = hs_trace_add_table(
        a->trace, "null_model",
        "Relative squared error of every node with all layers quantized in the float context, and with independent uniform noise "
        "of the same power in place of each rounding error; intervals of 95 % (t) over draws of the noise.",
        column, 5, e);
    if (!z || !error || !t) return HS_OUT_OF_MEMORY(e);
    HS_TRY(hs_attribute_nodes_open(a, &k, e));
    HS_TRY(hs_attribute_nodes(a, 0, a->layers, &k, e));
    errors(&k, error);
    for (size_t i = 0; i < a->layers; i++) HS_TRY(open_layer(a, i, &z[i], e));
    for (int d = 1; d <= draws; d++) HS_TRY(draw_all(a, z, d, &k, error + (size_t)d * nodes, e));
    for (size_t r = 0; r < k.rows; r++) {
        struct hs_trace_cell *c = hs_trace_row(a->trace, t, e);
        if (!c) return e->status;
        c[0].text = k.row[r].node;
        fill(c, error + r, nodes, draws);
    }
    return HS_OK;
}

static const struct hs_knob knobs[] = {
    {.name = "draws", .value = 8, .min = 2, .max = 1000, .meaning = "how often the noise is drawn"},
    {0},
};

const struct hs_attribute_type hs_attribute_null_model = {
    .name = "null-model", .summary = "uniform noise of the same power in place of every rounding error", .version = 1, .knob = knobs,
    .run = run,
};
