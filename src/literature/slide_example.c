/* slide_example.c - the worked example on [-1, 2]: under every convention and rounding mode,
 * with the exact fraction that is rounded, so that ties are known to be ties. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "literature/example_grid.h"
#include "literature/literature.h"
#include "literature/ratio.h"

#include "base/text.h"

#include <math.h>
#include <string.h>

/* Z = -43 and 1/S = 85 are integers here, so x / S + Z is a fraction with the denominator of x.
 */
enum { INVERSE = 85, ZERO = -43, MOST_RULES = 32, MOST_VALUES = 64 };

struct rule {
    const char *name;
    struct hs_convention is;
};

/* The named conventions, then each deterministic rounding with the zero-point inside it and
 * added after it. */
static size_t list_rules(struct hs_answer *a, struct rule rule[MOST_RULES])
{
    size_t n = 0;
    for (const struct hs_convention_name *c = hs_convention_roster; c->name; c++)
        rule[n++] = (struct rule){c->name, c->is};
    for (int after = 0; after < 2; after++)
        for (int i = 0; hs_rounding_names[i] && n < MOST_RULES; i++) {
            if (i == HS_STOCHASTIC) continue;
            const char *name =
                hs_arena_text(a->arena, after ? "%s after" : "%s", hs_rounding_names[i]);
            rule[n++] = (struct rule){name ? name : "",
                                      {.rounding = (enum hs_rounding)i, .zero_after = after}};
        }
    return n;
}

static const struct {
    double x, code;
} deck[] = {{-.8, -111}, {.5, -1}, {1.5, 85}};

static void setup(struct hs_answer *a, const struct hs_example_grid *g)
{
    static const struct hs_column column[] = {
        {"codes", false}, {"S", true}, {"S_float32", true}, {"Z", true}, {"note", false}};
    struct hs_table *t = hs_answer_table(
        a, "example-setup", "S = (x_max - x_min) / (q_max - q_min), Z = q_min - x_min / S",
        HS_COLUMNS(column));
    for (int restricted = 0; restricted < 2; restricted++) {
        char text[HS_RATIO_TEXT];
        int steps = 255 - restricted;
        struct hs_ratio s = hs_ratio_make(3, steps),
                        z = hs_ratio_make(-(128 - restricted) * 3 + steps, 3);
        hs_table_text(t, "[%d, 127]", restricted - 128);
        hs_ratio_text(s, text);
        if (s.den == steps)
            hs_table_text(t, "%s", text);
        else
            hs_table_text(t, "3/%d = %s", steps, text);
        hs_table_number(t, "%.9g",
                        restricted ? (double)(float)hs_ratio_value(s) : (double)g->scale);
        hs_table_text(t, "%s", hs_ratio_text(z, text));
        hs_table_text(t, "%s",
                      z.den == 1 ? "an integer without rounding"
                                 : "no integer: only the full range makes the example exact");
    }
}

static void heading(struct hs_answer *a, const struct rule *rule, size_t rules,
                    const struct hs_column **column)
{
    static const struct hs_column first[] = {
        {"x", true}, {"exact", true}, {"tie", false}, {"deck", true}};
    struct hs_column *c = HS_NEW(a->arena, 4 + rules, struct hs_column);
    *column = c;
    if (!c) return;
    memcpy(c, first, sizeof first);
    for (size_t i = 0; i < rules; i++) c[4 + i] = (struct hs_column){rule[i].name, true};
}

static double deck_code(struct hs_ratio x)
{
    for (size_t i = 0; i < sizeof deck / sizeof *deck; i++)
        if (hs_ratio_value(x) == deck[i].x) return deck[i].code;
    return NAN;
}

static enum hs_status answers(struct hs_answer *a, const char *const *value,
                              const struct hs_ratio *x, size_t n, const struct rule *rule,
                              size_t rules, struct hs_err *e)
{
    const struct hs_column *column;
    heading(a, rule, rules, &column);
    if (!column) return HS_OUT_OF_MEMORY(e);
    struct hs_table *t = hs_answer_table(
        a, "example-codes",
        "x_q = clip(round(x / S + Z)); exact: what is rounded; after: round(x / S) + Z", column,
        4 + rules);
    for (size_t i = 0; i < n; i++) {
        char text[HS_RATIO_TEXT];
        struct hs_ratio exact = hs_ratio_line(x[i], INVERSE, ZERO);
        hs_table_text(t, "%s", value[i]);
        hs_table_text(t, "%s", hs_ratio_text(exact, text));
        hs_table_text(t, "%s", hs_ratio_is_tie(exact) ? "tie" : "");
        hs_table_number(t, "%.0f", deck_code(x[i]));
        for (size_t k = 0; k < rules; k++) {
            struct hs_example_grid g;
            HS_TRY(hs_example_grid(rule[k].is, 0, &g, e));
            hs_table_number(t, "%.0f", hs_example_code(&g, hs_ratio_value(x[i])));
        }
    }
    return HS_OK;
}

/* Whose answer `code` is; empty: nobody's. */
static enum hs_status givers(double x, int32_t code, const struct rule *rule, size_t rules,
                             struct hs_text *who, struct hs_err *e)
{
    for (size_t k = 0; k < rules; k++) {
        struct hs_example_grid g;
        HS_TRY(hs_example_grid(rule[k].is, 0, &g, e));
        if (hs_example_code(&g, x) == code)
            hs_text_add(who, "%s%s", who->n ? "; " : "", rule[k].name);
    }
    return who->failed ? HS_OUT_OF_MEMORY(e) : HS_OK;
}

/* One row for each code that somebody gives; the codes in question are neighbours. */
static enum hs_status differences(struct hs_answer *a, const char *const *value,
                                  const struct hs_ratio *x, size_t n, const struct rule *rule,
                                  size_t rules, struct hs_err *e)
{
    static const struct hs_column column[] = {
        {"x", true},     {"exact", true},   {"x_q", true},      {"x_back", true},
        {"error", true}, {"error/S", true}, {"given_by", false}};
    struct hs_table *t =
        hs_answer_table(a, "example-differences", "Who answers what", HS_COLUMNS(column));
    struct hs_example_grid g;
    HS_TRY(hs_example_grid((struct hs_convention){0}, 0, &g, e));
    for (size_t i = 0; i < n; i++) {
        struct hs_ratio exact = hs_ratio_line(x[i], INVERSE, ZERO);
        double v = hs_ratio_value(x[i]),
               low = fmin(fmax((double)hs_ratio_floor(exact), g.grid.qmin), g.grid.qmax);
        for (int32_t code = (int32_t)low - 1; code <= (int32_t)low + 1; code++) {
            char text[HS_RATIO_TEXT];
            struct hs_text who = {0};
            enum hs_status st = givers(v, code, rule, rules, &who, e);
            if (st == HS_OK && who.n) {
                double back = hs_example_value(&g, code);
                hs_table_text(t, "%s", value[i]);
                hs_table_text(t, "%s", hs_ratio_text(exact, text));
                hs_table_number(t, "%.0f", code);
                hs_table_number(t, "%.6f", back);
                hs_table_number(t, "%+.3g", back - v);
                hs_table_number(t, "%+.3f", (back - v) * INVERSE);
                hs_table_text(t, "%s", who.s);
            }
            hs_text_free(&who);
            HS_TRY(st);
        }
    }
    return HS_OK;
}

/* The deck computes with S = 0.01176: a scale that was rounded for print gives other codes, and
 * no ties. */
static enum hs_status printed(struct hs_answer *a, const char *const *value,
                              const struct hs_ratio *x, size_t n, struct hs_err *e)
{
    static const double scale[] = {0, .0117647, .01176, .0118, .012};
    struct hs_column *column = HS_NEW(a->arena, 1 + n, struct hs_column);
    if (!column) return HS_OUT_OF_MEMORY(e);
    column[0] = (struct hs_column){"S", true};
    for (size_t i = 0; i < n; i++) column[1 + i] = (struct hs_column){value[i], true};
    struct hs_table *t =
        hs_answer_table(a, "example-printed",
                        "x_q (slides' convention) with S as it may be printed", column, 1 + n);
    for (size_t k = 0; k < sizeof scale / sizeof *scale; k++) {
        struct hs_example_grid g;
        HS_TRY(hs_example_grid((struct hs_convention){0}, scale[k], &g, e));
        if (k)
            hs_table_number(t, "%g", scale[k]);
        else
            hs_table_text(t, "3/255");
        for (size_t i = 0; i < n; i++)
            hs_table_number(t, "%.0f", hs_example_code(&g, hs_ratio_value(x[i])));
    }
    return HS_OK;
}

static enum hs_status run(const struct hs_table_ask *ask, struct hs_answer *a, struct hs_err *e)
{
    static const char *const example[] = {"-1", "-0.8", "0", "0.5", "1.5", "2"};
    const char *const *value = ask->values ? ask->value : example;
    size_t n = ask->values ? ask->values : sizeof example / sizeof *example;
    struct hs_ratio x[MOST_VALUES];
    struct rule rule[MOST_RULES];
    struct hs_example_grid g;
    if (n > MOST_VALUES) return HS_FAIL(e, HS_EUSAGE, "more than %d values", MOST_VALUES);
    for (size_t i = 0; i < n; i++) HS_TRY(hs_ratio_parse(value[i], &x[i], e));
    size_t rules = list_rules(a, rule);
    HS_TRY(hs_example_grid((struct hs_convention){0}, 0, &g, e));
    setup(a, &g);
    HS_TRY(answers(a, value, x, n, rule, rules, e));
    HS_TRY(differences(a, value, x, n, rule, rules, e));
    return printed(a, value, x, n, e);
}

const struct hs_table_type hs_table_slide_example = {
    .name = "example",
    .summary = "the worked example on [-1, 2] under every convention: which values are ties, "
               "who answers differently",
    .cite = "the lecture; conventions: PyTorch, ONNX, TensorFlow Lite specifications",
    .kind = HS_SLIDE,
    .takes_values = true,
    .run = run,
};
