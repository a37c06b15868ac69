/* roster.c - every search there is. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "budget/budget.h"

#define MEMBER(n) extern const struct hs_budget_type hs_budget_##n;
#include "budget/roster.inc"
#undef MEMBER

const struct hs_budget_type *const hs_budget_roster[] = {
#define MEMBER(n) &hs_budget_##n,
#include "budget/roster.inc"
#undef MEMBER
    NULL};
