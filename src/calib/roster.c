/* roster.c - every calibration strategy there is. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/roster.h"

#include <stddef.h>

#define MEMBER(n) extern const struct hs_calib_type hs_calib_##n;
#include "calib/roster.inc"
#undef MEMBER

const struct hs_calib_type *const hs_calib_roster[] = {
#define MEMBER(n) &hs_calib_##n,
#include "calib/roster.inc"
#undef MEMBER
    NULL};
