/* improve.c - takes the best exchange or move of a layer, until none helps. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "order/order.h"

#include "base/mem.h"

#include <gsl/gsl_randist.h>
#include <string.h>

enum { START, MOVES, ROUNDS };
static const char *const starts[] = {"forward", "backward", "random", NULL};
static const char *const moves[] = {"both", "swap", "insert", NULL};
static const struct hs_knob knobs[] = {
    [START] = {.name = "start", .value = 0, .min = 0, .max = 2, .words = starts, .meaning = "the order to improve"},
    [MOVES] = {.name = "moves", .value = 0, .min = 0, .max = 2, .words = moves,
               .meaning = "exchange two layers, move one elsewhere, or both"},
    [ROUNDS] = {.name = "rounds", .value = 100, .min = 1, .max = 10000, .meaning = "steps at most"},
    {0},
};

struct climb {
    struct hs_order_oracle *oracle;
    size_t n, *perm, *tried, *best;
    double least;
    bool better;
};

static enum hs_status ask(struct climb *c, struct hs_err *e)
{
    double error;
    HS_TRY(c->oracle->error(c->oracle, c->tried, c->n, &error, e));
    if (!(error < c->least)) return HS_OK;
    c->least = error, c->better = true;
    memcpy(c->best, c->tried, c->n * sizeof *c->best);
    return HS_OK;
}

static void move(size_t *perm, size_t from, size_t to)
{
    size_t layer = perm[from];
    if (from < to) memmove(perm + from, perm + from + 1, (to - from) * sizeof *perm);
    else memmove(perm + to + 1, perm + to, (from - to) * sizeof *perm);
    perm[to] = layer;
}

static enum hs_status round_of(struct climb *c, bool swap, bool insert, struct hs_err *e)
{
    c->better = false;
    for (size_t i = 0; i < c->n; i++)
        for (size_t j = 0; j < c->n; j++) {
            if (swap && i < j) {
                memcpy(c->tried, c->perm, c->n * sizeof *c->tried);
                c->tried[i] = c->perm[j], c->tried[j] = c->perm[i];
                HS_TRY(ask(c, e));
            }
            if (insert && i != j && (!swap || i + 1 < j || j + 1 < i)) { /* neighbours were exchanged */
                memcpy(c->tried, c->perm, c->n * sizeof *c->tried);
                move(c->tried, i, j);
                HS_TRY(ask(c, e));
            }
        }
    if (c->better) memcpy(c->perm, c->best, c->n * sizeof *c->perm);
    return HS_OK;
}

static enum hs_status search(struct hs_order_oracle *oracle, const struct hs_layer_facts *f, size_t n, const double *knob,
                             gsl_rng *r, size_t *perm, struct hs_err *e)
{
    (void)f;
    struct climb c = {.oracle = oracle, .n = n, .perm = perm, .tried = hs_alloc(n, sizeof *c.tried),
                      .best = hs_alloc(n, sizeof *c.best), .better = true};
    for (size_t i = 0; i < n; i++) perm[i] = knob[START] == 1 ? n - 1 - i : i;
    if (knob[START] == 2) gsl_ran_shuffle(r, perm, n, sizeof *perm);
    if (!c.tried || !c.best) HS_OUT_OF_MEMORY(e);
    else oracle->error(oracle, perm, n, &c.least, e);
    for (double k = 0; k < knob[ROUNDS] && c.better && !e->status; k++)
        round_of(&c, knob[MOVES] != 2, knob[MOVES] != 1, e);
    hs_free(c.tried), hs_free(c.best);
    return e->status;
}

const struct hs_order_type hs_order_improve = {
    .name = "improve", .summary = "the best exchange or move of a layer, again and again; costs about 3 L^2 / 2 networks a step",
    .version = 1, .needs = HS_ORDER_SEARCH, .knob = knobs, .search = search,
};
