/* random.c - a uniformly drawn permutation, one named stream each. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "order/order.h"

#include <gsl/gsl_randist.h>

static enum hs_status arrange(const struct hs_layer_facts *f, size_t n, const double *knob, gsl_rng *r, size_t *perm,
                              struct hs_err *e)
{
    (void)f, (void)knob, (void)e;
    for (size_t i = 0; i < n; i++) perm[i] = i;
    if (n) gsl_ran_shuffle(r, perm, n, sizeof *perm);
    return HS_OK;
}

const struct hs_order_type hs_order_random = {
    .name = "random", .summary = "uniformly drawn permutations; `count` of them", .version = 1, .takes_count = true,
    .arrange = arrange,
};
