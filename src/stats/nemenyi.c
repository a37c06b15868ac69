/* nemenyi.c - how far apart average ranks must be: the range of k normal variables, by quadrature. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/stats.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_randist.h>
#include <math.h>

struct range {
    double q, others;
};

/* The largest lies at z, and of the others at least one lies below z - q. */
static double beyond(double z, void *range)
{
    const struct range *r = range;
    double below = gsl_cdf_ugaussian_P(z), far = gsl_cdf_ugaussian_P(z - r->q);
    double one = far < below ? r->others * log1p(-far / below) : -INFINITY;
    return gsl_ran_ugaussian_pdf(z) * pow(below, r->others) * -expm1(one);
}

double hs_stats_range_q(double q, size_t k)
{
    struct range r = {.q = q, .others = (double)k - 1};
    gsl_function f = {.function = beyond, .params = &r};
    double sum = 0, part, error;
    size_t looks;
    if (isnan(q) || k < 2) return NAN;
    if (q <= 0) return 1;
    for (int z = -9; z < 9 + (q < 40 ? (int)q : 40); z++) { /* beyond, the density is below 1e-18 */
        gsl_integration_qng(&f, z, z + 1, 1e-16, 1e-12, &part, &error, &looks);
        sum += part;
    }
    return fmin(1, (double)k * sum);
}

double hs_stats_range_quantile(double p, size_t k)
{
    double lo = 0, hi = 1;
    if (!(p > 0 && p < 1) || k < 2) return NAN;
    while (hs_stats_range_q(hi, k) > 1 - p && hi < 64) hi *= 2;
    for (int i = 0; i < 60; i++) {
        double mid = lo + (hi - lo) / 2;
        *(hs_stats_range_q(mid, k) > 1 - p ? &lo : &hi) = mid;
    }
    return lo + (hi - lo) / 2;
}

static double unit(size_t k, size_t blocks)
{
    return sqrt((double)k * ((double)k + 1) / (6 * (double)blocks));
}

double hs_stats_nemenyi_cd(size_t k, size_t blocks, double level)
{
    return hs_stats_range_quantile(level, k) / M_SQRT2 * unit(k, blocks);
}

double hs_stats_nemenyi_p(double difference, size_t k, size_t blocks)
{
    return hs_stats_range_q(M_SQRT2 * fabs(difference) / unit(k, blocks), k);
}
