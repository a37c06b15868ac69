/* test_budget.c - mixed precision on small networks: predictions and measurements against trials of their own. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check_main.h"
#include "propagate/small.h"

#include "budget/run.h"
#include "weights/weights.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { LAYERS = 4, FORMATS = 3, SAMPLES = 60, MEMORY = 1 << 24 };
enum { SEARCH, BUDGET, COST, SHARE, PREDICTED, CHOSEN_ON, ERROR, FIGURE, NETWORKS, PROOF, TEXT, COLUMNS };

static struct small chain, branches;
static const struct hs_format *formats[FORMATS];
static struct hs_err e;

static void open_nets(void)
{
    e = (struct hs_err){0};
    ck_ok(small_chain(&chain, LAYERS, SAMPLES, 220, &e));
    ck_ok(small_open(&branches, 40, 80, &e));
    formats[0] = hs_format_find("int2", &e), formats[1] = hs_format_find("int3", &e), formats[2] = hs_format_find("int6", &e);
    ck_ok(e.status);
}
static void close_nets(void) { small_close(&chain), small_close(&branches); }

static struct hs_spec spec_of(const char *format)
{
    struct hs_spec s = small_spec();
    s.weights.format = hs_format_find(format, &e), s.weights.granularity = HS_PER_CHANNEL, s.measure = HS_MEASURE_FINAL;
    s.activations.format = hs_format_find("int6", &e);
    return s;
}

static struct hs_budget_search_choice searches[8];
static const double shares[2][4] = {{0.11, 0.14, 0.18, 0.3}, {0.012, 0.017, 0.02, 0.03}}; /* of memory, of bit operations */
static struct hs_budget_choice choice_of(enum hs_budget_of of, bool both)
{
    struct hs_budget_choice c = {.of = of, .both = both, .formats = FORMATS, .format = formats, .shares = 4, .share = shares[of],
                                 .search = searches};
    for (; hs_budget_roster[c.searches]; c.searches++) {
        searches[c.searches].type = hs_budget_roster[c.searches];
        const struct hs_knob *k = hs_budget_roster[c.searches]->knob;
        for (int i = 0; k && k[i].name; i++) searches[c.searches].knob[i] = k[i].value;
    }
    return c;
}

/* A trial and its budgets; the caller closes the trace. */
static struct hs_trace run(const struct small *net, const struct hs_data *evaluation, const struct hs_spec *s,
                           const struct hs_budget_choice *c)
{
    struct hs_lab *lab = NULL;
    struct hs_trace t = {0};
    ck_ok(hs_lab_open(&net->net, &net->calibration, evaluation, MEMORY, &lab, &e));
    ck_ok(hs_walk(lab, s, &t, &e));
    ck_ok(hs_budget(lab, s, c, &t, &e));
    hs_lab_close(lab);
    return t;
}

static const struct hs_trace_cell *cells(const struct hs_trace *t, const char *name, size_t row)
{
    const struct hs_trace_table *table = hs_trace_find(t, name);
    ck_assert(table && row < table->rows);
    return table->cell + row * table->columns;
}

/* Where a row's text puts a layer: index of its format. */
static size_t format_in(const char *text, const char *layer)
{
    char part[40];
    for (size_t k = 0; k < FORMATS; k++) {
        snprintf(part, sizeof part, "%s:", formats[k]->name);
        const char *begin = strstr(text, part), *end = begin ? strchr(begin, ';') : NULL;
        snprintf(part, sizeof part, " %s", layer);
        const char *at = begin ? strstr(begin, part) : NULL;
        if (at && (!end || at < end)) return k;
    }
    ck_abort_msg("%s is not in '%s'", layer, text);
}

static const char *const names[LAYERS] = {"f1", "f2", "f3", "f4"};

/* The chain with layers at formats (FORMATS: float) by rules that this test writes: error of the output, bits of the weights. */
static double alone(const struct hs_spec *s, const size_t *format, enum hs_context context, const struct hs_data *on, double *cost)
{
    struct hs_spec some = *s;
    struct hs_rule rule[LAYERS];
    const char *skip[LAYERS];
    some.rule = rule, some.skip = skip, some.context = context;
    for (size_t i = 0; i < LAYERS; i++) {
        if (format[i] == FORMATS) {
            skip[some.skips++] = names[i];
            continue;
        }
        struct hs_rule *r = &rule[some.rules++];
        *r = (struct hs_rule){.match = names[i], .sets_weights = true, .weights = s->weights};
        r->weights.format = formats[format[i]];
    }
    struct hs_trace t = run(&chain, on, &some, NULL);
    double error = 0, power = 0;
    for (size_t i = 0; i < t.samples; i++) error += t.squared[i], power += t.reference[i];
    if (cost) *cost = 0;
    for (size_t i = 0; cost && i < t.sites; i++)
        if (!strcmp(t.site[i].site, "weight")) *cost += t.site[i].bits * t.site[i].elements;
    hs_trace_close(&t);
    return error / power;
}

static bool close_to(double a, double b) { return fabs(a - b) <= 1e-9 * fmax(fabs(a), fabs(b)) + 1e-15; }

/* Errors of one layer and of two, on the calibration data, each from a trial of its own. */
static double predict(const struct hs_spec *s, const size_t *format, bool pairs)
{
    double sum = 0, v[LAYERS];
    size_t some[LAYERS];
    for (size_t i = 0; i < LAYERS; i++) {
        for (size_t k = 0; k < LAYERS; k++) some[k] = k == i ? format[k] : FORMATS;
        sum += v[i] = alone(s, some, HS_CONTEXT_FLOAT, &chain.calibration, NULL);
    }
    for (size_t i = 0; pairs && i < LAYERS; i++)
        for (size_t j = 0; j < i; j++) {
            for (size_t k = 0; k < LAYERS; k++) some[k] = k == i || k == j ? format[k] : FORMATS;
            sum += alone(s, some, HS_CONTEXT_FLOAT, &chain.calibration, NULL) - v[i] - v[j];
        }
    return sum;
}

START_TEST(rows_are_those_of_trials_of_their_own)
{
    struct hs_spec s = spec_of("int3");
    struct hs_budget_choice c = choice_of(HS_BUDGET_MEMORY, false);
    struct hs_trace t = run(&chain, &chain.evaluation, &s, &c);
    const struct hs_trace_table *table = hs_trace_find(&t, "budget");
    ck_assert_uint_eq(table->columns, COLUMNS);
    ck_assert_uint_eq(table->rows, FORMATS + c.shares * c.searches);
    for (size_t r = 0; r < table->rows; r++) {
        const struct hs_trace_cell *row = cells(&t, "budget", r);
        size_t format[LAYERS];
        double cost;
        for (size_t i = 0; i < LAYERS; i++) {
            format[i] = format_in(row[TEXT].text, names[i]);
            if (r < FORMATS) ck_assert_uint_eq(format[i], r);
        }
        double error = alone(&s, format, s.context, &chain.evaluation, &cost);
        ck_assert_msg(row[ERROR].x == error && row[ERROR].lo < error && error < row[ERROR].hi, "%g %g", row[ERROR].x, error);
        ck_assert_msg(close_to(row[COST].x, cost) && row[COST].x == floor(row[COST].x), "%.17g %.17g", row[COST].x, cost);
        ck_assert(close_to(row[CHOSEN_ON].x, alone(&s, format, s.context, &chain.calibration, NULL)));
        bool pairs = !strcmp(row[SEARCH].text, "pairs");
        double predicted = predict(&s, format, pairs);
        ck_assert_msg(close_to(row[PREDICTED].x, predicted), "%s: %.17g %.17g", row[SEARCH].text, row[PREDICTED].x, predicted);
        ck_assert(row[NETWORKS].x == LAYERS * FORMATS + (pairs ? LAYERS * (LAYERS - 1) / 2 * FORMATS * FORMATS : 0));
        ck_assert(r < FORMATS ? isnan(row[BUDGET].x) : row[SHARE].x <= row[BUDGET].x && row[BUDGET].x <= shares[0][(r - FORMATS) / 3]);
    }
    /* The scheme's own format, alone, is the trial itself. */
    double error = 0, power = 0;
    for (size_t i = 0; i < t.samples; i++) error += t.squared[i], power += t.reference[i];
    ck_assert(cells(&t, "budget", 1)[ERROR].x == error / power);
    hs_trace_close(&t);
}
END_TEST

/* Over the table of single errors: nothing within the budget is below what `exact` says, and greedy is never better. */
START_TEST(exact_is_what_every_assignment_says)
{
    struct hs_spec s = spec_of("int3");
    struct hs_budget_choice c = choice_of(_i ? HS_BUDGET_BITOPS : HS_BUDGET_MEMORY, false);
    struct hs_trace t = run(&chain, &chain.evaluation, &s, &c);
    double best[4] = {INFINITY, INFINITY, INFINITY, INFINITY};
    for (size_t a = 0; a < FORMATS * FORMATS * FORMATS * FORMATS; a++) {
        double cost = 0, error = 0;
        for (size_t i = 0, code = a; i < LAYERS; i++, code /= FORMATS) {
            const struct hs_trace_cell *one = cells(&t, "budget_layers", i * FORMATS + code % FORMATS);
            ck_assert_str_eq(one[0].text, names[i]);
            ck_assert_str_eq(one[1].text, formats[code % FORMATS]->name);
            cost += one[2].x, error += one[3].x;
        }
        for (size_t k = 0; k < c.shares; k++)
            if (cost <= cells(&t, "budget", FORMATS + 3 * k)[BUDGET].x * cells(&t, "budget", 0)[COST].x / cells(&t, "budget", 0)[SHARE].x + 0.5)
                best[k] = fmin(best[k], error);
    }
    for (size_t k = 0; k < c.shares; k++) {
        const struct hs_trace_cell *greedy = cells(&t, "budget", FORMATS + 3 * k), *exact = greedy + COLUMNS;
        ck_assert_str_eq(exact[SEARCH].text, "exact");
        ck_assert_str_eq(exact[PROOF].text, "best in the model");
        ck_assert_msg(close_to(exact[PREDICTED].x, best[k]), "%.17g %.17g", exact[PREDICTED].x, best[k]);
        ck_assert(greedy[PREDICTED].x >= exact[PREDICTED].x);
    }
    hs_trace_close(&t);
}
END_TEST

/* Costs by hand: the chain's layers are 64 x 10 and 10 x 10. */
START_TEST(costs_are_counted)
{
    struct hs_spec s = spec_of("int3");
    s.activations.format = hs_format_find("int8", &e);
    const double products[LAYERS] = {640, 100, 100, 100}, outputs = 10;
    for (int both = 0; both < 2; both++) {
        struct hs_budget_choice c = choice_of(both ? HS_BUDGET_BITOPS : HS_BUDGET_MEMORY, both);
        c.shares = 0;
        struct hs_trace t = run(&chain, &chain.evaluation, &s, &c);
        s.weights.symmetric = true;
        struct hs_trace symmetric = run(&chain, &chain.evaluation, &s, &c);
        s.weights.symmetric = false;
        for (size_t i = 0; i < LAYERS; i++)
            for (size_t k = 0; k < FORMATS; k++) {
                double bits = formats[k]->bits, cost = cells(&t, "budget_layers", i * FORMATS + k)[2].x,
                       scales = cells(&symmetric, "budget_layers", i * FORMATS + k)[2].x;
                ck_assert(cost == (both ? products[i] * bits * bits : products[i] * bits + outputs * (32 + bits)));
                ck_assert(scales == (both ? products[i] * bits * bits : products[i] * bits + outputs * 32));
            }
        hs_trace_close(&t), hs_trace_close(&symmetric);
    }
    struct hs_budget_choice c = choice_of(HS_BUDGET_BITOPS, false);
    c.shares = 0;
    struct hs_trace t = run(&chain, &chain.evaluation, &s, &c);
    ck_assert(cells(&t, "budget_layers", 0)[2].x == 640 * 2 * 8);
    ck_assert_uint_eq(hs_trace_find(&t, "budget")->rows, FORMATS + 7 * c.searches);
    hs_trace_close(&t);
}
END_TEST

/* float32 is a format, too: an assignment may leave a layer out of the order altogether. */
START_TEST(layers_may_stay_float)
{
    struct hs_spec s = spec_of("int3");
    const struct hs_format *with_float[] = {formats[0], NULL};
    struct hs_budget_choice c = choice_of(HS_BUDGET_MEMORY, true);
    const double all = 1;
    c.format = with_float, c.formats = 2, c.share = &all, c.shares = 1;
    const struct small *net = _i ? &branches : &chain;
    if (_i) s.order.type = hs_order_find("backward", &e);
    struct hs_trace t = run(net, &net->evaluation, &s, &c);
    const struct hs_trace_cell *uniform = cells(&t, "budget", 1), *greedy = cells(&t, "budget", 2);
    ck_assert(uniform[ERROR].x == 0 && uniform[SHARE].x == 1 && uniform[PREDICTED].x == 0);
    ck_assert(greedy[ERROR].x == 0 && greedy[CHOSEN_ON].x == 0 && !strncmp(greedy[TEXT].text, "float32: ", 9));
    hs_trace_close(&t);
}
END_TEST

/* Beyond `full` one pair of formats is measured for every two layers. */
START_TEST(pairs_beyond_full_are_scaled)
{
    struct hs_spec s = spec_of("int3");
    struct hs_budget_choice c = choice_of(HS_BUDGET_MEMORY, false);
    c.search = &searches[2], c.searches = 1, searches[2].knob[0] = 53; /* 6 pairs of layers x 9 of formats = 54 */
    struct hs_trace t = run(&chain, &chain.evaluation, &s, &c);
    size_t middle[LAYERS] = {1, 1, 1, 1}, format[LAYERS];
    for (size_t r = FORMATS; r < FORMATS + c.shares; r++) {
        const struct hs_trace_cell *row = cells(&t, "budget", r);
        double sum = 0, v[LAYERS], m[LAYERS];
        ck_assert(row[NETWORKS].x == LAYERS * FORMATS + LAYERS * (LAYERS - 1) / 2);
        for (size_t i = 0; i < LAYERS; i++) {
            format[i] = format_in(row[TEXT].text, names[i]);
            v[i] = cells(&t, "budget_layers", i * FORMATS + format[i])[3].x, m[i] = cells(&t, "budget_layers", i * FORMATS + 1)[3].x;
            sum += v[i];
        }
        for (size_t i = 0; i < LAYERS; i++)
            for (size_t j = 0; j < i; j++) {
                size_t two[LAYERS];
                for (size_t k = 0; k < LAYERS; k++) two[k] = k == i || k == j ? middle[k] : FORMATS;
                double more = alone(&s, two, HS_CONTEXT_FLOAT, &chain.calibration, NULL) - m[i] - m[j];
                sum += more * sqrt(v[i] * v[j] / (m[i] * m[j]));
            }
        ck_assert_msg(close_to(row[PREDICTED].x, sum), "%.17g %.17g", row[PREDICTED].x, sum);
    }
    hs_trace_close(&t);
}
END_TEST

START_TEST(what_cannot_be_is_refused_beforehand)
{
    struct hs_spec s = spec_of("int3");
    struct hs_budget_choice c = choice_of(HS_BUDGET_MEMORY, false);
    ck_ok(hs_budget_check(&chain.net, &s, &c, true, &e));
    const double little = 0.06;
    c.share = &little, c.shares = 1;
    ck_assert_int_eq(hs_budget_check(&chain.net, &s, &c, true, &e), HS_ECONFIG);
    ck_assert_msg(strstr(e.what, "budget.at: 0.06 of float32 is below the cheapest assignment"), "%s", e.what);
    c.shares = 0, e = (struct hs_err){0};
    ck_assert_int_eq(hs_budget_check(&chain.net, &s, &c, false, &e), HS_ECONFIG);
    ck_assert_msg(strstr(e.what, "data.calibration is needed"), "%s", e.what);
    e = (struct hs_err){0}, s.weights.format = NULL;
    ck_assert_int_eq(hs_budget_check(&chain.net, &s, &c, true, &e), HS_ECONFIG);
    ck_assert_msg(strstr(e.what, "nothing to choose"), "%s", e.what);
    e = (struct hs_err){0};
}
END_TEST

START_TEST(running_out_of_memory_is_an_error_and_nothing_leaks)
{
    struct hs_budget_choice c = choice_of(HS_BUDGET_MEMORY, true);
    struct hs_spec s = spec_of("int4");
    bool done = false;
    for (long k = 1; !done && k < 200000; k += k / 9 + 1) {
        struct hs_lab *lab = NULL;
        struct hs_trace t = {0};
        struct hs_err why = {0};
        ck_ok(hs_lab_open(&chain.net, &chain.calibration, &chain.evaluation, MEMORY, &lab, &e));
        ck_ok(hs_walk(lab, &s, &t, &e));
        hs_mem_fail_at(k);
        hs_budget(lab, &s, &c, &t, &why);
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
    Suite *s = suite_create("budget");
    TCase *c = tcase_create("budget");
    tcase_add_checked_fixture(c, open_nets, close_nets);
    tcase_add_test(c, rows_are_those_of_trials_of_their_own);
    tcase_add_loop_test(c, exact_is_what_every_assignment_says, 0, 2);
    tcase_add_test(c, costs_are_counted);
    tcase_add_loop_test(c, layers_may_stay_float, 0, 2);
    tcase_add_test(c, pairs_beyond_full_are_scaled);
    tcase_add_test(c, what_cannot_be_is_refused_beforehand);
    tcase_add_test(c, running_out_of_memory_is_an_error_and_nothing_leaks);
    tcase_set_timeout(c, 300);
    suite_add_tcase(s, c);
    return check_main(s);
}
