/* paper_rule6.c - six decibels a bit: the rule beside the exact error, overload included. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "literature/literature.h"
#include "literature/scalar.h"

#include <math.h>

/* 6.0206 b + 4.7712 - 20 log10(xmax / sigma): rounding as uniform noise, nothing clips. */
static double rule(double bits, double loading)
{
    return 20 * bits * log10(2) + 10 * log10(3) - 20 * log10(loading);
}

/* 2^bits mid-rise levels over [-loading, loading], Gaussian: with what clips. */
static double exact_db(int bits, double loading)
{
    double level[HS_MOST_LEVELS];
    size_t n = (size_t)1 << bits;
    for (size_t i = 0; i < n; i++) level[i] = (double)i - 0.5 * ((double)n - 1);
    return -10 *
           log10(hs_density_error(&hs_density_gauss, level, n, 2 * loading / (double)n, NULL));
}

static enum hs_status run(const struct hs_table_ask *ask, struct hs_answer *a, struct hs_err *e)
{
    static const struct hs_column source_column[] = {{"source", false},
                                                     {"xmax_over_sigma", true},
                                                     {"rule_db", true},
                                                     {"exact_db", true},
                                                     {"rule_minus_exact", true}};
    static const struct hs_column bit_column[] = {{"bits", true},
                                                  {"best_loading", true},
                                                  {"rule_db", true},
                                                  {"exact_db", true},
                                                  {"rule_minus_exact", true}};
    const struct {
        const char *name;
        double loading;
        bool gauss;
    } source[] = {{"uniform", sqrt(3), false},     {"sine", sqrt(2), false},
                  {"Gauss, 2 sigma", 2, true},     {"Gauss, 3 sigma", 3, true},
                  {"Gauss, 3.5 sigma", 3.5, true}, {"Gauss, 3.9 sigma", 3.9, true},
                  {"Gauss, 4 sigma", 4, true},     {"Gauss, 5 sigma", 5, true},
                  {"Gauss, 6 sigma", 6, true}};
    (void)ask;
    struct hs_table *t =
        hs_answer_table(a, "rule6",
                        "8 bits: 6.02 b + 4.77 - 20 log10(xmax / sigma); no exact value where "
                        "nothing clips",
                        HS_COLUMNS(source_column));
    for (size_t i = 0; i < sizeof source / sizeof *source; i++) {
        double r = rule(8, source[i].loading),
               x = source[i].gauss ? exact_db(8, source[i].loading) : NAN;
        hs_table_text(t, "%s", source[i].name);
        hs_table_number(t, "%.4f", source[i].loading);
        hs_table_number(t, "%.3f", r);
        hs_table_number(t, "%.3f", x);
        hs_table_number(t, "%.3f", r - x);
    }
    t = hs_answer_table(a, "optimum", "Gaussian, at the loading of least error",
                        HS_COLUMNS(bit_column));
    for (int bits = 1; bits <= 8; bits++) {
        struct hs_scalar u;
        double step;
        HS_TRY(hs_scalar_uniform(&hs_density_gauss, (size_t)1 << bits, &u, &step, e));
        double loading = ldexp(step, bits - 1), x = -10 * log10(u.error);
        hs_table_number(t, "%.0f", bits);
        hs_table_number(t, "%.4f", loading);
        hs_table_number(t, "%.3f", rule(bits, loading));
        hs_table_number(t, "%.3f", x);
        hs_table_number(t, "%.3f", rule(bits, loading) - x);
    }
    return HS_OK;
}

const struct hs_table_type hs_table_paper_rule6 = {
    .name = "rule6",
    .summary = "the 6.02 b rule of thumb beside exact errors",
    .cite = "Bennett 1948; Jayant and Noll 1984, section 4.3",
    .kind = HS_PAPER,
    .run = run,
};
