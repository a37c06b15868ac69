/* sensitivity.c - layers by the error that each causes when it alone is quantized (Wu et al. 2020, section 6). */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "order/order.h"
#include "order/sort.h"

#include "base/mem.h"

enum { DESCENDING, BY };
static const char *const by[] = {"solo", NULL};
static const struct hs_knob knobs[] = {
    [DESCENDING] = {.name = "descending", .value = 1, .min = 0, .max = 1, .meaning = "most sensitive first"},
    [BY] = {.name = "by", .value = 0, .min = 0, .max = 0, .words = by,
            .meaning = "output error with this layer alone quantized, on the calibration data"},
    {0},
};

static enum hs_status arrange(const struct hs_layer_facts *f, size_t n, const double *knob, gsl_rng *r, size_t *perm,
                              struct hs_err *e)
{
    (void)r;
    double *figure = hs_alloc(n, sizeof *figure);
    if (!figure) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < n; i++) figure[i] = f[i].solo;
    hs_order_sort(figure, n, knob[DESCENDING] > 0, perm);
    hs_free(figure);
    return HS_OK;
}

const struct hs_order_type hs_order_sensitivity = {
    .name = "sensitivity", .summary = "by the output error that a layer causes alone; costs L networks", .cite = "Wu et al. 2020",
    .version = 1, .needs = HS_ORDER_SOLO, .knob = knobs, .arrange = arrange,
};
