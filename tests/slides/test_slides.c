/* test_slides.c - the lecture's examples: what the deck prints, what it leaves out, and every
 * table under every misfortune. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "check_main.h"

#include "base/mem.h"
#include "format/grid.h"
#include "literature/literature.h"
#include "literature/ratio.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static struct hs_err e;
static struct hs_answer answer;

static void begin(void) { e = (struct hs_err){0}; }
static void end(void) { hs_answer_close(&answer); }

static void ask(const char *name, const char *const *value, size_t n)
{
    const struct hs_table_type *type = hs_table_find(HS_SLIDE, name, &e);
    ck_assert_msg(type, "%s", e.what);
    hs_answer_close(&answer);
    ck_ok(hs_table_run(type, &(struct hs_table_ask){.value = value, .values = n}, &answer, &e));
}

static const struct hs_table *table(const char *name)
{
    for (size_t i = 0; i < answer.n; i++)
        if (!strcmp(answer.table[i].name, name)) return &answer.table[i];
    ck_abort_msg("no table '%s'", name);
    return NULL;
}

static char *print(const struct hs_table *t, size_t n, enum hs_output how, enum hs_status *st)
{
    static char *text; /* static: gcc 12 takes what the stream keeps for dangling otherwise */
    text = NULL;
    static size_t length;
    FILE *to = open_memstream(&text, &length);
    ck_assert(to);
    *st = hs_output_print(to, how, t, n, &e);
    fclose(to);
    return text;
}

/* Cuts the next field of a csv line off; quotes are taken away. */
static char *field(char **line)
{
    char *s = *line, *to = s;
    bool quoted = *s == '"';
    char *from = s + quoted;
    for (; *from && (quoted ? *from != '"' : *from != ','); from++) *to++ = *from;
    from += quoted && *from;
    *line = from + (*from == ',');
    *to = 0;
    return s;
}

/* The text in the column of the n-th row whose first fields are those given ("a|b"); "" where
 * it is empty. */
static const char *cell(const char *name, const char *row, const char *column)
{
    static char found[256];
    enum hs_status st;
    char *text = print(table(name), 1, HS_OUTPUT_CSV, &st), *rest = text;
    ck_assert_int_eq(st, HS_OK);
    int at = -1, i = 0;
    for (char *line = strsep(&rest, "\n"), *s = line; s && *s; i++)
        if (!strcmp(field(&s), column)) at = i;
    ck_assert_msg(at >= 0, "%s has no column '%s'", name, column);
    bool hit = false;
    while (!hit && rest) {
        char *line = strsep(&rest, "\n"), key[512] = "", *s = line;
        size_t depth = 1;
        for (const char *k = row; *k; k++) depth += *k == '|';
        found[0] = 0;
        for (i = 0; *s || i <= at; i++) {
            const char *f = field(&s);
            if ((size_t)i < depth)
                snprintf(key + strlen(key), sizeof key - strlen(key), "%s%s", i ? "|" : "", f);
            if (i == at) snprintf(found, sizeof found, "%s", f);
        }
        hit = !strcmp(key, row);
    }
    ck_assert_msg(hit, "%s has no row '%s'", name, row);
    free(text);
    return found;
}
#define ck_cell(table, row, column, text) ck_assert_str_eq(cell(table, row, column), text)
static double number(const char *name, const char *row, const char *column)
{
    return atof(cell(name, row, column));
}

/* The deck: S = 3/255, Z = -43; -0.8 -> -111, 0.5 -> -1, 1.5 -> 85. */
START_TEST(test_deck)
{
    ask("example", NULL, 0);
    ck_cell("example-setup", "[-128, 127]", "S", "3/255 = 1/85");
    ck_cell("example-setup", "[-128, 127]", "Z", "-43");
    ck_cell("example-setup", "[-127, 127]", "Z", "-127/3");
    ck_cell("example-codes", "-0.8", "slides", "-111");
    ck_cell("example-codes", "0.5", "slides", "-1");
    ck_cell("example-codes", "1.5", "slides", "85");
    ck_cell("example-codes", "-0.8", "deck", "-111");
    ck_cell("example-codes", "0.5", "deck", "-1");
    ck_cell("example-codes", "1.5", "deck", "85");
    ck_cell("example-codes", "-0.8", "tie", "");
    ck_cell("example-codes", "0.5", "tie", "tie");
    ck_cell("example-codes", "1.5", "tie", "tie");
    ck_cell("example-codes", "0.5", "exact", "-1/2");
    ck_cell("example-codes", "1.5", "exact", "169/2");
}
END_TEST

static const struct {
    const char *rule, *half, *three_halves;
} ties[] = {
    {"slides", "-1", "85"},
    {"torch", "-1", "85"},
    {"onnx", "-1", "85"},
    {"half-away", "-1", "85"},
    {"half-even", "0", "84"},
    {"half-up", "0", "85"},
    {"floor", "-1", "84"},
    {"half-away after", "0", "85"},
    {"half-even after", "-1", "85"},
    {"half-up after", "0", "85"},
    {"floor after", "-1", "84"},
};
START_TEST(test_ties)
{
    ask("example", NULL, 0);
    ck_cell("example-codes", "0.5", ties[_i].rule, ties[_i].half);
    ck_cell("example-codes", "1.5", ties[_i].rule, ties[_i].three_halves);
    ck_cell("example-codes", "-0.8", ties[_i].rule, "-111");
    ck_cell("example-codes", "-1", ties[_i].rule, "-128");
    ck_cell("example-codes", "0", ties[_i].rule, "-43");
    ck_cell("example-codes", "2", ties[_i].rule, "127");
}
END_TEST

/* A scale that was rounded for print breaks the ties, or more. */
START_TEST(test_printed_scale)
{
    ask("example", NULL, 0);
    ck_cell("example-printed", "0.01176", "0.5", "0");
    ck_cell("example-printed", "0.0117647", "0.5", "0");
    ck_cell("example-printed", "0.0118", "0.5", "-1");
    ck_cell("example-printed", "0.0118", "1.5", "84");
    ck_cell("example-printed", "0.0118", "2", "126");
    ck_cell("example-printed", "0.012", "1.5", "82");
    ck_cell("example-printed", "0.012", "2", "124");
}
END_TEST

/* Every code of every rule is the right rounding of the exact fraction, worked out here in
 * integers. */
START_TEST(test_example_against_fractions)
{
    static const char *const value[] = {"0.11",   "-0.99", "1/3", "0.1059",
                                        "1.2345", "2.5",   "-7",  "1e-3"};
    ask("example", value, 8);
    for (size_t i = 0; i < 8; i++) {
        struct hs_ratio x;
        ck_ok(hs_ratio_parse(value[i], &x, &e));
        double exact = 85 * hs_ratio_value(x) - 43,
               floor_code = fmin(fmax(floor(exact), -128), 127);
        double nearest = fmin(fmax(floor(exact + .5), -128), 127);
        ck_assert_double_eq(number("example-codes", value[i], "floor"), floor_code);
        ck_assert_double_eq(number("example-codes", value[i], "half-even"), nearest);
        ck_assert_double_eq(number("example-codes", value[i], "torch"), nearest);
    }
}
END_TEST

START_TEST(test_fp16)
{
    static const char *const value[] = {
        "-0.8", "65519.99", "65520",       "0x1p-14",     "0x1p-24", "0x1p-25", "0x1.8p-25",
        "-0",   "nan",      "0x1.ff8p-15", "0x1.ffcp-15", "2049",    "2051"};
    ask("fp16", value, 13);
    ck_cell("fp16-values", "-0.8", "sign", "1");
    ck_cell("fp16-values", "-0.8", "stored_exponent", "01110");
    ck_cell("fp16-values", "-0.8", "mantissa_bits", "1001100110");
    ck_cell("fp16-values", "-0.8", "stored", "-0.799804688");
    ck_cell("fp16-values", "65519.99", "stored", "65504");
    ck_cell("fp16-values", "65520", "kind", "infinite");
    ck_cell("fp16-values", "0x1p-14", "kind", "normal");
    ck_cell("fp16-values", "0x1p-24", "kind", "subnormal");
    ck_cell("fp16-values", "0x1p-25", "kind", "zero"); /* a tie, to the even 0 */
    ck_cell("fp16-values", "0x1.8p-25", "mantissa_bits", "0000000001");
    ck_cell("fp16-values", "-0", "sign", "1");
    ck_cell("fp16-values", "nan", "kind", "NaN");
    ck_cell("fp16-values", "0x1.ff8p-15", "kind", "subnormal");
    ck_cell("fp16-values", "0x1.ffcp-15", "kind",
            "normal"); /* a tie, rounded up out of the subnormals */
    ck_cell("fp16-values", "2049", "stored", "2048");
    ck_cell("fp16-values", "2051", "stored", "2052");
    ck_cell("fp16-kinds", "normal", "codes", "61440");
    ck_cell("fp16-kinds", "normal", "formula_holds", "61440");
    ck_cell("fp16-kinds", "subnormal", "codes", "2046");
    ck_cell("fp16-kinds", "subnormal", "formula_holds", "0");
    ck_cell("fp16-kinds", "zero", "formula_holds", "0");
    ck_cell("fp16-kinds", "NaN", "codes", "2046");
}
END_TEST

/* The table's own conversion against the format that networks are quantized with, on values of
 * every size. */
START_TEST(test_fp16_is_the_format)
{
    const struct hs_format *f = hs_format_find("fp16", &e);
    float scale = 1;
    struct hs_grid g = {
        .format = f, .parts = {.outer = 1, .channels = 1, .inner = 1}, .n = 1, .scale = &scale};
    ck_assert(f);
    for (int i = 0; i < 60; i++) {
        char text[64];
        float x = ldexpf(i % 2 ? -2.385f : 1.0009765f, i / 2 - 16), y;
        snprintf(text, sizeof text, "%.17g", (double)x);
        const char *const value[] = {text};
        ask("fp16", value, 1);
        hs_grid_apply(&g, &x, &y, 1, 0);
        if (fabsf(x) < 65520)
            ck_assert_double_eq_tol(number("fp16-values", text, "stored"), (double)y,
                                    fabs((double)y) * 1e-8);
    }
}
END_TEST

START_TEST(test_int8)
{
    static const char *const value[] = {"-128", "-111", "85"};
    ask("int8", NULL, 0);
    ck_cell("int8-components", "two's complement", "values", "256");
    ck_cell("int8-components", "two's complement", "smallest", "-128");
    ck_cell("int8-components", "sign and magnitude", "values", "255");
    ck_cell("int8-components", "sign and magnitude", "zeros", "2");
    ask("int8", value, 3);
    ck_cell("int8-values", "-111", "bits", "10010001");
    ck_cell("int8-values", "-111", "twos_complement", "-128 + 17");
    ck_cell("int8-values", "-111", "read_as_sign_and_magnitude", "-17");
    ck_cell("int8-values", "85", "doubled_in_8_bits", "-86");
}
END_TEST

START_TEST(test_equation)
{
    ask("equation", NULL, 0);
    ck_cell("equation-codes", "-43", "x", "0");
    ck_cell("equation-codes", "-128", "x", "-1");
    ck_cell("equation-codes", "127", "x", "2");
    ck_cell("equation-properties", "a code's value is quantized to that code", "holds", "256");
    ck_cell("equation-properties", "within [-1, 2] the error is at most S/2, half a step",
            "holds", "16321");
}
END_TEST

/* The parameter counts are those that the papers' checkpoints have. */
START_TEST(test_memory)
{
    static const struct {
        const char *model;
        double parameters;
    } m[] = {
        {"LLaMA 7B", 6738415616}, {"LLaMA 13B", 13015864320}, {"Llama 2 70B", 68976648192}};
    ask("memory", NULL, 0);
    for (size_t i = 0; i < 3; i++) {
        enum hs_status st;
        char *csv = print(table("memory-models"), 1, HS_OUTPUT_CSV, &st),
             *line = strstr(csv, m[i].model);
        double parameters = line ? atof(strchr(line, ',') + 1) : 0;
        free(csv);
        ck_assert_double_eq(parameters, m[i].parameters);
    }
    ck_cell("memory-matrices", "64x64|int8, per channel", "saved_vs_fp32_percent", "73.4375");
    ck_cell("memory-matrices", "4096x4096|int8, per channel", "bits_per_weight", "8.0078125");
    ck_cell("memory-matrices", "4096x4096|int4, group 128, fp16 scale, int4 zero",
            "bits_per_weight", "4.15625");
    ck_cell("memory-matrices", "4096x4096|mxfp4, block 32, 8-bit scale", "bits_per_weight",
            "4.25");
}
END_TEST

static double saved(const char *model, const char *scheme)
{
    enum hs_status st;
    char *csv = print(table("memory-models"), 1, HS_OUTPUT_CSV, &st), *rest = csv, *line;
    double percent = NAN;
    while ((line = strsep(&rest, "\n"))) {
        if (!strstr(line, model) || !strstr(line, scheme)) continue;
        char *last = strrchr(line, ',');
        *last = 0;
        percent = atof(strrchr(line, ',') + 1);
    }
    free(csv);
    return percent;
}
START_TEST(test_memory_of_the_deck)
{
    ask("memory", NULL, 0);
    static const char *const model[] = {"7B", "13B", "70B"};
    for (int i = 0; i < 3; i++) {
        ck_assert_double_eq(saved(model[i], "int8, no metadata"), 50);
        ck_assert_double_eq(saved(model[i], "int4, no metadata"), 75);
        ck_assert_double_lt(saved(model[i], "int8, per channel"), 50);
        ck_assert_double_gt(saved(model[i], "int8, per channel"), 47.9);
        ck_assert_double_lt(saved(model[i], "int4, group 128"),
                            saved(model[i], "int4, per channel"));
    }
}
END_TEST

/* Bits a weight agree with what the grids themselves say they cost. */
START_TEST(test_memory_is_the_grids)
{
    const struct hs_format *f = hs_format_find("int8", &e);
    struct hs_grid g = {.format = f, .parts = {HS_PER_CHANNEL, 1, 512, 512, 0}, .n = 512};
    ask("memory", NULL, 0);
    ck_assert_double_eq(
        number("memory-matrices", "512x512|int8, per channel", "bits_per_weight"),
        hs_grid_bits(&g, 512 * 512));
}
END_TEST

/* Rounding and clipping add up; clipping falls and vanishes as the range widens; the best is
 * neither end. */
START_TEST(test_clipping)
{
    enum hs_status st;
    ask("clipping", NULL, 0);
    char *csv = print(table("clipping"), 1, HS_OUTPUT_CSV, &st), *rest = csv,
         *line = strsep(&rest, "\n");
    double before = -1;
    int best = 0, rows = 0, curves = 0;
    while ((line = strsep(&rest, "\n")) && *line) {
        char *s = line;
        double v[10];
        for (int i = 0; i < 9; i++) v[i] = atof(field(&s));
        ck_assert_double_eq_tol(v[4] + v[5], v[6], 1e-7 * v[6]);
        if (v[2] == 1) curves++, before = -1;
        ck_assert_double_ge(v[5], before); /* from the whole range inward clipping rises */
        before = v[5];
        bool is_best = !strcmp(s, "best");
        best += is_best;
        if (is_best) ck_assert(v[2] < 1 && v[2] > .2);
        rows++;
    }
    ck_assert_int_eq(curves, 6);
    ck_assert_int_eq(best, 6);
    ck_assert_int_eq(rows, 6 * 40);
    free(csv);
}
END_TEST

START_TEST(test_ratio)
{
    struct hs_ratio r;
    char text[HS_RATIO_TEXT];
    static const struct {
        const char *text, *exact;
    } good[] = {{"0.5", "1/2"},
                {"-0.8", "-4/5"},
                {"+2", "2"},
                {"1e-3", "1/1000"},
                {"2.50e2", "250"},
                {"3/255", "1/85"},
                {"0", "0"},
                {".25", "1/4"},
                {"-0", "0"},
                {"1.5/0.5", "3"},
                {"000000000000000000001", "1"}};
    static const char *const bad[] = {
        "", "x", "1x", "1.2.3", "--1", "1/0", "nan", "inf", "1e", "1e99", "1234567890123456",
        "."};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        ck_ok(hs_ratio_parse(good[i].text, &r, &e));
        ck_assert_str_eq(hs_ratio_text(r, text), good[i].exact);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        e = (struct hs_err){0};
        ck_assert_msg(hs_ratio_parse(bad[i], &r, &e) == HS_EUSAGE, "'%s' was taken", bad[i]);
    }
    ck_assert_int_eq(hs_ratio_floor(hs_ratio_make(-1, 2)), -1);
    ck_assert_int_eq(hs_ratio_floor(hs_ratio_make(-4, 2)), -2);
    ck_assert(hs_ratio_is_tie(hs_ratio_make(-3, 2)) && !hs_ratio_is_tie(hs_ratio_make(4, 2)));
}
END_TEST

START_TEST(test_bad_questions)
{
    static const char *const words[] = {"x"}, *const many[] = {"999"};
    const struct {
        const char *name;
        struct hs_table_ask ask;
    } bad[] = {
        {"fp16", {.value = words, .values = 1}},
        {"example", {.value = words, .values = 1}},
        {"int8", {.value = many, .values = 1}},
        {"memory", {.value = many, .values = 1}},
        {"memory", {.figure = "."}},
        {"fp16", {.file = "a", .dataset = "/b"}},
    };
    ck_assert(!hs_table_find(HS_SLIDE, "exampel", &e));
    ck_assert(strstr(e.what, "'example'"));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        e = (struct hs_err){0};
        struct hs_answer a;
        ck_assert_int_eq(
            hs_table_run(hs_table_find(HS_SLIDE, bad[i].name, &e), &bad[i].ask, &a, &e),
            HS_EUSAGE);
    }
    e = (struct hs_err){0};
    struct hs_answer a;
    const struct hs_table_ask no_file = {.file = "no-such-file.h5", .dataset = "/x"};
    ck_assert_int_eq(hs_table_run(hs_table_find(HS_SLIDE, "clipping", &e), &no_file, &a, &e),
                     HS_ENOINPUT);
}
END_TEST

/* Contract of every table: complete, printed in every way, named, and quiet when memory runs
 * out at any moment. */
START_TEST(test_contract)
{
    const struct hs_table_type *type = hs_table_roster[_i];
    ck_assert(type->name && type->summary && type->cite && type->run);
    ck_ok(hs_table_run(type, &(struct hs_table_ask){0}, &answer, &e));
    ck_assert_uint_ge(answer.n, 1);
    for (int how = HS_OUTPUT_TEXT; how <= HS_OUTPUT_JSON; how++) {
        enum hs_status st;
        char *text = print(answer.table, answer.n, (enum hs_output)how, &st);
        ck_assert_int_eq(st, HS_OK);
        ck_assert_uint_gt(strlen(text), 40);
        free(text);
    }
    end();
    for (long k = 1, done = 0; !done && k < 400; k += k < 60 ? 1 : 37) {
        e = (struct hs_err){0};
        hs_mem_fail_at(k);
        enum hs_status st = hs_table_run(type, &(struct hs_table_ask){0}, &answer, &e);
        hs_mem_fail_at(0);
        ck_assert_msg(st == HS_OK || st == HS_ENOMEM, "%s: %s", type->name, e.what);
        done = st == HS_OK;
        if (done) hs_answer_close(&answer);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("slides");
    TCase *t = tcase_create("slides");
    int members = 0;
    while (hs_table_roster[members]) members++;
    tcase_add_checked_fixture(t, begin, end);
    tcase_add_test(t, test_deck);
    tcase_add_loop_test(t, test_ties, 0, sizeof ties / sizeof *ties);
    tcase_add_test(t, test_printed_scale);
    tcase_add_test(t, test_example_against_fractions);
    tcase_add_test(t, test_fp16);
    tcase_add_test(t, test_fp16_is_the_format);
    tcase_add_test(t, test_int8);
    tcase_add_test(t, test_equation);
    tcase_add_test(t, test_memory);
    tcase_add_test(t, test_memory_of_the_deck);
    tcase_add_test(t, test_memory_is_the_grids);
    tcase_add_test(t, test_clipping);
    tcase_add_test(t, test_ratio);
    tcase_add_test(t, test_bad_questions);
    tcase_add_loop_test(t, test_contract, 0, members);
    suite_add_tcase(s, t);
    return check_main(s);
}
