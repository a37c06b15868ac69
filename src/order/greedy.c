/* greedy.c - at each step the layer that hurts least on top of those quantized so far. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "order/order.h"

#include <math.h>

enum { DESCENDING };
static const struct hs_knob knobs[] = {
    [DESCENDING] = {.name = "descending", .value = 0, .min = 0, .max = 1, .meaning = "the layer that hurts most instead"},
    {0},
};

static size_t next(const double *error, size_t n, const double *knob)
{
    size_t best = n;
    for (size_t i = 0; i < n; i++) {
        if (isnan(error[i])) continue; /* quantized already */
        if (best == n || (knob[DESCENDING] > 0 ? error[i] > error[best] : error[i] < error[best])) best = i;
    }
    return best;
}

const struct hs_order_type hs_order_greedy = {
    .name = "greedy", .summary = "least harmful layer next; costs L (L + 1) / 2 networks", .version = 1,
    .needs = HS_ORDER_STEPS, .knob = knobs, .next = next,
};
