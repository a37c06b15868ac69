/* effect.c - how large a difference is, in units that do not depend on the metric's, with its interval. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/mem.h"
#include "stats/stats.h"

#include <math.h>

static double dominance(const double *sum) { return sum[0] / sum[1]; }

/* Columns: d, d^2, 1. */
static double standardized(const double *sum)
{
    double mean = sum[0] / sum[2], square = (sum[1] - sum[0] * mean) / (sum[2] - 1);
    return sum[0] == 0 ? 0 : mean / sqrt(square);
}

static enum hs_status interval(const struct hs_resamples *r, const double *x, size_t n, size_t k,
                               double (*f)(const double *), struct hs_effect *out, struct hs_err *e)
{
    double sum[3] = {0};
    for (size_t i = 0; i < n; i++)
        for (size_t c = 0; c < k; c++) sum[c] += x[i * k + c];
    out->x = f(sum);
    return hs_resamples_bca(r, x, k, f, &out->lo, &out->hi, e);
}

enum hs_status hs_stats_dominance(const struct hs_resamples *r, const double *d, size_t n, struct hs_effect *out,
                                  struct hs_err *e)
{
    double *x = hs_alloc(2 * n, sizeof *x);
    if (!x) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < n; i++) x[2 * i] = (d[i] > 0) - (d[i] < 0), x[2 * i + 1] = !isnan(d[i]);
    enum hs_status st = interval(r, x, n, 2, dominance, out, e);
    hs_free(x);
    return st;
}

enum hs_status hs_stats_cohen(const struct hs_resamples *r, const double *d, size_t n, struct hs_effect *out, struct hs_err *e)
{
    double *x = hs_alloc(3 * n, sizeof *x);
    if (!x) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < n; i++) {
        double one = isnan(d[i]) ? 0 : d[i];
        x[3 * i] = one, x[3 * i + 1] = one * one, x[3 * i + 2] = !isnan(d[i]);
    }
    enum hs_status st = interval(r, x, n, 3, standardized, out, e);
    hs_free(x);
    return st;
}
