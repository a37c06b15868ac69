/* size.c - layers by how many weights or multiplications they have. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "order/order.h"
#include "order/sort.h"

#include "base/mem.h"

enum { DESCENDING, BY };
static const char *const by[] = {"parameters", "products", NULL};
static const struct hs_knob knobs[] = {
    [DESCENDING] = {.name = "descending", .value = 1, .min = 0, .max = 1, .meaning = "largest first"},
    [BY] = {.name = "by", .value = 0, .min = 0, .max = 1, .words = by,
            .meaning = "weights of the layer, or multiplications a sample"},
    {0},
};

static enum hs_status arrange(const struct hs_layer_facts *f, size_t n, const double *knob, gsl_rng *r, size_t *perm,
                              struct hs_err *e)
{
    (void)r;
    double *figure = hs_alloc(n, sizeof *figure);
    if (!figure) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < n; i++) figure[i] = knob[BY] > 0 ? f[i].products : f[i].parameters;
    hs_order_sort(figure, n, knob[DESCENDING] > 0, perm);
    hs_free(figure);
    return HS_OK;
}

const struct hs_order_type hs_order_size = {
    .name = "size", .summary = "by number of weights or multiplications", .version = 1, .knob = knobs, .arrange = arrange,
};
