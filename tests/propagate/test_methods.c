/* test_methods.c - weight methods inside a network: corrected biases keep means, contexts are what methods see. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check_main.h"
#include "propagate/small.h"

#include "net/run.h"
#include "propagate/lab.h"
#include "propagate/moments.h"
#include "weights/weights.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { CALIBRATION = 40, MEMORY = 1 << 24 };

static struct small small;
static struct hs_err e;
static struct hs_lab *lab;
static struct hs_given given; /* what nearest makes of each weight, as if from a file */
static struct hs_given_site given_site[32];
static char given_name[32][20];

static void open_small(void)
{
    e = (struct hs_err){0};
    ck_ok(small_open(&small, CALIBRATION, CALIBRATION, &e));
    ck_ok(hs_lab_open(&small.net, &small.calibration, &small.evaluation, MEMORY, &lab, &e));
}
static void close_small(void)
{
    hs_lab_close(lab);
    small_close(&small);
}

static void choose(struct hs_spec *s, const struct hs_weights_type *t, enum hs_weights_bias bias)
{
    s->method = t, s->method_given = t->takes_file ? &given : NULL;
    for (int k = 0; t->knob && t->knob[k].name; k++)
        s->method_knob[k] = !strcmp(t->knob[k].name, "bias") ? bias : t->knob[k].value;
}

static void give(const struct hs_spec *spec)
{
    struct hs_spec s = *spec;
    given = (struct hs_given){.path = "memory", .site = given_site};
    choose(&s, &hs_weights_nearest, HS_WEIGHTS_BIAS_KEPT);
    for (int i = 0; i < (int)small.net.nodes; i++) {
        struct hs_layer l;
        struct hs_quant q;
        if (!hs_layer_resolve(&small.net, &s, i, &l)) continue;
        ck_ok(hs_lab_calibrate(lab, &s, &l, &lab->floating, NULL, false, &q, &e));
        snprintf(given_name[given.n], sizeof *given_name, "%s/weight", small.net.node[i].name);
        given_site[given.n] = (struct hs_given_site){.name = given_name[given.n], .rounded = q.weights->value[0]};
        given.n++;
    }
}

/* Largest difference between the means of an output channel in two cases. */
static double shift(int node, const struct hs_state *state, const struct hs_quant *q, const struct hs_state *other,
                    const struct hs_quant *with)
{
    const struct hs_node *n = &small.net.node[node];
    struct hs_kept *got, *want;
    ck_ok(hs_lab_local(lab, HS_CALIBRATION, 0, state, node, q, &got, &e));
    ck_ok(hs_lab_local(lab, HS_CALIBRATION, 0, other, node, with, &want, &e));
    size_t outs = n->out[0].dim[n->out[0].rank - 1], all = hs_shape_count(&got->t.shape);
    double worst = 0;
    for (size_t c = 0; c < outs; c++) {
        double sum = 0;
        for (size_t i = c; i < all; i += outs) sum += (double)got->t.data[i] - (double)want->t.data[i];
        worst = fmax(worst, fabs(sum / (double)(all / outs)));
    }
    hs_keep_release(lab->keep, got), hs_keep_release(lab->keep, want);
    return worst;
}

/* Each method, each layer, on top of those before it. Corrected: the output has the mean that the float weight gives to the
 * same inputs; matched: that of the float network. The weight stays what it is without. */
START_TEST(biases_keep_the_mean_of_the_output)
{
    static const struct hs_quant none;
    struct hs_spec s = small_spec();
    struct hs_state state = {0};
    s.weights.format = s.activations.format = hs_format_find("int4", &e);
    give(&s);
    ck_ok(hs_state_open(lab, &state, &e));
    for (int i = 0; i < (int)small.net.nodes; i++) {
        struct hs_layer l;
        struct hs_quant q[3], inputs;
        for (int b = 0; b < 3; b++) {
            choose(&s, hs_weights_roster[_i], (enum hs_weights_bias)b);
            if (!hs_layer_resolve(&small.net, &s, i, &l)) break;
            ck_ok(hs_lab_calibrate(lab, &s, &l, &state, NULL, false, &q[b], &e));
            ck_assert((q[b].weights->bias.data != NULL) == (b > 0));
            ck_assert_mem_eq(q[b].weights->value[0].data, q[0].weights->value[0].data,
                             hs_shape_count(&q[0].weights->value[0].shape) * sizeof(float));
            ck_assert(!b || !hs_key_equal(q[b].key, q[b - 1].key));
        }
        if (!l.weights) continue;
        inputs = q[0], inputs.weights = NULL;
        hs_quant_sign(&inputs);
        double kept = shift(i, &state, &q[0], &state, &inputs), far = shift(i, &state, &q[0], &lab->floating, &none);
        double corrected = shift(i, &state, &q[1], &state, &inputs), matched = shift(i, &state, &q[2], &lab->floating, &none);
        ck_assert_msg(kept > 1e-4 && corrected < 2e-6, "%s: %g, corrected %g", small.net.node[i].name, kept, corrected);
        ck_assert_msg(far > 1e-4 && matched < 2e-6, "%s: %g, matched %g", small.net.node[i].name, far, matched);
        hs_state_set(lab, &state, i, &q[1]);
    }
    hs_state_close(&state);
}
END_TEST

/* A network of one recurrent layer over 3 steps of 2 values, and 5 samples for it. */
static void open_recurrent(struct hs_net *net, struct hs_data *d)
{
    const struct hs_shape in = {.rank = 3, .dim = {0, 3, 2}};
    static const char *const names[] = {"weight", "recurrent_weight"};
    ck_ok(hs_net_open(net, "recurrent", false, &e));
    ck_ok(hs_net_add_port(net, "x", &in, false, &e));
    ck_ok(hs_net_add_node(net, "r", "rnn", &e));
    ck_ok(hs_net_input(net, (struct hs_ref){-1, 0}, &e));
    for (size_t k = 0; k < 2; k++) {
        struct hs_tensor t;
        const struct hs_shape shape = {.rank = 2, .dim = {4, k ? 4 : 2}};
        ck_ok(hs_tensor_alloc(&t, &shape, &e));
        for (size_t i = 0; i < hs_shape_count(&shape); i++) t.data[i] = (float)sin((double)(3 * i + k));
        ck_ok(hs_net_param(net, names[k], &t, &e));
        hs_tensor_free(&t);
    }
    ck_ok(hs_net_output(net, (struct hs_ref){0, 0}, &e));
    ck_ok(hs_net_finish(net, false, &e));
    *d = (struct hs_data){.n = 5, .ports = 1, .input = hs_alloc_zeroed(1, sizeof *d->input)};
    ck_ok(hs_tensor_alloc(&d->input[0], &(struct hs_shape){.rank = 3, .dim = {5, 3, 2}}, &e));
    for (int i = 0; i < 30; i++) d->input[0].data[i] = (float)cos(i);
    d->digest = hs_hash_bytes(d->input[0].data, 30 * sizeof(float));
}

/* A layer that is no product of one input takes plain nearest, and says so, whatever asked for more. */
START_TEST(other_layers_take_nearest_and_say_so)
{
    const struct hs_weights_type *t = hs_weights_roster[_i];
    struct hs_spec s = small_spec();
    struct hs_net net;
    struct hs_data d;
    struct hs_lab *own;
    struct hs_trace want, got;
    if (t->takes_file) return;
    s.activations.format = NULL, s.metrics = 0, s.measure = HS_MEASURE_FINAL;
    open_recurrent(&net, &d);
    ck_ok(hs_lab_open(&net, &d, &d, MEMORY, &own, &e));
    choose(&s, &hs_weights_nearest, HS_WEIGHTS_BIAS_KEPT);
    ck_ok(hs_walk(own, &s, &want, &e));
    choose(&s, t, HS_WEIGHTS_BIAS_MATCHED);
    ck_ok(hs_walk(own, &s, &got, &e));
    ck_assert(want.node[0].total > 0 && got.node[0].total == want.node[0].total);
    ck_assert_uint_eq(got.sites, 2);
    for (int i = 0; i < 2; i++) {
        ck_assert_str_eq(want.site[i].warning, "");
        ck_assert_ptr_nonnull(strstr(got.site[i].warning, "is for products of one input: plain nearest instead"));
        ck_assert(!strncmp(got.site[i].warning, t->needs ? t->name : "bias correction", strlen(t->needs ? t->name : "bias")));
    }
    hs_trace_close(&want), hs_trace_close(&got);
    hs_lab_close(own);
    hs_data_free(&d);
    hs_net_close(&net);
}
END_TEST

/* Another seed is another outcome for methods that draw, and for no others. */
START_TEST(seeds_matter_to_methods_that_draw)
{
    const struct hs_weights_type *t = hs_weights_roster[_i];
    struct hs_spec s = small_spec();
    struct hs_trace a, b;
    s.activations.format = NULL, s.metrics = 0, s.measure = HS_MEASURE_FINAL;
    s.weights.format = hs_format_find("int4", &e);
    give(&s);
    choose(&s, t, HS_WEIGHTS_BIAS_KEPT);
    ck_ok(hs_spec_check(&small.net, &s, true, &e));
    struct hs_key first = hs_spec_outcome(&small.net, &s);
    ck_ok(hs_walk(lab, &s, &a, &e));
    s.seed++;
    ck_ok(hs_walk(lab, &s, &b, &e));
    ck_assert(hs_key_equal(first, hs_spec_outcome(&small.net, &s)) == !t->draws);
    ck_assert((a.node[a.nodes - 1].total == b.node[b.nodes - 1].total) == !t->draws);
    hs_trace_close(&a), hs_trace_close(&b);
}
END_TEST

START_TEST(running_out_of_memory_is_an_error_and_nothing_leaks)
{
    struct hs_spec s = small_spec();
    bool succeeded = false;
    s.metrics = 0, s.measure = HS_MEASURE_FINAL;
    s.weights.format = s.activations.format = hs_format_find("int4", &e);
    give(&s);
    choose(&s, hs_weights_roster[_i], HS_WEIGHTS_BIAS_MATCHED);
    for (long k = 1; k < 100000 && !succeeded; k += 1 + k / 4) {
        struct hs_lab *own = NULL;
        struct hs_trace t = {0};
        e = (struct hs_err){0};
        hs_mem_fail_at(k);
        if (hs_lab_open(&small.net, &small.calibration, &small.evaluation, MEMORY, &own, &e) == HS_OK)
            if (hs_walk(own, &s, &t, &e) == HS_OK) succeeded = true;
        hs_mem_fail_at(0);
        if (!succeeded) ck_assert_int_eq(e.status, HS_ENOMEM);
        hs_trace_close(&t);
        hs_lab_close(own);
    }
    ck_assert(succeeded);
}
END_TEST

START_TEST(what_a_method_refuses_is_said_beforehand)
{
    struct hs_spec s = small_spec();
    struct hs_err why = {0};
    s.method = hs_weights_find("obq", &e);
    for (int k = 0; s.method->knob[k].name; k++)
        s.method_knob[k] = strcmp(s.method->knob[k].name, "most") ? s.method->knob[k].value : 100;
    ck_assert_int_eq(hs_spec_check(&small.net, &s, true, &why), HS_ECONFIG);
    ck_assert_ptr_nonnull(strstr(why.where, "f1")); /* 128 columns */
    ck_assert_ptr_nonnull(strstr(why.what, "16 x 128^3"));
    why = (struct hs_err){0};
    choose(&s, hs_weights_find("given", &e), HS_WEIGHTS_BIAS_KEPT);
    s.method_given = NULL;
    ck_assert_int_eq(hs_spec_check(&small.net, &s, true, &why), HS_ECONFIG);
}
END_TEST

int main(void)
{
    int methods = 0;
    while (hs_weights_roster[methods]) methods++;
    Suite *s = suite_create("methods");
    TCase *t = tcase_create("methods");
    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, open_small, close_small);
    tcase_add_loop_test(t, biases_keep_the_mean_of_the_output, 0, methods);
    tcase_add_loop_test(t, other_layers_take_nearest_and_say_so, 0, methods);
    tcase_add_loop_test(t, seeds_matter_to_methods_that_draw, 0, methods);
    tcase_add_loop_test(t, running_out_of_memory_is_an_error_and_nothing_leaks, 0, methods);
    tcase_add_test(t, what_a_method_refuses_is_said_beforehand);
    suite_add_tcase(s, t);
    return check_main(s);
}
