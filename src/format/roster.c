/* roster.c - every number format there is. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "format/format.h"

#include <stddef.h>

#define MEMBER(n) extern const struct hs_format hs_format_##n;
#include "format/roster.inc"
#undef MEMBER

const struct hs_format *const hs_format_roster[] = {
#define MEMBER(n) &hs_format_##n,
#include "format/roster.inc"
#undef MEMBER
    NULL};
