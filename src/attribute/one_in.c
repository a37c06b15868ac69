/* one_in.c - each layer quantized alone: v({i}). */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attribute/attribute.h"

static enum hs_status run(struct hs_attribution *a, const double *knob, struct hs_err *e)
{
    static const struct hs_trace_column column[] = {{"layer", "layer", HS_UNIT_TEXT, false},
                                                    {"operator", "operator", HS_UNIT_TEXT, false},
                                                    {"error", "output error", HS_UNIT_ERROR, true}};
    (void)knob;
    struct hs_trace_table *t = hs_trace_add_table(
        a->trace, "one_in", "Error of the output with one layer quantized, all others float; intervals of 95 % over samples.",
        column, 3, e);
    for (size_t i = 0; t && i < a->layers; i++) {
        const double *alone;
        HS_TRY(hs_attribute_single(a, i, &alone, e));
        struct hs_trace_cell *c = hs_trace_row(a->trace, t, e);
        if (!c) break;
        c[0].text = a->name[i], c[1].text = a->l->net->node[a->layer[i].node].op->name;
        HS_TRY(hs_attribute_cell(a, alone, &c[2], e));
    }
    return e->status;
}

const struct hs_attribute_type hs_attribute_one_in = {
    .name = "one-in", .summary = "the error that each layer causes when it alone is quantized", .cite = "Wu et al. 2020, section 6",
    .version = 1, .run = run,
};
