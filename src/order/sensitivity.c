/* sensitivity.c - layers by the harm that each does alone, or by cheaper guesses of it (Wu et al. 2020, section 6). */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "order/order.h"
#include "order/sort.h"

#include "base/mem.h"

enum { DESCENDING, BY };
static const char *const by[] = {
    [HS_BY_SOLO] = "solo", [HS_BY_WEIGHT] = "weight", [HS_BY_PROJECTED] = "projected", [HS_BY_TRACE] = "trace", NULL};
static const struct hs_knob knobs[] = {
    [DESCENDING] = {.name = "descending", .value = 1, .min = 0, .max = 1, .meaning = "most sensitive first"},
    [BY] = {.name = "by", .value = HS_BY_SOLO, .min = 0, .max = HS_BY_TRACE, .words = by,
            .meaning = "solo: output error with this layer alone quantized, on the calibration data (L networks); weight: error of "
                       "its weight over the weight's power (no data); projected: the same in the second moment of its inputs (one "
                       "pass); trace: weight error times mean curvature of the output's error, by 4 draws of random signs (4 L "
                       "networks; Dong et al. 2020)"},
    {0},
};

static enum hs_order_figure figure_of(const double *knob) { return (enum hs_order_figure)knob[BY]; }

static enum hs_status arrange(const struct hs_layer_facts *f, size_t n, const double *knob, gsl_rng *r, size_t *perm,
                              struct hs_err *e)
{
    (void)r;
    double *figure = hs_alloc(n, sizeof *figure);
    if (!figure) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < n; i++) figure[i] = f[i].figure;
    hs_order_sort(figure, n, knob[DESCENDING] > 0, perm);
    hs_free(figure);
    return HS_OK;
}

const struct hs_order_type hs_order_sensitivity = {
    .name = "sensitivity", .summary = "by the output error that a layer causes alone (L networks), or by a cheaper proxy of it",
    .cite = "Wu et al. 2020; Dong et al., HAWQ-V2, 2020", .version = 1, .needs = HS_ORDER_FIGURE, .knob = knobs,
    .figure = figure_of, .arrange = arrange,
};
