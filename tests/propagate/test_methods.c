/* test_methods.c - weight methods inside a network: corrected biases keep means, contexts are what methods see. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check_main.h"
#include "propagate/small.h"

#include "net/run.h"
#include "propagate/lab.h"
#include "propagate/moments.h"
#include "weights/weights.h"

#include <math.h>
#include <string.h>

enum { CALIBRATION = 40, MEMORY = 1 << 24 };

static struct small small;
static struct hs_err e;
static struct hs_lab *lab;

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

static void choose(struct hs_spec *s, const struct hs_weights_type *t, bool corrected)
{
    s->method = t;
    for (int k = 0; t->knob && t->knob[k].name; k++)
        s->method_knob[k] = !strcmp(t->knob[k].name, "bias") ? corrected : t->knob[k].value;
}

/* Largest difference between the means of an output channel with the layer's quantized weight and with its float one, both
 * read X^. */
static double shift(const struct hs_state *state, int node, const struct hs_quant *q)
{
    const struct hs_node *n = &small.net.node[node];
    struct hs_quant inputs = *q;
    struct hs_kept *got, *want;
    inputs.weights = NULL;
    hs_quant_sign(&inputs);
    ck_ok(hs_lab_local(lab, HS_CALIBRATION, 0, state, node, q, &got, &e));
    ck_ok(hs_lab_local(lab, HS_CALIBRATION, 0, state, node, &inputs, &want, &e));
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

/* Each method, each layer, on top of those before it: the correction brings the mean of the error to 0. */
START_TEST(a_corrected_bias_keeps_the_mean_of_the_output)
{
    struct hs_spec s = small_spec();
    struct hs_state state = {0};
    s.weights.format = s.activations.format = hs_format_find("int4", &e);
    ck_ok(hs_state_open(lab, &state, &e));
    for (int i = 0; i < (int)small.net.nodes; i++) {
        struct hs_layer l;
        struct hs_quant kept, corrected;
        choose(&s, hs_weights_roster[_i], false);
        if (!hs_layer_resolve(&small.net, &s, i, &l)) continue;
        ck_ok(hs_lab_calibrate(lab, &s, &l, &state, NULL, false, &kept, &e));
        ck_assert_ptr_null(kept.weights->bias.data);
        choose(&s, hs_weights_roster[_i], true);
        ck_assert(hs_layer_resolve(&small.net, &s, i, &l));
        ck_ok(hs_lab_calibrate(lab, &s, &l, &state, NULL, false, &corrected, &e));
        ck_assert_ptr_nonnull(corrected.weights->bias.data);
        ck_assert(!hs_key_equal(kept.key, corrected.key));
        ck_assert_mem_eq(kept.weights->value[0].data, corrected.weights->value[0].data,
                         hs_shape_count(&kept.weights->value[0].shape) * sizeof(float));
        double before = shift(&state, i, &kept), after = shift(&state, i, &corrected);
        ck_assert_msg(before > 1e-4 && after < 2e-6, "%s: %g without, %g with", small.net.node[i].name, before, after);
        hs_state_set(lab, &state, i, &corrected);
    }
    hs_state_close(&state);
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
    tcase_add_loop_test(t, a_corrected_bias_keeps_the_mean_of_the_output, 0, methods);
    suite_add_tcase(s, t);
    return check_main(s);
}
