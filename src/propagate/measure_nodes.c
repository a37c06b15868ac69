/* measure_nodes.c - fresh, inherited, total and solo error of every node (design, section 1). */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "propagate/measure.h"
#include "propagate/sums.h"

#include <math.h>

/* Sums of one node over all chunks. */
static enum hs_status sum_node(struct hs_lab *l, const struct hs_state *s, int node, struct hs_sums *sums,
                               struct hs_err *e)
{
    const struct hs_quant nothing = {0};
    bool is_layer = s->quant[node].key.hi || s->quant[node].key.lo;
    *sums = (struct hs_sums){0};
    for (size_t c = 0; c < l->chunks[HS_EVALUATION] && !e->status; c++) {
        struct hs_kept *r = NULL, *m = NULL, *g = NULL;
        if (!hs_lab_eval(l, HS_EVALUATION, c, &l->floating, &node, 1, &r, e) &&
            !hs_lab_eval(l, HS_EVALUATION, c, s, &node, 1, &g, e) &&
            !(is_layer && hs_lab_local(l, HS_EVALUATION, c, s, node, &nothing, &m, e)))
            hs_sums_add(sums, &r->t, m ? &m->t : NULL, &g->t, l->data[HS_EVALUATION], c * l->chunk[HS_EVALUATION]);
        if (r) hs_keep_release(l->keep, r);
        if (m) hs_keep_release(l->keep, m);
        if (g) hs_keep_release(l->keep, g);
    }
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

enum hs_status hs_measure_nodes(struct hs_lab *l, const struct hs_state *s, int step, struct hs_node_row *row, size_t *n,
                                struct hs_err *e)
{
    size_t nodes = l->net->nodes;
    int position = 0;
    double *error = hs_alloc_zeroed(2 * nodes, sizeof *error);
    if (!error) return HS_OUT_OF_MEMORY(e);
    *n = 0;
    for (size_t i = 0; i < nodes && !e->status; i++) {
        struct hs_sums sums;
        if (sum_node(l, s, (int)i, &sums, e)) break;
        error[i] = sums.total, error[nodes + i] = sums.reference;
        if (l->net->node[i].hidden) continue;
        row[(*n)++] = row_of(l, (int)i, step, position++, &sums, relative_in(l, (int)i, error, error + nodes));
    }
    hs_free(error);
    return e->status;
}

enum hs_status hs_measure_solo(struct hs_lab *l, int node, const struct hs_quant *q, double *solo, struct hs_err *e)
{
    struct hs_sums sums = {0};
    for (size_t c = 0; c < l->chunks[HS_EVALUATION] && !e->status; c++) {
        struct hs_kept *r = NULL, *g = NULL;
        if (!hs_lab_eval(l, HS_EVALUATION, c, &l->floating, &node, 1, &r, e) &&
            !hs_lab_local(l, HS_EVALUATION, c, &l->floating, node, q, &g, e))
            hs_sums_add(&sums, &r->t, NULL, &g->t, l->data[HS_EVALUATION], c * l->chunk[HS_EVALUATION]);
        if (r) hs_keep_release(l->keep, r);
        if (g) hs_keep_release(l->keep, g);
    }
    *solo = sums.total;
    return e->status;
}
