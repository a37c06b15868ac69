/* greedy.c - from the cheapest assignment on, the step that takes away most error for its cost, while one fits. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "budget/budget.h"

/* Whether gain a for cost x is a better bargain than gain b for cost y. A gain that costs nothing beats all that do. */
static bool better(double a, double x, double b, double y)
{
    if (x <= 0 || y <= 0) return x <= 0 && (y > 0 || a > b);
    return a * y > b * x;
}

static enum hs_status search(const struct hs_budget_problem *p, double limit, const double *knob, size_t *option,
                             bool *proven, struct hs_err *e)
{
    (void)knob, (void)proven, (void)e;
    hs_budget_cheapest(p, option);
    for (double spent = hs_budget_cost(p, option);;) { /* every step lowers the error: it ends */
        double gain = 0, price = 0;
        size_t at = p->layers, to = 0;
        for (size_t i = 0; i < p->layers; i++)
            for (size_t k = p->first[i]; k < p->first[i + 1]; k++) {
                double less = p->error[option[i]] - p->error[k], more = p->cost[k] - p->cost[option[i]];
                if (!(less > 0) || spent + more > limit) continue;
                if (at == p->layers || better(less, more, gain, price)) gain = less, price = more, at = i, to = k;
            }
        if (at == p->layers) return HS_OK;
        option[at] = to, spent += price;
    }
}

const struct hs_budget_type hs_budget_greedy = {
    .name = "greedy", .summary = "from the cheapest assignment on, the step that takes away most error for its cost",
    .version = 1, .search = search,
};
