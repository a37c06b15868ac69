/* test_plan.c - how many trials there are, what each is called, and that a trial stays who it is. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "check_main.h"
#include "temporary.h"

#include "experiment/run.h"
#include "experiment/study.h"

#include <string.h>
#include <unistd.h>

static void setup(void)
{
    temporary_open();
    temporary_file("a.h5", "a"), temporary_file("b.h5", "b"), temporary_file("c.h5", "c");
}

static void unfold(const char *text, struct hs_config *c, struct hs_plan *p)
{
    struct hs_err e = {0};
    struct hs_text mistakes = {0};
    enum hs_status st = hs_config_read(temporary_file("config.yaml", text), NULL, 0, c, &mistakes, &e);
    ck_assert_msg(st == HS_OK, "%s\n%s", text, mistakes.s ? mistakes.s : e.what);
    ck_ok(hs_plan_unfold(c, p, &e));
}

#define N "network: a.h5\n"
#define CAL "data: {calibration: {samples: 8}}\n"
static const struct { const char *text; size_t trials; } counts[] = {
    {N "scheme: {activations: none}\n", 1},
    {N CAL "calibration: {weights: [minmax, mse], activations: [minmax, mse, entropy]}\n", 6},
    {"network: [a.h5, b.h5]\n" CAL "scheme: {weights: {format: [int8, int4], granularity: [tensor, channel]}}\n", 8},
    /* a side that is none has one level, whatever else is said about it */
    {N "scheme: {activations: none}\ncalibration: {weights: [minmax, mse], activations: [minmax, mse, entropy]}\n", 2},
    {N CAL "scheme: {weights: none}\ncalibration: {weights: [minmax, mse], activations: [minmax, mse, entropy]}\n", 3},
    {N CAL "scheme: {weights: {format: [none, int8]}}\ncalibration: {weights: [minmax, mse]}\n", 3},
    {N CAL "scheme: {weights: {format: [none, int8]}, activations: {format: [none, int8]}}\n"
     "calibration: {weights: [minmax, mse], activations: [minmax, mse, entropy]}\n", 12},
    {N "scheme: {activations: none}\norder: [forward, {random: {count: 5}}, backward]\n", 7},
    {N "data: {calibration: {samples: 8, draws: 4}}\norder: [forward, backward]\n", 8},
    {N "scheme: {activations: none}\ndata: {evaluation: {}}\n", 1},
    {N CAL "scheme: {weights: {format: [int8, int4]}, activations: {format: [int8, int4]}}\n"
     "zip: [[scheme.weights.format, scheme.activations.format]]\n", 2},
    {"network: [a.h5, b.h5, c.h5]\ndata: {calibration: {samples: 8, draws: 3}}\norder: [forward, backward]\n"
     "zip: [[network, data.calibration.draws]]\n", 6},
    {N "scheme: {activations: none, weights: {format: [int8, int4, int2]}}\ncalibration: {weights: [minmax, mse]}\n"
     "exclude: [{scheme.weights.format: int2, calibration.weights: minmax}]\n", 5},
    {N "scheme: {activations: none, weights: {format: [int8, int4, int2]}}\ncalibration: {weights: [minmax, mse]}\n"
     "exclude: [{scheme.weights.format: [int2, int4], calibration.weights: minmax}]\n", 4},
    {N "scheme: {activations: none}\norder: [forward, {random: {count: 5}}]\ncontext: [quantized, float]\n"
     "exclude: [{order: random, context: float}]\n", 7},
    {N "scheme: {activations: none}\ncalibration: {weights: [{percentile: {p: 99}}, {percentile: {p: 90}}, mse]}\n"
     "exclude: [{calibration.weights: percentile}]\n", 1},
    {N "scheme: {activations: none}\ncalibration: {weights: [{percentile: {p: 99}}, {percentile: {p: 90}}, mse]}\n"
     "exclude: [{calibration.weights: {percentile: {p: 99.0}}}]\n", 2},
    {N "data: {calibration: {samples: 8, draws: 3}}\nexclude: [{data.calibration.draws: [0, 2]}]\n", 1},
    /* what an exclusion says of a side that is none is true of no trial */
    {N CAL "scheme: {weights: {format: [none, int8]}}\nexclude: [{calibration.weights: minmax}]\n", 1},
};

START_TEST(configs_unfold_into_so_many_trials)
{
    struct hs_config c;
    struct hs_plan p;
    unfold(counts[_i].text, &c, &p);
    ck_assert_msg(p.trials == counts[_i].trials, "%zu trials instead of %zu of:\n%s", p.trials, counts[_i].trials,
                  counts[_i].text);
    for (size_t i = 0; i < p.trials; i++) { /* no two are called the same */
        ck_assert_uint_eq(p.trial[i].number, i);
        for (size_t k = 0; k < i; k++) {
            bool same = p.trial[i].levels == p.trial[k].levels;
            for (size_t l = 0; same && l < p.trial[i].levels; l++)
                same = !strcmp(p.trial[i].level[l].level, p.trial[k].level[l].level);
            ck_assert_msg(!same, "trials %zu and %zu of:\n%s", k, i, counts[_i].text);
        }
    }
    hs_plan_close(&p), hs_config_close(&c);
}
END_TEST

static const char *level(const struct hs_trial *t, const char *factor)
{
    for (size_t i = 0; i < t->levels; i++)
        if (!strcmp(t->level[i].factor, factor)) return t->level[i].level;
    return NULL;
}

static bool varies(const struct hs_trial *t, const char *factor)
{
    for (size_t i = 0; i < t->levels; i++)
        if (!strcmp(t->level[i].factor, factor)) return t->level[i].varies;
    return false;
}

START_TEST(levels_are_in_the_order_of_the_schema)
{
    struct hs_config c;
    struct hs_plan p;
    unfold("order: [forward, {random: {count: 2}}]\ncalibration: {weights: [mse, {percentile: {p: 99.9}}]}\n"
           "scheme: {activations: none, weights: {format: [int4, none]}}\nnetwork: [a.h5, b.h5]\n", &c, &p);
    ck_assert_uint_eq(p.trials, 18);
    const struct hs_trial *first = &p.trial[0], *last = &p.trial[17];
    ck_assert_str_eq(first->level[0].factor, "network");
    ck_assert_str_eq(first->level[0].level, "a");
    ck_assert_str_eq(level(first, "scheme.weights.format"), "int4");
    ck_assert_str_eq(level(&p.trial[1], "order"), "random-1"); /* the last factor turns fastest */
    ck_assert_int_eq(p.trial[2].spec.order.index, 1);
    ck_assert_str_eq(level(&p.trial[3], "calibration.weights"), "percentile(p=99.9)");
    ck_assert_double_eq(p.trial[3].spec.weights.knob[0], 99.9);
    ck_assert_str_eq(level(last, "scheme.weights.format"), "none");
    ck_assert_str_eq(level(last, "calibration.weights"), "none");
    ck_assert_ptr_null(last->spec.weights.format);
    ck_assert_ptr_null(level(last, "calibration.activations")); /* none in every trial: no factor */
    ck_assert_str_eq(level(last, "scheme.activations.format"), "none");
    ck_assert(varies(first, "order") && varies(first, "network") && !varies(first, "context"));
    for (size_t k = 1; k < first->levels; k++)
        ck_assert_int_lt(hs_schema_find(first->level[k - 1].factor), hs_schema_find(first->level[k].factor));
    hs_plan_close(&p), hs_config_close(&c);
}
END_TEST

START_TEST(a_spec_says_what_the_config_says)
{
    struct hs_config c;
    struct hs_plan p;
    unfold(N CAL "seed: 5\nscheme:\n  rounding: half-even\n  divide: reciprocal\n"
           "  weights: {format: int4, granularity: \"group:16\", symmetric: false, range: full}\n"
           "  activations: {format: uint8, granularity: token, dynamic: true}\n  skip: [norm]\n"
           "  overrides: [{match: a, weights: {format: int8}}, {match: b, activations: none}]\n"
           "  sites: {c: {format: int6, dynamic: false}}\n"
           "calibration: {weights: mse, activations: {percentile: {p: 98}}}\nmetrics: [kl]\nmeasure: steps\ncontext: float\n",
           &c, &p);
    const struct hs_spec *s = &p.trial[0].spec;
    ck_assert(s->seed == 5 && s->convention.rounding == HS_HALF_EVEN && s->convention.reciprocal && !s->convention.zero_after);
    ck_assert_str_eq(s->weights.format->name, "int4");
    ck_assert(s->weights.granularity == HS_PER_GROUP && s->weights.group == 16 && !s->weights.symmetric && !s->weights.restricted);
    ck_assert(s->activations.granularity == HS_PER_TOKEN && s->activations.dynamic);
    ck_assert_str_eq(s->activations.strategy->name, "percentile");
    ck_assert_double_eq(s->activations.knob[0], 98);
    ck_assert(s->skips == 1 && !strcmp(s->skip[0], "norm"));
    ck_assert(s->rules == 2 && s->rule[0].sets_weights && !s->rule[0].sets_activations && s->rule[1].sets_activations);
    ck_assert_str_eq(s->rule[0].weights.format->name, "int8");
    ck_assert_uint_eq(s->rule[0].weights.group, 16); /* what a rule does not speak of stays */
    ck_assert_ptr_null(s->rule[1].activations.format);
    ck_assert(s->sites == 1 && !s->site[0].side.dynamic);
    ck_assert_str_eq(s->site[0].side.strategy->name, "percentile");
    ck_assert(s->metrics == 1 && s->measure == HS_MEASURE_STEPS && s->context == HS_CONTEXT_FLOAT);
    hs_plan_close(&p), hs_config_close(&c);
}
END_TEST

START_TEST(too_many_trials_are_refused)
{
    struct hs_config c;
    struct hs_plan p;
    struct hs_err e = {0};
    struct hs_text mistakes = {0};
    const char *path = temporary_file("config.yaml", N "data: {calibration: {samples: 1, draws: 10000}}\norder: {random: {count: 10000}}\n");
    ck_ok(hs_config_read(path, NULL, 0, &c, &mistakes, &e));
    ck_assert_int_eq(hs_plan_unfold(&c, &p, &e), HS_ECONFIG);
    hs_config_close(&c);
}
END_TEST

/* Draws by brute force: every row once round the ring, and what two draws share is what is said. */
START_TEST(draws_are_disjoint_while_they_fit)
{
    struct hs_err e = {0};
    for (size_t rows = 1; rows <= 12; rows++)
        for (size_t n = 1; n <= rows; n++)
            for (size_t draws = 1; draws <= 5; draws++) {
                size_t row[5][12], most = 0, seen[12] = {0};
                for (size_t d = 0; d < draws; d++) {
                    ck_ok(hs_inputs_draw(7, rows, n, d, row[d], &e));
                    for (size_t i = 0; i < n; i++) {
                        ck_assert_uint_lt(row[d][i], rows);
                        seen[row[d][i]]++;
                    }
                }
                for (size_t a = 0; a < draws; a++)
                    for (size_t b = 0; b < a; b++) {
                        size_t both = 0;
                        for (size_t i = 0; i < n; i++)
                            for (size_t k = 0; k < n; k++) both += row[a][i] == row[b][k];
                        if (both > most) most = both;
                    }
                ck_assert_uint_eq(most, hs_inputs_overlap(rows, n, draws));
                ck_assert(most == 0 || n * draws > rows);
                for (size_t i = 0; i < rows; i++) ck_assert_uint_le(seen[i], (n * draws + rows - 1) / rows);
            }
}
END_TEST

/* With a real network: ids. */
static const char *shared_file(const char *name)
{
    static char path[2][512];
    static int turn;
    char *p = path[turn = !turn];
    const char *src = getenv("SRCDIR");
    snprintf(p, 512, "%s/experiments/networks/%s", src ? src : ".", name);
    return access(p, R_OK) ? NULL : p;
}

static bool study(const char *fmt, struct hs_study *s)
{
    struct hs_err e = {0};
    struct hs_text mistakes = {0}, text = {0};
    const char *net = shared_file("mlp.h5"), *data = shared_file("fashion.h5");
    if (!net || !data) return puts("SKIPPED ids of trials: experiments/networks/mlp.h5 or fashion.h5 is not there"), false;
    hs_text_add(&text, "network: %s\ndata: {calibration: {file: %s, samples: 16, draws: 2}, evaluation: {file: %s, samples: 20}}\n", net,
                data, data);
    hs_text_add(&text, "%s", fmt);
    enum hs_status st = hs_study_open(temporary_file("config.yaml", text.s), NULL, 0, s, &mistakes, &e);
    ck_assert_msg(st == HS_OK, "%s%s", mistakes.s ? mistakes.s : "", e.what);
    hs_text_free(&text);
    return true;
}

static const struct hs_trial *by_id(const struct hs_study *s, const char *id)
{
    for (size_t i = 0; i < s->plan.trials; i++)
        if (!strcmp(s->plan.trial[i].id, id)) return &s->plan.trial[i];
    return NULL;
}

START_TEST(a_trial_stays_who_it_is)
{
    struct hs_study a, b;
    if (!study("scheme: {weights: {format: [int8, int4]}}\norder: [forward, {random: {count: 2}}]\n", &a)) return;
    /* the keys in another order, more levels before and after, another name */
    ck_assert(study("order: [backward, {random: {count: 4}}, forward]\nname: other\nquestion: why?\nreport: {figures: [png]}\n"
                    "calibration: {weights: [mse, minmax]}\nscheme: {weights: {format: [int3, int4, int8]}}\n", &b));
    ck_assert_uint_eq(a.plan.trials, 12);
    ck_assert_uint_eq(b.plan.trials, 72);
    for (size_t i = 0; i < a.plan.trials; i++) {
        const struct hs_trial *t = &a.plan.trial[i], *u = by_id(&b, t->id);
        ck_assert_msg(u != NULL, "trial %zu is not found again", i);
        ck_assert_uint_ne(u->number, t->number);
        ck_assert_str_eq(level(t, "order"), level(u, "order"));
        ck_assert_str_eq(level(t, "scheme.weights.format"), level(u, "scheme.weights.format"));
        ck_assert_str_eq(level(t, "data.calibration.draws"), level(u, "data.calibration.draws"));
        for (size_t k = 0; k < i; k++) ck_assert_str_ne(t->id, a.plan.trial[k].id);
    }
    hs_study_close(&a), hs_study_close(&b);
}
END_TEST

START_TEST(what_decides_the_outcome_decides_the_id)
{
    static const char *const texts[] = {
        "", "seed: 2\n", "scheme: {weights: {format: int7}}\n", "scheme: {weights: {granularity: tensor}}\n",
        "scheme: {weights: {symmetric: false}}\n", "scheme: {weights: {range: full}}\n", "scheme: {convention: torch}\n",
        "scheme: {activations: {format: int7}}\n", "scheme: {activations: {symmetric: true}}\n", "scheme: {skip: [fc.0]}\n",
        "scheme: {overrides: [{match: fc.0, weights: {format: int4}}]}\n", "scheme: {sites: {fc.0: {format: int8}}}\n",
        "calibration: {weights: mse}\n", "calibration: {activations: {percentile: {p: 99}}}\n",
        "calibration: {activations: {percentile: {p: 98}}}\n", "order: backward\n", "context: float\n", "measure: steps\n",
        "metrics: [kl]\n", "task: none\n", "output: probabilities\n"};
    enum { TEXTS = sizeof texts / sizeof *texts };
    char id[TEXTS][2][HS_KEY_HEX];
    for (size_t i = 0; i < TEXTS; i++) {
        struct hs_study s;
        if (!study(texts[i], &s)) return;
        ck_assert_uint_eq(s.plan.trials, 2);
        for (size_t d = 0; d < 2; d++) strcpy(id[i][d], s.plan.trial[d].id);
        for (size_t k = 0; k <= i; k++)
            for (size_t d = 0; d < 4; d++)
                if (k < i || (d & 1) != (d >> 1))
                    ck_assert_msg(strcmp(id[i][d & 1], id[k][d >> 1]), "'%s' and '%s'", texts[i], texts[k]);
        hs_study_close(&s);
    }
}
END_TEST

/* The last match wins, field by field: two rules that meet in one node both count. */
START_TEST(rules_that_meet_are_joined)
{
    struct hs_study s;
    if (!study("scheme:\n  overrides:\n  - {match: \"fc.?\", weights: {granularity: tensor, format: int4}}\n"
               "  - {match: \"fc.0\", weights: {format: int6}, method: nearest}\n", &s)) return;
    const struct hs_spec *spec = &s.plan.trial[0].spec;
    const struct hs_rule *last = &spec->rule[spec->rules - 1];
    ck_assert_uint_eq(spec->rules, 3);
    ck_assert(hs_text_match(last->match, "fc.0") && !hs_text_match(last->match, "fc.2"));
    ck_assert_str_eq(last->weights.format->name, "int6");
    ck_assert_int_eq(last->weights.granularity, HS_PER_TENSOR);
    ck_assert(last->sets_method && last->sets_weights && !last->sets_activations);
    hs_study_close(&s);
}
END_TEST

START_TEST(the_same_trial_is_not_run_twice)
{
    struct hs_study s;
    if (!study("calibration: {activations: [percentile, {percentile: {p: 99.99}}]}\n", &s)) return;
    ck_assert_uint_eq(s.plan.trials + s.plan.doubles, 4);
    ck_assert_uint_eq(s.plan.doubles, 2); /* 99.99 is the default */
    ck_assert_uint_ge(s.plan.trials, hs_study_outcomes(&s));
    hs_study_close(&s);
}
END_TEST

/* A trial that goes wrong is counted; the others are stored. */
START_TEST(a_failed_trial_leaves_the_others_alone)
{
    struct hs_study s;
    struct hs_err e = {0};
    struct hs_run_result result;
    struct hs_record record;
    char dir[TEMP_PATH + 16];
    snprintf(dir, sizeof dir, "%s/out", temporary);
    if (!study("order: [forward, backward]\n", &s)) return;
    const struct hs_run_options o = {.dir = dir, .threads = 2, .verbosity = HS_QUIET};
    ck_assert_uint_eq(s.plan.trials, 4);
    static const char *const too_few[] = {"fc.0", NULL};
    const struct hs_order_choice was = s.plan.trial[1].spec.order;
    s.plan.trial[1].spec.order = (struct hs_order_choice){.type = hs_order_find("explicit", &e), .names = too_few};
    ck_ok(hs_run(&s.plan, &s.inputs, &o, &result, &e));
    ck_assert(result.trials == 4 && result.ran == 3 && result.failed == 1 && result.kept == 0 && !result.stopped);
    for (size_t i = 0; i < 4; i++) {
        struct hs_err why = {0};
        ck_assert_int_eq(hs_record_read(dir, s.plan.trial[i].id, &record, &why), i == 1 ? HS_ENOINPUT : HS_OK);
        if (i != 1) hs_record_close(&record);
    }
    s.plan.trial[1].spec.order = was;
    ck_ok(hs_run(&s.plan, &s.inputs, &o, &result, &e));
    ck_assert(result.kept == 3 && result.ran == 1 && result.failed == 0);
    hs_study_close(&s);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("plan");
    TCase *c = tcase_create("plan");
    tcase_add_checked_fixture(c, setup, temporary_close);
    tcase_add_loop_test(c, configs_unfold_into_so_many_trials, 0, sizeof counts / sizeof *counts);
    tcase_add_test(c, levels_are_in_the_order_of_the_schema);
    tcase_add_test(c, a_spec_says_what_the_config_says);
    tcase_add_test(c, too_many_trials_are_refused);
    tcase_add_test(c, draws_are_disjoint_while_they_fit);
    tcase_add_test(c, a_trial_stays_who_it_is);
    tcase_add_test(c, what_decides_the_outcome_decides_the_id);
    tcase_add_test(c, rules_that_meet_are_joined);
    tcase_add_test(c, the_same_trial_is_not_run_twice);
    tcase_add_test(c, a_failed_trial_leaves_the_others_alone);
    tcase_set_timeout(c, 120);
    suite_add_tcase(s, c);
    return check_main(s);
}
