/* wilcoxon.c - are paired differences symmetric about 0: the signed-rank test with Pratt's way with zeros. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/mem.h"
#include "stats/ranks.h"
#include "stats/stats.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

enum { EXACT = 50 }; /* differences; what scipy takes, and 2^50 is still a whole number of a double */

/* Number of sign patterns with each sum of doubled ranks: way[s], s = 0 .. top. */
static void count_patterns(const struct hs_ranked *r, size_t n, double *way, size_t top)
{
    size_t reached = 0;
    for (size_t s = 0; s <= top; s++) way[s] = s == 0;
    for (size_t i = 0; i < n; i++) {
        if (r[i].x == 0) continue;
        size_t rank = (size_t)(2 * r[i].rank);
        reached += rank;
        for (size_t s = reached + 1; s-- > rank;) way[s] += way[s - rank];
    }
}

/* Given the ranks, zeros and ties among them, all 2^m patterns of signs are equally likely: no approximation. */
static double exact(const struct hs_ranked *r, size_t n, double smaller)
{
    double way[EXACT * (EXACT + 1) + 1], below = 0, all = 0;
    size_t top = n * (n + 1), end = (size_t)(2 * smaller);
    count_patterns(r, n, way, top);
    for (size_t s = 0; s <= top; s++) {
        all += way[s];
        if (s <= end) below += way[s];
    }
    return fmin(1, 2 * below / all);
}

/* Normal, with mean and variance less what the zeros held (Cureton 1967) and less the ties'. */
static double standardized(const struct hs_wilcoxon *w, size_t n, double ties)
{
    double all = (double)n, zero = (double)w->zeros, smaller = fmin(w->plus, w->minus);
    double mean = (all * (all + 1) - zero * (zero + 1)) / 4;
    double six = all * (all + 1) * (2 * all + 1) - zero * (zero + 1) * (2 * zero + 1) - ties / 2;
    return (smaller - mean) / sqrt(six / 24);
}

enum hs_status hs_stats_wilcoxon(const double *d, size_t n, enum hs_wilcoxon_how how, struct hs_wilcoxon *w, struct hs_err *e)
{
    *w = (struct hs_wilcoxon){.p = 1, .biserial = NAN};
    struct hs_ranked *r = hs_alloc(n, sizeof *r);
    if (!r) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < n; i++) {
        r[i] = (struct hs_ranked){.x = fabs(d[i]), .at = i};
        w->zeros += d[i] == 0;
        if (isnan(d[i])) w->p = NAN;
    }
    if (w->zeros < n && !isnan(w->p)) {
        double zero = (double)w->zeros, ties = hs_stats_ranks(r, n) - zero * (zero * zero - 1);
        for (size_t i = 0; i < n; i++) *(d[r[i].at] > 0 ? &w->plus : &w->minus) += r[i].x > 0 ? r[i].rank : 0;
        w->biserial = (w->plus - w->minus) / (w->plus + w->minus);
        w->exact = how == HS_WILCOXON_AUTO && n <= EXACT;
        w->p = w->exact ? exact(r, n, fmin(w->plus, w->minus)) : 2 * gsl_cdf_ugaussian_P(-fabs(standardized(w, n, ties)));
    }
    hs_free(r);
    return HS_OK;
}
