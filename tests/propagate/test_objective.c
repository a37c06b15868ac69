/* test_objective.c - objectives beyond the tensor: the incumbent is always among the candidates, so that nothing gets worse. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check_main.h"
#include "propagate/small.h"

#include "propagate/objective.h"
#include "propagate/table.h"

#include "weights/weights.h"

#include <math.h>
#include <string.h>

enum { MEMORY = 1 << 24 };

static struct small small;
static struct hs_err e;

static void open_small(void)
{
    e = (struct hs_err){0};
    ck_ok(small_open(&small, 48, 200, &e));
}
static void close_small(void) { small_close(&small); }

static struct hs_spec spec_of(const char *objective)
{
    struct hs_spec s = small_spec();
    s.weights.format = hs_format_find("int3", &e), s.activations.format = hs_format_find("int4", &e);
    s.measure = HS_MEASURE_FINAL;
    for (size_t i = 0; hs_objective_roster[i]; i++)
        if (!strcmp(hs_objective_roster[i]->name, objective)) s.objective.type = hs_objective_roster[i];
    ck_assert_ptr_nonnull(s.objective.type);
    for (int k = 0; s.objective.type->knob && s.objective.type->knob[k].name; k++)
        s.objective.knob[k] = s.objective.type->knob[k].value;
    return s;
}

/* A trial scored on `on`. */
static struct hs_trace run_on(const struct hs_spec *spec, const struct hs_data *on, size_t memory)
{
    struct hs_lab *lab = NULL;
    struct hs_trace t = {0};
    ck_ok(hs_spec_check(&small.net, spec, true, &e));
    ck_ok(hs_lab_open(&small.net, &small.calibration, on, memory, &lab, &e));
    ck_ok(hs_walk(lab, spec, &t, &e));
    hs_lab_close(lab);
    return t;
}

static double output_error(const struct hs_trace *t)
{
    const struct hs_node_row *last = &t->node[t->nodes - 1];
    return last->total / last->reference;
}

/* Scored on the calibration data themselves, what the search says is what a trial measures. */
START_TEST(the_network_never_gets_worse)
{
    static const char *const orders[] = {"forward", "backward", "greedy"};
    struct hs_spec s = spec_of("network"), plain = spec_of("tensor");
    s.order.type = plain.order.type = hs_order_find(orders[_i % 3], &e);
    if (_i >= 3) s.objective.knob[4] = 40; /* and all scales at once */
    struct hs_trace t = run_on(&s, &small.calibration, MEMORY), before = run_on(&plain, &small.calibration, MEMORY);
    const struct hs_trace_cell *c = hs_trace_find(&t, "objective_search")->cell;
    ck_assert_msg(c[0].x == output_error(&before), "%.17g %.17g", c[0].x, output_error(&before));
    ck_assert_msg(c[1].x == output_error(&t), "%.17g %.17g", c[1].x, output_error(&t));
    ck_assert_msg(c[1].x < c[0].x, "%g %g", c[1].x, c[0].x); /* at 3 bits there is something to gain */
    ck_assert(c[2].x >= 1 && c[3].x > 0 && c[4].x >= c[3].x);
    ck_assert_uint_eq(t.sites, before.sites);
    size_t moved = 0;
    for (size_t i = 0; i < t.sites; i++) {
        double ratio = t.site[i].scale / before.site[i].scale;
        ck_assert_str_eq(t.site[i].layer, before.site[i].layer);
        ck_assert(t.site[i].step == before.site[i].step);
        if (_i < 3) ck_assert_msg(ratio > 0.599 && ratio < 1.201, "%s %g", t.site[i].layer, ratio);
        moved += ratio != 1;
    }
    ck_assert_uint_gt(moved, 0);
    hs_trace_close(&t), hs_trace_close(&before);
}
END_TEST

/* In the float context each layer is settled on the same inputs, so that the figures can be compared layer by layer. */
START_TEST(no_layer_gets_worse)
{
    struct hs_spec s = spec_of("layer"), plain = spec_of("tensor");
    s.context = plain.context = HS_CONTEXT_FLOAT;
    struct hs_trace t = run_on(&s, &small.calibration, MEMORY), before = run_on(&plain, &small.calibration, MEMORY);
    size_t less = 0, layers = 0;
    for (size_t i = 0; i < t.nodes; i++) {
        const struct hs_node_row *a = &t.node[i], *b = &before.node[i];
        if (isnan(a->solo)) continue;
        layers++;
        ck_assert_msg(a->solo <= b->solo, "%s: %g %g", a->node, a->solo, b->solo);
        less += a->solo < b->solo;
    }
    ck_assert(layers > 3 && less > layers / 2);
    hs_trace_close(&t), hs_trace_close(&before);
}
END_TEST

START_TEST(memory_and_one_candidate_change_nothing)
{
    const char *name = _i ? "network" : "layer";
    struct hs_spec s = spec_of(name), plain = spec_of("tensor");
    struct hs_trace much = run_on(&s, &small.evaluation, MEMORY), little = run_on(&s, &small.evaluation, 60000);
    ck_assert(output_error(&much) == output_error(&little));
    for (size_t i = 0; i < much.sites; i++) ck_assert(much.site[i].scale == little.site[i].scale);
    s.objective.knob[HS_SCAN_CANDIDATES] = 1, s.objective.knob[HS_SCAN_LOWEST] = 1; /* the incumbent alone */
    struct hs_trace same = run_on(&s, &small.evaluation, MEMORY), tensor = run_on(&plain, &small.evaluation, MEMORY);
    ck_assert(output_error(&same) == output_error(&tensor));
    hs_trace_close(&much), hs_trace_close(&little), hs_trace_close(&same), hs_trace_close(&tensor);
}
END_TEST

START_TEST(outcomes_tell_objectives_apart)
{
    struct hs_spec tensor = spec_of("tensor"), layer = spec_of("layer"), network = spec_of("network");
    struct hs_spec none = small_spec();
    ck_assert(hs_key_equal(hs_spec_outcome(&small.net, &tensor), (none.weights = tensor.weights, none.activations = tensor.activations,
                                                                 hs_spec_outcome(&small.net, &none))));
    ck_assert(!hs_key_equal(hs_spec_outcome(&small.net, &tensor), hs_spec_outcome(&small.net, &layer)));
    ck_assert(!hs_key_equal(hs_spec_outcome(&small.net, &network), hs_spec_outcome(&small.net, &layer)));
    struct hs_spec other = network;
    other.objective.knob[HS_SCAN_LOWEST] = 0.5;
    ck_assert(!hs_key_equal(hs_spec_outcome(&small.net, &network), hs_spec_outcome(&small.net, &other)));
    /* Weights alone and their context float: a sweep still goes by the order; a layer by itself does not. */
    struct hs_spec *both[] = {&layer, &network};
    for (int k = 0; k < 2; k++) {
        both[k]->activations.format = NULL, both[k]->context = HS_CONTEXT_FLOAT;
        struct hs_key forward = hs_spec_outcome(&small.net, both[k]);
        both[k]->order.type = hs_order_find("backward", &e);
        ck_assert(hs_key_equal(forward, hs_spec_outcome(&small.net, both[k])) == (k == 0));
        ck_assert_int_eq(hs_spec_check(&small.net, both[k], false, &(struct hs_err){0}), HS_ECONFIG);
    }
}
END_TEST

START_TEST(running_out_of_memory_is_an_error_and_nothing_leaks)
{
    struct hs_spec s = spec_of(_i ? "network" : "layer");
    s.objective.knob[HS_SCAN_CANDIDATES] = 2, s.objective.knob[4] = _i ? 3 : 0;
    bool done = false;
    for (long k = 1; !done && k < 1000000; k += k / 7 + 1) {
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
    Suite *s = suite_create("objective");
    TCase *c = tcase_create("objective");
    tcase_add_checked_fixture(c, open_small, close_small);
    tcase_add_loop_test(c, the_network_never_gets_worse, 0, 6);
    tcase_add_test(c, no_layer_gets_worse);
    tcase_add_loop_test(c, memory_and_one_candidate_change_nothing, 0, 2);
    tcase_add_test(c, outcomes_tell_objectives_apart);
    tcase_add_loop_test(c, running_out_of_memory_is_an_error_and_nothing_leaks, 0, 2);
    tcase_set_timeout(c, 300);
    suite_add_tcase(s, c);
    return check_main(s);
}
