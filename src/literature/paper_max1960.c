/* paper_max1960.c - Max 1960, Tables I and II, and the same for Laplacian values. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "literature/literature.h"
#include "literature/scalar.h"

#include <math.h>

/* Recalled from the papers, unchecked; NULL-ended by n = 0. */
struct printed {
    size_t n;
    double error;
};
static const struct printed max1960[] = {{16, .009497}, {32, .002499}, {0, 0}};
static const struct printed none[] = {{0, 0}};

static double published(const struct printed *p, size_t n)
{
    for (; p->n; p++)
        if (p->n == n) return p->error;
    return NAN;
}

static enum hs_status row(struct hs_table *t, const struct hs_density *d,
                          const struct printed *printed, size_t n, struct hs_err *e)
{
    struct hs_scalar u, v;
    double step, was = published(printed, n);
    HS_TRY(hs_scalar_uniform(d, n, &u, &step, e));
    HS_TRY(hs_scalar_lloyd_max(d, n, &v, e));
    hs_table_number(t, "%.0f", (double)n);
    hs_table_number(t, "%.6f", step);
    hs_table_number(t, "%#.7g", u.error);
    hs_table_number(t, "%.4f", u.entropy);
    hs_table_number(t, "%.4f", -10 * log10(u.error));
    hs_table_number(t, "%#.7g", v.error);
    hs_table_number(t, "%.4f", v.entropy);
    hs_table_number(t, "%.4f", -10 * log10(v.error));
    hs_table_number(t, "%.5f", v.level[n - 1]);
    hs_table_number(t, "%.6f", was);
    hs_table_number(t, "%.2g", was - v.error);
    return HS_OK;
}

static enum hs_status fill(struct hs_table *t, const struct hs_density *d,
                           const struct printed *printed, struct hs_err *e)
{
    for (size_t n = 2; n <= 36; n++) HS_TRY(row(t, d, printed, n, e));
    for (size_t n = 64; n <= 256; n *= 2) HS_TRY(row(t, d, printed, n, e));
    return HS_OK;
}

static const struct hs_column column[] = {
    {"levels", true},          {"uniform_step", true}, {"uniform_mse", true},
    {"uniform_entropy", true}, {"uniform_db", true},   {"mse", true},
    {"entropy", true},         {"db", true},           {"largest_level", true},
    {"published_mse", true},   {"difference", true}};

static enum hs_status run_gauss(const struct hs_table_ask *ask, struct hs_answer *a,
                                struct hs_err *e)
{
    (void)ask;
    struct hs_table *t =
        hs_answer_table(a, "max1960",
                        "Quantizers of least squared error, Gaussian of unit variance; "
                        "published: recalled, unchecked",
                        HS_COLUMNS(column));
    return fill(t, &hs_density_gauss, max1960, e);
}

static enum hs_status run_laplace(const struct hs_table_ask *ask, struct hs_answer *a,
                                  struct hs_err *e)
{
    static const struct hs_column gamma_column[] = {{"bits", true},
                                                    {"uniform_step", true},
                                                    {"uniform_mse", true},
                                                    {"uniform_db", true},
                                                    {"published_step", true}};
    (void)ask;
    struct hs_table *t = hs_answer_table(
        a, "laplace", "Quantizers of least squared error, Laplacian of unit variance",
        HS_COLUMNS(column));
    HS_TRY(fill(t, &hs_density_laplace, none, e));
    t = hs_answer_table(
        a, "gamma",
        "Uniform quantizers of least squared error, gamma density of unit variance; published: "
        "Lin 2016, recalled, unchecked",
        HS_COLUMNS(gamma_column));
    for (int bits = 1; bits <= 8; bits++) {
        struct hs_scalar u;
        double step;
        HS_TRY(hs_scalar_uniform(&hs_density_gamma, (size_t)1 << bits, &u, &step, e));
        hs_table_number(t, "%.0f", bits);
        hs_table_number(t, "%.4f", step);
        hs_table_number(t, "%#.7g", u.error);
        hs_table_number(t, "%.3f", -10 * log10(u.error));
        hs_table_number(t, "%.3f", bits == 2 ? 1.060 : NAN);
    }
    return HS_OK;
}

const struct hs_table_type hs_table_paper_max1960 = {
    .name = "max1960",
    .summary =
        "uniform and non-uniform quantizers of least error on the Gaussian, 2 to 256 levels",
    .cite = "Max 1960, IRE Trans. IT-6, Tables I and II; Lloyd 1982",
    .kind = HS_PAPER,
    .run = run_gauss,
};
const struct hs_table_type hs_table_paper_laplace = {
    .name = "laplace",
    .summary = "the same on the Laplacian, and uniform ones on the gamma density",
    .cite = "Paez and Glisson 1972; Adams and Giesler 1978; Jones 1977, NASA TN D-8384; Lin et "
            "al. 2016",
    .kind = HS_PAPER,
    .run = run_laplace,
};
