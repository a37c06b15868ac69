/* exhaustive.c - every order of the layers, or many drawn ones: which ends best, and how far apart they end. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "order/order.h"

#include "base/mem.h"

#include <gsl/gsl_randist.h>
#include <string.h>

enum { SAMPLE, MOST };
static const struct hs_knob knobs[] = {
    [SAMPLE] = {.name = "sample", .value = 0, .min = 0, .max = 1e6,
                .meaning = "so many orders, drawn uniformly, and forward; 0: all L!"},
    [MOST] = {.name = "most", .value = 8, .min = 1, .max = 10, .meaning = "layers of which all orders are tried; more are refused"},
    {0},
};

struct trying {
    struct hs_order_oracle *oracle;
    size_t n, *perm, *best;
    double least;
    bool any;
};

static enum hs_status one(struct trying *t, struct hs_err *e)
{
    double error;
    HS_TRY(t->oracle->error(t->oracle, t->perm, t->n, &error, e));
    /* Orders are not visited by rank: among equals the first in lexicographic order wins. */
    bool first = false;
    for (size_t i = 0; t->any && i < t->n && !first; i++)
        if (t->perm[i] != t->best[i]) {
            first = t->perm[i] < t->best[i];
            break;
        }
    if (t->any && !(error < t->least) && !(error == t->least && first)) return HS_OK;
    memcpy(t->best, t->perm, t->n * sizeof *t->best);
    t->least = error, t->any = true;
    return HS_OK;
}

/* Layer k is put at each place among those before it. What happens to the first k layers does not change while the later
 * ones move, so that their results are still at hand. */
static enum hs_status insert(struct trying *t, size_t k, struct hs_err *e)
{
    if (k == t->n) return one(t, e);
    for (size_t at = k + 1; at-- > 0;) {
        memmove(t->perm + at + 1, t->perm + at, (k - at) * sizeof *t->perm);
        t->perm[at] = k;
        enum hs_status st = insert(t, k + 1, e);
        memmove(t->perm + at, t->perm + at + 1, (k - at) * sizeof *t->perm);
        HS_TRY(st);
    }
    return HS_OK;
}

static enum hs_status draw(struct trying *t, size_t count, gsl_rng *r, struct hs_err *e)
{
    for (size_t i = 0; i <= count; i++) {
        for (size_t k = 0; k < t->n; k++) t->perm[k] = k;
        if (i) gsl_ran_shuffle(r, t->perm, t->n, sizeof *t->perm);
        HS_TRY(one(t, e));
    }
    return HS_OK;
}

static enum hs_status search(struct hs_order_oracle *oracle, const struct hs_layer_facts *f, size_t n, const double *knob,
                             gsl_rng *r, size_t *perm, struct hs_err *e)
{
    (void)f;
    if (knob[SAMPLE] < 1 && (double)n > knob[MOST])
        return HS_FAIL(e, HS_ECONFIG, "order exhaustive: %zu layers have too many orders (most: %g); ask for a `sample`", n,
                       knob[MOST]);
    struct trying t = {.oracle = oracle, .n = n, .perm = hs_alloc(n, sizeof *t.perm), .best = perm};
    if (!t.perm) return HS_OUT_OF_MEMORY(e);
    if (knob[SAMPLE] < 1) insert(&t, 0, e);
    else draw(&t, (size_t)knob[SAMPLE], r, e);
    hs_free(t.perm);
    return e->status;
}

const struct hs_order_type hs_order_exhaustive = {
    .name = "exhaustive", .summary = "the best of all orders, or of `sample` drawn ones; costs L! networks, shared where they agree",
    .version = 1, .needs = HS_ORDER_SEARCH, .scores = true, .knob = knobs, .search = search,
};
