/* kendall.c - rank correlation: of all pairs, how many more agree than disagree. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/stats.h"

#include <math.h>

double hs_stats_kendall(const double *x, const double *y, size_t n)
{
    double agree = 0, x_differs = 0, y_differs = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++) {
            int a = (x[i] > x[j]) - (x[i] < x[j]), b = (y[i] > y[j]) - (y[i] < y[j]);
            if (isnan(x[i]) || isnan(x[j]) || isnan(y[i]) || isnan(y[j])) return NAN;
            agree += a * b, x_differs += a != 0, y_differs += b != 0;
        }
    return x_differs > 0 && y_differs > 0 ? agree / sqrt(x_differs * y_differs) : NAN;
}
