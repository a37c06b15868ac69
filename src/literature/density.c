/* density.c - Gauss, Laplace and gamma: what papers compute their tables on. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "literature/density.h"

#include "base/mem.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>

static double gauss_pdf(double x) { return exp(-0.5 * x * x) / sqrt(2 * M_PI); }

static struct hs_moments gauss_beyond(double a)
{
    double tail = 0.5 * erfc(a * M_SQRT1_2), p = isinf(a) ? 0 : gauss_pdf(a);
    return (struct hs_moments){tail, p, tail + (p > 0 ? a * p : 0)};
}

static double gauss_quantile(double tail) { return gsl_cdf_ugaussian_Qinv(tail); }

/* Rate sqrt 2. */
static double laplace_pdf(double x) { return M_SQRT1_2 * exp(-M_SQRT2 * fabs(x)); }

static struct hs_moments laplace_beyond(double a)
{
    if (isinf(a)) return (struct hs_moments){0, 0, 0};
    double t = 0.5 * exp(-M_SQRT2 * a);
    return (struct hs_moments){t, t * (a + M_SQRT1_2), t * (a * a + M_SQRT2 * a + 1)};
}

static double laplace_quantile(double tail) { return -M_SQRT1_2 * log(2 * tail); }

/* |x| has the gamma distribution of shape 1/2 and scale 2 / sqrt 3. */
static const double theta = 1.1547005383792515;

static double gamma_pdf(double x)
{
    double a = fabs(x);
    return sqrt(sqrt(3) / (8 * M_PI * a)) * exp(-0.5 * sqrt(3) * a);
}

static struct hs_moments gamma_beyond(double a)
{
    if (isinf(a)) return (struct hs_moments){0, 0, 0};
    double u = a / theta;
    return (struct hs_moments){0.5 * gsl_sf_gamma_inc_Q(0.5, u),
                               0.25 * theta * gsl_sf_gamma_inc_Q(1.5, u),
                               0.375 * theta * theta * gsl_sf_gamma_inc_Q(2.5, u)};
}

static double gamma_quantile(double tail) { return gsl_cdf_gamma_Qinv(2 * tail, 0.5, theta); }

const struct hs_density hs_density_gauss = {
    .name = "Gauss",
    .pdf = gauss_pdf,
    .beyond = gauss_beyond,
    .quantile = gauss_quantile,
    .peak = 38,
    .panter_dite = 2.7206990463513265,
    /* sqrt 3 pi / 2 */ .entropy_constant = 1,
};
const struct hs_density hs_density_laplace = {
    .name = "Laplace",
    .pdf = laplace_pdf,
    .beyond = laplace_beyond,
    .quantile = laplace_quantile,
    .peak = 500,
    .panter_dite = 4.5,
    .entropy_constant = M_E / M_PI,
};
const struct hs_density hs_density_gamma = {
    .name = "gamma",
    .pdf = gamma_pdf,
    .beyond = gamma_beyond,
    .quantile = gamma_quantile,
    .peak = 800,
    .panter_dite = 5.6219,
    .entropy_constant = NAN,
};

static struct hs_moments minus(struct hs_moments a, struct hs_moments b)
{
    return (struct hs_moments){a.mass - b.mass, a.first - b.first, a.second - b.second};
}

struct hs_moments hs_density_between(const struct hs_density *d, double a, double b)
{
    if (a >= 0) return minus(d->beyond(a), d->beyond(b));
    struct hs_moments left = minus(d->beyond(b < 0 ? -b : 0), d->beyond(-a)); /* mirrored */
    left.first = -left.first;
    if (b <= 0) return left;
    struct hs_moments right = minus(d->beyond(0), d->beyond(b));
    return (struct hs_moments){left.mass + right.mass, left.first + right.first,
                               left.second + right.second};
}

double hs_density_cell(const struct hs_density *d, double a, double b, double y)
{
    struct hs_moments m = hs_density_between(d, a, b);
    return m.second - 2 * y * m.first + y * y * m.mass;
}

double hs_density_error(const struct hs_density *d, const double *level, size_t n, double scale,
                        double *clipping)
{
    double bottom = level[0] * scale, top = level[n - 1] * scale, sum = 0;
    double clip =
        hs_density_cell(d, -INFINITY, bottom, bottom) + hs_density_cell(d, top, INFINITY, top);
    for (size_t i = 0; i < n; i++) {
        double a = i ? 0.5 * scale * (level[i - 1] + level[i]) : bottom;
        double b = i + 1 < n ? 0.5 * scale * (level[i] + level[i + 1]) : top;
        if (b > a) sum += hs_density_cell(d, a, b, level[i] * scale);
    }
    if (clipping) *clipping = clip;
    return sum + clip;
}

struct job {
    const struct hs_density *d;
    const double *level;
    size_t n;
    double weight;
};

static double cost(const struct job *j, double scale)
{
    double clip, all = hs_density_error(j->d, j->level, j->n, scale, &clip);
    return all + (j->weight - 1) * clip;
}

static double golden(const struct job *j, double a, double b)
{
    const double g = 0.6180339887498949;
    double x1 = b - g * (b - a), x2 = a + g * (b - a), f1 = cost(j, x1), f2 = cost(j, x2);
    for (int i = 0; i < 60 && b - a > 1e-12 * b; i++) {
        if (f1 < f2) {
            b = x2, x2 = x1, f2 = f1;
            f1 = cost(j, x1 = b - g * (b - a));
        } else {
            a = x1, x1 = x2, f1 = f2;
            f2 = cost(j, x2 = a + g * (b - a));
        }
    }
    return 0.5 * (a + b);
}

double hs_density_best_scale(const struct hs_density *d, const double *level, size_t n,
                             double weight, double lo, double hi)
{
    struct job j = {d, level, n, weight};
    const double step = 1.01;
    double best = lo, least = INFINITY, f0 = INFINITY, f1 = cost(&j, lo);
    for (double s = lo; s <= hi; s *= step) {
        double f2 = cost(&j, s * step);
        if (f1 <= f0 && f1 <= f2) {
            double at = golden(&j, s / step, s * step), f = cost(&j, at);
            if (f < least) least = f, best = at;
        }
        f0 = f1, f1 = f2;
    }
    return best;
}

double *hs_density_codes(int qmin, int qmax, size_t *n)
{
    *n = (size_t)(qmax - qmin + 1);
    double *level = hs_alloc(*n, sizeof *level);
    for (size_t i = 0; level && i < *n; i++) level[i] = qmin + (double)i;
    return level;
}
