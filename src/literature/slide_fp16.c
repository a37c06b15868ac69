/* slide_fp16.c - "Reduced-Precision Floating Point (FP16)": the component table, what its
 * formula covers and what it leaves out, and any value taken apart. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "literature/literature.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SIGN = 0x8000, STORED = 0x7c00, MANTISSA = 0x03ff, BIAS = 15 };

enum kind { ZERO, SUBNORMAL, NORMAL, INFINITE, NOT_A_NUMBER, KINDS };
static const char *const kind_names[KINDS] = {"zero", "subnormal", "normal", "infinite", "NaN"};

static enum kind kind_of(unsigned code)
{
    unsigned stored = code & STORED, m = code & MANTISSA;
    if (stored == STORED) return m ? NOT_A_NUMBER : INFINITE;
    return stored ? NORMAL : m ? SUBNORMAL : ZERO;
}

/* IEEE 754-2019, 3.4: the value of a code. */
static double value_of(unsigned code)
{
    double m = (code & MANTISSA) / 1024., sign = code & SIGN ? -1 : 1;
    int stored = (int)((code & STORED) >> 10);
    switch (kind_of(code)) {
    case NORMAL:
        return sign * ldexp(1 + m, stored - BIAS);
    case INFINITE:
        return sign * (double)INFINITY;
    case NOT_A_NUMBER:
        return NAN;
    default:
        return sign * ldexp(m, 1 - BIAS);
    }
}

/* The lecture's formula, taken at its word for every code: (-1)^s (1 + m) 2^(e - 15). */
static double formula(unsigned code)
{
    return (code & SIGN ? -1 : 1) *
           ldexp(1 + (code & MANTISSA) / 1024., (int)((code & STORED) >> 10) - BIAS);
}

/* The nearest code, ties to even (IEEE 754-2019, 4.3.1); from 65520 on that is Inf. */
static unsigned code_of(double x)
{
    unsigned sign = signbit(x) ? SIGN : 0;
    double a = fabs(x);
    if (isnan(x)) return STORED | 0x200;
    if (a >= 65520) return sign | STORED;
    int e = a < 0x1p-14 ? -14 : ilogb(a);
    unsigned steps = (unsigned)nearbyint(
        ldexp(a, 10 - e)); /* with the hidden bit where there is one; exact scaling */
    return sign | (steps + ((unsigned)(e + 14) << 10));
}

static void components(struct hs_answer *a)
{
    static const struct hs_column column[] = {
        {"component", false}, {"bits", true}, {"range", false}, {"note", false}};
    struct hs_table *t = hs_answer_table(
        a, "fp16-components", "FP16: x = (-1)^s (1 + m) 2^(e - 15)", HS_COLUMNS(column));
    static const char *const row[][3] = {
        {"sign", "+ or -", "s: the first bit"},
        {"exponent", "[-14, +15]",
         "e is stored with 15 added: 1 to 30; 0 and 31 mean something else (below)"},
        {"mantissa", "[0, 1023/1024]", "m: 10 bits after a 1 that is not stored"},
    };
    static const int bits[] = {1, 5, 10};
    for (size_t i = 0; i < 3; i++) {
        hs_table_text(t, "%s", row[i][0]);
        hs_table_number(t, "%.0f", bits[i]);
        hs_table_text(t, "%s", row[i][1]);
        hs_table_text(t, "%s", row[i][2]);
    }
}

/* Counted over all 65,536 codes. */
static void kinds(struct hs_answer *a)
{
    static const struct hs_column column[] = {{"kind", false},         {"codes", true},
                                              {"smallest", true},      {"largest", true},
                                              {"formula_holds", true}, {"value", false}};
    static const char *const meaning[KINDS] = {
        "0, with either sign", "(-1)^s m 2^-14", "(-1)^s (1 + m) 2^(e - 15)",
        "beyond every number", "the result of 0/0, Inf - Inf ..."};
    struct hs_table *t =
        hs_answer_table(a, "fp16-kinds", "What the formula leaves out, over all 65,536 codes",
                        HS_COLUMNS(column));
    double codes[KINDS] = {0}, holds[KINDS] = {0}, least[KINDS], most[KINDS] = {0};
    for (int k = 0; k < KINDS; k++) least[k] = INFINITY;
    for (unsigned code = 0; code <= 0xffff; code++) {
        enum kind k = kind_of(code);
        double v = fabs(value_of(code));
        codes[k]++, holds[k] += formula(code) == value_of(code);
        least[k] = fmin(least[k], v), most[k] = fmax(most[k], v);
    }
    for (int k = 0; k < KINDS; k++) {
        bool number = k == SUBNORMAL || k == NORMAL || k == ZERO;
        hs_table_text(t, "%s", kind_names[k]);
        hs_table_number(t, "%.0f", codes[k]);
        hs_table_number(t, "%.9g", number ? least[k] : NAN);
        hs_table_number(t, "%.9g", number ? most[k] : NAN);
        hs_table_number(t, "%.0f", holds[k]);
        hs_table_text(t, "%s", meaning[k]);
    }
}

static const char *bit_text(unsigned v, int n, char text[16])
{
    for (int i = 0; i < n; i++) text[i] = v >> (n - 1 - i) & 1 ? '1' : '0';
    text[n] = 0;
    return text;
}

static void number_or_word(struct hs_table *t, double v)
{
    if (isfinite(v))
        hs_table_number(t, "%.10g", v);
    else
        hs_table_text(t, "%s", isnan(v) ? "NaN" : v > 0 ? "Inf" : "-Inf");
}

static void apart(struct hs_table *t, const char *text, double x)
{
    unsigned code = code_of(x);
    enum kind k = kind_of(code);
    double stored = value_of(code);
    char bits[16];
    hs_table_text(t, "%s", text);
    hs_table_text(t, "%s", kind_names[k]);
    hs_table_text(t, "%d", code & SIGN ? 1 : 0);
    hs_table_text(t, "%s", bit_text((code & STORED) >> 10, 5, bits));
    hs_table_text(t, "%s", bit_text(code & MANTISSA, 10, bits));
    hs_table_number(t, "%.0f",
                    k == NORMAL      ? (int)((code & STORED) >> 10) - BIAS
                    : k <= SUBNORMAL ? 1 - BIAS
                                     : (double)NAN);
    hs_table_number(t, "%.10g", k <= NORMAL ? (code & MANTISSA) / 1024. : (double)NAN);
    number_or_word(t, stored);
    hs_table_number(t, "%.3g", isfinite(stored) ? stored - x : (double)NAN);
    number_or_word(t, formula(code));
}

static enum hs_status values(const struct hs_table_ask *ask, struct hs_answer *a,
                             struct hs_err *e)
{
    static const struct hs_column column[] = {{"value", true},
                                              {"kind", false},
                                              {"sign", true},
                                              {"stored_exponent", false},
                                              {"mantissa_bits", false},
                                              {"e", true},
                                              {"m", true},
                                              {"stored", true},
                                              {"error", true},
                                              {"by_formula", true}};
    static const char *const example[] = {"1",     "-0.8",  "0.1",     "1.5",     "65504",
                                          "65519", "65520", "0x1p-14", "0x1p-24", "0x1p-26",
                                          "0",     "-0",    "inf",     "nan"};
    struct hs_table *t = hs_answer_table(
        a, "fp16-values", "Values taken apart (nearest, ties to even)", HS_COLUMNS(column));
    const char *const *value = ask->values ? ask->value : example;
    size_t n = ask->values ? ask->values : sizeof example / sizeof *example;
    for (size_t i = 0; i < n; i++) {
        char *end;
        double x = strtod(value[i], &end);
        if (end == value[i] || *end)
            return HS_FAIL(e, HS_EUSAGE, "'%s' is not a number", value[i]);
        apart(t, value[i], x);
    }
    return HS_OK;
}

static enum hs_status run(const struct hs_table_ask *ask, struct hs_answer *a, struct hs_err *e)
{
    components(a);
    kinds(a);
    return values(ask, a, e);
}

const struct hs_table_type hs_table_slide_fp16 = {
    .name = "fp16",
    .summary =
        "FP16: sign, exponent, mantissa; what the formula leaves out; any value taken apart",
    .cite = "IEEE 754-2019, 3.4",
    .kind = HS_SLIDE,
    .takes_values = true,
    .run = run,
};
