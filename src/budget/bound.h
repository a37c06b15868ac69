/* bound.h - inside budget/: what the layers that are left must still add at least. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_BUDGET_BOUND_H
#define HS_BUDGET_BOUND_H
#include "budget/budget.h"

/* Lagrange: with a price for every unit of cost, sum min (error + price * cost) - price * limit is no more than the error of
 * any assignment within the limit, whatever the price (Everett 1963). The one returned makes it nearly as large as it gets.
 * error: of each option, in place of the problem's. */
double hs_budget_price(const struct hs_budget_problem *, const double *error, double limit);
/* left[i]: the least that layers i .. layers - 1 add at a price; layers + 1 values, the last one 0. Returns how far sums of
 * them may be off by rounding. */
double hs_budget_left(const struct hs_budget_problem *, const double *error, double price, double limit, double *left);

#endif
