/* t.c - Student's interval of a mean: for a few draws, where a bootstrap is too narrow. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/stats.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

void hs_stats_t(const double *x, size_t n, double level, double *mean, double *lo, double *hi)
{
    double sum = 0, square = 0;
    *mean = *lo = *hi = NAN;
    for (size_t i = 0; i < n; i++) sum += x[i];
    if (n == 0 || !isfinite(sum)) return;
    *mean = sum / (double)n;
    if (n == 1) return;
    for (size_t i = 0; i < n; i++) square += (x[i] - *mean) * (x[i] - *mean);
    double se = sqrt(square / (double)(n - 1) / (double)n);
    double half = gsl_cdf_tdist_Pinv((1 + level) / 2, (double)(n - 1)) * se;
    *lo = *mean - half, *hi = *mean + half;
}
