/* roster.c - every weight method there is. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weights/weights.h"

#include <stddef.h>

#define MEMBER(n) extern const struct hs_weights_type hs_weights_##n;
#include "weights/roster.inc"
#undef MEMBER

const struct hs_weights_type *const hs_weights_roster[] = {
#define MEMBER(n) &hs_weights_##n,
#include "weights/roster.inc"
#undef MEMBER
    NULL};
