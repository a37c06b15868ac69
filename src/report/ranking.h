/* ranking.h - the levels of a factor, ranked within blocks in which all else is the same. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_REPORT_RANKING_H
#define HS_REPORT_RANKING_H
#include "report/sheet.h"
#include "report/view.h"
#include "stats/stats.h"

struct hs_ranking {
    size_t factor, levels;
    size_t blocks, left_out; /* complete blocks; those that lack a level */
    size_t *level;           /* by ascending average rank: 1 is the best */
    struct hs_value *rank;   /* the average with its t interval over blocks */
    double *against_best;    /* Nemenyi's p */
    const char **letters;    /* levels that share one are not told apart */
    struct hs_friedman test;
    double cd;               /* critical difference at 5 % */
    size_t bars;             /* largest sets that are not told apart, as first and last place; two levels at least */
    size_t (*bar)[2];
};

/* Trials that agree in all factors but this one, and but those in `aside` (v->factors of them; NULL: none), are a block; value[t]
 * is a trial's figure, NaN where it has none. levels 0: there are fewer than `least` complete blocks or fewer than two
 * levels. Arrays live in the view's arena. */
enum hs_status hs_ranking_find(const struct hs_view *, size_t factor, const bool *aside, const double *value, bool higher,
                               size_t least, struct hs_ranking *, struct hs_err *);
enum hs_status hs_ranking_sheet(const struct hs_view *, const struct hs_ranking *, size_t n, const char *metric,
                                struct hs_sheet *, struct hs_err *);

#endif
