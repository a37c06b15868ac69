/* test_transform.c - every rewriting on every network: the same function, and what each promises besides. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check_main.h"

#include "base/rng.h"
#include "dump/dump.h"
#include "format/grid.h"
#include "net/copy.h"
#include "net/run.h"
#include "transform/link.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SAMPLES = 24, NETS = 5, CHARLM = 3 };
static const char *const files[NETS - 1] = {"mlp", "deep_mlp", "cnn", "charlm"};
static struct hs_net nets[NETS];
static struct hs_tensor inputs[NETS]; /* each network has one port */
static struct hs_err e;

static void fill(float *x, size_t n, double mean, double spread, gsl_rng *r)
{
    for (size_t i = 0; i < n; i++) x[i] = (float)(mean + gsl_ran_gaussian_ziggurat(r, spread));
}

static void param(struct hs_net *net, const char *name, struct hs_shape s, double mean, double spread, gsl_rng *r)
{
    struct hs_tensor t;
    ck_ok(hs_tensor_alloc(&t, &s, &e));
    fill(t.data, hs_shape_count(&s), mean, spread, r);
    for (size_t i = 0; i < hs_shape_count(&s) && !strcmp(name, "variance"); i++) t.data[i] = fabsf(t.data[i]) + .1f;
    ck_ok(hs_net_param(net, name, &t, &e));
    hs_tensor_free(&t);
}

static void norm(struct hs_net *net, const char *name, int at, size_t n, bool affine, gsl_rng *r)
{
    const char *const part[] = {"mean", "variance", "gamma", "beta"};
    ck_ok(hs_net_add_node(net, name, "batch_norm", &e));
    ck_ok(hs_net_input(net, (struct hs_ref){at, 0}, &e));
    for (int i = 0; i < (affine ? 4 : 2); i++) param(net, part[i], (struct hs_shape){1, {n}}, i == 2, .5, r);
}

static void layer(struct hs_net *net, const char *name, const char *op, int at, struct hs_shape w, bool bias, int64_t groups,
                  gsl_rng *r)
{
    ck_ok(hs_net_add_node(net, name, op, &e));
    ck_ok(hs_net_input(net, (struct hs_ref){at, 0}, &e));
    if (groups) ck_ok(hs_net_attr_ints(net, "groups", &groups, 1, &e));
    if (groups) ck_ok(hs_net_attr_ints(net, "padding", &(int64_t){1}, 1, &e));
    param(net, "weight", w, 0, .3, r);
    if (bias) param(net, "bias", (struct hs_shape){1, {w.dim[0]}}, 0, .2, r);
}

static void plain(struct hs_net *net, const char *name, const char *op, int at)
{
    ck_ok(hs_net_add_node(net, name, op, &e));
    ck_ok(hs_net_input(net, (struct hs_ref){at, 0}, &e));
}

/* Convolutions (grouped, depthwise), batch norms with and without a factor, pooling, flatten: in either layout. */
static void made(struct hs_net *net, bool nchw)
{
    gsl_rng *r = hs_rng_open(3, "made");
    struct hs_shape image = nchw ? (struct hs_shape){4, {0, 3, 8, 6}} : (struct hs_shape){4, {0, 8, 6, 3}};
    ck_ok(hs_net_open(net, nchw ? "made" : "made, channels last", nchw, &e));
    ck_ok(hs_net_add_port(net, "image", &image, false, &e));
    layer(net, "first", "conv2d", -1, (struct hs_shape){4, {8, 3, 3, 3}}, false, 1, r);
    norm(net, "norm1", 0, 8, true, r);
    plain(net, "relu1", "relu", 1);
    layer(net, "depth", "conv2d", 2, (struct hs_shape){4, {8, 1, 3, 3}}, true, 8, r);
    norm(net, "norm2", 3, 8, false, r);
    plain(net, "relu2", "relu", 4);
    layer(net, "grouped", "conv2d", 5, (struct hs_shape){4, {6, 4, 3, 3}}, true, 2, r);
    plain(net, "relu3", "relu", 6);
    plain(net, "pool", "maxpool2d", 7);
    ck_ok(hs_net_attr_ints(net, "kernel", &(int64_t){2}, 1, &e));
    plain(net, "flat", "flatten", 8);
    layer(net, "dense", "linear", 9, (struct hs_shape){2, {16, 72}}, true, 0, r);
    plain(net, "relu4", "leaky_relu", 10);
    layer(net, "last", "linear", 11, (struct hs_shape){2, {5, 16}}, true, 0, r);
    ck_ok(hs_net_output(net, (struct hs_ref){12, 0}, &e));
    ck_ok(hs_net_finish(net, false, &e));
    gsl_rng_free(r);
}

static void random_input(const struct hs_net *net, struct hs_tensor *x)
{
    gsl_rng *r = hs_rng_open(4, "inputs");
    struct hs_shape s = net->port[0].shape;
    s.dim[0] = SAMPLES;
    ck_ok(hs_tensor_alloc(x, &s, &e));
    fill(x->data, hs_shape_count(&s), 0, 1, r);
    for (size_t i = 0; i < hs_shape_count(&s) && net->port[0].integer; i++) x->data[i] = (float)(i * 7 % 50);
    gsl_rng_free(r);
}

static void open_all(void)
{
    char path[512];
    e = (struct hs_err){0};
    for (int i = 0; i < NETS - 1; i++) {
        snprintf(path, sizeof path, "%s/experiments/networks/%s.h5", getenv("SRCDIR"), files[i]);
        ck_ok(hs_dump_read_net(path, false, &nets[i], &e));
    }
    made(&nets[NETS - 1], true);
    for (int i = 0; i < NETS; i++) random_input(&nets[i], &inputs[i]);
}
static void close_all(void)
{
    for (int i = 0; i < NETS; i++) hs_net_close(&nets[i]), hs_tensor_free(&inputs[i]);
}

static void defaults(const struct hs_transform_type *t, double *knob)
{
    for (int k = 0; t->knob && t->knob[k].name; k++) knob[k] = t->knob[k].value;
}

static const struct hs_transform_type *type_of(const char *name)
{
    for (size_t i = 0; hs_transform_roster[i]; i++)
        if (!strcmp(hs_transform_roster[i]->name, name)) return hs_transform_roster[i];
    ck_abort_msg("no transform %s", name);
}

static struct hs_net rewritten(const char *name, const struct hs_net *net, const struct hs_tensor *input)
{
    double knob[HS_MAX_KNOBS] = {0};
    struct hs_net to;
    defaults(type_of(name), knob);
    ck_ok(hs_transform(type_of(name), knob, net, input, &to, &e));
    return to;
}

static struct hs_tensor value(const struct hs_net *net, const struct hs_tensor *input, struct hs_ref ref)
{
    struct hs_net_packs packs;
    struct hs_tensor y;
    ck_ok(hs_net_pack(net, &packs, &e));
    ck_ok(hs_net_value(&packs, input, 0, ref, &y, &e));
    hs_net_unpack(&packs);
    return y;
}

static double difference(const struct hs_net *a, const struct hs_net *b, const struct hs_tensor *input)
{
    struct hs_tensor x = value(a, input, a->output[0]), y = value(b, input, b->output[0]);
    double most = 0, top = 0;
    ck_assert(hs_shape_equal(&x.shape, &y.shape));
    for (size_t i = 0; i < hs_shape_count(&x.shape); i++) {
        most = fmax(most, fabs((double)x.data[i] - (double)y.data[i]));
        top = fmax(top, fabs((double)x.data[i]));
    }
    hs_tensor_free(&x), hs_tensor_free(&y);
    return most / top;
}

static bool same_key(struct hs_key a, struct hs_key b) { return a.hi == b.hi && a.lo == b.lo; }

START_TEST(a_copy_is_the_original)
{
    for (int i = 0; i < NETS; i++) {
        struct hs_net copy;
        ck_ok(hs_net_copy(&nets[i], NULL, &copy, &e));
        ck_ok(hs_net_finish(&copy, false, &e));
        ck_assert(same_key(copy.digest, nets[i].digest));
        ck_assert(difference(&nets[i], &copy, &inputs[i]) == 0);
        hs_net_close(&copy);
    }
}
END_TEST

/* The contract of the roster: names stay, outputs stay to 1e-5, weights do not; or there is nothing to do, and that is said. */
START_TEST(the_function_stays)
{
    const struct hs_transform_type *t = hs_transform_roster[_i];
    double knob[HS_MAX_KNOBS] = {0};
    int done = 0;
    defaults(t, knob);
    for (int i = 0; i < NETS; i++) {
        struct hs_net to, again;
        if (hs_transform(t, knob, &nets[i], &inputs[i], &to, &e) != HS_OK) {
            ck_assert_msg(strstr(e.what, "finds nothing to do") && strstr(e.what, t->name), "%s", e.what);
            e = (struct hs_err){0};
            continue;
        }
        double d = difference(&nets[i], &to, &inputs[i]);
        ck_assert_msg(d < 1e-5, "%s of %s: outputs differ by %g", t->name, nets[i].name, d);
        ck_assert(!same_key(to.digest, nets[i].digest));
        for (size_t k = 0; k < nets[i].nodes; k++)
            if (!nets[i].node[k].hidden) ck_assert(hs_net_find(&to, nets[i].node[k].name) >= 0);
        ck_ok(hs_transform(t, knob, &nets[i], &inputs[i], &again, &e));
        ck_assert(same_key(to.digest, again.digest));
        hs_net_close(&to), hs_net_close(&again);
        done++;
    }
    ck_assert_msg(done > 0, "%s: no network has anything for it", t->name);
}
END_TEST

START_TEST(no_norm_that_could_be_folded_stays)
{
    const struct hs_net *net = &nets[NETS - 1];
    struct hs_net to = rewritten("bn-fold", net, NULL);
    for (size_t i = 0; i < to.nodes; i++) ck_assert(strcmp(to.node[i].op->name, "batch_norm"));
    ck_assert(hs_node_param(&to, &to.node[hs_net_find(&to, "first")], "bias") != NULL);
    double knob[HS_MAX_KNOBS] = {0};
    struct hs_net none;
    ck_assert(hs_transform(type_of("bn-fold"), knob, &to, NULL, &none, &e) == HS_ECONFIG);
    e = (struct hs_err){0};
    hs_net_close(&to);
}
END_TEST

/* Largest |weight| of output channel c. */
static double made_range(const struct hs_net *net, int node, size_t c)
{
    const struct hs_tensor *w = &hs_node_param(net, &net->node[node], "weight")->value;
    size_t row = hs_shape_count(&w->shape) / w->shape.dim[0];
    double most = 0;
    for (size_t i = 0; i < row; i++) most = fmax(most, fabs((double)w->data[c * row + i]));
    return most;
}

START_TEST(equalization_makes_ranges_equal)
{
    for (int i = 0; i < NETS; i++) {
        if (i == CHARLM) continue; /* gelu between its layers */
        struct hs_net to = rewritten("cle", &nets[i], NULL);
        size_t pairs = 0;
        for (size_t k = 0; k < to.nodes; k++) {
            struct hs_link l;
            double reach[1024];
            if (!hs_link_at(&to, (int)k, &l) || l.norm) continue;
            ck_assert(l.channels <= 1024);
            hs_link_reach(&l, &to, &to, reach);
            for (size_t c = 0; c < l.channels; c++) {
                double made_ = made_range(&to, (int)k, c);
                if (made_ > 0 && reach[c] > 0) ck_assert_double_eq_tol(made_ / reach[c], 1, 1e-3);
            }
            pairs++;
        }
        ck_assert(pairs > 0);
        hs_net_close(&to);
    }
}
END_TEST

/* All links of a network, and what their ends read. */
struct looks {
    struct hs_net scratch; /* owns the rest */
    struct hs_link *link;
    struct hs_link_seen seen[64];
    size_t n;
};
static struct looks look(const struct hs_net *net, const struct hs_tensor *input)
{
    struct looks l = {.n = 0};
    ck_ok(hs_net_open(&l.scratch, "scratch", true, &e));
    struct hs_transform_job job = {.from = net, .input = input, .to = &l.scratch};
    ck_ok(hs_links_find(&job, &l.link, &l.n, &e));
    ck_assert(l.n <= 64);
    ck_ok(hs_links_observe(&job, l.link, l.n, l.seen, &e));
    return l;
}

/* In a transformer no end is a producer itself, whose rows another link would divide afterwards. With alpha = 1/2 largest activation and largest weight of a channel meet at their geometric mean. */
START_TEST(smoothing_balances_activations_and_weights)
{
    struct hs_net to = rewritten("smoothquant", &nets[CHARLM], &inputs[CHARLM]);
    struct looks was = look(&nets[CHARLM], &inputs[CHARLM]), is = look(&to, &inputs[CHARLM]);
    ck_assert(was.n == is.n && is.n >= 4);
    for (size_t i = 0; i < is.n; i++) {
        double had[1024], has[1024];
        ck_assert(is.link[i].channels <= 1024);
        hs_link_reach(&was.link[i], &nets[CHARLM], &nets[CHARLM], had), hs_link_reach(&is.link[i], &to, &to, has);
        for (size_t c = 0; c < is.link[i].channels; c++) {
            ck_assert_double_eq_tol(is.seen[i].top[c] / has[c], 1, 1e-4);
            ck_assert_double_eq_tol(has[c] / sqrt(was.seen[i].top[c] * had[c]), 1, 1e-4);
        }
    }
    hs_net_close(&was.scratch), hs_net_close(&is.scratch), hs_net_close(&to);
}
END_TEST

/* A channel that is much larger than all others costs its block's scale no longer. */
START_TEST(a_rotation_spreads_an_outlier)
{
    enum { WIDTH = 64 };
    struct hs_net net;
    gsl_rng *r = hs_rng_open(5, "outlier");
    ck_ok(hs_net_open(&net, "one", true, &e));
    ck_ok(hs_net_add_port(&net, "x", &(struct hs_shape){2, {0, WIDTH}}, false, &e));
    layer(&net, "only", "linear", -1, (struct hs_shape){2, {8, WIDTH}}, true, 0, r);
    ck_ok(hs_net_output(&net, (struct hs_ref){0, 0}, &e));
    ck_ok(hs_net_finish(&net, false, &e));
    struct hs_tensor x, y;
    random_input(&net, &x);
    for (size_t i = 0; i < SAMPLES; i++) x.data[i * WIDTH + 5] = 100;
    struct hs_net to = rewritten("hadamard", &net, NULL);
    int at = hs_net_find(&to, "only.hadamard");
    ck_assert(at >= 0);
    y = value(&to, &x, (struct hs_ref){at, 0});
    double most = 0, power[2] = {0};
    for (size_t i = 0; i < SAMPLES * WIDTH; i++) {
        most = fmax(most, fabs((double)y.data[i]));
        power[0] += (double)x.data[i] * (double)x.data[i], power[1] += (double)y.data[i] * (double)y.data[i];
    }
    ck_assert_msg(most < 20, "%g", most); /* 100 / sqrt(64) and what the rest adds up to */
    ck_assert_double_eq_tol(power[1] / power[0], 1, 1e-6);
    ck_assert(difference(&net, &to, &x) < 1e-5);
    hs_tensor_free(&x), hs_tensor_free(&y), hs_net_close(&to), hs_net_close(&net);
    gsl_rng_free(r);
}
END_TEST

/* sum over channels of E[x^2] (Q(w) - w)^2, in units of the unscaled network: what the search minimises, computed apart. */
static double weighted_error(const struct hs_net *net, const struct hs_link *l, const double *square)
{
    double sum = 0;
    for (size_t k = 0; k < l->ends; k++) {
        struct hs_link_weight w = hs_link_weight(net, l->end[k].node, net);
        size_t row = w.ins * w.taps;
        for (size_t o = 0; o < w.outs; o++) {
            double top = made_range(net, l->end[k].node, o), scale = (double)(float)(top / 7);
            for (size_t i = 0; i < row; i++) {
                double v = (double)w.value[o * row + i], d = scale * rint(v / scale) - v;
                sum += square[hs_link_channel(l, &l->end[k], &w, o, i / w.taps)] * d * d;
            }
        }
    }
    return sum;
}

START_TEST(awq_loses_less_by_its_own_measure)
{
    struct hs_net to = rewritten("awq", &nets[CHARLM], &inputs[CHARLM]);
    struct looks was = look(&nets[CHARLM], &inputs[CHARLM]), is = look(&to, &inputs[CHARLM]);
    size_t less = 0;
    ck_assert(was.n == is.n && is.n >= 4);
    for (size_t i = 0; i < is.n; i++) {
        double had = weighted_error(&nets[CHARLM], &was.link[i], was.seen[i].square);
        double has = weighted_error(&to, &is.link[i], is.seen[i].square);
        ck_assert_msg(has <= had * (1 + 1e-3), "link %zu: %g after %g", i, has, had);
        less += has < .999 * had;
    }
    ck_assert(less > 0);
    hs_net_close(&was.scratch), hs_net_close(&is.scratch), hs_net_close(&to);
}
END_TEST

START_TEST(layouts_are_treated_alike)
{
    struct hs_net net;
    struct hs_tensor x;
    made(&net, false);
    random_input(&net, &x);
    for (size_t i = 0; hs_transform_roster[i]; i++) {
        struct hs_net to = rewritten(hs_transform_roster[i]->name, &net, &x);
        ck_assert_msg(difference(&net, &to, &x) < 1e-5, "%s", hs_transform_roster[i]->name);
        hs_net_close(&to);
    }
    hs_net_close(&net), hs_tensor_free(&x);
}
END_TEST

START_TEST(what_cannot_be_done_is_refused)
{
    double knob[HS_MAX_KNOBS] = {.5};
    struct hs_net to;
    ck_assert(hs_transform(type_of("smoothquant"), knob, &nets[0], NULL, &to, &e) == HS_ECONFIG);
    ck_assert(strstr(e.what, "data.calibration") != NULL);
    e = (struct hs_err){0};
    ck_assert(hs_transform(type_of("bn-fold"), knob, &nets[0], NULL, &to, &e) == HS_ECONFIG);
    ck_assert(strstr(e.what, "batch norm") != NULL);
}
END_TEST

START_TEST(running_out_of_memory_is_an_error_and_nothing_leaks)
{
    const struct hs_transform_type *t = hs_transform_roster[_i];
    double knob[HS_MAX_KNOBS] = {0};
    bool done = false;
    defaults(t, knob);
    for (long k = 1; !done && k < 100000; k++) {
        struct hs_err why = {0};
        struct hs_net to;
        hs_mem_fail_at(k);
        enum hs_status st = hs_transform(t, knob, &nets[NETS - 1], &inputs[NETS - 1], &to, &why);
        hs_mem_fail_at(0);
        done = st == HS_OK;
        if (done) hs_net_close(&to);
        else ck_assert_int_eq(why.status, HS_ENOMEM);
    }
    ck_assert(done);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("transform");
    TCase *t = tcase_create("transform");
    int n = 0;
    while (hs_transform_roster[n]) n++;
    tcase_add_checked_fixture(t, open_all, close_all);
    tcase_add_test(t, a_copy_is_the_original);
    tcase_add_loop_test(t, the_function_stays, 0, n);
    tcase_add_test(t, no_norm_that_could_be_folded_stays);
    tcase_add_test(t, equalization_makes_ranges_equal);
    tcase_add_test(t, smoothing_balances_activations_and_weights);
    tcase_add_test(t, a_rotation_spreads_an_outlier);
    tcase_add_test(t, awq_loses_less_by_its_own_measure);
    tcase_add_test(t, layouts_are_treated_alike);
    tcase_add_test(t, what_cannot_be_done_is_refused);
    tcase_add_loop_test(t, running_out_of_memory_is_an_error_and_nothing_leaks, 0, n);
    suite_add_tcase(s, t);
    return check_main(s);
}
