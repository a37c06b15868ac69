/* roster.c - every analysis there is. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attribute/attribute.h"

#include <stddef.h>

#define MEMBER(n) extern const struct hs_attribute_type hs_attribute_##n;
#include "attribute/roster.inc"
#undef MEMBER

const struct hs_attribute_type *const hs_attribute_roster[] = {
#define MEMBER(n) &hs_attribute_##n,
#include "attribute/roster.inc"
#undef MEMBER
    NULL};
