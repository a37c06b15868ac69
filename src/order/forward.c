/* forward.c - layers in execution order: each sees inputs that are quantized already. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "order/order.h"

static enum hs_status arrange(const struct hs_layer_facts *f, size_t n, const double *knob, gsl_rng *r, size_t *perm,
                              struct hs_err *e)
{
    (void)f, (void)knob, (void)r, (void)e;
    for (size_t i = 0; i < n; i++) perm[i] = i;
    return HS_OK;
}

const struct hs_order_type hs_order_forward = {
    .name = "forward", .summary = "execution order: first layer first", .version = 1, .arrange = arrange,
};
