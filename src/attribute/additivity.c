/* additivity.c - do the errors of single layers add up to the whole? */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attribute/attribute.h"

static enum hs_status run(struct hs_attribution *a, const double *knob, struct hs_err *e)
{
    static const struct hs_trace_column column[] = {{"sum", "sum of single layers", HS_UNIT_ERROR, true},
                                                    {"whole", "all layers", HS_UNIT_ERROR, true},
                                                    {"ratio", "sum / whole", HS_UNIT_RATIO, true}};
    (void)knob;
    struct hs_trace_table *t = hs_trace_add_table(
        a->trace, "additivity",
        "The errors of all layers, each quantized alone, added up, and the error of all layers quantized in the float context; "
        "intervals of 95 % over samples.",
        column, 3, e);
    struct hs_trace_cell *c = t ? hs_trace_row(a->trace, t, e) : NULL;
    double *sum = hs_attribute_vector(a);
    const double *whole;
    if (!c || !sum) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < a->layers; i++) {
        const double *alone;
        HS_TRY(hs_attribute_single(a, i, &alone, e));
        for (size_t s = 0; s < a->samples; s++) sum[s] += alone[s];
    }
    HS_TRY(hs_attribute_whole(a, &whole, e));
    HS_TRY(hs_attribute_cell(a, sum, &c[0], e));
    HS_TRY(hs_attribute_cell(a, whole, &c[1], e));
    return hs_attribute_ratio(a, sum, whole, &c[2], e);
}

const struct hs_attribute_type hs_attribute_additivity = {
    .name = "additivity", .summary = "the sum of single-layer errors against the error of all layers", .version = 1, .run = run,
};
