/* predicted.c - the additive-noise prediction of every node: powers of single-layer errors, as they arrive there, added up. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attribute/attribute.h"
#include "propagate/measure.h"

#include <math.h>

struct looks {
    struct hs_measured measured;
    struct hs_node_row *row; /* the last look's */
    size_t rows;
    double *sum;             /* one a row: ||error||^2 of the looks so far */
};

/* Looks at every node with the layers from .. to - 1 quantized. */
static enum hs_status look(struct hs_attribution *a, size_t from, size_t to, struct looks *k, struct hs_err *e)
{
    hs_state_copy(a->l, &a->state, &a->l->floating);
    for (size_t i = from; i < to; i++) hs_state_set(a->l, &a->state, a->layer[i].node, &a->quant[i]);
    return hs_measure_nodes(a->l, &a->state, (int)(to - from), &k->measured, k->row, &k->rows, e);
}

static enum hs_status run(struct hs_attribution *a, const double *knob, struct hs_err *e)
{
    static const struct hs_trace_column column[] = {{"node", "node", HS_UNIT_TEXT, false},
                                                    {"predicted", "predicted error", HS_UNIT_ERROR, false},
                                                    {"measured", "measured error", HS_UNIT_ERROR, false},
                                                    {"ratio", "predicted / measured", HS_UNIT_RATIO, false}};
    (void)knob;
    size_t nodes = a->l->net->nodes;
    struct looks k = {.row = HS_NEW(a->arena, nodes, struct hs_node_row), .sum = HS_NEW(a->arena, nodes, double)};
    struct hs_trace_table *t = hs_trace_add_table(
        a->trace, "predicted",
        "Relative squared error of every node as additive noise predicts it, the errors of single layers summed, and with all "
        "layers quantized in the float context.",
        column, 4, e);
    if (!k.row || !k.sum || !t) return HS_OUT_OF_MEMORY(e);
    HS_TRY(hs_measured_open(a->l, a->arena, &k.measured, e));
    for (size_t i = 0; i < a->layers; i++) {
        HS_TRY(look(a, i, i + 1, &k, e));
        for (size_t r = 0; r < k.rows; r++) k.sum[r] += k.row[r].total;
    }
    HS_TRY(look(a, 0, a->layers, &k, e));
    for (size_t r = 0; r < k.rows; r++) {
        struct hs_trace_cell *c = hs_trace_row(a->trace, t, e);
        if (!c) return e->status;
        double power = k.row[r].reference, total = k.row[r].total;
        c[0].text = k.row[r].node;
        c[1].x = power > 0 ? k.sum[r] / power : k.sum[r] > 0 ? INFINITY : 0;
        c[2].x = power > 0 ? total / power : total > 0 ? INFINITY : 0;
        c[3].x = total > 0 ? k.sum[r] / total : NAN;
    }
    return HS_OK;
}

const struct hs_attribute_type hs_attribute_predicted = {
    .name = "predicted", .summary = "additive-noise prediction of each node's error: single-layer errors, as they arrive, summed",
    .version = 1, .run = run,
};
