/* block.c - quadrature over the block's maximum, piece by smooth piece. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "literature/block.h"

#include <gsl/gsl_integration.h>
#include <math.h>

double hs_block_absmax(const struct hs_block *b, double m)
{
    return m / fmax(b->level[b->n - 1], -b->level[0]);
}

double hs_block_power_of_two(const struct hs_block *b, double m)
{
    int e;
    frexp(m, &e); /* m = f 2^e, 1/2 <= f < 1 */
    return ldexp(1, e - 1 - b->emax);
}

/* Three mantissa bits, normal from 2^-6, ties to even, 448 at most. */
double hs_block_e4m3(const struct hs_block *b, double m)
{
    double unit = b->tensor_max / (448 * 6), x = m / 6 / unit, s;
    int e;
    frexp(x, &e);
    double ulp = ldexp(1, (e - 1 < -6 ? -6 : e - 1) - 3);
    s = fmin(rint(x / ulp) * ulp, 448);
    return (s > 0 ? s : ulp) * unit;
}

static double nearest(const struct hs_block *b, double v)
{
    size_t lo = 0, hi = b->n - 1;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (v > 0.5 * (b->level[mid] + b->level[mid + 1]))
            lo = mid + 1;
        else
            hi = mid;
    }
    return b->level[lo];
}

static double square(double v) { return v * v; }

/* Integral of the squared error over |x| < m. */
static double inside(const struct hs_block *b, double m, double s)
{
    double sum = 0;
    for (size_t i = 0; i < b->n; i++) {
        double lo = i ? 0.5 * s * (b->level[i - 1] + b->level[i]) : -INFINITY;
        double hi = i + 1 < b->n ? 0.5 * s * (b->level[i] + b->level[i + 1]) : INFINITY;
        lo = fmax(lo, -m), hi = fmin(hi, m);
        if (hi > lo) sum += hs_density_cell(b->density, lo, hi, s * b->level[i]);
    }
    return sum;
}

/* Density of the maximum times the error of a block over its size: with F = P(|x| < m) and D
 * the integral of inside, 2 p F^(n-2) (e(m) F + (n - 1) D). */
static double integrand(double m, void *ctx)
{
    const struct hs_block *b = ctx;
    double s = b->scale(b, m), n = (double)b->size, f = 1 - 2 * b->density->beyond(m).mass;
    double own = 0.5 * (square(m - s * nearest(b, m / s)) + square(m + s * nearest(b, -m / s)));
    return 2 * b->density->pdf(m) *
           (pow(f, n - 1) * own + (n - 1) * pow(f, n - 2) * inside(b, m, s));
}

/* Where the scale jumps: octaves for powers of two, eighths of them (at the midpoints) for
 * e4m3; smooth otherwise. */
static size_t pieces(const struct hs_block *b)
{
    return b->scale == hs_block_e4m3 ? 8 : b->scale == hs_block_absmax ? 1 : 1;
}

static double cut(const struct hs_block *b, int octave, size_t k)
{
    if (b->scale == hs_block_e4m3) /* m / 6 / unit = 2^octave (1 + (k + 1/2) / 8) */
        return ldexp(1 + ((double)k + 0.5) / 8, octave) * 6 * b->tensor_max / (448 * 6);
    return ldexp(1, octave);
}

enum hs_status hs_block_error(const struct hs_block *b, double *error, struct hs_err *e)
{
    gsl_integration_workspace *w = gsl_integration_workspace_alloc(2000);
    gsl_function f = {integrand, (void *)b};
    double sum = 0;
    int failed = 0;
    if (!w) return HS_OUT_OF_MEMORY(e);
    for (int octave = -12; octave < 20; octave++)
        for (size_t k = 0; k < pieces(b); k++) {
            double lo = cut(b, octave, k),
                   hi = k + 1 < pieces(b) ? cut(b, octave, k + 1) : cut(b, octave + 1, 0), part,
                   off;
            if (lo > b->density->peak) break;
            failed |= gsl_integration_qag(&f, lo, hi, 1e-13, 1e-8, 2000, GSL_INTEG_GAUSS21, w,
                                          &part, &off);
            sum += part;
        }
    gsl_integration_workspace_free(w);
    *error = sum;
    return failed ? HS_FAIL(e, HS_ENUM, "a quadrature over the block maximum did not converge")
                  : HS_OK;
}

struct maximum {
    const struct hs_density *d;
    double n;
};

/* E max = integral of 1 - F^n. */
static double above(double m, void *ctx)
{
    const struct maximum *x = ctx;
    return -expm1(x->n * log1p(-2 * x->d->beyond(m).mass));
}

enum hs_status hs_block_expected_max(const struct hs_density *d, double n, double *expected,
                                     struct hs_err *e)
{
    gsl_integration_workspace *w = gsl_integration_workspace_alloc(2000);
    struct maximum x = {d, n};
    gsl_function f = {above, &x};
    double off;
    if (!w) return HS_OUT_OF_MEMORY(e);
    int failed = gsl_integration_qag(&f, 1e-12, d->peak, 1e-10, 1e-10, 2000, GSL_INTEG_GAUSS61,
                                     w, expected, &off);
    gsl_integration_workspace_free(w);
    return failed
               ? HS_FAIL(e, HS_ENUM, "the quadrature of an expected maximum did not converge")
               : HS_OK;
}
