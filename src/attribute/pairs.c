/* pairs.c - what two layers do together beyond what each does alone: v(ij) - v(i) - v(j). */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attribute/attribute.h"

static enum hs_status pair(struct hs_attribution *a, size_t i, size_t j, bool *in, double *both, double *more,
                           struct hs_err *e)
{
    const double *first, *second;
    for (size_t k = 0; k < a->layers; k++) in[k] = k == i || k == j;
    HS_TRY(hs_attribute_single(a, i, &first, e));
    HS_TRY(hs_attribute_single(a, j, &second, e));
    HS_TRY(hs_attribute_value(a, in, both, e));
    for (size_t s = 0; s < a->samples; s++) more[s] = both[s] - first[s] - second[s];
    return HS_OK;
}

static enum hs_status run(struct hs_attribution *a, const double *knob, struct hs_err *e)
{
    static const struct hs_trace_column column[] = {{"layer", "layer", HS_UNIT_TEXT, false},
                                                    {"other", "other layer", HS_UNIT_TEXT, false},
                                                    {"together", "error of both", HS_UNIT_ERROR, true},
                                                    {"interaction", "interaction", HS_UNIT_ERROR, true}};
    (void)knob;
    struct hs_trace_table *t = hs_trace_add_table(
        a->trace, "pairs",
        "Two layers quantized: the error of both, and how far it is from the sum of each alone (below 0: they make up for each "
        "other); intervals of 95 % over samples.",
        column, 4, e);
    bool *in = HS_NEW(a->arena, a->layers, bool);
    double *both = hs_attribute_vector(a), *more = hs_attribute_vector(a);
    if (!t || !in || !both || !more) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < a->layers; i++)
        for (size_t j = i + 1; j < a->layers; j++) {
            struct hs_trace_cell *c = hs_trace_row(a->trace, t, e);
            if (!c) return e->status;
            HS_TRY(pair(a, i, j, in, both, more, e));
            c[0].text = a->name[i], c[1].text = a->name[j];
            HS_TRY(hs_attribute_cell(a, both, &c[2], e));
            HS_TRY(hs_attribute_cell(a, more, &c[3], e));
        }
    return HS_OK;
}

const struct hs_attribute_type hs_attribute_pairs = {
    .name = "pairs", .summary = "interaction of every two layers: v(ij) - v(i) - v(j)", .version = 1, .run = run,
};
