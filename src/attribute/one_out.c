/* one_out.c - each layer left float, all others quantized: v(all) - v(all without i). */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attribute/attribute.h"

static enum hs_status without(struct hs_attribution *a, size_t i, bool *in, double *rest, double *gain, struct hs_err *e)
{
    const double *whole;
    for (size_t k = 0; k < a->layers; k++) in[k] = k != i;
    HS_TRY(hs_attribute_whole(a, &whole, e));
    HS_TRY(hs_attribute_value(a, in, rest, e));
    for (size_t s = 0; s < a->samples; s++) gain[s] = whole[s] - rest[s];
    return HS_OK;
}

static enum hs_status run(struct hs_attribution *a, const double *knob, struct hs_err *e)
{
    static const struct hs_trace_column column[] = {{"layer", "layer", HS_UNIT_TEXT, false},
                                                    {"left", "error that is left", HS_UNIT_ERROR, true},
                                                    {"gain", "gain", HS_UNIT_ERROR, true}};
    (void)knob;
    struct hs_trace_table *t = hs_trace_add_table(
        a->trace, "one_out",
        "One layer kept float, all others quantized: the error that is left, and what is gained; intervals of 95 % over samples.",
        column, 3, e);
    bool *in = HS_NEW(a->arena, a->layers, bool);
    double *rest = hs_attribute_vector(a), *gain = hs_attribute_vector(a);
    if (!t || !in || !rest || !gain) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < a->layers; i++) {
        struct hs_trace_cell *c = hs_trace_row(a->trace, t, e);
        if (!c) return e->status;
        HS_TRY(without(a, i, in, rest, gain, e));
        c[0].text = a->name[i];
        HS_TRY(hs_attribute_cell(a, rest, &c[1], e));
        HS_TRY(hs_attribute_cell(a, gain, &c[2], e));
    }
    return HS_OK;
}

const struct hs_attribute_type hs_attribute_one_out = {
    .name = "one-out", .summary = "what is gained when a layer alone stays float", .version = 1, .run = run,
};
