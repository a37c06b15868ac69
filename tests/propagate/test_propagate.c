/* test_propagate.c - the identities of propagation: what must be equal is equal, bit for bit where it must. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check_main.h"
#include "propagate/small.h"

#include "calib/roster.h"
#include "net/run.h"
#include "propagate/lab.h"

#include "weights/weights.h"

#include <math.h>
#include <string.h>

enum { CALIBRATION = 40, EVALUATION = 230, MEMORY = 1 << 24 };

static struct small small;
static struct hs_err e;

static void open_small(void)
{
    e = (struct hs_err){0};
    ck_ok(small_open(&small, CALIBRATION, EVALUATION, &e));
}
static void close_small(void) { small_close(&small); }

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

static void use(struct hs_spec *s, const char *order) { s->order.type = hs_order_find(order, &e); }

static bool same(double a, double b) { return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b)); }

static void same_traces(const struct hs_trace *a, const struct hs_trace *b)
{
    ck_assert_uint_eq(a->layers, b->layers);
    ck_assert_uint_eq(a->nodes, b->nodes);
    ck_assert_uint_eq(a->figures, b->figures);
    ck_assert_uint_eq(a->sites, b->sites);
    for (size_t i = 0; i < a->layers; i++) ck_assert_str_eq(a->order[i], b->order[i]);
    for (size_t i = 0; i < a->nodes; i++) {
        const struct hs_node_row *x = &a->node[i], *y = &b->node[i];
        ck_assert_msg(same(x->total, y->total) && same(x->fresh, y->fresh) && same(x->inherited, y->inherited) &&
                          same(x->cross, y->cross) && same(x->solo, y->solo) && same(x->largest, y->largest) &&
                          same(x->reference, y->reference) && same(x->amplification, y->amplification),
                      "row %zu, %s after step %d", i, x->node, x->step);
    }
    for (size_t i = 0; i < a->figures; i++)
        ck_assert(same(a->figure[i].value, b->figure[i].value) && same(a->figure[i].lo, b->figure[i].lo) &&
                  same(a->figure[i].hi, b->figure[i].hi));
    for (size_t i = 0; i < a->sites; i++)
        ck_assert(same(a->site[i].scale, b->site[i].scale) && same(a->site[i].squared, b->site[i].squared) &&
                  same(a->site[i].optimum, b->site[i].optimum));
    for (size_t i = 0; i < a->samples; i++)
        ck_assert(same(a->squared[i], b->squared[i]) && same(a->loss[i], b->loss[i]));
    ck_assert(same(a->evaluations, b->evaluations) && same(a->calibrations, b->calibrations));
}

/* The output's total error after the last step. */
static double output_error(const struct hs_trace *t) { return t->node[t->nodes - 1].total; }

START_TEST(nothing_quantized_is_no_error)
{
    struct hs_spec s = small_spec();
    s.weights.format = s.activations.format = NULL;
    struct hs_trace t = run(&s, MEMORY);
    ck_assert_uint_eq(t.layers, 0);
    ck_assert_uint_eq(t.nodes, 14);
    for (size_t i = 0; i < t.nodes; i++)
        ck_assert(t.node[i].total == 0 && t.node[i].fresh == 0 && t.node[i].inherited == 0 && t.node[i].reference > 0);
    hs_trace_close(&t);
}
END_TEST

START_TEST(total_is_fresh_plus_inherited)
{
    struct hs_spec s = small_spec();
    struct hs_trace t = run(&s, MEMORY);
    ck_assert_uint_eq(t.layers, 6);
    ck_assert_uint_eq(t.nodes, 6 * 14);
    int layers = 0;
    for (size_t i = 0; i < t.nodes; i++) {
        const struct hs_node_row *n = &t.node[i];
        ck_assert_double_eq_tol(n->total, n->fresh + n->inherited + n->cross, 1e-12 * (n->total + n->reference));
        if (isnan(n->solo)) ck_assert(n->fresh == 0 && n->total == n->inherited);
        else if (n->step == 6) layers++, ck_assert(n->fresh > 0 && n->solo > 0);
    }
    ck_assert_int_eq(layers, 6);
    /* Nothing upstream of the first layer: all of its error is its own, and it is what the layer causes alone. */
    const struct hs_node_row *first = &t.node[5 * 14];
    ck_assert_str_eq(first->node, "c1");
    ck_assert(first->inherited == 0 && first->total == first->fresh && first->total == first->solo);
    hs_trace_close(&t);
}
END_TEST

START_TEST(data_free_weights_end_the_same_in_every_order)
{
    static const char *const orders[] = {"forward", "backward", "random", "size", "sensitivity", "greedy"};
    struct hs_spec s = small_spec();
    s.activations.format = NULL, s.measure = HS_MEASURE_FINAL;
    struct hs_trace first = run(&s, MEMORY);
    struct hs_key outcome = hs_spec_outcome(&small.net, &s);
    for (size_t i = 1; i < sizeof orders / sizeof *orders; i++) {
        use(&s, orders[i]);
        for (int k = 0; s.order.type->knob && s.order.type->knob[k].name; k++)
            s.order.knob[k] = s.order.type->knob[k].value;
        ck_assert(hs_key_equal(outcome, hs_spec_outcome(&small.net, &s)));
        struct hs_trace t = run(&s, MEMORY);
        for (size_t n = 0; n < t.nodes; n++) ck_assert(same(t.node[n].total, first.node[n].total));
        hs_trace_close(&t);
    }
    hs_trace_close(&first);
}
END_TEST

START_TEST(static_activations_make_the_order_matter)
{
    struct hs_spec s = small_spec();
    s.activations.format = s.weights.format = hs_format_find("int4", &e);
    s.measure = HS_MEASURE_FINAL;
    struct hs_trace forward = run(&s, MEMORY);
    struct hs_key outcome = hs_spec_outcome(&small.net, &s);
    use(&s, "backward");
    ck_assert(!hs_key_equal(outcome, hs_spec_outcome(&small.net, &s)));
    struct hs_trace backward = run(&s, MEMORY);
    ck_assert(output_error(&forward) != output_error(&backward));
    /* Backward, every layer is calibrated on float inputs: the same as the float context in any order. */
    s.context = HS_CONTEXT_FLOAT;
    use(&s, "forward");
    struct hs_trace floating = run(&s, MEMORY);
    ck_assert(same(output_error(&floating), output_error(&backward)));
    hs_trace_close(&forward), hs_trace_close(&backward), hs_trace_close(&floating);
}
END_TEST

/* Weights alone, by a method that looks at the inputs: backward, each layer still sees the float network, so that it is as
 * in the float context in any order; forward it sees what came of those before. */
START_TEST(methods_that_look_at_inputs_obey_the_context)
{
    for (size_t i = 0; hs_weights_roster[i]; i++) {
        struct hs_spec s = small_spec();
        s.activations.format = NULL, s.weights.format = hs_format_find("int3", &e), s.measure = HS_MEASURE_FINAL;
        s.method = hs_weights_roster[i];
        if (s.method->takes_file) continue; /* whatever the inputs */
        for (int k = 0; s.method->knob[k].name; k++) s.method_knob[k] = s.method->knob[k].value;
        for (int k = 0; !s.method->needs && s.method->knob[k].name; k++) /* its bias, then */
            if (!strcmp(s.method->knob[k].name, "bias")) s.method_knob[k] = HS_WEIGHTS_BIAS_CORRECTED;
        struct hs_key forwards = hs_spec_outcome(&small.net, &s);
        struct hs_trace forward = run(&s, MEMORY), scarce = run(&s, 60000);
        same_traces(&forward, &scarce);
        use(&s, "backward");
        ck_assert(!hs_key_equal(forwards, hs_spec_outcome(&small.net, &s)));
        struct hs_trace backward = run(&s, MEMORY);
        s.context = HS_CONTEXT_FLOAT;
        struct hs_trace floating = run(&s, MEMORY);
        struct hs_key outcome = hs_spec_outcome(&small.net, &s);
        use(&s, "forward");
        ck_assert(hs_key_equal(outcome, hs_spec_outcome(&small.net, &s)));
        struct hs_trace again = run(&s, MEMORY);
        ck_assert(output_error(&forward) != output_error(&backward));
        for (size_t n = 0; n < backward.nodes; n++) {
            ck_assert(same(backward.node[n].total, floating.node[n].total));
            ck_assert(same(backward.node[n].total, again.node[n].total));
        }
        hs_trace_close(&forward), hs_trace_close(&scarce), hs_trace_close(&backward), hs_trace_close(&floating);
        hs_trace_close(&again);
        struct hs_err why = {0};
        ck_assert_int_eq(hs_spec_check(&small.net, &s, false, &why), HS_ECONFIG);
        ck_assert_ptr_nonnull(strstr(why.what, "data.calibration is needed"));
    }
}
END_TEST

START_TEST(memory_chunks_and_history_change_nothing)
{
    struct hs_spec s = small_spec(), other = small_spec();
    use(&s, "greedy");
    s.activations.strategy = hs_calib_find("moving-average", &e); /* depends on batches, but not on chunks */
    s.activations.knob[0] = 0.3;
    struct hs_trace plenty = run(&s, MEMORY), scarce = run(&s, 60000);
    same_traces(&plenty, &scarce);
    struct hs_lab *lab = NULL;
    struct hs_trace before, again;
    ck_ok(hs_lab_open(&small.net, &small.calibration, &small.evaluation, 1 << 20, &lab, &e));
    other.weights.format = hs_format_find("int3", &e);
    ck_ok(hs_walk(lab, &other, &before, &e));
    ck_ok(hs_walk(lab, &s, &again, &e));
    same_traces(&plenty, &again);
    hs_trace_close(&again);
    ck_ok(hs_walk(lab, &s, &again, &e)); /* all is kept by now */
    same_traces(&plenty, &again);
    hs_lab_close(lab);
    hs_trace_close(&plenty), hs_trace_close(&scarce), hs_trace_close(&before), hs_trace_close(&again);
}
END_TEST

/* What the lab says about the output must be what one gets by quantizing by hand, node by node, without chains. */
START_TEST(the_output_is_what_a_plain_pass_gives)
{
    struct hs_spec s = small_spec();
    s.method_knob[0] = HS_WEIGHTS_BIAS_MATCHED; /* nearest's bias: chains must take it, too */
    struct hs_lab *lab = NULL;
    struct hs_state state = {0};
    const struct hs_data *d = &small.calibration;
    ck_ok(hs_lab_open(&small.net, d, &small.evaluation, MEMORY, &lab, &e));
    ck_ok(hs_state_open(lab, &state, &e));
    for (int i = 0; i < (int)small.net.nodes; i++) {
        struct hs_layer l;
        struct hs_quant q;
        if (!hs_layer_resolve(&small.net, &s, i, &l)) continue;
        ck_ok(hs_lab_calibrate(lab, &s, &l, &state, NULL, false, &q, &e));
        hs_state_set(lab, &state, i, &q);
    }
    struct hs_tensor out[32];
    for (size_t i = 0; i < small.net.nodes; i++) {
        const struct hs_node *n = &small.net.node[i];
        const struct hs_quant *q = &state.quant[i];
        struct hs_shape shape = n->out[0];
        shape.dim[0] = d->n;
        ck_ok(hs_tensor_alloc(&out[i], &shape, &e));
        struct hs_tensor in[2] = {{{0}, NULL}, {{0}, NULL}};
        struct hs_op_call call = {.net = &small.net, .node = n, .out = &out[i],
                                  .packed = q->weights ? q->weights->packed : lab->packed[i]};
        for (size_t k = 0; k < n->inputs; k++) {
            ck_ok(hs_tensor_copy(&in[k], n->input[k].node < 0 ? &d->input[0] : &out[n->input[k].node], &e));
            if (q->input[k]) hs_grid_apply(&q->input[k]->grid, in[k].data, in[k].data, hs_shape_count(&in[k].shape), 0);
            call.in[k] = &in[k];
        }
        ck_ok(n->op->forward(&call, &e));
        hs_tensor_free(&in[0]), hs_tensor_free(&in[1]);
    }
    int last = small.net.output[0].node;
    struct hs_kept *kept;
    hs_keep_clear(lab->keep);
    ck_ok(hs_lab_eval(lab, HS_CALIBRATION, 0, &state, &last, 1, &kept, &e));
    ck_assert_uint_eq(lab->chunks[HS_CALIBRATION], 1);
    ck_assert_mem_eq(kept->t.data, out[last].data, d->n * 10 * sizeof(float));
    hs_keep_release(lab->keep, kept);
    for (size_t i = 0; i < small.net.nodes; i++) hs_tensor_free(&out[i]);
    hs_state_close(&state);
    hs_lab_close(lab);
}
END_TEST

START_TEST(greedy_takes_the_least_harmful_layer)
{
    struct hs_spec s = small_spec();
    s.weights.format = s.activations.format = hs_format_find("int3", &e);
    struct hs_lab *lab = NULL;
    size_t node[6];
    double solo[6], step[6], least = INFINITY;
    ck_ok(hs_lab_open(&small.net, &small.calibration, &small.evaluation, MEMORY, &lab, &e));
    ck_ok(hs_lab_solo(lab, &s, solo, &e));
    for (int i = 0; i < 6; i++) least = fmin(least, solo[i]);
    use(&s, "greedy");
    ck_ok(hs_lab_order(lab, &s, node, step, &e));
    ck_assert(step[0] == least);
    use(&s, "sensitivity");
    s.order.knob[0] = 0;
    ck_ok(hs_lab_order(lab, &s, node, step, &e));
    ck_assert(step[0] == least);
    hs_lab_close(lab);
}
END_TEST

START_TEST(layers_that_read_one_tensor_share_its_grid)
{
    struct hs_spec s = small_spec();
    struct hs_trace t = run(&s, MEMORY);
    double c2 = 0, s1 = 1;
    for (size_t i = 0; i < t.sites; i++) {
        if (strcmp(t.site[i].site, "input")) continue;
        if (!strcmp(t.site[i].layer, "c2")) c2 = t.site[i].scale;
        if (!strcmp(t.site[i].layer, "s1")) s1 = t.site[i].scale;
    }
    ck_assert(c2 == s1);
    hs_trace_close(&t);
}
END_TEST

START_TEST(rules_skips_and_sites_choose_the_layers)
{
    struct hs_spec s = small_spec();
    static const char *const skip[] = {"f*"};
    struct hs_rule rule = {.match = "c1", .sets_weights = true, .sets_activations = true};
    struct hs_site_rule site = {.match = "a1", .side = s.activations};
    size_t node[32];
    s.skip = skip, s.skips = 1, s.rule = &rule, s.rules = 1, s.site = &site, s.sites = 1;
    ck_assert_uint_eq(hs_spec_layers(&small.net, &s, node), 4); /* c2 c3 s1 and the output of a1 */
    struct hs_trace t = run(&s, MEMORY);
    ck_assert_uint_eq(t.sites, 7);
    ck_assert_str_eq(t.site[6].site, "output");
    hs_trace_close(&t);
    site.match = "nothing*";
    ck_assert_int_eq(hs_spec_check(&small.net, &s, true, &e), HS_ECONFIG);
    ck_assert_ptr_nonnull(strstr(e.what, "nothing*"));
}
END_TEST

START_TEST(specs_that_cannot_work_are_refused)
{
    struct hs_spec s = small_spec();
    static const char *const twice[] = {"c1", "c2", "c3", "s1", "f1", "f1", NULL};
    static const char *const few[] = {"c1", "c2", NULL};
    ck_assert_int_eq(hs_spec_check(&small.net, &s, false, &e), HS_ECONFIG); /* static grids without data */
    e = (struct hs_err){0};
    use(&s, "explicit");
    s.order.names = twice;
    ck_assert_int_eq(hs_spec_check(&small.net, &s, true, &e), HS_ECONFIG);
    ck_assert_ptr_nonnull(strstr(e.what, "twice"));
    e = (struct hs_err){0};
    s.order.names = few;
    ck_assert_int_eq(hs_spec_check(&small.net, &s, true, &e), HS_ECONFIG);
    ck_assert_ptr_nonnull(strstr(e.what, "missing: c3 s1 f1 f2"));
}
END_TEST

START_TEST(running_out_of_memory_is_an_error_and_nothing_leaks)
{
    struct hs_spec s = small_spec();
    s.measure = HS_MEASURE_FINAL;
    bool succeeded = false;
    for (long k = 1; k < 100000 && !succeeded; k += 1 + k / 6) {
        struct hs_lab *lab = NULL;
        struct hs_trace t = {0};
        e = (struct hs_err){0};
        hs_mem_fail_at(k);
        if (hs_lab_open(&small.net, &small.calibration, &small.evaluation, MEMORY, &lab, &e) == HS_OK)
            if (hs_walk(lab, &s, &t, &e) == HS_OK) succeeded = true;
        hs_mem_fail_at(0);
        if (!succeeded) ck_assert_int_eq(e.status, HS_ENOMEM);
        hs_trace_close(&t);
        hs_lab_close(lab);
    }
    ck_assert(succeeded);
}
END_TEST

/* What two nodes, one inside the network and its output, give for all calibration data; the caller frees both. */
static void two_values(struct hs_lab *lab, bool passing, float *value[2])
{
    static const int want[2] = {6, 13};
    for (int k = 0; k < 2; k++)
        value[k] = hs_alloc_zeroed(small.calibration.n * hs_shape_row(&small.net.node[want[k]].out[0]), sizeof(float));
    hs_lab_forget(lab);
    lab->passing = passing;
    for (size_t c = 0, row = 0; c < lab->chunks[HS_CALIBRATION]; row += hs_lab_rows(lab, HS_CALIBRATION, c), c++) {
        struct hs_kept *out[2];
        ck_ok(hs_lab_eval(lab, HS_CALIBRATION, c, &lab->floating, want, 2, out, &e));
        for (int k = 0; k < 2; k++) {
            size_t width = hs_shape_row(&out[k]->t.shape);
            memcpy(value[k] + row * width, out[k]->t.data, hs_shape_count(&out[k]->t.shape) * sizeof(float));
            hs_keep_release(lab->keep, out[k]);
        }
    }
    lab->passing = false;
}

/* Many samples, so that they go through the network in several blocks; 1 << 16: one by one. */
START_TEST(values_are_the_same_whether_those_between_are_kept_or_not)
{
    enum { SAMPLES = 2500 };
    struct hs_net_packs packs;
    struct hs_tensor plain[2];
    small_close(&small);
    ck_ok(small_open(&small, SAMPLES, 1, &e));
    ck_ok(hs_net_pack(&small.net, &packs, &e));
    ck_ok(hs_net_value(&packs, small.calibration.input, 0, (struct hs_ref){6, 0}, &plain[0], &e));
    ck_ok(hs_net_value(&packs, small.calibration.input, 0, (struct hs_ref){13, 0}, &plain[1], &e));
    for (int i = 0; i < 4; i++) {
        struct hs_lab *lab = NULL;
        float *value[2];
        ck_ok(hs_lab_open(&small.net, &small.calibration, NULL, i & 1 ? 1 << 16 : 1 << 27, &lab, &e));
        ck_assert_uint_eq(lab->chunk[HS_CALIBRATION] == SAMPLES, !(i & 1));
        two_values(lab, i & 2, value);
        for (int k = 0; k < 2; k++) {
            ck_assert_mem_eq(value[k], plain[k].data, hs_shape_count(&plain[k].shape) * sizeof(float));
            hs_free(value[k]);
        }
        hs_lab_close(lab);
    }
    hs_tensor_free(&plain[0]), hs_tensor_free(&plain[1]);
    hs_net_unpack(&packs);
}
END_TEST

static void elementwise(struct hs_net *net, const char *op, int from, int other)
{
    ck_ok(hs_net_add_node(net, op, op, &e));
    ck_ok(hs_net_input(net, (struct hs_ref){from, 0}, &e));
    if (other >= 0) ck_ok(hs_net_input(net, (struct hs_ref){other, 0}, &e));
}

/* sigmoid may overwrite its input, but add reads that, too; relu may and does. */
START_TEST(what_is_read_again_is_not_overwritten)
{
    struct hs_net net;
    struct hs_net_packs packs;
    struct hs_tensor plain;
    struct hs_data data = small.calibration;
    struct hs_tensor x = data.input[0];
    struct hs_lab *lab = NULL;
    struct hs_kept *out;
    const int last = 3;
    ck_ok(hs_net_open(&net, "again", true, &e));
    ck_ok(hs_net_add_port(&net, "x", &small.net.port[0].logical, false, &e));
    x.shape = small.net.port[0].logical; /* one channel, which may stand first as well as last */
    x.shape.dim[0] = data.n;
    data.input = &x;
    elementwise(&net, "tanh", -1, -1);
    elementwise(&net, "sigmoid", 0, -1);
    elementwise(&net, "add", 1, 0);
    elementwise(&net, "relu", 2, -1);
    ck_ok(hs_net_output(&net, (struct hs_ref){last, 0}, &e));
    ck_ok(hs_net_finish(&net, false, &e));
    ck_ok(hs_net_pack(&net, &packs, &e));
    ck_ok(hs_net_value(&packs, data.input, 0, (struct hs_ref){last, 0}, &plain, &e));
    ck_ok(hs_lab_open(&net, &data, NULL, MEMORY, &lab, &e));
    lab->passing = true;
    ck_ok(hs_lab_eval(lab, HS_CALIBRATION, 0, &lab->floating, &last, 1, &out, &e));
    ck_assert_mem_eq(out->t.data, plain.data, hs_shape_count(&plain.shape) * sizeof(float));
    hs_keep_release(lab->keep, out);
    hs_lab_close(lab);
    hs_tensor_free(&plain);
    hs_net_unpack(&packs);
    hs_net_close(&net);
}
END_TEST

START_TEST(a_pass_that_keeps_nothing_tells_of_lack_of_memory)
{
    bool succeeded = false;
    struct hs_lab *lab = NULL;
    ck_ok(hs_lab_open(&small.net, &small.calibration, NULL, MEMORY, &lab, &e));
    for (long k = 1; k < 1000 && !succeeded; k++) {
        hs_lab_forget(lab);
        e = (struct hs_err){0};
        hs_mem_fail_at(k);
        succeeded = hs_lab_forward(lab, false, &e) == HS_OK;
        hs_mem_fail_at(0);
        if (!succeeded) ck_assert_int_eq(e.status, HS_ENOMEM);
    }
    ck_assert(succeeded);
    hs_lab_close(lab);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("propagate");
    TCase *c = tcase_create("identities");
    tcase_add_checked_fixture(c, open_small, close_small);
    tcase_add_test(c, nothing_quantized_is_no_error);
    tcase_add_test(c, total_is_fresh_plus_inherited);
    tcase_add_test(c, data_free_weights_end_the_same_in_every_order);
    tcase_add_test(c, static_activations_make_the_order_matter);
    tcase_add_test(c, methods_that_look_at_inputs_obey_the_context);
    tcase_add_test(c, memory_chunks_and_history_change_nothing);
    tcase_add_test(c, the_output_is_what_a_plain_pass_gives);
    tcase_add_test(c, greedy_takes_the_least_harmful_layer);
    tcase_add_test(c, layers_that_read_one_tensor_share_its_grid);
    tcase_add_test(c, rules_skips_and_sites_choose_the_layers);
    tcase_add_test(c, specs_that_cannot_work_are_refused);
    tcase_add_test(c, running_out_of_memory_is_an_error_and_nothing_leaks);
    tcase_add_test(c, values_are_the_same_whether_those_between_are_kept_or_not);
    tcase_add_test(c, what_is_read_again_is_not_overwritten);
    tcase_add_test(c, a_pass_that_keeps_nothing_tells_of_lack_of_memory);
    suite_add_tcase(s, c);
    return check_main(s);
}
