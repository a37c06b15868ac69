/* test_sensitivity.c - figures that orders go by: where they must agree, and what they need. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check_main.h"
#include "propagate/small.h"

#include "order/order.h"
#include "propagate/sensitivity.h"

#include <math.h>
#include <string.h>

enum { MEMORY = 1 << 24, MOST = 16 };
static struct hs_err e;

/* Biases would be part of the output's power alone. */
static void without_biases(struct hs_net *net)
{
    for (size_t i = 0; i < net->nodes; i++)
        for (size_t k = 0; k < net->node[i].params; k++) {
            struct hs_param *p = &net->node[i].param[k];
            if (!strcmp(p->name, "bias")) memset(p->value.data, 0, hs_shape_count(&p->value.shape) * sizeof(float));
        }
}

static struct hs_spec spec_of(enum hs_order_figure by)
{
    struct hs_spec s = small_spec();
    s.weights.format = hs_format_find("int4", &e), s.activations.format = NULL;
    s.order.type = hs_order_find("sensitivity", &e);
    s.order.knob[0] = 1, s.order.knob[1] = by;
    return s;
}

static size_t figures(const struct small *small, enum hs_order_figure by, double *figure, double *networks)
{
    struct hs_spec s = spec_of(by);
    struct hs_lab *lab = NULL;
    struct hs_layer layer[MOST];
    size_t node[MOST], n = hs_spec_layers(&small->net, &s, node);
    ck_assert(n > 0 && n <= MOST);
    ck_ok(hs_lab_open(&small->net, &small->calibration, &small->evaluation, MEMORY, &lab, &e));
    for (size_t i = 0; i < n; i++) ck_assert(hs_layer_resolve(&small->net, &s, (int)node[i], &layer[i]));
    *networks = 0;
    ck_ok(hs_lab_sensitivity(lab, &s, layer, n, figure, networks, &e));
    hs_lab_close(lab);
    return n;
}

/* One layer: what its weight's error does to the output is that error in the second moment of the inputs, exactly; and the
 * curvature is that moment's trace, which random signs find on average. */
START_TEST(one_layer_is_its_own_output)
{
    struct small one;
    double solo, got, networks, power = 0, out = 0, weight;
    e = (struct hs_err){0};
    ck_ok(small_chain(&one, 1, 200, 50, &e));
    without_biases(&one.net);
    ck_assert_uint_eq(figures(&one, HS_BY_SOLO, &solo, &networks), 1);
    ck_assert(networks == 1);
    figures(&one, HS_BY_PROJECTED, &got, &networks);
    ck_assert(networks == 0 && solo > 0);
    ck_assert_double_eq_tol(got / solo, 1, 1e-4);
    figures(&one, HS_BY_WEIGHT, &weight, &networks);
    ck_assert(networks == 0 && weight > 0);
    figures(&one, HS_BY_TRACE, &got, &networks);
    ck_assert(networks == 4);
    const struct hs_tensor *w = &hs_node_param(&one.net, &one.net.node[hs_net_find(&one.net, "f1")], "weight")->value;
    size_t outs = w->shape.dim[0], ins = w->shape.dim[1];
    double size = 0;
    for (size_t i = 0; i < outs * ins; i++) size += (double)w->data[i] * (double)w->data[i];
    for (size_t i = 0; i < one.calibration.n; i++) {
        const float *x = one.calibration.input[0].data + i * ins;
        for (size_t j = 0; j < ins; j++) power += (double)x[j] * (double)x[j];
        for (size_t o = 0; o < outs; o++) {
            double y = 0;
            for (size_t j = 0; j < ins; j++) y += (double)w->data[o * ins + j] * (double)x[j];
            out += y * y;
        }
    }
    /* trace / values x error = outs power / out / (outs ins) x weight x size */
    ck_assert_double_eq_tol(got / (power / out / (double)ins * weight * size), 1, .35);
    small_close(&one);
}
END_TEST

START_TEST(every_figure_ranks_every_layer)
{
    struct small small;
    e = (struct hs_err){0};
    ck_ok(small_open(&small, 30, 30, &e));
    for (int by = HS_BY_SOLO; by <= HS_BY_TRACE; by++) {
        double figure[MOST], again[MOST], networks;
        size_t n = figures(&small, (enum hs_order_figure)by, figure, &networks);
        ck_assert_uint_eq(n, 6);
        figures(&small, (enum hs_order_figure)by, again, &networks);
        for (size_t i = 0; i < n; i++) ck_assert(figure[i] > 0 && isfinite(figure[i]) && figure[i] == again[i]);
        struct hs_spec s = spec_of((enum hs_order_figure)by);
        struct hs_trace t = {0};
        struct hs_lab *lab = NULL;
        ck_ok(hs_lab_open(&small.net, &small.calibration, &small.evaluation, MEMORY, &lab, &e));
        ck_ok(hs_walk(lab, &s, &t, &e));
        ck_assert_uint_eq(t.layers, 6);
        hs_trace_close(&t), hs_lab_close(lab);
    }
    small_close(&small);
}
END_TEST

START_TEST(only_the_weight_needs_no_data)
{
    struct small small;
    e = (struct hs_err){0};
    ck_ok(small_open(&small, 30, 30, &e));
    for (int by = HS_BY_SOLO; by <= HS_BY_TRACE; by++) {
        struct hs_spec s = spec_of((enum hs_order_figure)by);
        enum hs_status st = hs_spec_check(&small.net, &s, false, &e);
        ck_assert_int_eq(st, by == HS_BY_WEIGHT ? HS_OK : HS_ECONFIG);
        e = (struct hs_err){0};
    }
    small_close(&small);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("sensitivity");
    TCase *t = tcase_create("sensitivity");
    tcase_add_test(t, one_layer_is_its_own_output);
    tcase_add_test(t, every_figure_ranks_every_layer);
    tcase_add_test(t, only_the_weight_needs_no_data);
    suite_add_tcase(s, t);
    return check_main(s);
}
