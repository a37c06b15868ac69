/* measure_nodes.c - fresh, inherited, total and solo error of every node (design, section 1). */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "propagate/measure.h"
#include "propagate/sums.h"

#include <math.h>

/* Adds one chunk to the sums of one node. */
static enum hs_status add_chunk(struct hs_lab *l, const struct hs_state *s, int node, size_t chunk, struct hs_sums *sums,
                                struct hs_err *e)
{
    const struct hs_quant nothing = {0};
    bool is_layer = s->quant[node].key.hi || s->quant[node].key.lo;
    struct hs_kept *r = NULL, *m = NULL, *g = NULL;
    if (!hs_lab_eval(l, HS_EVALUATION, chunk, &l->floating, &node, 1, &r, e) &&
        !hs_lab_eval(l, HS_EVALUATION, chunk, s, &node, 1, &g, e) &&
        !(is_layer && hs_lab_local(l, HS_EVALUATION, chunk, s, node, &nothing, &m, e)))
        hs_sums_add(sums, &r->t, m ? &m->t : NULL, &g->t, l->data[HS_EVALUATION], chunk * l->chunk[HS_EVALUATION]);
    if (r) hs_keep_release(l->keep, r);
    if (m) hs_keep_release(l->keep, m);
    if (g) hs_keep_release(l->keep, g);
    return e->status;
}

/* Squared error over squared reference of all that a node reads; ports bring no error. */
static double relative_in(const struct hs_lab *l, int node, const double *error, const double *power)
{
    double a = 0, b = 0;
    const struct hs_node *n = &l->net->node[node];
    for (size_t k = 0; k < n->inputs; k++)
        if (n->input[k].node >= 0) a += error[n->input[k].node], b += power[n->input[k].node];
    return b > 0 ? a / b : 0;
}

static struct hs_node_row row_of(const struct hs_lab *l, int node, int step, int position, const struct hs_sums *s,
                                 double in)
{
    double out = s->reference > 0 ? s->inherited / s->reference : 0;
    return (struct hs_node_row){
        .node = l->net->node[node].name, .step = step, .position = position, .reference = s->reference,
        .total = s->total, .fresh = s->fresh, .inherited = s->inherited, .cross = s->cross, .solo = NAN,
        .largest = s->largest, .dot = s->dot, .got = s->got, .amplification = in > 0 ? sqrt(out / in) : NAN,
        .predicted = NAN,
    };
}

static void rows_of(const struct hs_lab *l, const struct hs_sums *sums, int step, double *error, double *power,
                    struct hs_node_row *row, size_t *n)
{
    int position = 0;
    for (size_t i = 0; i < l->net->nodes; i++) {
        error[i] = sums[i].total, power[i] = sums[i].reference;
        if (l->net->node[i].hidden) continue;
        row[(*n)++] = row_of(l, (int)i, step, position++, &sums[i], relative_in(l, (int)i, error, power));
    }
}

/* What is known of a node without looking: it is what it was at the last look, or it is still float. */
static bool is_known(struct hs_lab *l, const struct hs_state *s, int node, struct hs_measured *m)
{
    if (m->looked && hs_key_equal(m->sig[node], s->sig[node])) return true;
    m->sig[node] = s->sig[node];
    m->sums[node] = (struct hs_sums){0};
    double power = l->power[node];
    if (!hs_key_equal(s->sig[node], l->floating.sig[node]) || isnan(power)) return false;
    m->sums[node].reference = m->sums[node].got = m->sums[node].dot = power;
    return true;
}

enum hs_status hs_measured_open(const struct hs_lab *l, struct hs_arena *a, struct hs_measured *m, struct hs_err *e)
{
    *m = (struct hs_measured){.sums = HS_NEW(a, l->net->nodes, struct hs_sums), .sig = HS_NEW(a, l->net->nodes, struct hs_key),
                              .known = HS_NEW(a, l->net->nodes, bool), .error = HS_NEW(a, 2 * l->net->nodes, double)};
    return m->sums && m->sig && m->known && m->error ? HS_OK : HS_OUT_OF_MEMORY(e);
}

/* Chunk by chunk, all nodes of a chunk before the next: what one node needs of another is then still kept. */
enum hs_status hs_measure_nodes(struct hs_lab *l, const struct hs_state *s, int step, struct hs_measured *m,
                                struct hs_node_row *row, size_t *n, struct hs_err *e)
{
    size_t nodes = l->net->nodes;
    for (size_t i = 0; i < nodes; i++) m->known[i] = is_known(l, s, (int)i, m);
    for (size_t c = 0; c < l->chunks[HS_EVALUATION]; c++)
        for (size_t i = 0; i < nodes && !e->status; i++)
            if (!m->known[i]) add_chunk(l, s, (int)i, c, &m->sums[i], e);
    if (e->status) return e->status;
    for (size_t i = 0; i < nodes; i++) l->power[i] = m->sums[i].reference;
    m->looked = true;
    *n = 0;
    rows_of(l, m->sums, step, m->error, m->error + nodes, row, n);
    return HS_OK;
}

static enum hs_status add_solo(struct hs_lab *l, int node, const struct hs_quant *q, size_t chunk, struct hs_sums *sums,
                               struct hs_err *e)
{
    struct hs_kept *r = NULL, *g = NULL;
    if (!hs_lab_eval(l, HS_EVALUATION, chunk, &l->floating, &node, 1, &r, e) &&
        !hs_lab_local(l, HS_EVALUATION, chunk, &l->floating, node, q, &g, e))
        hs_sums_add(sums, &r->t, NULL, &g->t, l->data[HS_EVALUATION], chunk * l->chunk[HS_EVALUATION]);
    if (r) hs_keep_release(l->keep, r);
    if (g) hs_keep_release(l->keep, g);
    return e->status;
}

enum hs_status hs_measure_solos(struct hs_lab *l, const struct hs_layer *layer, const struct hs_quant *q, size_t layers,
                                double *solo, struct hs_err *e)
{
    struct hs_sums *sums = hs_alloc_zeroed(layers, sizeof *sums);
    if (!sums) return HS_OUT_OF_MEMORY(e);
    for (size_t c = 0; c < l->chunks[HS_EVALUATION]; c++)
        for (size_t i = 0; i < layers && !e->status; i++) add_solo(l, layer[i].node, &q[i], c, &sums[i], e);
    for (size_t i = 0; i < layers; i++) solo[i] = sums[i].total;
    hs_free(sums);
    return e->status;
}
