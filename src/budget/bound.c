/* bound.c - a price for cost turns the limit into a part of the error, and the layers then choose one by one. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "budget/bound.h"

#include <math.h>

static size_t choose(const struct hs_budget_problem *p, const double *error, double price, size_t i)
{
    size_t best = p->first[i];
    for (size_t k = best + 1; k < p->first[i + 1]; k++)
        if (error[k] + price * p->cost[k] < error[best] + price * p->cost[best]) best = k;
    return best;
}

static double cost_at(const struct hs_budget_problem *p, const double *error, double price)
{
    double sum = 0;
    for (size_t i = 0; i < p->layers; i++) sum += p->cost[choose(p, error, price, i)];
    return sum;
}

double hs_budget_price(const struct hs_budget_problem *p, const double *error, double limit)
{
    double most = 0;
    if (cost_at(p, error, 0) <= limit) return 0;
    for (size_t i = 0; i < p->layers; i++)
        for (size_t k = p->first[i]; k < p->first[i + 1]; k++)
            for (size_t m = p->first[i]; m < k; m++)
                if (p->cost[k] != p->cost[m]) most = fmax(most, fabs((error[k] - error[m]) / (p->cost[k] - p->cost[m])));
    double low = most * 1e-18, high = most * 2; /* at the high end every layer takes what is cheapest */
    for (int step = 0; step < 100 && high > 0; step++) {
        double middle = sqrt(low) * sqrt(high);
        *(cost_at(p, error, middle) > limit ? &low : &high) = middle;
    }
    return high;
}

double hs_budget_left(const struct hs_budget_problem *p, const double *error, double price, double limit, double *left)
{
    double size = price * limit;
    left[p->layers] = 0;
    for (size_t i = p->layers; i-- > 0;) {
        size_t k = choose(p, error, price, i);
        left[i] = left[i + 1] + error[k] + price * p->cost[k];
        size += fabs(error[k]) + price * p->cost[k];
    }
    return 1e-12 * size;
}
