/* aciq.c - the optimal threshold in closed form, if the values were Gaussian or Laplacian. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/aciq.h"

#include "calib/threshold.h"

#include <gsl/gsl_math.h>
#include <gsl/gsl_sf_lambert.h>
#include <math.h>
#include <stdio.h>

enum { DENSITY };
enum { AUTO, GAUSS, LAPLACE };
static const char *const densities[] = {"auto", "gauss", "laplace", NULL};
static const struct hs_knob knobs[] = {
    [DENSITY] = {.name = "density",
                 .value = AUTO,
                 .min = AUTO,
                 .max = LAPLACE,
                 .words = densities,
                 .meaning =
                     "assumed density; auto: the one whose mean |x - mean| / sigma is nearer "
                     "(0.7979 Gauss, 0.7071 Laplace)"},
    {0}};

double hs_aciq_laplace(double bits) { return gsl_sf_lambert_W0(3 * pow(4, bits)); }

/* d/da of clipping + rounding error: 2a erfc(a / sqrt 2) - 2 sqrt(2 / pi) exp(-a^2 / 2) + 2a /
 * (3 4^M), which rises through 0 once. */
double hs_aciq_gauss(double bits)
{
    double lo = 0, hi = 64;
    for (int i = 0; i < 200 && lo < hi; i++) {
        double a = 0.5 * (lo + hi);
        double slope = 2 * a * erfc(a * M_SQRT1_2) - 2 * sqrt(2 / M_PI) * exp(-0.5 * a * a) +
                       2 * a / (3 * pow(4, bits));
        if (a == lo || a == hi) break;
        if (slope < 0)
            lo = a;
        else
            hi = a;
    }
    return 0.5 * (lo + hi);
}

/* Of half a density (a ReLU's output): E x^2 = sigma^2 / 2 and E x = b / 2. Of a whole one:
 * sigma, and b = E|x - mean|. */
static void spread(const struct hs_summary *s, const struct hs_facts *f, bool fused,
                   double *mean, double *sigma, double *b)
{
    double n = (double)f->count;
    *mean = fused ? 0 : f->sum / n;
    struct hs_mass below = hs_summary_below(s, *mean);
    *b = fused ? 2 * fabs(f->sum) / n : 2 * (*mean * below.count - below.sum) / n;
    *sigma = fused ? sqrt(2 * f->sum_squares / n)
                   : sqrt(fmax(f->sum_squares / n - *mean * *mean, 0));
}

static enum hs_status fit(const struct hs_summary *s, const struct hs_facts *f,
                          const struct hs_target *t, const double *knob, struct hs_fit *out,
                          bool *has_grid, struct hs_err *e)
{
    (void)has_grid, (void)e;
    bool fused = f->lo >= 0 || f->hi <= 0, one_sided = hs_calib_one_sided(t, f);
    double mean, sigma, b, bits = t->format->bits + (one_sided ? 1 : 0);
    spread(s, f, fused, &mean, &sigma, &b);
    double near = 0.5 * (sqrt(2 / M_PI) + M_SQRT1_2);
    bool laplace = knob[DENSITY] == LAPLACE || (knob[DENSITY] == AUTO && b < near * sigma);
    hs_calib_clip(out, f, mean,
                  laplace ? b * hs_aciq_laplace(bits) : sigma * hs_aciq_gauss(bits));
    out->candidates = 1;
    if (t->format->kind != HS_INTEGER)
        snprintf(out->warning, sizeof out->warning,
                 "the threshold is that of a uniform grid of %d bits", t->format->bits);
    return HS_OK;
}

const struct hs_calib_type hs_calib_aciq = {
    .name = "aciq",
    .summary = "the closed-form threshold for Gaussian or Laplacian values; data of one sign "
               "count as rectified",
    .cite = "Banner, Nahshan, Soudry 2019, arXiv:1810.05723, equations 11 and 12",
    .version = 1,
    .keeps = HS_KEEPS_SCALE | HS_KEEPS_ORDER | HS_KEEPS_SPLIT,
    .knob = knobs,
    .fit = fit,
};
