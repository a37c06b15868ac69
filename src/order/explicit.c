/* explicit.c - the order that the config writes down. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "order/order.h"

const struct hs_order_type hs_order_explicit = {
    .name = "explicit", .summary = "the layers in the order listed", .version = 1, .takes_names = true,
};
