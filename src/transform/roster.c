/* roster.c - every transform there is. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transform/transform.h"

#define MEMBER(n) extern const struct hs_transform_type hs_transform_##n;
#include "transform/roster.inc"
#undef MEMBER

const struct hs_transform_type *const hs_transform_roster[] = {
#define MEMBER(n) &hs_transform_##n,
#include "transform/roster.inc"
#undef MEMBER
    NULL};
