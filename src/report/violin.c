/* violin.c - the outline of many values: a kernel density, mirrored. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/violin.h"

#include <gsl/gsl_statistics_double.h>
#include <math.h>

/* Where half the values are the same the quartiles say nothing. */
static double bandwidth(const double *x, size_t n)
{
    double spread = gsl_stats_sd(x, 1, n);
    double middle = gsl_stats_quantile_from_sorted_data(x, 1, n, 0.75) - gsl_stats_quantile_from_sorted_data(x, 1, n, 0.25);
    if (middle > 0) spread = fmin(spread, middle / 1.34);
    return 0.9 * spread * pow((double)n, -0.2);
}

double hs_violin(const double *x, size_t n, double *at, double *density)
{
    if (n < HS_VIOLIN_LEAST || !(x[0] < x[n - 1])) return NAN;
    double h = bandwidth(x, n), highest = 0;
    if (!(h > 0) || !isfinite(h)) return NAN;
    for (size_t k = 0; k < HS_VIOLIN_POINTS; k++) {
        at[k] = x[0] + (x[n - 1] - x[0]) * (double)k / (HS_VIOLIN_POINTS - 1);
        density[k] = 0;
        for (size_t i = 0; i < n; i++) {
            double u = (x[i] - at[k]) / h;
            density[k] += exp(-0.5 * u * u);
        }
        highest = fmax(highest, density[k]);
    }
    for (size_t k = 0; k < HS_VIOLIN_POINTS; k++) density[k] /= highest;
    return gsl_stats_median_from_sorted_data(x, 1, n);
}
