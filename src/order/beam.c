/* beam.c - grows orders layer by layer and keeps the `width` least harmful beginnings. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "order/order.h"

#include "base/mem.h"

#include <string.h>

enum { WIDTH };
static const struct hs_knob knobs[] = {
    [WIDTH] = {.name = "width", .value = 4, .min = 1, .max = 1000, .meaning = "beginnings kept at each step; 1 is greedy"},
    {0},
};

struct beam {
    size_t n, width, kept, found; /* kept at this depth, found for the next */
    size_t *now, *next;           /* width rows of n */
    double *error;                /* of the rows of next, ascending */
};

/* Insertion: equal errors stay in the order in which they were tried. */
static void keep(struct beam *b, const size_t *perm, double error)
{
    size_t at = b->found < b->width ? b->found++ : b->width;
    for (; at > 0 && error < b->error[at - 1]; at--) {
        if (at == b->width) continue;
        b->error[at] = b->error[at - 1];
        memcpy(b->next + at * b->n, b->next + (at - 1) * b->n, b->n * sizeof *b->next);
    }
    if (at == b->width) return;
    b->error[at] = error;
    memcpy(b->next + at * b->n, perm, b->n * sizeof *b->next);
}

static bool used(const size_t *perm, size_t k, size_t layer)
{
    for (size_t i = 0; i < k; i++)
        if (perm[i] == layer) return true;
    return false;
}

static enum hs_status grow(struct beam *b, struct hs_order_oracle *oracle, size_t depth, struct hs_err *e)
{
    b->found = 0;
    for (size_t row = 0; row < b->kept; row++)
        for (size_t layer = 0; layer < b->n; layer++) {
            size_t *perm = b->now + row * b->n;
            double error;
            if (used(perm, depth, layer)) continue;
            perm[depth] = layer;
            HS_TRY(oracle->error(oracle, perm, depth + 1, &error, e));
            keep(b, perm, error);
        }
    size_t *swap = b->now;
    b->now = b->next, b->next = swap, b->kept = b->found;
    return HS_OK;
}

static enum hs_status search(struct hs_order_oracle *oracle, const struct hs_layer_facts *f, size_t n, const double *knob,
                             gsl_rng *r, size_t *perm, struct hs_err *e)
{
    (void)f, (void)r;
    size_t width = (size_t)knob[WIDTH];
    struct beam b = {.n = n, .width = width, .kept = 1, .now = hs_alloc_zeroed(width * n, sizeof *b.now),
                     .next = hs_alloc_zeroed(width * n, sizeof *b.next), .error = hs_alloc(width, sizeof *b.error)};
    if (!b.now || !b.next || !b.error) HS_OUT_OF_MEMORY(e);
    for (size_t depth = 0; depth < n && !e->status; depth++) grow(&b, oracle, depth, e);
    if (!e->status) memcpy(perm, b.now, n * sizeof *perm);
    hs_free(b.now), hs_free(b.next), hs_free(b.error);
    return e->status;
}

const struct hs_order_type hs_order_beam = {
    .name = "beam", .summary = "keeps several beginnings where greedy keeps one; costs at most `width` L (L + 1) / 2 networks",
    .version = 1, .needs = HS_ORDER_SEARCH, .knob = knobs, .search = search,
};
