/* objective.c - the roster of objectives, and the scan of one layer's scales that they share. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "propagate/objective.h"

#include <math.h>

extern const struct hs_objective_type hs_objective_layer, hs_objective_network;
static const struct hs_objective_type tensor = {
    .name = "tensor", .summary = "the strategy decides, by the tensor's own values", .version = 1,
};
const struct hs_objective_type *const hs_objective_roster[] = {&tensor, &hs_objective_layer, &hs_objective_network, NULL};

size_t hs_scan_sides(const struct hs_lab *l, struct hs_layer *layer, struct hs_side **side)
{
    size_t n = 0;
    const struct hs_node *node = &l->net->node[layer->node];
    bool alone = true; /* its inputs have no other reader */
    for (int i = 0; i < layer->inputs; i++) {
        int from = node->input[i].node;
        alone &= from < 0 || l->users[from] == 1;
        for (size_t k = 0; from < 0 && k < l->net->nodes; k++) /* a port of the network */
            for (size_t j = 0; j < l->net->node[k].inputs; j++)
                alone &= (int)k == layer->node || l->net->node[k].input[j].node != from;
    }
    if (layer->weights && hs_side_is_static(&layer->weight_side, true)) side[n++] = &layer->weight_side;
    if (layer->inputs && alone && hs_side_is_static(&layer->input_side, false)) side[n++] = &layer->input_side;
    if (layer->output && hs_side_is_static(&layer->output_side, false)) side[n++] = &layer->output_side;
    return n;
}

/* lowest .. highest in even ratios. */
static double candidate(const double *knob, int i)
{
    double n = knob[HS_SCAN_CANDIDATES];
    return n < 2 ? knob[HS_SCAN_LOWEST]
                 : knob[HS_SCAN_LOWEST] * pow(knob[HS_SCAN_HIGHEST] / knob[HS_SCAN_LOWEST], i / (n - 1));
}

enum hs_status hs_scan_layer(struct hs_scan *s, struct hs_layer *layer, struct hs_quant *q, double *error, bool *better,
                             struct hs_err *e)
{
    struct hs_side *side[3];
    size_t sides = hs_scan_sides(s->l, layer, side);
    *better = false;
    for (size_t k = 0; k < sides; k++)
        for (int i = 0; i < (int)s->knob[HS_SCAN_CANDIDATES]; i++) {
            double before = side[k]->stretch, now;
            struct hs_quant tried;
            side[k]->stretch = candidate(s->knob, i);
            if (side[k]->stretch == before) continue;
            s->tried++;
            enum hs_status st = hs_lab_calibrate(s->l, s->spec, layer, s->context, s->shared, false, &tried, e);
            if (!st) st = s->error(s->with, layer, &tried, &now, e);
            if (!st && now < *error) {
                *q = tried, *error = now, *better = true;
                continue;
            }
            side[k]->stretch = before;
            HS_TRY(st);
        }
    return HS_OK;
}

enum hs_status hs_layer_settle(struct hs_lab *l, const struct hs_spec *spec, struct hs_layer *layer,
                               const struct hs_state *context, const struct hs_shared_inputs *shared, bool report,
                               struct hs_quant *q, struct hs_err *e)
{
    const struct hs_objective_type *o = spec->objective.type;
    bool settles = o && o->settle;
    HS_TRY(hs_lab_calibrate(l, spec, layer, context, shared, report && !settles, q, e));
    if (!settles) return HS_OK;
    HS_TRY(o->settle(l, spec, layer, context, shared, q, e));
    return report ? hs_lab_calibrate(l, spec, layer, context, shared, true, q, e) : HS_OK;
}
