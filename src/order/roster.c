/* roster.c - every order there is. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "order/order.h"

#include <stddef.h>

#define MEMBER(n) extern const struct hs_order_type hs_order_##n;
#include "order/roster.inc"
#undef MEMBER

const struct hs_order_type *const hs_order_roster[] = {
#define MEMBER(n) &hs_order_##n,
#include "order/roster.inc"
#undef MEMBER
    NULL};
