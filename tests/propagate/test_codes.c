/* test_codes.c - products of codes: the simulation's values up to its rounding, whatever the lab did before. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check_main.h"
#include "propagate/small.h"

#include "propagate/codes.h"
#include "weights/weights.h"

#include <math.h>
#include <string.h>

static struct small small;
static struct hs_err e;

static void open_small(void)
{
    e = (struct hs_err){0};
    ck_ok(small_open(&small, 40, 60, &e));
}
static void close_small(void) { small_close(&small); }

static double error_in(struct hs_lab *lab, const struct hs_spec *s)
{
    struct hs_trace t = {0};
    ck_ok(hs_walk(lab, s, &t, &e));
    double error = t.node[t.nodes - 1].total;
    hs_trace_close(&t);
    return error;
}

static double error_of(const struct hs_spec *s, size_t memory)
{
    struct hs_lab *lab = NULL;
    ck_ok(hs_lab_open(&small.net, &small.calibration, &small.evaluation, memory, &lab, &e));
    double error = error_in(lab, s);
    hs_lab_close(lab);
    return error;
}

/* Schemes whose layers can multiply codes. */
static struct hs_spec scheme(int i)
{
    struct hs_spec s = small_spec();
    if (i == 1) s.weights.symmetric = false, s.weights.restricted = false;
    if (i == 2) s.activations.symmetric = true, s.weights.granularity = HS_PER_CHANNEL;
    if (i == 3) s.weights.granularity = HS_PER_TENSOR, s.weights.format = hs_format_find("int4", &e);
    if (i == 4) s.method_knob[0] = HS_WEIGHTS_BIAS_MATCHED;
    if (i == 5) s.convention.rounding = HS_STOCHASTIC;
    return s;
}
enum { SCHEMES = 6 };

START_TEST(errors_are_those_of_values_but_for_rounding)
{
    struct hs_spec values = scheme(_i), codes = scheme(_i);
    codes.codes = true;
    double a = error_of(&values, 1 << 24), b = error_of(&codes, 1 << 24);
    ck_assert_double_gt(a, 0);
    ck_assert_msg(a != b, "scheme %d: the same bits, so codes were not multiplied", _i);
    ck_assert_msg(fabs(a - b) < 2e-3 * a, "scheme %d: %g with values, %g with codes", _i, a, b);
    ck_assert(!hs_key_equal(hs_spec_outcome(&small.net, &values), hs_spec_outcome(&small.net, &codes)));
}
END_TEST

START_TEST(what_a_lab_saw_before_changes_nothing)
{
    struct hs_spec codes = scheme(_i), alone = scheme(_i), values = scheme(_i);
    codes.codes = alone.codes = true;
    alone.activations.format = NULL; /* the same weights, and nothing to multiply them with */
    double fresh = error_of(&codes, 1 << 24), of_values = error_of(&values, 1 << 24), scarce = error_of(&codes, 60000);
    struct hs_lab *lab = NULL;
    ck_ok(hs_lab_open(&small.net, &small.calibration, &small.evaluation, 1 << 24, &lab, &e));
    error_in(lab, &alone);
    ck_assert_double_eq(error_in(lab, &codes), fresh);
    ck_assert_double_eq(error_in(lab, &values), of_values);
    ck_assert_double_eq(error_in(lab, &codes), fresh);
    ck_assert_double_eq(scarce, fresh);
    hs_lab_close(lab);
}
END_TEST

/* By hand: whole numbers in double, scaled once. */
START_TEST(a_layer_is_its_sum_of_codes)
{
    struct hs_spec s = scheme(1);
    struct hs_lab *lab = NULL;
    struct hs_state state = {0};
    struct hs_layer l;
    struct hs_quant q;
    struct hs_kept *in, *out;
    s.codes = true;
    int at = (int)small.net.nodes - 1;
    while (at && strcmp(small.net.node[at].op->name, "linear")) at--;
    const struct hs_node *n = &small.net.node[at];
    ck_ok(hs_lab_open(&small.net, &small.calibration, &small.evaluation, 1 << 24, &lab, &e));
    ck_ok(hs_state_open(lab, &state, &e));
    ck_assert(hs_layer_resolve(&small.net, &s, at, &l));
    ck_ok(hs_lab_calibrate(lab, &s, &l, &state, NULL, false, &q, &e));
    ck_assert(hs_codes_used(n, &q));
    ck_ok(hs_lab_eval(lab, HS_CALIBRATION, 0, &state, &n->input[0].node, 1, &in, &e));
    ck_ok(hs_lab_local(lab, HS_CALIBRATION, 0, &state, at, &q, &out, &e));
    const struct hs_grid *x = &q.input[0]->grid, *w = &q.weights->site[0]->grid;
    const struct hs_tensor *weight = &q.weights->value[0];
    const float *bias = hs_node_param(&small.net, n, "bias")->value.data;
    size_t outs = weight->shape.dim[0], ins = weight->shape.dim[1], rows = hs_shape_count(&out->t.shape) / outs;
    for (size_t r = 0; r < rows; r++)
        for (size_t o = 0; o < outs; o++) {
            size_t part = w->n == 1 ? 0 : o;
            double sum = 0, zero = w->zero[part], scale = (double)x->scale[0] * (double)w->scale[part];
            for (size_t k = 0; k < ins; k++) {
                int32_t a, b;
                hs_grid_encode(x, &in->t.data[r * ins + k], &a, 1, r * ins + k);
                b = (int32_t)lrint((double)weight->data[o * ins + k] / (double)w->scale[part] + zero);
                sum += ((double)a - (double)x->zero[0]) * ((double)b - zero);
            }
            float want = (float)(scale * sum + (double)bias[o]), got = out->t.data[r * outs + o];
            ck_assert_msg(got == want, "row %zu, output %zu: %.9g is not %.9g", r, o, (double)got, (double)want);
        }
    struct hs_site noisy = *q.input[0]; /* as the null model draws it */
    noisy.noisy = true, q.input[0] = &noisy;
    ck_assert_msg(!hs_codes_used(n, &q), "noise has no codes");
    hs_keep_release(lab->keep, in), hs_keep_release(lab->keep, out);
    hs_state_close(&state);
    hs_lab_close(lab);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("codes");
    TCase *t = tcase_create("codes");
    tcase_add_checked_fixture(t, open_small, close_small);
    tcase_add_loop_test(t, errors_are_those_of_values_but_for_rounding, 0, SCHEMES);
    tcase_add_loop_test(t, what_a_lab_saw_before_changes_nothing, 0, SCHEMES);
    tcase_add_test(t, a_layer_is_its_sum_of_codes);
    suite_add_tcase(s, t);
    return check_main(s);
}
