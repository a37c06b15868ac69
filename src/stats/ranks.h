/* ranks.h - inside stats: ranks of a sample. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_STATS_RANKS_H
#define HS_STATS_RANKS_H
#include <stddef.h>

struct hs_ranked {
    double x, rank;
    size_t at; /* the caller's index */
};
/* Sorts by x and fills the ranks, from 1; equal values share the mean of theirs. Returns the sum of t^3 - t over runs of t
 * equal values. */
double hs_stats_ranks(struct hs_ranked *, size_t n);

#endif
