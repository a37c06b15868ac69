/* ranks.c - ranks with ties, which three of the tests begin with. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/ranks.h"

#include <stdlib.h>

static int ascending(const void *a, const void *b)
{
    const struct hs_ranked *x = a, *y = b;
    if (x->x != y->x) return x->x < y->x ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

double hs_stats_ranks(struct hs_ranked *r, size_t n)
{
    double ties = 0;
    qsort(r, n, sizeof *r, ascending);
    for (size_t i = 0, next; i < n; i = next) {
        for (next = i + 1; next < n && r[next].x == r[i].x; next++) continue;
        double t = (double)(next - i), rank = ((double)(i + 1) + (double)next) / 2;
        for (size_t k = i; k < next; k++) r[k].rank = rank;
        ties += t * (t * t - 1);
    }
    return ties;
}
