/* test_compare.c - differences turn round with their sides; ranks are those that were made. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "check_main.h"
#include "made.h"

#include "base/mem.h"
#include "report/difference.h"
#include "report/ranking.h"
#include "report/tables.h"

#include <math.h>
#include <string.h>

static const struct hs_report_about about = {.name = "test", .question = ""};
static const struct hs_sampled *error = &hs_sampled_roster[0];

static void open_view(struct made *m, struct hs_view *v, const struct made_plan *plan)
{
    struct hs_err e = {0};
    made_open(m, plan);
    ck_ok(hs_view_open(v, &about, m->record, m->n, &e));
}

static void close_view(struct made *m, struct hs_view *v)
{
    hs_view_close(v);
    made_close(m);
}

static const struct made_plan few = {.strategies = 3, .draws = 2, .nodes = 8, .samples = 300};

START_TEST(sides_turn_round)
{
    struct made m;
    struct hs_view v;
    struct hs_err e = {0};
    open_view(&m, &v, &few);
    for (const struct hs_sampled *s = hs_sampled_roster; s->name; s++) {
        struct hs_difference d[3] = {{.a = 0, .b = 1}, {.a = 1, .b = 0}, {.a = 2, .b = 2}};
        ck_ok(hs_differences_find(&v, s, d, 3, true, &e));
        ck_ok(hs_differences_judge(s, d, 3, 3, &e));
        ck_assert_uint_eq(d[0].samples, 300);
        ck_assert_double_eq_tol(d[0].difference.x, -d[1].difference.x, 1e-14);
        ck_assert(d[0].value_a == d[1].value_b && d[0].value_a == hs_sampled_value(&v, s, 0));
        ck_assert(d[0].dominance.x == -d[1].dominance.x && d[0].test.p == d[1].test.p);
        ck_assert_double_eq_tol(d[0].difference.lo, -d[1].difference.hi, 0.1 * (d[1].difference.hi - d[1].difference.lo));
        ck_assert(!s->ratio || fabs(d[0].ratio.x * d[1].ratio.x - 1) < 1e-12);
        ck_assert_str_eq(d[2].verdict, "the same");
        ck_assert(d[2].difference.x == 0 && d[2].adjusted == 1);
        bool better = !strcmp(d[0].verdict, "better"), worse = !strcmp(d[0].verdict, "worse");
        ck_assert(better == !strcmp(d[1].verdict, "worse") && worse == !strcmp(d[1].verdict, "better"));
        if (s == error || !strcmp(s->name, "sqnr")) ck_assert(worse); /* made.c: min-max loses to least squares */
    }
    close_view(&m, &v);
}
END_TEST

START_TEST(doubt_has_its_words)
{
    struct hs_err e = {0};
    struct hs_difference sure = {.samples = 300, .units = 300, .difference = {-1, -2, -0.5}, .ratio = {0.5, 0.4, 0.6},
                                 .test = {.p = 0.001, .biserial = -0.5}, .every_draw = true};
    struct hs_difference d[6];
    for (int i = 0; i < 6; i++) d[i] = sure;
    d[1].test.p = 0.04;
    d[2].difference.hi = 0.1;
    d[3].every_draw = false;
    d[4].test.biserial = 0.5;
    d[5].difference.lo = d[5].difference.hi = d[5].ratio.lo = d[5].ratio.hi = NAN; /* too few samples for an interval */
    ck_ok(hs_differences_judge(error, d, 6, 0, &e));
    static const char *const want[] = {"better", "better", "not told apart", "not in every draw", "not told apart", "better"};
    for (int i = 0; i < 6; i++) ck_assert_str_eq(d[i].verdict, want[i]);
    ck_ok(hs_differences_judge(error, d, 6, 100, &e));
    ck_assert_str_eq(d[0].verdict, "not told apart"); /* 0.001 among 100 */
    hs_mem_fail_at(1);
    ck_assert_int_eq(hs_differences_judge(error, d, 6, 0, &e), HS_ENOMEM);
    hs_mem_fail_at(0);
}
END_TEST

START_TEST(flips_are_counted)
{
    struct made m;
    struct hs_view v;
    struct hs_err e = {0};
    const struct made_plan plan = {.strategies = 2, .nodes = 8, .samples = 300};
    open_view(&m, &v, &plan);
    const struct hs_sampled *accuracy = hs_sampled_find("accuracy", &e);
    double *a = m.record[0].trace.correct, *b = m.record[1].trace.correct;
    for (size_t i = 0; i < 300; i++) a[i] = b[i] = i % 3 > 0;
    for (size_t i = 0; i < 30; i++) a[3 * i + 1] = 0; /* right in b alone */
    a[0] = 1;
    b[5] = NAN; /* has no target */
    struct hs_difference d = {.a = 0, .b = 1};
    ck_ok(hs_differences_find(&v, accuracy, &d, 1, true, &e));
    ck_ok(hs_differences_judge(accuracy, &d, 1, 1, &e));
    ck_assert(d.flips && d.a_only == 1 && d.b_only == 30 && d.samples == 299);
    ck_assert(d.mcnemar == hs_stats_mcnemar(1, 30) && d.adjusted == d.mcnemar);
    ck_assert_double_eq_tol(d.difference.x, -29.0 / 299, 1e-12);
    ck_assert_double_eq_tol(d.dominance.x, -29.0 / 299, 1e-12);
    ck_assert_str_eq(d.verdict, "worse");
    a[7] = 0.5; /* a share: no flips */
    ck_ok(hs_differences_find(&v, accuracy, &d, 1, true, &e));
    ck_assert(!d.flips && isnan(d.mcnemar));
    close_view(&m, &v);
}
END_TEST

START_TEST(clusters_are_one_voice)
{ /* each sample twice: the rank test must not believe in twice as many */
    struct made m;
    struct hs_view v;
    struct hs_err e = {0};
    const struct made_plan plan = {.strategies = 2, .nodes = 8, .samples = 600};
    open_view(&m, &v, &plan);
    static uint32_t pair[600];
    struct hs_difference one = {.a = 0, .b = 1}, two = one, three = one;
    for (size_t i = 0; i < 600; i++) pair[i] = (uint32_t)(i / 2);
    for (int t = 0; t < 2; t++)
        for (size_t i = 0; i < 600; i++) m.record[t].trace.squared[i] = m.record[t].trace.squared[i - i % 2];
    ck_ok(hs_differences_find(&v, error, &one, 1, false, &e));
    m.record[0].trace.cluster = pair;
    ck_ok(hs_differences_find(&v, error, &three, 1, false, &e)); /* one has clusters, the other none */
    ck_assert_uint_eq(three.samples, 0);
    m.record[1].trace.cluster = pair;
    ck_ok(hs_differences_find(&v, error, &two, 1, false, &e));
    ck_assert(one.units == 600 && two.units == 300 && two.test.p > one.test.p && two.ratio.x == one.ratio.x);
    ck_assert(two.ratio.hi - two.ratio.lo > 1.2 * (one.ratio.hi - one.ratio.lo));
    close_view(&m, &v);
}
END_TEST

START_TEST(other_samples_are_not_paired)
{
    struct made m;
    struct hs_view v;
    struct hs_err e = {0};
    open_view(&m, &v, &few);
    for (size_t i = 0; i < 300; i++) m.record[0].trace.reference[i] *= 2;
    struct hs_difference d = {.a = 0, .b = 1};
    ck_ok(hs_differences_find(&v, error, &d, 1, true, &e));
    ck_ok(hs_differences_judge(error, &d, 1, 1, &e));
    ck_assert(d.samples == 0 && isnan(d.difference.x) && isnan(d.adjusted));
    ck_assert_str_eq(d.verdict, "not paired");
    ck_assert(!hs_sampled_find("beauty", &e) && strstr(e.what, "perplexity"));
    close_view(&m, &v);
}
END_TEST

START_TEST(ranks_are_those_that_were_made)
{
    struct made m;
    struct hs_view v;
    struct hs_err e = {0};
    struct hs_ranking r;
    const struct made_plan plan = {.strategies = 4, .formats = 3, .orders = 4, .draws = 2, .nodes = 8, .samples = 220};
    open_view(&m, &v, &plan);
    ck_assert_uint_eq(v.rankings, 2); /* strategies and orders; formats do not compete */
    const struct hs_ranking *s = &v.ranking[0];
    ck_assert(s->levels == 4 && s->blocks == 24 && s->left_out == 0);
    static const char *const want[] = {"mse", "percentile(p=99.99)", "entropy", "minmax"}; /* by made.c's `worth` */
    double sum = 0, value[96];
    for (size_t i = 0; i < 4; i++) {
        ck_assert_str_eq(v.factor[s->factor].shown[s->level[i]], want[i]);
        ck_assert(i == 0 || s->rank[i].x >= s->rank[i - 1].x);
        ck_assert(s->rank[i].lo >= 1 && s->rank[i].hi <= 4);
        sum += s->rank[i].x;
    }
    ck_assert_double_eq_tol(sum, 10, 1e-12);
    /* All alike: one bar over all, one letter. Then the other way round. A gap takes a block out. */
    for (size_t t = 0; t < v.trials; t++) value[t] = 1;
    ck_ok(hs_ranking_find(&v, s->factor, NULL, value, false, 2, &r, &e));
    ck_assert(r.bars == 1 && r.bar[0][0] == 0 && r.bar[0][1] == 3 && r.test.f_p == 1);
    for (size_t i = 0; i < 4; i++) ck_assert_str_eq(r.letters[i], "a");
    for (size_t t = 0; t < v.trials; t++) value[t] = v.trial[t].relative.x;
    value[0] = NAN;
    ck_ok(hs_ranking_find(&v, s->factor, NULL, value, true, 2, &r, &e));
    ck_assert_str_eq(v.factor[r.factor].shown[r.level[0]], "minmax");
    ck_assert(r.blocks == 23 && r.left_out == 1);
    ck_ok(hs_ranking_find(&v, s->factor, NULL, value, true, 24, &r, &e));
    ck_assert_uint_eq(r.levels, 0);
    close_view(&m, &v);
}
END_TEST

START_TEST(a_report_of_many_groups_compares_few_pairs)
{
    struct made m;
    struct hs_view v;
    const struct made_plan plan = {.strategies = 4, .formats = 3, .orders = 9, .networks = 2, .nodes = 4, .samples = 210};
    open_view(&m, &v, &plan);
    ck_assert(v.groups == 6 && v.differences <= 100 && v.differences >= 6 * 15);
    for (size_t i = 0; i < v.differences; i++) {
        ck_assert(v.difference[i].verdict && *v.difference[i].verdict && isfinite(v.difference[i].ratio.lo));
        ck_assert(v.difference[i].adjusted >= v.difference[i].test.p);
    }
    close_view(&m, &v);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("compare");
    TCase *c = tcase_create("compare");
    tcase_add_test(c, sides_turn_round);
    tcase_add_test(c, doubt_has_its_words);
    tcase_add_test(c, flips_are_counted);
    tcase_add_test(c, clusters_are_one_voice);
    tcase_add_test(c, other_samples_are_not_paired);
    tcase_add_test(c, ranks_are_those_that_were_made);
    tcase_add_test(c, a_report_of_many_groups_compares_few_pairs);
    suite_add_tcase(s, c);
    return check_main(s);
}
