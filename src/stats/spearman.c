/* spearman.c - do two lists rank alike, by the correlation of their ranks (Spearman 1904). */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/mem.h"
#include "stats/ranks.h"
#include "stats/stats.h"

#include <math.h>

static bool fill(const double *x, size_t n, struct hs_ranked *r, double *rank)
{
    for (size_t i = 0; i < n; i++) {
        if (isnan(x[i])) return false;
        r[i] = (struct hs_ranked){.x = x[i], .at = i};
    }
    hs_stats_ranks(r, n);
    for (size_t i = 0; i < n; i++) rank[r[i].at] = r[i].rank - 0.5 * (double)(n + 1);
    return true;
}

enum hs_status hs_stats_spearman(const double *x, const double *y, size_t n, double *rho, struct hs_err *e)
{
    double xy = 0, xx = 0, yy = 0;
    struct hs_ranked *r = hs_alloc(n, sizeof *r);
    double *rank = hs_alloc(2 * n, sizeof *rank);
    if (!r || !rank) HS_OUT_OF_MEMORY(e);
    if (r && rank && fill(x, n, r, rank) && fill(y, n, r, rank + n))
        for (size_t i = 0; i < n; i++)
            xy += rank[i] * rank[n + i], xx += rank[i] * rank[i], yy += rank[n + i] * rank[n + i];
    *rho = xx > 0 && yy > 0 ? xy / sqrt(xx * yy) : NAN;
    enum hs_status st = r && rank ? HS_OK : HS_ENOMEM;
    hs_free(r);
    hs_free(rank);
    return st;
}
