/* paper_highrate.c - what theory promises at high rate, and how far off it is. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "literature/literature.h"
#include "literature/scalar.h"

#include <gsl/gsl_math.h>
#include <math.h>

static const struct hs_density *const densities[] = {&hs_density_gauss, &hs_density_laplace};

/* (1/12) (integral p^(1/3))^3, by the midpoint rule on a fine grid: the integrand is smooth but
 * for Laplace's peak at an edge. */
static double panter_dite(const struct hs_density *d)
{
    enum { GRID = 400000 };
    double end = d->peak / 2, sum = 0, h = end / GRID;
    for (int i = 0; i < GRID; i++) sum += cbrt(d->pdf((i + 0.5) * h));
    return gsl_pow_3(2 * sum * h) / 12;
}

static enum hs_status constants(struct hs_answer *a)
{
    static const struct hs_column column[] = {{"constant", false},
                                              {"gauss", true},
                                              {"gauss_db", true},
                                              {"laplace", true},
                                              {"laplace_db", true}};
    struct hs_table *t =
        hs_answer_table(a, "constants", "Error ~ constant times 4^-bits", HS_COLUMNS(column));
    double entropy_coded = M_PI * M_E / 6, laplace = M_E * M_E / 6; /* 2^(2h) / 12 */
    const struct {
        const char *name;
        double gauss, laplace;
    } rows[] = {
        {"Panter-Dite: best scalar quantizer", panter_dite(densities[0]),
         panter_dite(densities[1])},
        {"entropy-coded uniform quantizer", entropy_coded, laplace},
        {"rate-distortion (Laplace: Shannon's lower bound)", 1, densities[1]->entropy_constant},
        {"entropy-coded over the bound", entropy_coded,
         laplace / densities[1]->entropy_constant},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        hs_table_text(t, "%s", rows[i].name);
        hs_table_number(t, "%.4f", rows[i].gauss);
        hs_table_number(t, "%.3f", -10 * log10(rows[i].gauss));
        hs_table_number(t, "%.4f", rows[i].laplace);
        hs_table_number(t, "%.3f", -10 * log10(rows[i].laplace));
    }
    hs_table_text(t, "entropy-coded over the bound, in bits");
    hs_table_number(t, "%.4f", 0.5 * log2(entropy_coded));
    hs_table_number(t, "%.3f", NAN);
    hs_table_number(t, "%.4f", 0.5 * log2(laplace / densities[1]->entropy_constant));
    hs_table_number(t, "%.3f", NAN);
    return HS_OK;
}

static enum hs_status ratios(struct hs_answer *a, struct hs_err *e)
{
    static const struct hs_column column[] = {
        {"levels", true},          {"density", false},    {"exact_mse", true},
        {"panter_dite", true},     {"ratio", true},       {"bound_mse", true},
        {"uniform_mse", true},     {"hui_neuhoff", true}, {"step", true},
        {"hui_neuhoff_step", true}};
    struct hs_table *t = hs_answer_table(
        a, "highrate",
        "Exact least errors beside their asymptotes: Panter-Dite for free levels, "
        "Hui-Neuhoff for uniform ones",
        HS_COLUMNS(column));
    for (size_t k = 0; k < 2; k++)
        for (size_t n = 4; n <= 256; n *= 2) {
            struct hs_scalar v, u;
            double step, x = (double)n;
            HS_TRY(hs_scalar_lloyd_max(densities[k], n, &v, e));
            HS_TRY(hs_scalar_uniform(densities[k], n, &u, &step, e));
            double theory = densities[k]->panter_dite / (x * x);
            hs_table_number(t, "%.0f", x);
            hs_table_text(t, "%s", densities[k]->name);
            hs_table_number(t, "%.6g", v.error);
            hs_table_number(t, "%.6g", theory);
            hs_table_number(t, "%.4f", v.error / theory);
            hs_table_number(t, "%.6g", densities[k]->entropy_constant / (x * x));
            hs_table_number(t, "%.6g", u.error);
            hs_table_number(t, "%.4g", k == 0 ? 4 * log(x) / (3 * x * x) : NAN);
            hs_table_number(t, "%.5f", step);
            hs_table_number(t, "%.5f", k == 0 ? 4 * sqrt(log(x)) / x : NAN);
        }
    return HS_OK;
}

static enum hs_status run(const struct hs_table_ask *ask, struct hs_answer *a, struct hs_err *e)
{
    (void)ask;
    HS_TRY(constants(a));
    return ratios(a, e);
}

const struct hs_table_type hs_table_paper_highrate = {
    .name = "highrate",
    .summary = "high-rate theory and rate-distortion bounds beside exact quantizers",
    .cite = "Panter and Dite 1951; Hui and Neuhoff 2001; Gish and Pierce 1968",
    .kind = HS_PAPER,
    .run = run,
};
