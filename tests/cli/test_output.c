/* test_output.c - one table in every dress. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "check_main.h"

#include "cli/output.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct hs_column column[] = {{"name", false}, {"error_db", true}, {"note", false}};

static void fill(struct hs_table *t, const char *name, size_t rows)
{
    hs_table_open(t, name, "A title", column, 3);
    for (size_t i = 0; i < rows; i++) {
        hs_table_text(t, i ? "b|%d" : "µ, \"%d\"", (int)i);
        hs_table_number(t, "%.2f", i == 0 ? 1.0 / 3 : i == 1 ? NAN : INFINITY);
        hs_table_text(t, "%s", i ? "50 % & a_b" : "");
    }
}

/* The caller frees it. */
static char *printed(enum hs_output how, size_t tables, size_t rows)
{
    struct hs_err e = {0};
    struct hs_table t[2];
    fill(&t[0], "one", rows), fill(&t[1], "two", rows);
    char *s = NULL;
    size_t n = 0;
    FILE *f = open_memstream(&s, &n);
    ck_ok(hs_output_print(f, how, t, tables, &e));
    fclose(f);
    hs_table_close(&t[0]), hs_table_close(&t[1]);
    return s;
}

static void expect(enum hs_output how, size_t tables, size_t rows, const char *want)
{
    char *s = printed(how, tables, rows);
    ck_assert_str_eq(s, want);
    free(s);
}

START_TEST(text_is_aligned)
{
    expect(HS_OUTPUT_TEXT, 1, 2,
           "A title\n\nname    error_db  note\nµ, \"0\"      0.33\nb|1               50 % & "
           "a_b\n");
    expect(HS_OUTPUT_TEXT, 1, 0, "A title\n\nname  error_db  note\n");
}
END_TEST

START_TEST(csv_is_quoted_and_exact)
{
    expect(HS_OUTPUT_CSV, 1, 3,
           "name,error_db,note\n\"µ, \"\"0\"\"\",0.333333333,\nb|1,,50 % & a_b\nb|2,inf,50 % & "
           "a_b\n");
    expect(HS_OUTPUT_CSV, 2, 0, "# one\nname,error_db,note\n\n# two\nname,error_db,note\n");
}
END_TEST

START_TEST(markdown_and_latex_escape_what_they_must)
{
    expect(HS_OUTPUT_MD, 1, 2,
           "**A title**\n\n| name | error_db | note |\n|---|--:|---|\n| µ, \"0\" | 0.33 |  |\n"
           "| b\\|1 |  | 50 % & a_b |\n");
    expect(HS_OUTPUT_TEX, 1, 2,
           "% A title\n\\begin{tabular}{lrl}\n\\toprule\nname & error\\_db & note "
           "\\\\\n\\midrule\n"
           "µ, \"0\" & 0.33 &  \\\\\nb\\textbar{}1 &  & 50 \\% \\& a\\_b \\\\\n\\bottomrule\n"
           "\\end{tabular}\n");
}
END_TEST

START_TEST(json_is_read_by_a_parser)
{
    for (size_t rows = 0; rows < 3; rows++) {
        char *one = printed(HS_OUTPUT_JSON, 1, rows), *two = printed(HS_OUTPUT_JSON, 2, rows);
        json_t *a = json_loads(one, 0, NULL), *b = json_loads(two, 0, NULL);
        ck_assert(json_is_array(a) && json_array_size(a) == rows);
        ck_assert(json_is_object(b) && json_array_size(json_object_get(b, "two")) == rows);
        if (rows) {
            const json_t *row = json_array_get(a, 0);
            ck_assert_str_eq(json_string_value(json_object_get(row, "name")), "µ, \"0\"");
            ck_assert_double_eq_tol(json_real_value(json_object_get(row, "error_db")), 1.0 / 3,
                                    1e-9);
        }
        if (rows > 1)
            ck_assert(json_is_null(json_object_get(json_array_get(a, 1), "error_db")));
        json_decref(a), json_decref(b);
        free(one), free(two);
    }
}
END_TEST

START_TEST(an_unknown_format_is_refused)
{
    struct hs_err e = {0};
    enum hs_output how;
    ck_ok(hs_output_find("tex", &how, &e));
    ck_assert_int_eq(how, HS_OUTPUT_TEX);
    ck_assert_int_eq(hs_output_find("jsn", &how, &e), HS_EUSAGE);
    ck_assert_ptr_nonnull(strstr(e.what, "did you mean 'json'?"));
}
END_TEST

START_TEST(no_memory_is_an_error_and_no_crash)
{
    for (long k = 1; k < 12; k++) {
        struct hs_err e = {0};
        struct hs_table t;
        hs_mem_fail_at(k);
        fill(&t, "one", 3);
        hs_mem_fail_at(0);
        FILE *f = fopen("/dev/null", "w");
        enum hs_status st = hs_output_print(f, HS_OUTPUT_TEXT, &t, 1, &e);
        ck_assert(st == (t.failed ? HS_ENOMEM : HS_OK));
        if (k == 1) ck_assert_int_eq(st, HS_ENOMEM);
        fclose(f);
        hs_table_close(&t);
    }
}
END_TEST

START_TEST(a_full_disk_is_an_error)
{
    struct hs_err e = {0};
    struct hs_table t;
    FILE *f = fopen("/dev/full", "w");
    if (!f) return;
    fill(&t, "one", 3);
    ck_assert_int_eq(hs_output_print(f, HS_OUTPUT_CSV, &t, 1, &e), HS_ECREATE);
    hs_table_close(&t);
    fclose(f);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("cli");
    TCase *c = tcase_create("output");
    tcase_add_test(c, text_is_aligned);
    tcase_add_test(c, csv_is_quoted_and_exact);
    tcase_add_test(c, markdown_and_latex_escape_what_they_must);
    tcase_add_test(c, json_is_read_by_a_parser);
    tcase_add_test(c, an_unknown_format_is_refused);
    tcase_add_test(c, no_memory_is_an_error_and_no_crash);
    tcase_add_test(c, a_full_disk_is_an_error);
    suite_add_tcase(s, c);
    return check_main(s);
}
