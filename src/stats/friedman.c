/* friedman.c - do k treatments rank alike in n blocks: Friedman's test, and Iman and Davenport's better one of it. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/mem.h"
#include "stats/ranks.h"
#include "stats/stats.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

/* Ranks within each block; returns the ties' sum of t^3 - t, or NaN. */
static double rank_blocks(const double *x, size_t blocks, size_t k, struct hs_ranked *r, double *rank)
{
    double ties = 0;
    for (size_t i = 0; i < k; i++) rank[i] = 0;
    for (size_t b = 0; b < blocks; b++) {
        for (size_t i = 0; i < k; i++) {
            r[i] = (struct hs_ranked){.x = x[b * k + i], .at = i};
            if (isnan(r[i].x)) return NAN;
        }
        ties += hs_stats_ranks(r, k);
        for (size_t i = 0; i < k; i++) rank[r[i].at] += r[i].rank / (double)blocks;
    }
    return ties;
}

enum hs_status hs_stats_friedman(const double *x, size_t blocks, size_t k, double *rank, struct hs_friedman *f,
                                 struct hs_err *e)
{
    double n = (double)blocks, m = (double)k, sum = 0;
    *f = (struct hs_friedman){.chi2 = NAN, .p = NAN, .f = NAN, .f_p = NAN};
    if (k < 2 || blocks < 1) return HS_FAIL(e, HS_ENUM, "ranks of %zu levels in %zu blocks: two levels and a block at least", k, blocks);
    struct hs_ranked *r = hs_alloc(k, sizeof *r);
    if (!r) return HS_OUT_OF_MEMORY(e);
    double ties = rank_blocks(x, blocks, k, r, rank);
    hs_free(r);
    if (isnan(ties)) return HS_FAIL(e, HS_ENUM, "a value that is not a number has no rank");
    for (size_t i = 0; i < k; i++) sum += (rank[i] - (m + 1) / 2) * (rank[i] - (m + 1) / 2);
    double share = 1 - ties / (n * m * (m * m - 1)); /* of the ranks' variance that ties leave */
    if (share < 1e-12) { /* all alike in every block */
        f->chi2 = f->f = 0, f->p = f->f_p = 1;
        return HS_OK;
    }
    f->chi2 = 12 * n / (m * (m + 1)) * sum / share;
    f->p = gsl_cdf_chisq_Q(f->chi2, m - 1);
    if (blocks < 2) return HS_OK;
    double rest = n * (m - 1) - f->chi2;
    f->f = rest > 1e-12 * n * m ? (n - 1) * f->chi2 / rest : INFINITY; /* the same ranking in every block */
    f->f_p = isfinite(f->f) ? gsl_cdf_fdist_Q(f->f, m - 1, (m - 1) * (n - 1)) : 0;
    return HS_OK;
}
