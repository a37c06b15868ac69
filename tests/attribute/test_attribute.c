/* test_attribute.c - attribution: sums that must hold, brute force, and every analysis of the roster. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check_main.h"
#include "propagate/small.h"

#include "attribute/attribute.h"
#include "weights/weights.h"

#include <math.h>
#include <string.h>

enum { LAYERS = 4, SAMPLES = 220, MEMORY = 1 << 24 };

static struct small chain, branches;
static struct hs_err e;

static void open_nets(void)
{
    e = (struct hs_err){0};
    ck_ok(small_chain(&chain, LAYERS, 40, SAMPLES, &e));
    ck_ok(small_open(&branches, 40, SAMPLES, &e));
}
static void close_nets(void) { small_close(&chain), small_close(&branches); }

static struct hs_spec spec_of(const char *format, bool activations)
{
    struct hs_spec s = small_spec();
    s.weights.format = hs_format_find(format, &e), s.measure = HS_MEASURE_FINAL;
    s.activations.format = activations ? hs_format_find("int8", &e) : NULL;
    return s;
}

static struct hs_attribute_choice choice_of(const struct hs_attribute_type *t)
{
    struct hs_attribute_choice c = {.type = t};
    for (int k = 0; t->knob && t->knob[k].name; k++) c.knob[k] = t->knob[k].value;
    return c;
}

static const struct hs_attribute_type *type_of(const char *name)
{
    for (size_t i = 0; hs_attribute_roster[i]; i++)
        if (!strcmp(hs_attribute_roster[i]->name, name)) return hs_attribute_roster[i];
    ck_abort_msg("no analysis %s", name);
}

/* A trial of `net` and the analyses asked for; the caller closes the trace. */
static struct hs_trace run(const struct small *net, const struct hs_spec *s, const struct hs_attribute_choice *c, size_t n,
                           size_t memory)
{
    struct hs_lab *lab = NULL;
    struct hs_trace t = {0};
    ck_ok(hs_lab_open(&net->net, &net->calibration, &net->evaluation, memory, &lab, &e));
    ck_ok(hs_walk(lab, s, &t, &e));
    ck_ok(hs_attribute(lab, s, c, n, &t, &e));
    hs_lab_close(lab);
    return t;
}

static struct hs_trace ask(const struct small *net, const struct hs_spec *s, const char *name)
{
    struct hs_attribute_choice c = choice_of(type_of(name));
    return run(net, s, &c, 1, MEMORY);
}

/* The output's relative error in a trial of its own, all layers but in[] skipped. */
static double alone(const struct small *net, const struct hs_spec *s, const char *const *skip, size_t skips)
{
    struct hs_spec some = *s;
    some.skip = skip, some.skips = skips, some.context = HS_CONTEXT_FLOAT;
    struct hs_trace t = run(net, &some, NULL, 0, MEMORY);
    double error = 0, power = 0;
    for (size_t i = 0; i < t.samples; i++) error += t.squared[i], power += t.reference[i];
    hs_trace_close(&t);
    return error / power;
}

static const char *const layers[LAYERS] = {"f1", "f2", "f3", "f4"};

/* Layers of the chain that are not in the set. */
static size_t others(unsigned set, const char **skip)
{
    size_t n = 0;
    for (unsigned i = 0; i < LAYERS; i++)
        if (!(set >> i & 1)) skip[n++] = layers[i];
    return n;
}

static void all_sets(const struct hs_spec *s, double *v)
{
    for (unsigned set = 0; set < 1u << LAYERS; set++) {
        const char *skip[LAYERS];
        v[set] = set ? alone(&chain, s, skip, others(set, skip)) : 0;
    }
}

static double brute_shapley(const double *v, unsigned i)
{
    static const double share[LAYERS] = {6. / 24, 2. / 24, 2. / 24, 6. / 24}; /* |S|! (3 - |S|)! / 4! */
    double sum = 0;
    for (unsigned set = 0; set < 1u << LAYERS; set++)
        if (!(set >> i & 1)) sum += share[__builtin_popcount(set)] * (v[set | 1u << i] - v[set]);
    return sum;
}

START_TEST(figures_are_those_of_trials_of_their_own)
{
    struct hs_spec s = spec_of("int3", _i);
    double v[1 << LAYERS], sum = 0;
    all_sets(&s, v);
    struct hs_trace in = ask(&chain, &s, "one-in"), out = ask(&chain, &s, "one-out"), pairs = ask(&chain, &s, "pairs"),
                    shapley = ask(&chain, &s, "shapley"), additive = ask(&chain, &s, "additivity");
    unsigned all = (1u << LAYERS) - 1;
    for (unsigned i = 0; i < LAYERS; i++) {
        const struct hs_trace_cell *c = in.table[0]->cell + 3 * i;
        ck_assert_str_eq(c[0].text, layers[i]);
        ck_assert_str_eq(c[1].text, "linear");
        ck_assert(c[2].x == v[1u << i] && c[2].lo < c[2].x && c[2].x < c[2].hi);
        c = out.table[0]->cell + 3 * i;
        ck_assert(c[1].x == v[all & ~(1u << i)]);
        ck_assert(fabs(c[2].x - (v[all] - v[all & ~(1u << i)])) < 1e-14);
        c = shapley.table[0]->cell + 4 * i;
        ck_assert_msg(fabs(c[1].x - brute_shapley(v, i)) < 1e-12, "%g %g", c[1].x, brute_shapley(v, i));
        sum += c[1].x;
    }
    ck_assert_msg(fabs(sum - v[all]) < 1e-12, "%.17g %.17g", sum, v[all]); /* v(none) is 0 */
    size_t row = 0;
    for (unsigned i = 0; i < LAYERS; i++)
        for (unsigned j = i + 1; j < LAYERS; j++, row++) {
            const struct hs_trace_cell *c = pairs.table[0]->cell + 4 * row;
            unsigned a = 1u << i, b = 1u << j;
            ck_assert(c[2].x == v[a | b] && fabs(c[3].x - (v[a | b] - v[a] - v[b])) < 1e-14);
        }
    ck_assert_uint_eq(row, pairs.table[0]->rows);
    const struct hs_trace_cell *c = additive.table[0]->cell;
    ck_assert(fabs(c[0].x - (v[1] + v[2] + v[4] + v[8])) < 1e-14 && c[1].x == v[all] && fabs(c[2].x - c[0].x / c[1].x) < 1e-14);
    hs_trace_close(&in), hs_trace_close(&out), hs_trace_close(&pairs), hs_trace_close(&shapley), hs_trace_close(&additive);
}
END_TEST

START_TEST(drawn_orders_come_near_the_exact_values)
{
    struct hs_spec s = spec_of("int3", true);
    struct hs_attribute_choice c = choice_of(type_of("shapley"));
    struct hs_trace exact = run(&branches, &s, &c, 1, MEMORY);
    c.knob[0] = 0, c.knob[1] = 128;
    struct hs_trace drawn = run(&branches, &s, &c, 1, MEMORY);
    const struct hs_trace_table *x = exact.table[0], *d = drawn.table[0];
    double sum = 0, whole = 0;
    size_t covered = 0;
    ck_assert_uint_eq(x->rows, d->rows);
    for (size_t i = 0; i < x->rows; i++) {
        const struct hs_trace_cell *a = x->cell + 4 * i + 1, *b = d->cell + 4 * i + 1;
        covered += b->lo <= a->x && a->x <= b->hi;
        whole += a->x, sum += b->x;
    }
    ck_assert(covered + 1 >= x->rows); /* 95 % each */
    ck_assert_msg(fabs(sum - whole) < 1e-12, "%g %g", sum, whole); /* every order adds up to the whole */
    hs_trace_close(&exact), hs_trace_close(&drawn);
}
END_TEST

/* Weights that need no data end alike in both orders; a method that looks at its inputs does not. */
START_TEST(order_matters_only_to_those_who_look)
{
    struct hs_spec s = spec_of("int3", false);
    struct hs_trace blind = ask(&branches, &s, "asymmetry");
    s.method = hs_weights_find("qep", &e);
    for (int k = 0; s.method->knob[k].name; k++) s.method_knob[k] = s.method->knob[k].value;
    struct hs_trace looks = ask(&branches, &s, "asymmetry");
    size_t different = 0;
    for (size_t i = 0; i < blind.table[0]->rows; i++) {
        const struct hs_trace_cell *a = blind.table[0]->cell + 5 * i, *b = looks.table[0]->cell + 5 * i;
        ck_assert(a[2].x == a[3].x && a[4].x == 0);
        ck_assert(fabs(b[4].x - (b[2].x - b[3].x)) < 1e-14);
        different += b[4].x != 0;
    }
    ck_assert_uint_gt(different, blind.table[0]->rows / 2);
    hs_trace_close(&blind), hs_trace_close(&looks);
}
END_TEST

START_TEST(proxies_are_ranked)
{
    struct hs_spec s = spec_of("int4", true);
    struct hs_trace t = ask(&branches, &s, "proxies");
    for (size_t i = 0; i < t.table[0]->rows; i++) {
        const struct hs_trace_cell *c = t.table[0]->cell + 5 * i;
        ck_assert(c[1].x >= -1 && c[1].x <= 1 && c[3].x >= 0 && c[3].x <= 1);
        ck_assert_int_ge(hs_net_find(&branches.net, c[2].text), 0);
    }
    hs_trace_close(&t);
}
END_TEST

/* The prediction is a sum over layers: at a node that one layer reaches it is exact, at the output it is additivity's. */
START_TEST(the_prediction_adds_up_single_layers)
{
    struct hs_spec s = spec_of("int3", _i);
    struct hs_trace t = ask(&chain, &s, "predicted"), sum = ask(&chain, &s, "additivity");
    const struct hs_trace_table *p = t.table[0];
    const struct hs_trace_cell *last = p->cell + 4 * (p->rows - 1);
    bool first = false, beyond = false;
    for (size_t i = 0; i < p->rows; i++) {
        const struct hs_trace_cell *c = p->cell + 4 * i;
        ck_assert(!(c[2].x > 0) || fabs(c[3].x - c[1].x / c[2].x) < 1e-12);
        if (!strcmp(c[0].text, "f1")) first = true, ck_assert(c[1].x == c[2].x && c[1].x > 0);
        if (!strcmp(c[0].text, "f3")) beyond = c[1].x != c[2].x;
    }
    ck_assert(first && beyond);
    ck_assert_msg(fabs(last[1].x / sum.table[0]->cell[0].x - 1) < 1e-12, "%g %g", last[1].x, sum.table[0]->cell[0].x);
    ck_assert_msg(fabs(last[2].x / sum.table[0]->cell[1].x - 1) < 1e-12, "%g %g", last[2].x, sum.table[0]->cell[1].x);
    hs_trace_close(&t), hs_trace_close(&sum);
}
END_TEST

static const struct hs_trace_cell *row_of(const struct hs_trace *t, const char *name)
{
    const struct hs_trace_table *k = t->table[0];
    for (size_t i = 0; i < k->rows; i++)
        if (!strcmp(k->cell[i * k->columns].text, name)) return k->cell + i * k->columns;
    ck_abort_msg("no row %s", name);
}

/* At the first layer the noise has the power of the rounding errors that it stands for; other streams, other noise; the
 * real network is the one that `predicted` measures. */
START_TEST(noise_has_the_power_of_what_it_replaces)
{
    struct hs_spec s = spec_of("int4", _i), other = s;
    other.seed++;
    struct hs_trace t = ask(&chain, &s, "null-model"), again = ask(&chain, &other, "null-model"),
                    real = ask(&chain, &s, "predicted");
    for (int i = 0; i < LAYERS; i++) {
        const struct hs_trace_cell *c = row_of(&t, layers[i]), *o = row_of(&again, layers[i]);
        ck_assert(c[1].x == row_of(&real, layers[i])[2].x && c[1].x == o[1].x);
        ck_assert(c[2].x != o[2].x && c[3].x > 0 && fabs(c[4].x - c[1].x / c[2].x) < 1e-12);
        ck_assert_msg(c[4].x > 0.6 && c[4].x < 1.7, "%s: %g", layers[i], c[4].x);
    }
    hs_trace_close(&t), hs_trace_close(&again), hs_trace_close(&real);
}
END_TEST

static int analyses(void)
{
    int n = 0;
    while (hs_attribute_roster[n]) n++;
    return n;
}

static bool same(double a, double b) { return a == b || (isnan(a) && isnan(b)); }

/* Each says what it is, leaves one table that a person can read, and depends on nothing but the trial. */
START_TEST(an_analysis_keeps_its_contract)
{
    const struct hs_attribute_type *t = hs_attribute_roster[_i];
    struct hs_attribute_choice c[2] = {choice_of(t), choice_of(type_of("one-in"))};
    struct hs_spec s = spec_of("int4", true);
    ck_assert(t->name && t->summary && t->version > 0);
    struct hs_trace much = run(&branches, &s, c, 1, MEMORY), little = run(&branches, &s, c, 1, 60000);
    ck_assert_uint_eq(much.tables, 1);
    const struct hs_trace_table *a = much.table[0], *b = little.table[0];
    ck_assert(a->rows > 0 && *a->caption);
    for (size_t i = 0; i < a->rows * a->columns; i++) {
        const struct hs_trace_cell *x = &a->cell[i], *y = &b->cell[i];
        const struct hs_trace_column *k = &a->column[i % a->columns];
        ck_assert_str_eq(x->text, y->text);
        ck_assert_msg(same(x->x, y->x) && same(x->lo, y->lo) && same(x->hi, y->hi), "%s row %zu", k->name, i / a->columns);
        if (k->unit == HS_UNIT_TEXT) ck_assert(*x->text);
        else ck_assert(!k->interval || (x->lo <= x->x && x->x <= x->hi));
    }
    hs_trace_close(&much), hs_trace_close(&little);
    if (_i == 0) return;
    struct hs_trace after = run(&branches, &s, c, 2, MEMORY), alone_ = run(&branches, &s, c + 1, 1, MEMORY);
    ck_assert_uint_eq(after.tables, 2);
    for (size_t i = 0; i < alone_.table[0]->rows * 3; i++) /* whatever was asked before */
        ck_assert(same(after.table[1]->cell[i].x, alone_.table[0]->cell[i].x));
    hs_trace_close(&after), hs_trace_close(&alone_);
}
END_TEST

START_TEST(running_out_of_memory_is_an_error_and_nothing_leaks)
{
    struct hs_attribute_choice c[16];
    struct hs_spec s = spec_of("int4", true);
    size_t n = 0;
    for (; hs_attribute_roster[n]; n++) c[n] = choice_of(hs_attribute_roster[n]);
    bool done = false;
    for (long k = 1; !done && k < 200000; k += k / 9 + 1) {
        struct hs_lab *lab = NULL;
        struct hs_trace t = {0};
        struct hs_err why = {0};
        ck_ok(hs_lab_open(&chain.net, &chain.calibration, &chain.evaluation, MEMORY, &lab, &e));
        ck_ok(hs_walk(lab, &s, &t, &e));
        hs_mem_fail_at(k);
        hs_attribute(lab, &s, c, n, &t, &why);
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
    Suite *s = suite_create("attribute");
    TCase *c = tcase_create("attribute");
    tcase_add_checked_fixture(c, open_nets, close_nets);
    tcase_add_loop_test(c, figures_are_those_of_trials_of_their_own, 0, 2);
    tcase_add_test(c, drawn_orders_come_near_the_exact_values);
    tcase_add_test(c, order_matters_only_to_those_who_look);
    tcase_add_test(c, proxies_are_ranked);
    tcase_add_loop_test(c, noise_has_the_power_of_what_it_replaces, 0, 2);
    tcase_add_loop_test(c, the_prediction_adds_up_single_layers, 0, 2);
    tcase_add_loop_test(c, an_analysis_keeps_its_contract, 0, analyses());
    tcase_add_test(c, running_out_of_memory_is_an_error_and_nothing_leaks);
    tcase_set_timeout(c, 300);
    suite_add_tcase(s, c);
    return check_main(s);
}
