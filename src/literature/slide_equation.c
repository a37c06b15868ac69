/* slide_equation.c - "Core Equation": x = S (x_q - Z), its symbols, and what holds of it, tried
 * on every code. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "literature/example_grid.h"
#include "literature/literature.h"

#include <math.h>

static void symbols(struct hs_answer *a, const struct hs_example_grid *g)
{
    static const struct hs_column column[] = {
        {"symbol", false}, {"meaning", false}, {"condition", false}, {"example", true}};
    static const char *const row[][3] = {
        {"x", "the floating-point value", "any"},
        {"S", "scale: the width of an integer step", "S > 0"},
        {"x_q", "the integer that is stored", "in [-128, 127]"},
        {"Z", "zero-point: the integer that means 0", "an integer in [-128, 127]"},
    };
    const double value[] = {hs_example_value(g, -111), g->scale, -111, g->zero};
    struct hs_table *t = hs_answer_table(
        a, "equation-symbols", "x = S (x_q - Z), example: [-1, 2] on int8", HS_COLUMNS(column));
    for (size_t i = 0; i < 4; i++) {
        for (int k = 0; k < 3; k++) hs_table_text(t, "%s", row[i][k]);
        hs_table_number(t, "%.6g", value[i]);
    }
}

static void codes(struct hs_answer *a, const struct hs_example_grid *g)
{
    static const struct hs_column column[] = {{"x_q", true}, {"x_q-Z", true}, {"x", true}};
    static const int32_t example[] = {-128, -111, -43, -42, -1, 85, 127};
    struct hs_table *t =
        hs_answer_table(a, "equation-codes", "From codes to values", HS_COLUMNS(column));
    for (size_t i = 0; i < sizeof example / sizeof *example; i++) {
        hs_table_number(t, "%.0f", example[i]);
        hs_table_number(t, "%.0f", example[i] - (double)g->zero);
        hs_table_number(t, "%.6g", hs_example_value(g, example[i]));
    }
}

static void row(struct hs_table *t, const char *what, double holds, double of)
{
    hs_table_text(t, "%s", what);
    hs_table_number(t, "%.0f", holds);
    hs_table_number(t, "%.0f", of);
}

/* Values between the codes: 64 a step, over the whole range. */
static void properties(struct hs_answer *a, const struct hs_example_grid *g)
{
    static const struct hs_column column[] = {
        {"property", false}, {"holds", true}, {"of", true}};
    struct hs_table *t =
        hs_answer_table(a, "equation-properties", "What holds of it", HS_COLUMNS(column));
    double back = 0, near = 0, values = 0, s = g->scale;
    for (int32_t q = g->grid.qmin; q <= g->grid.qmax; q++)
        back += hs_example_code(g, hs_example_value(g, q)) == q;
    for (int i = 0; i <= 255 * 64; i++, values++) {
        float x = (float)(-1 + i * 3. / (255 * 64));
        near += fabs(hs_example_value(g, hs_example_code(g, (double)x)) - (double)x) <=
                s / 2 * (1 + 0x1p-16);
    }
    row(t, "a code's value is quantized to that code", back, 256);
    row(t, "0 has a code, so that zero padding and ReLU stay exact",
        hs_example_value(g, hs_example_code(g, 0)) == 0, 1);
    row(t, "within [-1, 2] the error is at most S/2, half a step", near, values);
}

static enum hs_status run(const struct hs_table_ask *ask, struct hs_answer *a, struct hs_err *e)
{
    (void)ask;
    struct hs_example_grid g;
    HS_TRY(hs_example_grid((struct hs_convention){0}, 0, &g, e));
    symbols(a, &g);
    codes(a, &g);
    properties(a, &g);
    return HS_OK;
}

const struct hs_table_type hs_table_slide_equation = {
    .name = "equation",
    .summary =
        "the core equation x = S (x_q - Z): its symbols, codes and values, what holds of it",
    .cite = "Jacob et al. 2018, equation 1",
    .kind = HS_SLIDE,
    .run = run,
};
