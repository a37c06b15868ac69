/* paper_aciq2018.c - ACIQ's and OCTAV's thresholds beside the exact optimum of a grid. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "literature/literature.h"
#include "literature/octav.h"
#include "literature/scalar.h"

#include "base/mem.h"
#include "calib/aciq.h"

#include <math.h>

/* 2^b levels, mid-rise: half of them times the step. */
static enum hs_status half_range(const struct hs_density *d, int bits, double *t,
                                 struct hs_err *e)
{
    struct hs_scalar q;
    double step;
    HS_TRY(hs_scalar_uniform(d, (size_t)1 << bits, &q, &step, e));
    *t = ldexp(step, bits - 1);
    return HS_OK;
}

/* 2^b - 1 levels, codes -q .. q: the largest one. */
static enum hs_status largest(const struct hs_density *d, int bits, double *t, struct hs_err *e)
{
    struct hs_scalar q;
    double step;
    HS_TRY(hs_scalar_uniform(d, ((size_t)1 << bits) - 1, &q, &step, e));
    *t = q.level[q.n - 1];
    return HS_OK;
}

static enum hs_status thresholds(struct hs_answer *a, struct hs_err *e)
{
    static const struct hs_column column[] = {
        {"bits", true},          {"gauss_aciq", true},        {"gauss_octav", true},
        {"gauss_exact", true},   {"gauss_exact_codes", true}, {"laplace_aciq", true},
        {"laplace_octav", true}, {"laplace_exact", true},     {"laplace_relu_aciq", true}};
    struct hs_table *t = hs_answer_table(
        a, "aciq2018",
        "Clipping thresholds: Gauss in sigma, Laplace in its b = sigma / sqrt 2; "
        "exact: half of 2^bits levels, codes: the largest of -q .. q",
        HS_COLUMNS(column));
    for (int bits = 2; bits <= 8; bits++) {
        double gauss, codes, laplace;
        HS_TRY(half_range(&hs_density_gauss, bits, &gauss, e));
        HS_TRY(largest(&hs_density_gauss, bits, &codes, e));
        HS_TRY(half_range(&hs_density_laplace, bits, &laplace, e));
        hs_table_number(t, "%.0f", bits);
        hs_table_number(t, "%.6f", hs_aciq_gauss(bits));
        hs_table_number(t, "%.6f", hs_octav_fixed_point(&hs_density_gauss, bits));
        hs_table_number(t, "%.6f", gauss);
        hs_table_number(t, "%.6f", codes);
        hs_table_number(t, "%.6f", hs_aciq_laplace(bits));
        hs_table_number(t, "%.6f", sqrt(2) * hs_octav_fixed_point(&hs_density_laplace, bits));
        hs_table_number(t, "%.4f", sqrt(2) * laplace);
        hs_table_number(t, "%.6f", hs_aciq_laplace(bits + 1)); /* W0(12 4^M) */
    }
    return HS_OK;
}

/* ACIQ's model: what clips plus a^2 / (3 4^M), as if rounding were uniform noise. */
static double model(int bits)
{
    double a = hs_aciq_gauss(bits);
    return 2 * hs_density_cell(&hs_density_gauss, a, INFINITY, a) + a * a / (3 * pow(4, bits));
}

static double grid_error(int qmin, int qmax, double *step)
{
    size_t n;
    double *level = hs_density_codes(qmin, qmax, &n), error = NAN;
    if (level) {
        *step = hs_density_best_scale(&hs_density_gauss, level, n, 1, 0.2 / qmax, 6.0 / qmax);
        error = hs_density_error(&hs_density_gauss, level, n, *step, NULL);
    }
    hs_free(level);
    return error;
}

static enum hs_status models(struct hs_answer *a, struct hs_err *e)
{
    static const struct hs_column column[] = {
        {"bits", true},          {"model_mse", true},       {"optimum_mse", true},
        {"optimum_db", true},    {"restricted_step", true}, {"restricted_mse", true},
        {"restricted_db", true}, {"full_step", true},       {"full_mse", true},
        {"full_db", true}};
    struct hs_table *t = hs_answer_table(
        a, "model",
        "ACIQ's error model and the exact least errors, Gaussian: 2^bits mid-rise "
        "levels; codes -q .. q; two's complement -q - 1 .. q",
        HS_COLUMNS(column));
    for (int bits = 2; bits <= 8; bits++) {
        struct hs_scalar u;
        double step, s1 = NAN, s2 = NAN;
        HS_TRY(hs_scalar_uniform(&hs_density_gauss, (size_t)1 << bits, &u, &step, e));
        int q = (1 << (bits - 1)) - 1;
        double e1 = grid_error(-q, q, &s1), e2 = grid_error(-q - 1, q, &s2);
        hs_table_number(t, "%.0f", bits);
        hs_table_number(t, "%.6g", model(bits));
        hs_table_number(t, "%.6g", u.error);
        hs_table_number(t, "%.3f", -10 * log10(u.error));
        hs_table_number(t, "%.6f", s1);
        hs_table_number(t, "%.7g", e1);
        hs_table_number(t, "%.3f", -10 * log10(e1));
        hs_table_number(t, "%.6f", s2);
        hs_table_number(t, "%.7g", e2);
        hs_table_number(t, "%.3f", -10 * log10(e2));
    }
    return HS_OK;
}

/* The optimum of unsigned b bits on the rectified density is that of signed b + 1 bits on the
 * whole one. */
static enum hs_status rectified(struct hs_answer *a, struct hs_err *e)
{
    static const struct hs_column column[] = {{"unsigned_bits", true},
                                              {"threshold", true},
                                              {"signed_bits", true},
                                              {"signed_threshold", true}};
    struct hs_table *t = hs_answer_table(
        a, "relu", "Least-error thresholds of ReLU(N(0, 1)) and N(0, 1)", HS_COLUMNS(column));
    for (int bits = 2; bits <= 8; bits++) {
        double both;
        size_t n;
        double *level = hs_density_codes(0, (1 << bits) - 1, &n);
        if (!level) return HS_OUT_OF_MEMORY(e);
        /* What is negative costs the same at every scale. */
        double s = hs_density_best_scale(&hs_density_gauss, level, n, 1, 0.2 / (double)n,
                                         8.0 / (double)n);
        hs_free(level);
        HS_TRY(largest(&hs_density_gauss, bits + 1, &both, e));
        hs_table_number(t, "%.0f", bits);
        hs_table_number(t, "%.5f", s * ((1 << bits) - 1));
        hs_table_number(t, "%.0f", bits + 1);
        hs_table_number(t, "%.5f", both);
    }
    return HS_OK;
}

static enum hs_status run(const struct hs_table_ask *ask, struct hs_answer *a, struct hs_err *e)
{
    (void)ask;
    HS_TRY(thresholds(a, e));
    HS_TRY(models(a, e));
    return rectified(a, e);
}

const struct hs_table_type hs_table_paper_aciq2018 = {
    .name = "aciq2018",
    .summary = "ACIQ's closed-form thresholds, OCTAV's fixed points and the exact optima",
    .cite = "Banner, Nahshan, Soudry 2019, arXiv:1810.05723",
    .kind = HS_PAPER,
    .run = run,
};
