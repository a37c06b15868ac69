/* objective_layer.c - scales that minimise the error of the layer's own output on the inputs that it gets. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "propagate/objective.h"
#include "propagate/sums.h"

enum { SWEEPS = HS_SCAN_KNOBS };
static const struct hs_knob knobs[] = {
    [HS_SCAN_CANDIDATES] = {.name = "candidates", .value = 9, .min = 1, .max = 1000, .meaning = "scales tried for each site"},
    [HS_SCAN_LOWEST] = {.name = "lowest", .value = 0.6, .min = 0.001, .max = 1000, .meaning = "least of them, times the strategy's"},
    [HS_SCAN_HIGHEST] = {.name = "highest", .value = 1.2, .min = 0.001, .max = 1000, .meaning = "largest, times the strategy's"},
    [SWEEPS] = {.name = "sweeps", .value = 4, .min = 1, .max = 100, .meaning = "rounds over weight and inputs, ended when nothing changes"},
    {0},
};

struct looking {
    struct hs_lab *l;
    const struct hs_state *context;
};

/* ||f(Q(X'), W') - f(X', W)||^2 on the calibration data: X' the inputs in the context, f(X', W) the float layer on them. */
static enum hs_status output_error(void *with, const struct hs_layer *layer, const struct hs_quant *q, double *error,
                                   struct hs_err *e)
{
    const struct looking *look = with;
    static const struct hs_quant none;
    struct hs_lab *l = look->l;
    struct hs_sums sums = {0};
    for (size_t c = 0; c < l->chunks[HS_CALIBRATION] && !e->status; c++) {
        struct hs_kept *r = NULL, *g = NULL;
        if (!hs_lab_local(l, HS_CALIBRATION, c, look->context, layer->node, &none, &r, e) &&
            !hs_lab_local(l, HS_CALIBRATION, c, look->context, layer->node, q, &g, e))
            hs_sums_add(&sums, &r->t, NULL, &g->t, l->data[HS_CALIBRATION], c * l->chunk[HS_CALIBRATION]);
        if (r) hs_keep_release(l->keep, r);
        if (g) hs_keep_release(l->keep, g);
    }
    *error = sums.total;
    return e->status;
}

static enum hs_status settle(struct hs_lab *l, const struct hs_spec *spec, struct hs_layer *layer,
                             const struct hs_state *context, const struct hs_shared_inputs *shared, struct hs_quant *q,
                             struct hs_err *e)
{
    struct looking look = {l, context};
    struct hs_scan s = {.l = l, .spec = spec, .context = context, .shared = shared, .knob = spec->objective.knob,
                        .error = output_error, .with = &look};
    double error;
    bool better = true;
    layer->weight_side.stretch = layer->input_side.stretch = layer->output_side.stretch = 1;
    HS_TRY(hs_lab_calibrate(l, spec, layer, context, shared, false, q, e));
    HS_TRY(output_error(&look, layer, q, &error, e));
    for (int k = 0; better && k < (int)spec->objective.knob[SWEEPS]; k++) HS_TRY(hs_scan_layer(&s, layer, q, &error, &better, e));
    return HS_OK;
}

const struct hs_objective_type hs_objective_layer = {
    .name = "layer", .summary = "scales around the strategy's that leave the layer's own output least error, in its context",
    .cite = "Nagel et al. 2021, section 3.2", .version = 1, .knob = knobs, .settle = settle,
};
