/* sort.h - arranges layers by a figure; equal figures stay in execution order. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_ORDER_SORT_H
#define HS_ORDER_SORT_H
#include <stdbool.h>
#include <stddef.h>

/* perm: the indices 0 .. n-1 of figure[], smallest first (or largest); NaN last. Insertion: n is a number of layers. */
static inline void hs_order_sort(const double *figure, size_t n, bool descending, size_t *perm)
{
    for (size_t i = 0; i < n; i++) {
        size_t at = i;
        for (; at > 0; at--) {
            double before = figure[perm[at - 1]], mine = figure[i];
            bool moves = before != before ? mine == mine : (descending ? mine > before : mine < before);
            if (!moves) break;
            perm[at] = perm[at - 1];
        }
        perm[at] = i;
    }
}

#endif
