/* test_layout.c - runs of orders x draws x networks: what is a layout, what is none, and what it says. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "check_main.h"
#include "made.h"

#include "report/layout.h"

#include <math.h>

enum { ORDERS = 6, DRAWS = 3, NETWORKS = 2 };
static const struct hs_report_about about = {.name = "test", .question = ""};
static const struct made_plan plan = {
    .strategies = 1, .orders = ORDERS, .draws = DRAWS, .networks = NETWORKS, .nodes = 4, .samples = 50};

START_TEST(every_configuration_is_a_layout)
{
    struct made_plan two = plan;
    struct made m;
    struct hs_view v;
    struct hs_err e = {0};
    two.strategies = 2;
    made_open(&m, &two);
    ck_ok(hs_view_open(&v, &about, m.record, m.n, &e));
    ck_assert_uint_eq(v.layouts, 2);
    for (size_t k = 0; k < v.layouts; k++) {
        const struct hs_layout *l = &v.layout[k];
        ck_assert(l->orders == ORDERS && l->draws == DRAWS && l->networks == NETWORKS && !l->chosen);
        for (size_t i = 0; i < ORDERS * DRAWS * NETWORKS; i++) ck_assert(l->error[i] > 0);
        ck_assert(isfinite(l->part[7].variance) && l->part[1].lo < l->part[1].hi);
        ck_assert(l->part[4].variance > l->part[2].variance); /* the second network has 1.5 times the error */
    }
    hs_view_close(&v);
    made_close(&m);
}
END_TEST

START_TEST(a_missing_trial_or_a_zero_is_no_layout)
{
    struct made m;
    struct hs_view v;
    struct hs_err e = {0};
    made_open(&m, &plan);
    ck_ok(hs_view_open(&v, &about, m.record, m.n - 1, &e));
    ck_assert_uint_eq(v.layouts, 0);
    hs_view_close(&v);
    for (size_t i = 0; i < m.record[3].trace.samples; i++) m.record[3].trace.squared[i] = 0;
    ck_ok(hs_view_open(&v, &about, m.record, m.n, &e));
    ck_assert_uint_eq(v.layouts, 0);
    hs_view_close(&v);
    made_close(&m);
}
END_TEST

/* Three orders, three draws: errors by hand. */
static struct hs_layout small(double *error, double *chosen)
{
    static const char *order[] = {"forward", "random 1", "backward"};
    return (struct hs_layout){.orders = 3, .draws = 3, .networks = 1, .order = order, .error = error, .chosen = chosen};
}

START_TEST(the_same_ranking_in_every_draw_transfers)
{
    double error[] = {1, 2, 3, 2, 4, 6, 4, 8, 12}; /* [order][draw] */
    struct hs_layout l = small(error, NULL);
    struct hs_transfer t;
    struct hs_err e = {0};
    ck_ok(hs_layout_transfer(&l, 0, &t, &e));
    ck_assert_double_eq_tol(t.spread, 4, 1e-12);
    ck_assert(t.forward == 1 && t.backward == 0);
    ck_assert_double_eq_tol(t.chosen, 1, 1e-12);
    ck_assert_double_eq_tol(t.correlation, 1, 1e-12);
}
END_TEST

/* Each draw has another best order, which is the worst or the second of the others: (0 + 1/2) / 2. */
START_TEST(luck_does_not_transfer)
{
    double error[] = {1, 2, 3, 2, 3, 1, 3, 1, 2};
    struct hs_layout l = small(error, NULL);
    struct hs_transfer t;
    struct hs_err e = {0};
    ck_ok(hs_layout_transfer(&l, 0, &t, &e));
    ck_assert_double_eq_tol(t.spread, 1, 1e-12);
    ck_assert_double_eq_tol(t.chosen, 0.25, 1e-12);
    ck_assert_double_eq_tol(t.correlation, -0.5, 1e-12);
}
END_TEST

/* What is chosen by differs from what is scored; a part of all permutations has no forward. */
START_TEST(a_search_chooses_by_calibration_data)
{
    static const char *order[] = {"1 2 3", "1 3 2", "2 1 3"};
    double error[] = {1, 1, 1, 2, 2, 2, 4, 4, 4}, chosen[] = {9, 9, 9, 1, 1, 1, 9, 9, 9};
    struct hs_layout l = small(error, chosen);
    struct hs_transfer t;
    struct hs_err e = {0};
    l.order = order;
    ck_ok(hs_layout_transfer(&l, 0, &t, &e));
    ck_assert_double_eq_tol(t.chosen, 0.5, 1e-12);
    ck_assert(isnan(t.forward) && isnan(t.backward));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("layout");
    TCase *c = tcase_create("layout");
    tcase_add_test(c, every_configuration_is_a_layout);
    tcase_add_test(c, a_missing_trial_or_a_zero_is_no_layout);
    tcase_add_test(c, the_same_ranking_in_every_draw_transfers);
    tcase_add_test(c, luck_does_not_transfer);
    tcase_add_test(c, a_search_chooses_by_calibration_data);
    suite_add_tcase(s, c);
    return check_main(s);
}
