/* problem.c - cost and predicted error of an assignment, and the door through which every search is called. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "budget/budget.h"

#include <math.h>

double hs_budget_cost(const struct hs_budget_problem *p, const size_t *option)
{
    double sum = 0;
    for (size_t i = 0; i < p->layers; i++) sum += p->cost[option[i]];
    return sum;
}

double hs_budget_error(const struct hs_budget_problem *p, const size_t *option, bool pairs)
{
    size_t n = p->first[p->layers];
    double sum = 0;
    for (size_t i = 0; i < p->layers; i++) {
        sum += p->error[option[i]];
        for (size_t j = 0; pairs && j < i; j++) sum += p->pair[option[i] * n + option[j]];
    }
    return sum;
}

void hs_budget_cheapest(const struct hs_budget_problem *p, size_t *option)
{
    for (size_t i = 0; i < p->layers; i++) {
        size_t best = p->first[i];
        for (size_t k = best + 1; k < p->first[i + 1]; k++)
            if (p->cost[k] < p->cost[best] || (p->cost[k] == p->cost[best] && p->error[k] < p->error[best])) best = k;
        option[i] = best;
    }
}

enum hs_status hs_budget_search(const struct hs_budget_type *t, const struct hs_budget_problem *p, double limit,
                                const double *knob, size_t *option, bool *proven, struct hs_err *e)
{
    size_t n = p->first[p->layers];
    for (size_t k = 0; k < n; k++)
        if (!isfinite(p->error[k])) return HS_FAIL(e, HS_ENUM, "the error of an option is not finite: nothing to compare");
    for (size_t i = 0; t->pairs && i < p->layers; i++)
        for (size_t k = p->first[i]; k < p->first[i + 1]; k++)
            for (size_t m = 0; m < p->first[i]; m++)
                if (!isfinite(p->pair[k * n + m]))
                    return HS_FAIL(e, HS_ENUM, "the error of a pair is not finite: nothing to compare");
    hs_budget_cheapest(p, option);
    double least = hs_budget_cost(p, option);
    if (!(limit >= least)) return HS_FAIL(e, HS_ECONFIG, "a budget of %.0f is below the cheapest assignment's %.0f", limit, least);
    *proven = false;
    return t->search(p, limit, knob, option, proven, e);
}
