/* test_search.c - orders that are searched for: shared outcomes are those of brute force, and the work is counted. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check_main.h"
#include "propagate/small.h"

#include "propagate/lab.h"
#include "propagate/table.h"

#include "weights/weights.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { LAYERS = 5, ORDERS = 120, MEMORY = 1 << 24 };

static struct small small;
static struct hs_err e;

static void open_chain(void)
{
    e = (struct hs_err){0};
    ck_ok(small_chain(&small, LAYERS, 48, 200, &e));
}
static void close_chain(void) { small_close(&small); }

static struct hs_spec spec_of(const char *method, const char *order)
{
    struct hs_spec s = small_spec();
    s.activations.format = NULL, s.weights.format = hs_format_find("int3", &e), s.measure = HS_MEASURE_FINAL;
    s.method = hs_weights_find(method, &e);
    for (int k = 0; s.method->knob && s.method->knob[k].name; k++) s.method_knob[k] = s.method->knob[k].value;
    s.order.type = hs_order_find(order, &e);
    for (int k = 0; s.order.type->knob && s.order.type->knob[k].name; k++) s.order.knob[k] = s.order.type->knob[k].value;
    return s;
}

static struct hs_trace run(const struct hs_spec *spec, size_t memory)
{
    struct hs_lab *lab = NULL;
    struct hs_trace t = {0};
    ck_ok(hs_spec_check(&small.net, spec, true, &e));
    ck_ok(hs_lab_open(&small.net, &small.calibration, &small.evaluation, memory, &lab, &e));
    ck_ok(hs_walk(lab, spec, &t, &e));
    hs_lab_close(lab);
    return t;
}

/* "3 1 2" as names for an explicit order. */
static void names_of(const char *permutation, char text[][8], const char **names)
{
    size_t n = 0;
    for (const char *p = permutation; *p; p += strcspn(p, " "), p += *p == ' ') {
        snprintf(text[n], 8, "f%c", *p);
        names[n] = text[n], n++;
    }
    names[n] = NULL;
}

static double output_error(const struct hs_trace *t)
{
    const struct hs_node_row *last = &t->node[t->nodes - 1];
    return last->total / last->reference;
}

static const char *const methods[] = {"gptq", "qep", "gptaq"};

/* One lab that shares everything against 120 labs that share nothing. */
START_TEST(shared_outcomes_are_those_of_brute_force)
{
    struct hs_spec all = spec_of(methods[_i], "exhaustive"), one = spec_of(methods[_i], "explicit");
    struct hs_trace t = run(&all, MEMORY);
    const struct hs_trace_table *orders = hs_trace_find(&t, "orders"), *work = hs_trace_find(&t, "order_search");
    ck_assert_uint_eq(orders->rows, ORDERS);
    double least = INFINITY;
    const char *best = "";
    for (size_t i = 0; i < orders->rows; i++) {
        const struct hs_trace_cell *c = orders->cell + i * orders->columns;
        char text[LAYERS][8];
        const char *names[LAYERS + 1];
        ck_assert(!i || strcmp(c[-3].text, c[0].text) < 0); /* sorted */
        if (c[1].x < least) least = c[1].x, best = c[0].text;
        names_of(c[0].text, text, names);
        one.order.names = names;
        struct hs_trace alone = run(&one, MEMORY);
        ck_assert_msg(output_error(&alone) == c[2].x, "%s: %.17g alone, %.17g", c[0].text, output_error(&alone), c[2].x);
        hs_trace_close(&alone);
    }
    char text[LAYERS][8];
    const char *names[LAYERS + 1];
    names_of(best, text, names);
    for (size_t i = 0; i < LAYERS; i++) ck_assert_str_eq(t.order[i], names[i]);
    /* 1 + 2 + 5 + 16 + 65 calibrations; at most 1 + 2 + 6 + 24 + 120 results of finished layers. */
    ck_assert_msg(work->cell[3].x == 89, "%g calibrations", work->cell[3].x);
    ck_assert_msg(work->cell[2].x <= 153, "%g networks", work->cell[2].x);
    ck_assert(work->cell[1].x == ORDERS && work->cell[4].x > 0 && t.order_evaluations == work->cell[2].x);
    printf("%s: 120 orders, %g calibrations, %g networks measured, %g node evaluations\n", methods[_i], work->cell[3].x,
           work->cell[2].x, work->cell[4].x);
    hs_trace_close(&t);
}
END_TEST

START_TEST(data_free_weights_are_one_network)
{
    struct hs_spec s = spec_of("nearest", "exhaustive");
    struct hs_trace t = run(&s, MEMORY);
    const struct hs_trace_table *orders = hs_trace_find(&t, "orders"), *work = hs_trace_find(&t, "order_search");
    ck_assert_uint_eq(orders->rows, ORDERS);
    for (size_t i = 0; i < orders->rows; i++)
        ck_assert(orders->cell[3 * i + 1].x == orders->cell[1].x && orders->cell[3 * i + 2].x == orders->cell[2].x);
    ck_assert_msg(work->cell[2].x == 1 && work->cell[3].x == LAYERS, "%g networks, %g calibrations", work->cell[2].x,
                  work->cell[3].x);
    ck_assert_str_eq(t.order[0], "f1"); /* among equals the first */
    hs_trace_close(&t);
}
END_TEST

START_TEST(memory_changes_no_search)
{
    static const char *const orders[] = {"exhaustive", "beam", "improve", "annealing"};
    struct hs_spec s = spec_of("qep", orders[_i]);
    struct hs_trace much = run(&s, MEMORY), little = run(&s, 20000);
    ck_assert_uint_eq(much.tables, little.tables);
    for (size_t k = 0; k < much.tables; k++) {
        const struct hs_trace_table *a = much.table[k], *b = little.table[k];
        ck_assert_uint_eq(a->rows, b->rows);
        for (size_t i = 0; i < a->rows * a->columns; i++) {
            ck_assert_str_eq(a->cell[i].text, b->cell[i].text);
            ck_assert(a->cell[i].x == b->cell[i].x || (isnan(a->cell[i].x) && isnan(b->cell[i].x)));
        }
    }
    hs_trace_close(&much), hs_trace_close(&little);
}
END_TEST

/* Every search looks at calibration data alone, and ends no worse than forward, which all but beam ask for. */
START_TEST(searches_beat_their_start)
{
    static const char *const orders[] = {"exhaustive", "beam", "improve", "annealing"};
    double found[4], forward = NAN;
    for (int k = 0; k < 4; k++) {
        struct hs_spec s = spec_of("qep", orders[k]);
        struct hs_trace t = run(&s, MEMORY);
        const struct hs_trace_table *tried = hs_trace_find(&t, "orders");
        found[k] = INFINITY;
        for (size_t i = 0; i < tried->rows; i++) {
            const struct hs_trace_cell *c = tried->cell + i * tried->columns;
            found[k] = fmin(found[k], c[1].x);
            if (k == 0 && !strcmp(c[0].text, "1 2 3 4 5")) forward = c[1].x;
            ck_assert(isnan(c[2].x) == (k != 0)); /* only the study of all orders looks at evaluation data */
        }
        hs_trace_close(&t);
    }
    ck_assert(found[0] <= found[1] && found[0] <= found[2] && found[0] <= found[3]);
    ck_assert(found[2] <= forward && found[3] <= forward);
}
END_TEST

START_TEST(too_many_layers_are_refused)
{
    struct hs_spec s = spec_of("gptq", "exhaustive");
    struct hs_lab *lab = NULL;
    struct hs_trace t = {0};
    struct hs_err why = {0};
    s.order.knob[1] = 4;
    ck_ok(hs_lab_open(&small.net, &small.calibration, &small.evaluation, MEMORY, &lab, &e));
    ck_assert_int_eq(hs_walk(lab, &s, &t, &why), HS_ECONFIG);
    ck_assert_ptr_nonnull(strstr(why.what, "sample"));
    hs_lab_close(lab);
    ck_assert_int_eq(hs_spec_check(&small.net, &s, false, &(struct hs_err){0}), HS_ECONFIG); /* needs calibration data */
}
END_TEST

START_TEST(running_out_of_memory_is_an_error_and_nothing_leaks)
{
    struct hs_spec s = spec_of("gptq", "improve");
    bool done = false;
    for (long k = 1; !done && k < 100000; k += 37) {
        struct hs_lab *lab = NULL;
        struct hs_trace t = {0};
        struct hs_err why = {0};
        hs_mem_fail_at(k);
        if (!hs_lab_open(&small.net, &small.calibration, &small.evaluation, MEMORY, &lab, &why)) hs_walk(lab, &s, &t, &why);
        hs_mem_fail_at(0);
        done = why.status == HS_OK;
        if (!done) ck_assert_int_eq(why.status, HS_ENOMEM);
        hs_trace_close(&t);
        hs_lab_close(lab);
    }
    ck_assert(done);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("search");
    TCase *c = tcase_create("search");
    tcase_add_checked_fixture(c, open_chain, close_chain);
    tcase_add_loop_test(c, shared_outcomes_are_those_of_brute_force, 0, 3);
    tcase_add_test(c, data_free_weights_are_one_network);
    tcase_add_loop_test(c, memory_changes_no_search, 0, 4);
    tcase_add_test(c, searches_beat_their_start);
    tcase_add_test(c, too_many_layers_are_refused);
    tcase_add_test(c, running_out_of_memory_is_an_error_and_nothing_leaks);
    tcase_set_timeout(c, 300);
    suite_add_tcase(s, c);
    return check_main(s);
}
