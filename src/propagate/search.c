/* search.c - tries each layer on top of a state; what lies upstream of it is never computed again. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "propagate/objective.h"
#include "propagate/search.h"
#include "propagate/sums.h"

#include <math.h>

enum hs_status hs_lab_output_error(struct hs_lab *l, enum hs_split split, const struct hs_state *s, double *relative,
                                   struct hs_err *e)
{
    int node = l->net->output[0].node;
    struct hs_sums sums = {0};
    for (size_t c = 0; c < l->chunks[split] && !e->status; c++) {
        struct hs_kept *r = NULL, *g = NULL;
        if (!hs_lab_eval(l, split, c, &l->floating, &node, 1, &r, e) && !hs_lab_eval(l, split, c, s, &node, 1, &g, e))
            hs_sums_add(&sums, &r->t, NULL, &g->t, l->data[split], c * l->chunk[split]);
        if (r) hs_keep_release(l->keep, r);
        if (g) hs_keep_release(l->keep, g);
    }
    *relative = sums.total > 0 ? sums.total / sums.reference : 0;
    return e->status;
}

enum hs_status hs_search_errors(struct hs_lab *l, const struct hs_spec *spec, const struct hs_layer *layer, size_t layers,
                                const bool *done, const struct hs_state *state, const struct hs_state *context,
                                const struct hs_shared_inputs *shared, double *error, struct hs_err *e)
{
    struct hs_state tried;
    HS_TRY(hs_state_open(l, &tried, e));
    for (size_t i = 0; i < layers && !e->status; i++) {
        struct hs_quant q;
        error[i] = NAN;
        if (done && done[i]) continue;
        struct hs_layer settled = layer[i];
        if (hs_layer_settle(l, spec, &settled, context, shared, false, &q, e)) break;
        hs_state_copy(l, &tried, state);
        hs_state_set(l, &tried, layer[i].node, &q);
        hs_lab_output_error(l, HS_CALIBRATION, &tried, &error[i], e);
    }
    hs_state_close(&tried);
    return e->status;
}

enum hs_status hs_lab_forward(struct hs_lab *l, bool keep, struct hs_err *e)
{
    int node = l->net->output[0].node;
    l->passing = !keep;
    for (size_t c = 0; c < l->chunks[HS_CALIBRATION] && !e->status; c++) {
        struct hs_kept *r;
        if (!hs_lab_eval(l, HS_CALIBRATION, c, &l->floating, &node, 1, &r, e)) hs_keep_release(l->keep, r);
    }
    l->passing = false;
    return e->status;
}
