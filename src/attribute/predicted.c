/* predicted.c - the additive-noise prediction of every node: powers of single-layer errors, as they arrive there, added up. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attribute/attribute.h"

#include <math.h>

static enum hs_status run(struct hs_attribution *a, const double *knob, struct hs_err *e)
{
    static const struct hs_trace_column column[] = {{"node", "node", HS_UNIT_TEXT, false},
                                                    {"predicted", "predicted error", HS_UNIT_ERROR, false},
                                                    {"measured", "measured error", HS_UNIT_ERROR, false},
                                                    {"ratio", "predicted / measured", HS_UNIT_RATIO, false}};
    (void)knob;
    struct hs_attribute_nodes k;
    double *sum = HS_NEW(a->arena, a->l->net->nodes, double); /* of each node: ||error||^2 of the looks so far */
    struct hs_trace_table *t = hs_trace_add_table(
        a->trace, "predicted",
        "Relative squared error of every node as additive noise predicts it, the errors of single layers summed, and with all "
        "layers quantized in the float context.",
        column, 4, e);
    if (!sum || !t) return HS_OUT_OF_MEMORY(e);
    HS_TRY(hs_attribute_nodes_open(a, &k, e));
    for (size_t i = 0; i < a->layers; i++) {
        HS_TRY(hs_attribute_nodes(a, i, i + 1, &k, e));
        for (size_t r = 0; r < k.rows; r++) sum[r] += k.row[r].total;
    }
    HS_TRY(hs_attribute_nodes(a, 0, a->layers, &k, e));
    for (size_t r = 0; r < k.rows; r++) {
        struct hs_trace_cell *c = hs_trace_row(a->trace, t, e);
        if (!c) return e->status;
        double power = k.row[r].reference, total = k.row[r].total;
        c[0].text = k.row[r].node;
        c[1].x = hs_attribute_over(sum[r], power);
        c[2].x = hs_attribute_over(total, power);
        c[3].x = total > 0 ? sum[r] / total : NAN;
    }
    return HS_OK;
}

const struct hs_attribute_type hs_attribute_predicted = {
    .name = "predicted", .summary = "additive-noise prediction of each node's error: single-layer errors, as they arrive, summed",
    .version = 1, .run = run,
};
