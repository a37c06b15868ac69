/* pairs.c - the assignment of least error within the limit, where every two layers add what they do together: branch and
 * bound.
 *
 * Layers are decided one after the other. What those that are left add at least: each takes its best option, given those
 * decided, and of each later layer what goes best with it (Gilmore 1962, Lawler 1963), with a price for cost (bound.h). */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/mem.h"
#include "budget/bound.h"

#include <float.h>
#include <math.h>
#include <string.h>

static const struct hs_knob knobs[] = {
    {.name = "full", .value = 5000, .min = 0, .max = 1e9,
     .meaning = "up to so many pairs of options all are measured; beyond, one pair of formats for every two layers"},
    {.name = "nodes", .value = 2e6, .min = 1, .max = 1e12,
     .meaning = "branches looked at before the best one found so far is taken, not proven"},
    {0},
};

struct tree {
    const struct hs_budget_problem *p;
    double limit, price, slack, looked, most, best;
    double *own;   /* of each option: its error, and what later layers add to it at least */
    double *given; /* (layers + 1) x options: own, and what the layers decided add */
    double *least; /* cost of layers i .. at least */
    size_t *now, *option;
};

/* What two options do together. */
static double with(const struct hs_budget_problem *p, size_t k, size_t m) { return p->pair[k * p->first[p->layers] + m]; }

static double change(const struct hs_budget_problem *p, const size_t *option, size_t i, size_t k)
{
    double sum = p->error[k] - p->error[option[i]];
    for (size_t j = 0; j < p->layers; j++)
        if (j != i) sum += with(p, k, option[j]) - with(p, option[i], option[j]);
    return sum;
}

/* Best change of one layer, or of two at once, until there is none: a good start cuts most of the tree off. */
static bool improve(const struct hs_budget_problem *p, double limit, size_t *option)
{
    double spent = hs_budget_cost(p, option), best = -1e-12 * fabs(hs_budget_error(p, option, true));
    size_t at[2] = {0, 0}, to[2] = {option[0], option[0]};
    bool found = false;
    for (size_t i = 0; i < p->layers; i++)
        for (size_t k = p->first[i], was = option[i]; k < p->first[i + 1]; k++) {
            double first = change(p, option, i, k), cost = spent + p->cost[k] - p->cost[was];
            if (first < best && cost <= limit) best = first, found = true, at[0] = at[1] = i, to[0] = to[1] = k;
            option[i] = k;
            for (size_t j = i + 1; j < p->layers; j++)
                for (size_t m = p->first[j]; m < p->first[j + 1]; m++) {
                    if (cost + p->cost[m] - p->cost[option[j]] > limit) continue;
                    double both = first + change(p, option, j, m);
                    if (both < best) best = both, found = true, at[0] = i, to[0] = k, at[1] = j, to[1] = m;
                }
            option[i] = was;
        }
    if (found) option[at[0]] = to[0], option[at[1]] = to[1];
    return found;
}

/* Least that layers i .. add, in the model, once those before are decided. */
static double bound(const struct tree *t, size_t i, const double *given, double spent)
{
    const struct hs_budget_problem *p = t->p;
    double sum = -t->price * (t->limit - spent);
    for (size_t j = i; j < p->layers; j++) {
        double least = DBL_MAX;
        for (size_t k = p->first[j]; k < p->first[j + 1]; k++) least = fmin(least, given[k] + t->price * p->cost[k]);
        sum += least;
    }
    return sum;
}

static void decide(struct tree *t, size_t i, double spent, double error)
{
    const struct hs_budget_problem *p = t->p;
    size_t n = p->first[p->layers];
    const double *given = t->given + i * n;
    double *next = t->given + (i + 1) * n;
    if (i == p->layers) {
        if (error < t->best) t->best = error, memcpy(t->option, t->now, p->layers * sizeof *t->now);
        return;
    }
    for (size_t k = p->first[i]; k < p->first[i + 1] && t->looked <= t->most; k++) {
        double cost = spent + p->cost[k], sum = p->error[k];
        if (cost + t->least[i + 1] > t->limit) continue;
        t->looked++;
        t->now[i] = k;
        for (size_t j = 0; j < i; j++) sum += with(p, k, t->now[j]);
        for (size_t m = p->first[i + 1]; m < n; m++) next[m] = given[m] + with(p, m, k);
        if (error + sum + bound(t, i + 1, next, cost) < t->best + t->slack) decide(t, i + 1, cost, error + sum);
    }
}

static void prepare(struct tree *t)
{
    const struct hs_budget_problem *p = t->p;
    double size = 0;
    t->least[p->layers] = 0;
    for (size_t i = p->layers; i-- > 0;) {
        double least = DBL_MAX;
        for (size_t k = p->first[i]; k < p->first[i + 1]; k++) {
            least = fmin(least, p->cost[k]);
            t->own[k] = p->error[k];
            for (size_t j = i + 1; j < p->layers; j++) {
                double goes = DBL_MAX;
                for (size_t m = p->first[j]; m < p->first[j + 1]; m++)
                    goes = fmin(goes, with(p, k, m)), size = fmax(size, fabs(with(p, k, m)));
                t->own[k] += goes;
            }
            t->given[k] = t->own[k];
        }
        t->least[i] = t->least[i + 1] + least;
    }
    double *left = t->given + p->first[p->layers]; /* as scratch: not used before the first decision */
    t->price = hs_budget_price(p, t->own, t->limit);
    t->slack = hs_budget_left(p, t->own, t->price, t->limit, left) + 1e-12 * size * (double)(p->layers * p->layers);
}

static enum hs_status search(const struct hs_budget_problem *p, double limit, const double *knob, size_t *option,
                             bool *proven, struct hs_err *e)
{
    size_t n = p->first[p->layers];
    struct tree t = {.p = p, .limit = limit, .most = knob ? knob[1] : knobs[1].value, .option = option};
    HS_TRY(hs_budget_exact.search(p, limit, NULL, option, proven, e));
    while (p->layers && improve(p, limit, option)) {}
    t.best = hs_budget_error(p, option, true);
    t.own = hs_alloc(n, sizeof *t.own), t.given = hs_alloc((p->layers + 1) * (n + 1), sizeof *t.given);
    t.least = hs_alloc(p->layers + 1, sizeof *t.least), t.now = hs_alloc(p->layers, sizeof *t.now);
    if (t.own && t.given && t.least && t.now) prepare(&t), decide(&t, 0, 0, 0);
    else HS_OUT_OF_MEMORY(e);
    *proven = t.looked <= t.most;
    hs_free(t.own), hs_free(t.given), hs_free(t.least), hs_free(t.now);
    return e->status;
}

const struct hs_budget_type hs_budget_pairs = {
    .name = "pairs", .summary = "the least error within the budget with what every two layers do together, by branch and bound",
    .cite = "Gilmore 1962; Lawler 1963", .version = 1, .knob = knobs, .pairs = true, .search = search,
};
