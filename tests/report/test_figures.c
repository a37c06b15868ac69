/* test_figures.c - what each figure's script and data say, before anything is drawn. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "check_main.h"
#include "made.h"

#include "propagate/table.h"
#include "report/figure.h"
#include "report/view.h"
#include "report/violin.h"

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

START_TEST(no_budget_no_front)
{
    struct fixture x;
    made_view(&x, &(struct made_plan){.strategies = 2, .nodes = 9, .samples = 50, .pairs = true});
    plot(&x, hs_figure_budget);
    ck_assert_uint_eq(x.all.n, 0);
    done(&x);
}
END_TEST

/* The first search proposes 0.20 for 1e-2, the second 0.19 for 4e-3: the first is beaten, and uniform ends the front. */
START_TEST(a_front_has_what_nothing_beats)
{
    struct fixture x;
    made_view(&x, &(struct made_plan){.formats = 2, .nodes = 9, .samples = 50, .budget = true});
    plot(&x, hs_figure_budget);
    ck_assert_uint_eq(x.all.n, 1);
    const struct hs_figure *f = &x.all.figure[0];
    ck_assert_str_eq(f->name, "budget");
    ck_assert_uint_eq(f->blocks, 2 * 4); /* formats: front, uniform, two searches */
    ck_assert_ptr_nonnull(strstr(f->dat.s, "front\n8 0.4\n12.5 0.03\n19 0.004\n25 0.002\n\n"));
    ck_assert_uint_eq(count(f->gp.s, "\nplot "), 2);
    ck_assert_uint_eq(count(f->gp.s, "pointtype 6 "), 2);
    ck_assert_uint_eq(count(f->gp.s, "pointtype 4 "), 2);
    done(&x);
}
END_TEST

/* No errors, no numbers, no such columns: no panel, no crash. */
START_TEST(a_front_bears_bad_numbers)
{
    struct fixture x;
    made_view(&x, &(struct made_plan){.nodes = 9, .samples = 50, .budget = true});
    struct hs_trace_table *t = (struct hs_trace_table *)hs_trace_find(&x.m.record[0].trace, "budget");
    for (size_t r = 0; r < t->rows; r++) t->cell[r * t->columns + 3].x = r % 3 == 0 ? NAN : r % 3 == 1 ? INFINITY : 0;
    plot(&x, hs_figure_budget);
    ck_assert_uint_eq(x.all.n, 0);
    t->cell[3].x = 0.1, t->cell[3].lo = -INFINITY, t->cell[2].x = -1;
    plot(&x, hs_figure_budget);
    ck_assert_uint_eq(x.all.n, 1);
    ck_assert_ptr_null(strstr(x.all.figure[0].gp.s, "nan"));
    ck_assert_ptr_null(strstr(x.all.figure[0].gp.s, "inf"));
    ck_assert_ptr_null(strstr(x.all.figure[0].dat.s, "inf"));
    t->columns = 3;
    hs_figures_close(&x.all);
    plot(&x, hs_figure_budget);
    ck_assert_uint_eq(x.all.n, 0);
    t->columns = 4;
    done(&x);
}
END_TEST

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

START_TEST(an_outline_needs_values_that_differ)
{
    double x[40], at[HS_VIOLIN_POINTS], density[HS_VIOLIN_POINTS];
    for (int i = 0; i < 40; i++) x[i] = i;
    ck_assert(isnan(hs_violin(x, HS_VIOLIN_LEAST - 1, at, density)));
    ck_assert(isnan(hs_violin(x, 0, at, density)));
    ck_assert_double_eq(hs_violin(x, HS_VIOLIN_LEAST, at, density), 9.5);
    for (int i = 0; i < 40; i++) x[i] = 2.5;
    ck_assert(isnan(hs_violin(x, 40, at, density)));
    x[39] = 3; /* the quartiles are equal, the values are not */
    ck_assert_double_eq(hs_violin(x, 40, at, density), 2.5);
    ck_assert_double_eq(at[0], 2.5);
    ck_assert_double_eq(at[HS_VIOLIN_POINTS - 1], 3);
    for (int k = 0; k < HS_VIOLIN_POINTS; k++) ck_assert(density[k] >= 0 && density[k] <= 1);
}
END_TEST

/* Mirrored values have a mirrored outline; one that is moved and stretched goes along; the middle of one heap is highest. */
START_TEST(an_outline_follows_its_values)
{
    enum { N = 51, P = HS_VIOLIN_POINTS };
    double x[N], y[N], at[P], density[P], at_y[P], density_y[P];
    for (int i = 0; i < N; i++) x[i] = tan(2.6 * ((double)i / (N - 1) - 0.5)), y[i] = 4 * x[i] - 7;
    ck_assert_double_eq_tol(hs_violin(x, N, at, density), 0, 1e-15);
    ck_assert_double_eq_tol(hs_violin(y, N, at_y, density_y), -7, 1e-12);
    ck_assert_double_eq(density[P / 2], 1);
    ck_assert_double_lt(density[0], 0.3);
    for (int k = 0; k < P; k++) {
        ck_assert_double_eq_tol(density[k], density[P - 1 - k], 1e-12);
        ck_assert_double_eq_tol(density[k], density_y[k], 1e-12);
        ck_assert_double_eq_tol(at_y[k], 4 * at[k] - 7, 1e-12);
    }
}
END_TEST

/* Of `orders`, four are named. */
static void outlines(size_t orders, size_t want, bool points)
{
    struct fixture x;
    made_view(&x, &(struct made_plan){.orders = orders, .formats = 2, .nodes = 4, .samples = 20});
    plot(&x, hs_figure_orders);
    ck_assert_uint_eq(x.all.n, 1);
    ck_assert_uint_eq(count(x.all.figure[0].dat.s, "# outline"), want);
    ck_assert_uint_eq(count(x.all.figure[0].gp.s, "filledcurves closed"), want);
    ck_assert(!strstr(x.all.figure[0].dat.s, "# random orders: row, value\nNaN NaN\n4") == !points);
    done(&x);
}

START_TEST(many_random_orders_get_an_outline)
{
    outlines(4 + HS_VIOLIN_LEAST - 1, 0, true);
    outlines(4 + HS_VIOLIN_LEAST, 2, true);
    outlines(4 + 201, 2, false);
}
END_TEST

/* Nine nodes, five of them layers; a panel for each of six measures, a block for each series. */
START_TEST(every_layer_stands_in_every_panel)
{
    struct fixture x;
    made_view(&x, &(struct made_plan){.strategies = 3, .formats = 2, .draws = 2, .nodes = 9, .samples = 50});
    plot(&x, hs_figure_layers);
    ck_assert_uint_eq(x.all.n, 1); /* of the coarsest format alone */
    const struct hs_figure *f = &x.all.figure[0];
    ck_assert_str_eq(f->name, "layers");
    ck_assert_ptr_nonnull(strstr(f->caption, "Shown: int4"));
    ck_assert_uint_eq(count(f->gp.s, "\nplot "), 6);
    ck_assert_uint_eq(f->blocks, 6 * 3);
    ck_assert_uint_eq(count(f->dat.s, "NaN"), 3); /* the first layer amplifies nothing */
    double row, error;
    const char *first = strstr(f->dat.s, "weight error\n");
    ck_assert_int_eq(sscanf(first, "weight error\n%lf %lf", &row, &error), 2);
    const struct hs_entry *best = &x.v.entry[x.v.group[1].entry[0]];
    const struct hs_site_row *s = x.v.trial[best->trial[0]].record->trace.site;
    ck_assert_double_eq_tol(error, s->squared / s->power, 1e-8 * error); /* the same in both draws */
    done(&x);
}
END_TEST

/* What nobody measured has no panel, and one layer no figure. */
START_TEST(measures_without_numbers_have_no_panel)
{
    struct fixture x;
    made_view(&x, &(struct made_plan){.strategies = 1, .nodes = 9, .samples = 50});
    struct hs_trace *t = &x.m.record[0].trace;
    for (size_t i = 0; i < t->sites; i++) t->site[i].squared = NAN;
    for (size_t i = 0; i < t->nodes; i++) t->node[i].reference = 0, t->node[i].amplification = i % 2 ? INFINITY : NAN;
    plot(&x, hs_figure_layers);
    for (size_t i = 0; i < x.all.n; i++) {
        ck_assert_ptr_null(strstr(x.all.figure[i].gp.s, "weight error"));
        ck_assert_ptr_null(strstr(x.all.figure[i].gp.s, "amplification'"));
        ck_assert_ptr_null(strstr(x.all.figure[i].gp.s, "inf"));
    }
    t->layers = 1;
    hs_figures_close(&x.all);
    plot(&x, hs_figure_layers);
    ck_assert_uint_eq(x.all.n, 0);
    done(&x);
}
END_TEST

/* In a column every figure is a column's width, nothing stands beyond it, and the coarsest format alone is followed. */
START_TEST(figures_fit_into_a_column)
{
    static plotter *const plots[] = {hs_figure_strategies, hs_figure_orders, hs_figure_propagation,
                                     hs_figure_sites, hs_figure_layers, hs_figure_interactions, hs_figure_budget, hs_figure_ranks};
    const struct hs_report_about narrow = {.name = "test", .question = "Which?", .narrow = true};
    struct fixture x;
    made_view(&x, &(struct made_plan){.strategies = 3, .formats = 2, .orders = 5, .nodes = 9, .samples = 20, .pairs = true, .budget = true});
    x.v.about = &narrow;
    for (size_t i = 0; i < sizeof plots / sizeof *plots; i++) plot(&x, plots[i]);
    ck_assert_uint_ge(x.all.n, 8);
    for (size_t i = 0; i < x.all.n; i++) {
        const struct hs_figure *f = &x.all.figure[i];
        double left, right;
        ck_assert_msg(f->width > 2 && f->width <= 3.4, "%s is %g inches wide", f->name, f->width);
        for (const char *s = f->gp.s; (s = strstr(s, "set lmargin")); s++) {
            ck_assert_int_eq(sscanf(s, "set lmargin at screen %lf; set rmargin at screen %lf", &left, &right), 2);
            ck_assert(left > 0 && right <= 1 && right - left > 0.14);
        }
        if (!strcmp(f->name, "propagation")) ck_assert_uint_eq(count(f->gp.s, "set title name('int4')"), 1);
    }
    x.v.about = &about;
    done(&x);
}
END_TEST

/* Bands where draws vary, around the mean, and nowhere else. */
START_TEST(draws_span_bands)
{
    for (size_t draws = 1; draws < 5; draws += 3) {
        struct fixture x;
        made_view(&x, &(struct made_plan){.strategies = 2, .draws = draws, .nodes = 6, .samples = 20});
        plot(&x, hs_figure_propagation);
        ck_assert_uint_eq(x.all.n, 1);
        ck_assert_uint_eq(count(x.all.figure[0].gp.s, "filledcurves"), draws > 1 ? 2 : 0);
        double total, lo, hi;
        const char *line = strstr(x.all.figure[0].dat.s, "\n0 ");
        ck_assert_int_eq(sscanf(line, "\n0 %lf %*s %*s %lf %lf", &total, &lo, &hi), 3);
        ck_assert(draws > 1 ? lo < total && total < hi : lo == total && total == hi);
        done(&x);
    }
}
END_TEST

/* One strategy far above three others does not flatten them; without it nothing is cut. */
START_TEST(an_outlier_does_not_flatten_the_bars)
{
    for (int outlier = 0; outlier < 2; outlier++) {
        struct fixture x;
        made_view(&x, &(struct made_plan){.strategies = 4, .nodes = 9, .samples = 50});
        for (size_t i = 0; i < x.m.n; i++) {
            struct hs_trace *t = &x.m.record[i].trace;
            for (size_t k = 0; k < t->sites; k++)
                t->site[k].rounding = t->site[k].power * 1e-3 * (outlier && i == 3 ? 700 : 1 + (double)i), t->site[k].clipping = 0;
        }
        plot(&x, hs_figure_sites);
        ck_assert_uint_eq(x.all.n, 1);
        const char *gp = x.all.figure[0].gp.s;
        ck_assert_uint_eq(count(gp, "yrange [0:0.00315]"), outlier ? 8 : 0); /* two kinds, four strategies; 1.05 of 3e-3 */
        ck_assert_uint_eq(count(gp, "yrange [0:0.0042]"), outlier ? 0 : 8);
        ck_assert_uint_eq(count(gp, "(up to 0.7)"), outlier ? 2 : 0);
        ck_assert_uint_eq(count(gp, "pointtype 9"), outlier ? 2 : 0);
        done(&x);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("report/figures");
    TCase *c = tcase_create("heat");
    tcase_add_test(c, no_budget_no_front);
    tcase_add_test(c, a_front_has_what_nothing_beats);
    tcase_add_test(c, a_front_bears_bad_numbers);
    tcase_add_test(c, no_table_of_pairs_no_heat_map);
    tcase_add_test(c, a_heat_map_has_every_pair_once_and_says_which_is_sure);
    tcase_add_test(c, networks_have_their_own_heat_maps);
    tcase_add_test(c, a_heat_map_bears_bad_numbers);
    suite_add_tcase(s, c);
    c = tcase_create("orders");
    tcase_add_test(c, an_outline_needs_values_that_differ);
    tcase_add_test(c, an_outline_follows_its_values);
    tcase_add_test(c, many_random_orders_get_an_outline);
    suite_add_tcase(s, c);
    c = tcase_create("layers");
    tcase_add_test(c, every_layer_stands_in_every_panel);
    tcase_add_test(c, figures_fit_into_a_column);
    tcase_add_test(c, draws_span_bands);
    tcase_add_test(c, an_outlier_does_not_flatten_the_bars);
    tcase_add_test(c, measures_without_numbers_have_no_panel);
    suite_add_tcase(s, c);
    return check_main(s);
}
