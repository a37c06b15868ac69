/* test_figures.c - what each figure's script and data say, before anything is drawn. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "check_main.h"
#include "made.h"

#include "propagate/table.h"
#include "report/figure.h"
#include "report/view.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct hs_report_about about = {.name = "test", .question = "Which?"};

typedef enum hs_status plotter(const struct hs_view *, struct hs_figures *, struct hs_err *);

struct fixture {
    struct made m;
    struct hs_view v;
    struct hs_figures all;
};

static void made_view(struct fixture *x, const struct made_plan *p)
{
    struct hs_err e = {0};
    made_open(&x->m, p);
    ck_ok(hs_view_open(&x->v, &about, x->m.record, x->m.n, &e));
    x->all.n = 0;
}

static void plot(struct fixture *x, plotter *p)
{
    struct hs_err e = {0};
    ck_ok(p(&x->v, &x->all, &e));
}

static void done(struct fixture *x)
{
    hs_figures_close(&x->all);
    hs_view_close(&x->v);
    made_close(&x->m);
}

static size_t count(const char *s, const char *what)
{
    size_t n = 0;
    for (; (s = strstr(s, what)); s++) n++;
    return n;
}

START_TEST(no_table_of_pairs_no_heat_map)
{
    struct fixture x;
    made_view(&x, &(struct made_plan){.strategies = 2, .formats = 2, .nodes = 9, .samples = 50});
    plot(&x, hs_figure_interactions);
    ck_assert_uint_eq(x.all.n, 0);
    done(&x);
}
END_TEST

/* Nine nodes: layers 0, 1, 3, 6 and 8. */
START_TEST(a_heat_map_has_every_pair_once_and_says_which_is_sure)
{
    struct fixture x;
    made_view(&x, &(struct made_plan){.strategies = 2, .formats = 2, .nodes = 9, .samples = 50, .pairs = true});
    plot(&x, hs_figure_interactions);
    ck_assert_uint_eq(x.all.n, 1);
    const struct hs_figure *f = &x.all.figure[0];
    ck_assert_str_eq(f->name, "interactions");
    ck_assert_uint_eq(f->blocks, 2); /* formats */
    const char *line = strstr(f->dat.s, "\n0 1 ");
    int pairs = 0, sure = 0;
    double largest = 0;
    for (int i, j, is; line && pairs < 10; line = strchr(line + 1, '\n'), pairs++) {
        double value;
        ck_assert_int_eq(sscanf(line, "%d %d %lf %d", &i, &j, &value, &is), 4);
        ck_assert(i < j && j < 5);
        largest = fmax(largest, fabs(value)), sure += is;
    }
    ck_assert_int_eq(pairs, 10);
    ck_assert_int_eq(sure, 2); /* the others' intervals hold 0 */
    ck_assert(largest >= 3 && largest < 30);
    ck_assert_ptr_nonnull(strstr(f->caption, "95 %"));
    done(&x);
}
END_TEST

START_TEST(networks_have_their_own_heat_maps)
{
    struct fixture x;
    made_view(&x, &(struct made_plan){.formats = 3, .networks = 2, .nodes = 9, .samples = 50, .pairs = true});
    plot(&x, hs_figure_interactions);
    ck_assert_uint_eq(x.all.n, 2);
    ck_assert_uint_eq(x.all.figure[1].blocks, 3);
    ck_assert_uint_eq(count(x.all.figure[1].gp.s, "\nplot "), 3);
    done(&x);
}
END_TEST

/* Zeros, what is not a number, a table of other columns: no cell, no crash. */
START_TEST(a_heat_map_bears_bad_numbers)
{
    struct fixture x;
    made_view(&x, &(struct made_plan){.nodes = 9, .samples = 50, .pairs = true});
    struct hs_trace_table *t = (struct hs_trace_table *)hs_trace_find(&x.m.record[0].trace, "pairs");
    for (size_t r = 0; r < t->rows; r++) t->cell[r * t->columns + 3].x = r % 3 == 0 ? NAN : r % 3 == 1 ? INFINITY : 0;
    plot(&x, hs_figure_interactions);
    ck_assert_uint_eq(x.all.n, 1);
    ck_assert_ptr_null(strstr(x.all.figure[0].gp.s, "nan"));
    ck_assert_ptr_null(strstr(x.all.figure[0].gp.s, "inf"));
    ck_assert_uint_eq(count(x.all.figure[0].dat.s, "\n0 ") + count(x.all.figure[0].dat.s, "\n1 ") +
                          count(x.all.figure[0].dat.s, "\n2 ") + count(x.all.figure[0].dat.s, "\n3 "),
                      3);
    t->columns = 3;
    hs_figures_close(&x.all);
    plot(&x, hs_figure_interactions);
    ck_assert_uint_eq(x.all.n, 0);
    t->columns = 4;
    done(&x);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("report/figures");
    TCase *c = tcase_create("heat");
    tcase_add_test(c, no_table_of_pairs_no_heat_map);
    tcase_add_test(c, a_heat_map_has_every_pair_once_and_says_which_is_sure);
    tcase_add_test(c, networks_have_their_own_heat_maps);
    tcase_add_test(c, a_heat_map_bears_bad_numbers);
    suite_add_tcase(s, c);
    return check_main(s);
}
