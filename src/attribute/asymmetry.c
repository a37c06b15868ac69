/* asymmetry.c - two layers in the quantized context: does it matter which goes first? */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attribute/attribute.h"

#include "propagate/objective.h"

/* Squared errors with `first` quantized in the float network and `second` in the network that then is. */
static enum hs_status then(struct hs_attribution *a, size_t first, size_t second, double *squared, struct hs_err *e)
{
    const struct hs_layer *f = &a->layer[first];
    struct hs_shared_inputs shared = {.n = 0};
    struct hs_quant q;
    shared.at = HS_NEW(a->arena, (size_t)f->inputs, __typeof__(*shared.at));
    if (!shared.at) return HS_OUT_OF_MEMORY(e);
    for (int k = 0; k < f->inputs; k++) {
        shared.at[shared.n].ref = a->l->net->node[f->node].input[k];
        shared.at[shared.n].side = f->input_side;
        shared.at[shared.n++].site = a->quant[first].input[k];
    }
    hs_state_copy(a->l, &a->state, &a->l->floating);
    hs_state_set(a->l, &a->state, f->node, &a->quant[first]);
    struct hs_layer layer = a->layer[second];
    HS_TRY(hs_layer_settle(a->l, a->spec, &layer, &a->state, &shared, false, &q, e));
    hs_state_set(a->l, &a->state, a->layer[second].node, &q);
    return hs_attribute_state(a, &a->state, squared, e);
}

static enum hs_status run(struct hs_attribution *a, const double *knob, struct hs_err *e)
{
    static const struct hs_trace_column column[] = {{"layer", "layer", HS_UNIT_TEXT, false},
                                                    {"other", "later layer", HS_UNIT_TEXT, false},
                                                    {"first", "layer first", HS_UNIT_ERROR, true},
                                                    {"last", "layer last", HS_UNIT_ERROR, true},
                                                    {"difference", "first - last", HS_UNIT_ERROR, true}};
    (void)knob;
    struct hs_trace_table *t = hs_trace_add_table(
        a->trace, "asymmetry",
        "Two layers quantized one after the other, each in the network as it then is: error with the earlier one first, last, and "
        "the difference; intervals of 95 % over samples.",
        column, 5, e);
    double *first = hs_attribute_vector(a), *last = hs_attribute_vector(a), *difference = hs_attribute_vector(a);
    if (!t || !first || !last || !difference) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < a->layers; i++)
        for (size_t j = i + 1; j < a->layers; j++) {
            struct hs_trace_cell *c = hs_trace_row(a->trace, t, e);
            if (!c) return e->status;
            HS_TRY(then(a, i, j, first, e));
            HS_TRY(then(a, j, i, last, e));
            for (size_t s = 0; s < a->samples; s++) difference[s] = first[s] - last[s];
            c[0].text = a->name[i], c[1].text = a->name[j];
            HS_TRY(hs_attribute_cell(a, first, &c[2], e));
            HS_TRY(hs_attribute_cell(a, last, &c[3], e));
            HS_TRY(hs_attribute_cell(a, difference, &c[4], e));
        }
    return HS_OK;
}

const struct hs_attribute_type hs_attribute_asymmetry = {
    .name = "asymmetry", .summary = "v(i then j) - v(j then i) in the quantized context, for every two layers", .version = 1,
    .run = run,
};
