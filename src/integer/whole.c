/* whole.c - runs all evaluation samples through both networks at once. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "integer/whole.h"

#include "integer/beside.h"
#include "metric/softmax.h"
#include "net/run.h"
#include "propagate/sequence.h"

#include <math.h>

struct both {
    struct hs_lab *l;
    const struct hs_state *state;   /* the simulation */
    struct hs_beside **at;          /* one a node; NULL: no layer */
    double *largest;                /* one a node: of the simulation's output */
    struct hs_tensor *value;        /* nodes x HS_MAX_RESULTS: of the network in whole numbers, this chunk */
    struct hs_tensor *fresh;        /* the same, where layers read the simulation's codes */
    struct hs_int_whole *w;
};

/* What a reference names among one of the two sets of values; port: room for a view of the data. */
static enum hs_status value_of(struct both *b, const struct hs_tensor *set, size_t chunk, struct hs_ref r,
                               struct hs_tensor *port, const struct hs_tensor **out, struct hs_err *e)
{
    struct hs_kept *none;
    *out = port;
    if (r.node < 0) return hs_lab_tensor(b->l, HS_EVALUATION, chunk, b->state, r, port, &none, e);
    *out = &set[r.node * HS_MAX_RESULTS + r.result];
    return HS_OK;
}

/* A node as the simulation runs it, on this network's values: inputs through their grids first. */
static enum hs_status run_simulated(struct both *b, struct hs_tensor *set, size_t chunk, const struct hs_node *n,
                                    struct hs_err *e)
{
    const struct hs_quant *q = &b->state->quant[n->index];
    struct hs_tensor port[HS_MAX_INPUTS], room[HS_MAX_INPUTS] = {{{0}, NULL}}, *to = &set[n->index * HS_MAX_RESULTS];
    const struct hs_tensor *in[HS_MAX_INPUTS];
    size_t first = chunk * b->l->chunk[HS_EVALUATION];
    for (size_t k = 0; k < n->inputs && !e->status; k++) {
        if (value_of(b, set, chunk, n->input[k], &port[k], &in[k], e) || !q->input[k]) continue;
        if (hs_tensor_copy(&room[k], in[k], e)) break;
        hs_grid_apply(&q->input[k]->grid, in[k]->data, room[k].data, hs_shape_count(&in[k]->shape),
                      first * hs_shape_row(&in[k]->shape));
        in[k] = &room[k];
    }
    if (!e->status) hs_node_run(b->l->net, n, q->weights ? q->weights->packed : b->l->packed[n->index], in, first, to, e);
    for (size_t k = 0; k < n->inputs; k++) hs_tensor_free(&room[k]);
    return e->status;
}

/* A layer in whole numbers; beside it, on the simulation's codes, both. */
static enum hs_status run_whole(struct both *b, size_t chunk, const struct hs_node *n, struct hs_err *e)
{
    struct hs_beside *s = b->at[n->index];
    struct hs_tensor port[2], sim;
    const struct hs_tensor *in, *fresh;
    struct hs_kept *kept = NULL, *out = NULL;
    size_t first = chunk * b->l->chunk[HS_EVALUATION] * hs_shape_row(hs_net_shape(b->l->net, n->input[0]));
    int at = n->index * HS_MAX_RESULTS;
    HS_TRY(value_of(b, b->value, chunk, n->input[0], &port[0], &in, e));
    HS_TRY(value_of(b, b->fresh, chunk, n->input[0], &port[1], &fresh, e));
    HS_TRY(hs_lab_tensor(b->l, HS_EVALUATION, chunk, b->state, n->input[0], &sim, &kept, e));
    s->seen->codes += (double)hs_shape_count(&sim.shape);
    if (!hs_lab_eval(b->l, HS_EVALUATION, chunk, b->state, &n->index, 1, &out, e) &&
        !hs_beside_codes(s, in, &sim, first, &s->seen->codes_differ, &s->seen->largest_step, e) &&
        !hs_beside_codes(s, fresh, &sim, first, &s->seen->fresh_differ, &s->seen->fresh_step, e) &&
        !hs_beside_compare(s, &sim, &out->t, first, b->largest[n->index], &b->fresh[at], e))
        hs_beside_run(s, in, first, &b->value[at], e);
    if (kept) hs_keep_release(b->l->keep, kept);
    if (out) hs_keep_release(b->l->keep, out);
    return e->status;
}

static void quantize_output(const struct both *b, size_t chunk, const struct hs_node *n, struct hs_tensor *t)
{
    const struct hs_site *out = b->state->quant[n->index].output;
    if (out)
        hs_grid_apply(&out->grid, t->data, t->data, hs_shape_count(&t->shape),
                      chunk * b->l->chunk[HS_EVALUATION] * hs_shape_row(&t->shape));
}

static enum hs_status run_node(struct both *b, size_t chunk, const struct hs_node *n, struct hs_err *e)
{
    if (b->at[n->index] && b->at[n->index]->runs) run_whole(b, chunk, n, e);
    else if (!run_simulated(b, b->value, chunk, n, e)) run_simulated(b, b->fresh, chunk, n, e);
    if (e->status) return hs_err_where(e, "%s", n->name);
    quantize_output(b, chunk, n, &b->value[n->index * HS_MAX_RESULTS]);
    quantize_output(b, chunk, n, &b->fresh[n->index * HS_MAX_RESULTS]);
    return HS_OK;
}

static enum hs_status compare_output(struct both *b, size_t chunk, struct hs_err *e)
{
    struct hs_tensor port, sim;
    const struct hs_tensor *got;
    struct hs_kept *kept;
    struct hs_ref r = b->l->net->output[0];
    HS_TRY(value_of(b, b->value, chunk, r, &port, &got, e));
    HS_TRY(hs_lab_tensor(b->l, HS_EVALUATION, chunk, b->state, r, &sim, &kept, e));
    size_t n = hs_shape_count(&sim.shape), width = sim.shape.dim[sim.shape.rank - 1];
    for (size_t i = 0; i < n; i++) {
        b->w->difference = fmax(b->w->difference, fabs((double)got->data[i] - (double)sim.data[i]));
        b->w->largest = fmax(b->w->largest, fabs((double)sim.data[i]));
    }
    for (size_t i = 0; i + width <= n; i += width, b->w->rows++)
        b->w->top_differ += hs_argmax(got->data + i, width) != hs_argmax(sim.data + i, width);
    if (kept) hs_keep_release(b->l->keep, kept);
    return HS_OK;
}

static enum hs_status run_chunk(struct both *b, size_t chunk, struct hs_err *e)
{
    size_t nodes = b->l->net->nodes;
    for (size_t i = 0; i < nodes && !e->status; i++) run_node(b, chunk, &b->l->net->node[i], e);
    if (!e->status) compare_output(b, chunk, e);
    for (size_t i = 0; i < nodes * HS_MAX_RESULTS; i++) hs_tensor_free(&b->value[i]), hs_tensor_free(&b->fresh[i]);
    return e->status;
}

/* The unit in which outputs are held against each other needs the largest of all samples beforehand. */
static enum hs_status find_largest(struct both *b, struct hs_err *e)
{
    for (size_t chunk = 0; chunk < b->l->chunks[HS_EVALUATION]; chunk++)
        for (int i = 0; i < (int)b->l->net->nodes; i++) {
            struct hs_kept *k;
            if (!b->at[i] || !b->at[i]->runs) continue;
            HS_TRY(hs_lab_eval(b->l, HS_EVALUATION, chunk, b->state, &i, 1, &k, e));
            for (size_t v = 0; v < hs_shape_count(&k->t.shape); v++)
                b->largest[i] = fmax(b->largest[i], fabs((double)k->t.data[v]));
            hs_keep_release(b->l->keep, k);
        }
    return HS_OK;
}

static enum hs_status compare(struct both *b, const struct hs_sequence *s, struct hs_beside *layer, struct hs_err *e)
{
    const struct hs_net *net = b->l->net;
    for (size_t i = 0; i < s->layers; i++) {
        int at = s->layer[i].node;
        HS_TRY(hs_beside_open(&layer[i], net, &net->node[at], &s->state.quant[at], &b->w->layer[i], e));
        b->at[at] = &layer[i];
    }
    HS_TRY(find_largest(b, e));
    for (size_t chunk = 0; chunk < b->l->chunks[HS_EVALUATION]; chunk++) HS_TRY(run_chunk(b, chunk, e));
    if (net->task != HS_TASK_CLASSIFICATION && net->task != HS_TASK_LANGUAGE_MODEL) b->w->top_differ = NAN;
    return HS_OK;
}

enum hs_status hs_int_whole(struct hs_lab *l, const struct hs_spec *spec, struct hs_arena *a, struct hs_int_whole *w,
                            struct hs_err *e)
{
    struct hs_sequence s = {0};
    struct hs_beside *layer = NULL;
    size_t nodes = l->net->nodes;
    *w = (struct hs_int_whole){.samples = l->data[HS_EVALUATION]->n};
    if (!hs_sequence_whole(&s, l, spec, a, e)) {
        struct both b = {.l = l, .state = &s.state, .at = HS_NEW(a, nodes, struct hs_beside *),
                         .largest = HS_NEW(a, nodes, double),
                         .value = HS_NEW(a, nodes * HS_MAX_RESULTS, struct hs_tensor),
                         .fresh = HS_NEW(a, nodes * HS_MAX_RESULTS, struct hs_tensor), .w = w};
        layer = HS_NEW(a, s.layers, struct hs_beside);
        w->layers = s.layers, w->layer = HS_NEW(a, s.layers, struct hs_int_seen);
        if (b.at && b.largest && b.value && b.fresh && layer && w->layer) compare(&b, &s, layer, e);
        else HS_OUT_OF_MEMORY(e);
    }
    for (size_t i = 0; layer && i < s.layers; i++) hs_beside_close(&layer[i]);
    hs_sequence_close(&s);
    return e->status;
}
