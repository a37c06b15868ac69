/* test_config.c - what a config is decoded into, and that nothing a file can hold upsets the decoder. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "check_main.h"
#include "temporary.h"

#include "base/rng.h"
#include "experiment/echo.h"
#include "experiment/plan.h"
#include "net/net.h"

#include <string.h>

static const char full[] =
    "name: calibration-on-fashion\n"
    "question: Which calibration loses least at 4 and 8 bits?\n"
    "seed: 18446744073709551615                         # the root of every named stream\n"
    "network: [a.h5, b.h5]\n"
    "task: classification\n"
    "output: logits\n"
    "data:\n"
    "  calibration: {file: data.h5, samples: 256, draws: 2, inputs: x}\n"
    "  evaluation: {file: data.h5, inputs: x, targets: y, rows: \"0:1000\"}\n"
    "scheme:\n"
    "  convention: [slides, torch]\n"
    "  weights: {format: [int8, int4], granularity: [channel, \"group:32\"], symmetric: true, range: restricted}\n"
    "  activations: {format: [none, int8], granularity: tensor, dynamic: false}\n"
    "  skip: [norm, \"fc*\"]\n"
    "  overrides: [{match: \"fc*\", weights: {format: int8, calibration: mse}}, {match: c1, activations: none, method: nearest}]\n"
    "  sites: {\"*.add\": {format: int8, calibration: {percentile: {p: 99.5}}}}\n"
    "calibration:\n"
    "  weights: [minmax, mse]\n"
    "  activations: [minmax, {percentile: {p: 99.99}}, mse, entropy]\n"
    "transform: none\n"
    "method: [nearest]\n"
    "order: [forward, backward, {random: {count: 5}}, {sensitivity: {by: solo, descending: false}}, {explicit: [a, b/c]}]\n"
    "context: quantized\n"
    "objective: tensor\n"
    "measure: steps\n"
    "metrics: [sqnr, agreement, accuracy]\n"
    "report: {tables: [csv, md], figures: [svg, pdf]}\n"
    "zip: [[scheme.weights.format, scheme.convention]]\n"
    "exclude: [{order: random, calibration.weights: mse}, {data.calibration.draws: 1, network: b.h5}]\n"
    "allow_nonfinite: true\n";

static void setup(void)
{
    temporary_open();
    temporary_file("a.h5", "a"), temporary_file("b.h5", "b"), temporary_file("data.h5", "d");
}

static enum hs_status read_text(const char *text, struct hs_config *c, struct hs_text *mistakes)
{
    struct hs_err e = {0};
    return hs_config_read(temporary_file("config.yaml", text), NULL, 0, c, mistakes, &e);
}

static void read_good(const char *text, struct hs_config *c)
{
    struct hs_text mistakes = {0};
    enum hs_status st = read_text(text, c, &mistakes);
    ck_assert_msg(st == HS_OK, "%s", mistakes.s ? mistakes.s : "no mistakes, but a failure");
    ck_assert_ptr_null(mistakes.s);
}

START_TEST(every_key_is_decoded)
{
    struct hs_config c;
    read_good(full, &c);
    ck_assert_str_eq(hs_config_text(&c, HS_ROW_NAME), "calibration-on-fashion");
    ck_assert(c.setting[HS_ROW_SEED].value[0].count == UINT64_MAX);
    ck_assert_uint_eq(c.setting[HS_ROW_NETWORK].n, 2);
    ck_assert_ptr_nonnull(strstr(c.setting[HS_ROW_NETWORK].value[1].text, temporary)); /* relative to the config */
    ck_assert_int_eq(c.setting[HS_ROW_TASK].value[0].word, HS_TASK_CLASSIFICATION);
    ck_assert_uint_eq(c.setting[HS_ROW_EVALUATION_ROWS].value[0].end, 1000);
    ck_assert_uint_eq(c.setting[HS_ROW_WEIGHTS_GRANULARITY].value[1].group, 32);
    ck_assert_ptr_null(c.setting[HS_ROW_ACTIVATIONS_FORMAT].value[0].member);
    ck_assert_double_eq(c.setting[HS_ROW_ACTIVATIONS_STRATEGY].value[1].knob[0], 99.99);
    ck_assert_str_eq(c.setting[HS_ROW_ACTIVATIONS_STRATEGY].value[1].label, "percentile(p=99.99)");
    ck_assert_uint_eq(c.setting[HS_ROW_ORDER].n, 9);
    ck_assert_str_eq(c.setting[HS_ROW_ORDER].value[6].label, "random-5");
    ck_assert_str_eq(c.setting[HS_ROW_ORDER].value[7].label, "sensitivity(descending=false, by=solo)");
    ck_assert_str_eq(c.setting[HS_ROW_ORDER].value[8].label, "explicit(a, b/c)");
    ck_assert_str_eq(c.setting[HS_ROW_ORDER].value[8].names[1], "b/c");
    ck_assert_uint_eq(c.rules, 2);
    ck_assert_uint_eq(c.sites, 1);
    ck_assert_str_eq(c.site[0].match, "*.add");
    hs_config_close(&c);
}
END_TEST

START_TEST(seeds_keep_their_64_bits)
{
    static const struct { const char *text; uint64_t seed; } seeds[] = {
        {"0", 0}, {"1", 1}, {"9007199254740993", 9007199254740993u}, {"18446744073709551615", UINT64_MAX},
        {"0xffffffffffffffff", UINT64_MAX}, {"\"0x8000000000000000\"", UINT64_C(1) << 63}};
    for (size_t i = 0; i < sizeof seeds / sizeof *seeds; i++) {
        char text[200];
        struct hs_config c;
        snprintf(text, sizeof text, "network: a.h5\nscheme: {activations: none}\nseed: %s\n", seeds[i].text);
        read_good(text, &c);
        ck_assert_msg(c.setting[HS_ROW_SEED].value[0].count == seeds[i].seed, "%s", seeds[i].text);
        hs_config_close(&c);
    }
}
END_TEST

START_TEST(the_name_is_the_files_where_none_is_given)
{
    struct hs_config c;
    read_good("network: a.h5\nscheme: {activations: none}\n", &c);
    ck_assert_str_eq(hs_config_text(&c, HS_ROW_NAME), "config");
    hs_config_close(&c);
}
END_TEST

/* Reads the echo of a config as a config. */
static char *echo(const struct hs_config *c)
{
    json_t *j = hs_config_echo(c);
    ck_assert_ptr_nonnull(j);
    char *text = json_dumps(j, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
    json_decref(j);
    return text;
}

static void same_plans(const struct hs_config *a, const struct hs_config *b)
{
    struct hs_plan p, q;
    struct hs_err e = {0};
    ck_ok(hs_plan_unfold(a, &p, &e));
    ck_ok(hs_plan_unfold(b, &q, &e));
    ck_assert_uint_eq(p.trials, q.trials);
    for (size_t i = 0; i < p.trials; i++) {
        ck_assert_uint_eq(p.trial[i].levels, q.trial[i].levels);
        for (size_t k = 0; k < p.trial[i].levels; k++) {
            ck_assert_str_eq(p.trial[i].level[k].factor, q.trial[i].level[k].factor);
            ck_assert_str_eq(p.trial[i].level[k].level, q.trial[i].level[k].level);
        }
    }
    hs_plan_close(&p), hs_plan_close(&q);
}

START_TEST(the_echo_is_a_config_again)
{
    static const char *const texts[] = {
        full,
        "network: a.h5\nscheme: {activations: none}\n",
        "network: a.h5\nscheme: {activations: {dynamic: true}, rounding: [half-even, floor], zero_point: after}\n",
        "network: a.h5\nscheme: {weights: none}\ndata: {calibration: {}}\norder: {random: {count: 1}}\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct hs_config a, b;
        read_good(texts[i], &a);
        char *once = echo(&a);
        read_good(once, &b);
        char *twice = echo(&b);
        ck_assert_str_eq(once, twice);
        same_plans(&a, &b);
        free(once), free(twice);
        hs_config_close(&a), hs_config_close(&b);
    }
}
END_TEST

START_TEST(the_command_line_has_the_last_word)
{
    static const char *const sets[] = {"seed=7", "calibration.weights=[mse, minmax]", "scheme.activations=none",
                                       "report.figures=[png]", "scheme.sites={\"x.y\": {format: int4}}"};
    struct hs_config c;
    struct hs_text mistakes = {0};
    struct hs_err e = {0};
    const char *path = temporary_file("config.yaml", "network: a.h5\nseed: 3\nreport: {tables: [csv]}\n");
    ck_ok(hs_config_read(path, sets, 5, &c, &mistakes, &e));
    ck_assert_uint_eq(c.setting[HS_ROW_SEED].value[0].count, 7);
    ck_assert_str_eq(c.setting[HS_ROW_WEIGHTS_STRATEGY].value[0].label, "mse");
    ck_assert_uint_eq(c.setting[HS_ROW_TABLES].n, 1);
    ck_assert_str_eq(c.setting[HS_ROW_FIGURES].value[0].label, "png");
    ck_assert_str_eq(c.site[0].match, "x.y");
    hs_config_close(&c);
}
END_TEST

START_TEST(every_row_is_documented)
{
    struct hs_text t = {0};
    hs_schema_explain(&t);
    ck_assert(!t.failed);
    for (int i = 0; i < HS_ROWS; i++) {
        const struct hs_row *r = &hs_schema[i];
        char cell[128];
        ck_assert_msg(r->path && r->meaning && *r->meaning, "row %d", i);
        snprintf(cell, sizeof cell, "| `%s` |", r->path);
        ck_assert_msg(strstr(t.s, cell) != NULL, "%s", r->path);
        ck_assert_msg(hs_schema_find(r->path) == (enum hs_row_name)i, "%s is there twice", r->path);
        ck_assert_msg(r->kind != HS_VALUE_WORD || r->words, "%s", r->path);
        ck_assert_msg(r->kind != HS_VALUE_PICK || r->from, "%s", r->path);
    }
    hs_text_free(&t);
}
END_TEST

START_TEST(conventions_are_those_of_the_grid)
{
    const char *const *word = hs_schema[HS_ROW_CONVENTION].words;
    for (const struct hs_convention_name *c = hs_convention_roster; c->name; c++, word++) ck_assert_str_eq(*word, c->name);
    ck_assert_ptr_null(*word);
}
END_TEST

/* Pieces that mean something to YAML or to the schema, put in where they do not belong. */
static const char *const pieces[] = {"[", "]", "{", "}", ":", "- ", "\n", "  ", "\"", "'", "&a ", "*a", "!!x ", "<<: ", "null", "~",
                                     "-1", "1e999", "99999999999999999999", "\xff", "\t", "%", "?", "|\n", ">", "#", "none", "true",
                                     "group:", "0:", "random", "explicit: [x]", "---\n", "...\n", "\xef\xbb\xbf", ",", "\\x00"};

static void mutate(char *text, size_t room, gsl_rng *r)
{
    unsigned long times = 1 + gsl_rng_uniform_int(r, 4);
    while (times--) {
        size_t n = strlen(text), at = n ? gsl_rng_uniform_int(r, n) : 0, m;
        const char *piece = pieces[gsl_rng_uniform_int(r, sizeof pieces / sizeof *pieces)];
        switch (gsl_rng_uniform_int(r, 4)) {
        case 0: /* change a byte */
            if (n) text[at] = (char)(1 + gsl_rng_uniform_int(r, 255));
            break;
        case 1: /* leave some out */
            m = gsl_rng_uniform_int(r, 30);
            if (at + m < n) memmove(text + at, text + at + m, n - at - m + 1);
            break;
        case 2: /* cut */
            if (gsl_rng_uniform_int(r, 8) == 0) text[at] = '\0';
            break;
        default: /* put a piece in */
            m = strlen(piece);
            if (n + m + 1 < room) memmove(text + at + m, text + at, n - at + 1), memcpy(text + at, piece, m);
        }
    }
}

START_TEST(no_file_upsets_the_decoder)
{
    size_t good = 0, rounds = getenv("HALFSTEP_LONG") ? 20000 : 600;
    gsl_rng *r = hs_rng_open(1, "fuzz");
    char text[2 * sizeof full];
    for (size_t i = 0; i < rounds; i++) {
        struct hs_config c;
        struct hs_text mistakes = {0};
        strcpy(text, full);
        mutate(text, sizeof text, r);
        enum hs_status st = read_text(text, &c, &mistakes);
        ck_assert_msg(st == HS_OK || st == HS_ECONFIG || st == HS_ENOINPUT, "%d:\n%s", st, text);
        ck_assert_msg((st == HS_OK) == (mistakes.s == NULL), "%s\n%s", mistakes.s ? mistakes.s : "no mistakes", text);
        if (st == HS_OK) {
            struct hs_plan p;
            struct hs_err e = {0};
            if (hs_plan_unfold(&c, &p, &e) == HS_OK) hs_plan_close(&p);
            else ck_assert_int_eq(e.status, HS_ECONFIG);
            hs_config_close(&c), good++;
        }
        hs_text_free(&mistakes);
    }
    ck_assert_msg(good > rounds / 50 && good < rounds, "%zu of %zu were good: the mutations test nothing", good, rounds);
    gsl_rng_free(r);
}
END_TEST

START_TEST(running_out_of_memory_is_an_error_like_others)
{
    struct hs_err e = {0};
    const char *path = temporary_file("config.yaml", full);
    bool good = false;
    for (long k = 1; k < 2000 && !good; k++) {
        struct hs_config c;
        struct hs_plan p = {0};
        struct hs_text mistakes = {0};
        e = (struct hs_err){0};
        hs_mem_fail_at(k);
        enum hs_status st = hs_config_read(path, NULL, 0, &c, &mistakes, &e);
        if (st == HS_OK) st = hs_plan_unfold(&c, &p, &e);
        hs_mem_fail_at(0);
        ck_assert_msg(st == HS_OK || st == HS_ENOMEM, "allocation %ld: %s %s", k, e.what, mistakes.s ? mistakes.s : "");
        good = st == HS_OK;
        ck_assert(good || k < 1999);
        if (good) ck_assert_uint_gt(k, 3);
        hs_plan_close(&p), hs_config_close(&c), hs_text_free(&mistakes);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("config");
    TCase *c = tcase_create("config");
    tcase_add_checked_fixture(c, setup, temporary_close);
    tcase_add_test(c, every_key_is_decoded);
    tcase_add_test(c, seeds_keep_their_64_bits);
    tcase_add_test(c, the_name_is_the_files_where_none_is_given);
    tcase_add_test(c, the_echo_is_a_config_again);
    tcase_add_test(c, the_command_line_has_the_last_word);
    tcase_add_test(c, every_row_is_documented);
    tcase_add_test(c, conventions_are_those_of_the_grid);
    tcase_add_test(c, no_file_upsets_the_decoder);
    tcase_add_test(c, running_out_of_memory_is_an_error_like_others);
    tcase_set_timeout(c, 900); /* 20,000 configs under a sanitizer, beside other tests */
    suite_add_tcase(s, c);
    return check_main(s);
}
