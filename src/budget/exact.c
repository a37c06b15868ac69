/* exact.c - the assignment of least error within the limit, where errors of layers add up: the multiple-choice knapsack.
 *
 * Dynamic programming over the layers: of the assignments of the first i layers only those stay that no other beats in both
 * cost and error (Nemhauser and Ullmann 1969), and that may still become better than the best one known. Costs are added as
 * whole numbers, not put into bins, so that the optimum is exact. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/mem.h"
#include "budget/bound.h"

#include <float.h>
#include <stdlib.h>

static const struct hs_knob knobs[] = {
    {.name = "states", .value = 4e6, .min = 1, .max = 1e9,
     .meaning = "assignments of the first layers kept at most; beyond, the answer is greedy's and not proven"},
    {0},
};

struct state {
    double cost, error;
    size_t before, option; /* index of the state that it grew from, in the whole list */
};
struct list {
    const struct hs_budget_problem *p;
    struct state *state;
    size_t n, room;
    double limit, price, slack, best, most; /* best: error of the best assignment known; most: states */
    double *left, *least; /* what layers i .. add at least: error at a price, cost */
};

static int by_cost(const void *pa, const void *pb)
{
    const struct state *a = pa, *b = pb;
    if (a->cost != b->cost) return a->cost < b->cost ? -1 : 1;
    if (a->error != b->error) return a->error < b->error ? -1 : 1;
    if (a->before != b->before) return a->before < b->before ? -1 : 1;
    return a->option < b->option ? -1 : a->option > b->option;
}

static enum hs_status make_room(struct list *l, size_t more, struct hs_err *e)
{
    if (l->n + more <= l->room) return HS_OK;
    size_t room = 2 * (l->n + more);
    struct state *state = hs_realloc(l->state, room, sizeof *state);
    if (!state) return HS_OUT_OF_MEMORY(e);
    l->state = state, l->room = room;
    return HS_OK;
}

/* Every state of the list's part from .. to - 1 with every option of layer i, but for those that lead nowhere. */
static enum hs_status grow(struct list *l, size_t i, size_t from, size_t to, struct hs_err *e)
{
    const struct hs_budget_problem *p = l->p;
    HS_TRY(make_room(l, (to - from) * (p->first[i + 1] - p->first[i]), e));
    for (size_t s = from; s < to; s++)
        for (size_t k = p->first[i]; k < p->first[i + 1]; k++) {
            struct state next = {.cost = l->state[s].cost + p->cost[k], .error = l->state[s].error + p->error[k],
                                 .before = s, .option = k};
            if (next.cost + l->least[i + 1] > l->limit) continue;
            if (next.error + l->left[i + 1] - l->price * (l->limit - next.cost) > l->best + l->slack) continue;
            l->state[l->n++] = next;
        }
    return HS_OK;
}

static void drop_beaten(struct list *l, size_t from)
{
    size_t n = from;
    double least = DBL_MAX;
    qsort(l->state + from, l->n - from, sizeof *l->state, by_cost);
    for (size_t s = from; s < l->n; s++)
        if (l->state[s].error < least) least = l->state[s].error, l->state[n++] = l->state[s];
    l->n = n;
}

static enum hs_status solve(struct list *l, size_t *option, bool *proven, struct hs_err *e)
{
    size_t from = 0, to = 1;
    HS_TRY(make_room(l, 1, e));
    l->state[l->n++] = (struct state){0};
    for (size_t i = 0; i < l->p->layers; i++) {
        HS_TRY(grow(l, i, from, to, e));
        drop_beaten(l, to);
        if ((double)l->n > l->most || l->n == to) return HS_OK; /* n == to: rounding alone; what is known stays */
        from = to, to = l->n;
    }
    *proven = true;
    struct state s = l->state[l->n - 1]; /* the dearest that is left has the least error */
    if (l->p->layers && s.error > l->best) return HS_OK;
    for (size_t i = l->p->layers; i-- > 0; s = l->state[s.before]) option[i] = s.option;
    return HS_OK;
}

static enum hs_status search(const struct hs_budget_problem *p, double limit, const double *knob, size_t *option,
                             bool *proven, struct hs_err *e)
{
    struct list l = {.p = p, .limit = limit, .most = knob ? knob[0] : knobs[0].value};
    HS_TRY(hs_budget_greedy.search(p, limit, NULL, option, proven, e));
    l.best = hs_budget_error(p, option, false);
    l.left = hs_alloc(p->layers + 1, sizeof *l.left), l.least = hs_alloc(p->layers + 1, sizeof *l.least);
    if (l.left && l.least) {
        l.price = hs_budget_price(p, p->error, limit);
        l.slack = hs_budget_left(p, p->error, l.price, limit, l.left);
        l.least[p->layers] = 0;
        for (size_t i = p->layers; i-- > 0;) {
            l.least[i] = DBL_MAX;
            for (size_t k = p->first[i]; k < p->first[i + 1]; k++)
                if (p->cost[k] < l.least[i]) l.least[i] = p->cost[k];
            l.least[i] += l.least[i + 1];
        }
        solve(&l, option, proven, e);
    } else {
        HS_OUT_OF_MEMORY(e);
    }
    hs_free(l.left), hs_free(l.least), hs_free(l.state);
    return e->status;
}

const struct hs_budget_type hs_budget_exact = {
    .name = "exact", .summary = "the least sum of the layers' own errors within the budget, by dynamic programming",
    .cite = "Nemhauser and Ullmann 1969", .version = 1, .knob = knobs, .search = search,
};
