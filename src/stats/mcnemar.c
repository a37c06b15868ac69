/* mcnemar.c - two classifiers on the same samples: only those that one gets right and the other wrong count. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/stats.h"

#include <gsl/gsl_math.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>

/* Summed from the outermost outcome inwards, in logarithms: 2^-n alone would vanish. */
double hs_stats_mcnemar(size_t first_only, size_t second_only)
{
    size_t n = first_only + second_only, end = first_only < second_only ? first_only : second_only;
    double sum = 0;
    if (2 * end == n) return 1;
    for (size_t k = 0; k <= end; k++)
        sum += exp(gsl_sf_lnchoose((unsigned)n, (unsigned)k) - (double)n * M_LN2);
    return fmin(1, 2 * sum);
}
