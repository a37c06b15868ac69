/* test_run.c - whole networks: the same from any layout, batch and number of threads. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check_main.h"

#include "base/rng.h"
#include "base/work.h"
#include "net/run.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>

#define SHAPE(...)                                                                             \
    ((struct hs_shape){.rank = sizeof((size_t[]){__VA_ARGS__}) / sizeof(size_t),               \
                       .dim = {__VA_ARGS__}})

static struct hs_err e;

/* Eighths: sums and products of these are exact in float32, so that their order cannot show. */
static float eighth(gsl_rng *r) { return (float)((int)gsl_rng_uniform_int(r, 17) - 8) / 8; }

static void param(struct hs_net *net, const char *name, const struct hs_tensor *t)
{
    ck_ok(hs_net_param(net, name, t, &e));
}

static struct hs_tensor drawn(const struct hs_shape *s, const char *stream)
{
    struct hs_tensor t;
    gsl_rng *r = hs_rng_open(3, stream);
    ck_ok(hs_tensor_alloc(&t, s, &e));
    for (size_t i = 0; i < hs_shape_count(s); i++) t.data[i] = eighth(r);
    gsl_rng_free(r);
    return t;
}

static void drawn_param(struct hs_net *net, const char *name, const struct hs_shape *s,
                        const char *stream)
{
    struct hs_tensor t = drawn(s, stream);
    param(net, name, &t);
    hs_tensor_free(&t);
}

static int node(struct hs_net *net, const char *name, const char *op, int from)
{
    ck_ok(hs_net_add_node(net, name, op, &e));
    ck_ok(hs_net_input(net, (struct hs_ref){.node = from}, &e));
    return (int)net->nodes - 1;
}

static void batch_norm(struct hs_net *net, const char *name, int from, size_t channels)
{
    struct hs_tensor ones;
    node(net, name, "batch_norm", from);
    drawn_param(net, "mean", &SHAPE(channels), "mean");
    drawn_param(net, "gamma", &SHAPE(channels), "gamma");
    ck_ok(hs_tensor_alloc(&ones, &SHAPE(channels), &e));
    for (size_t i = 0; i < channels; i++) ones.data[i] = 0.25f;
    param(net, "variance", &ones);
    hs_tensor_free(&ones);
    ck_ok(hs_net_attr_reals(net, "epsilon", (const double[]){0}, 1, &e));
}

/* The fully connected weight reads (C, H, W) in an NCHW file and (H, W, C) in an NHWC one. */
static void last_layer(struct hs_net *net, int from, size_t c, size_t h, size_t w)
{
    struct hs_tensor t = drawn(&SHAPE(10, c, h, w), "fc"), turned;
    node(net, "fc", "linear", from);
    ck_ok(hs_tensor_alloc(&turned, &SHAPE(10, h, w, c), &e));
    hs_tensor_permute(&turned, &t, (const int[]){0, 2, 3, 1});
    struct hs_tensor *use = net->nchw ? &t : &turned;
    use->shape = SHAPE(10, c * h * w);
    param(net, "weight", use);
    hs_tensor_free(&t), hs_tensor_free(&turned);
}

/* conv, batch norm, relu, pool, a branch (conv) joined by concat over channels and add,
 * flatten, linear. */
static void build(struct hs_net *net, bool nchw)
{
    e = (struct hs_err){0};
    ck_ok(hs_net_open(net, "both ways", nchw, &e));
    ck_ok(hs_net_add_port(net, "x", nchw ? &SHAPE(0, 3, 8, 6) : &SHAPE(0, 8, 6, 3), false, &e));
    int conv = node(net, "conv", "conv2d", -1);
    drawn_param(net, "weight", &SHAPE(5, 3, 3, 3), "conv");
    ck_ok(hs_net_attr_ints(net, "padding", (const int64_t[]){1, 1, 1, 1}, 4, &e));
    batch_norm(net, "bn", conv, 5);
    int relu = node(net, "relu", "relu", (int)net->nodes - 1);
    int pool = node(net, "pool", "maxpool2d", relu);
    ck_ok(hs_net_attr_ints(net, "kernel", (const int64_t[]){2}, 1, &e));
    int side = node(net, "side", "conv2d", pool);
    drawn_param(net, "weight", &SHAPE(5, 5, 1, 1), "side");
    int sum = node(net, "sum", "add", pool);
    ck_ok(hs_net_input(net, (struct hs_ref){.node = side}, &e));
    int cat = node(net, "cat", "concat", sum);
    ck_ok(hs_net_input(net, (struct hs_ref){.node = side}, &e));
    ck_ok(hs_net_attr_ints(net, "axis", (const int64_t[]){nchw ? 1 : 3}, 1, &e));
    int flat = node(net, "flat", "flatten", cat);
    last_layer(net, flat, 10, 4, 3);
    ck_ok(hs_net_output(net, (struct hs_ref){.node = (int)net->nodes - 1}, &e));
    ck_ok(hs_net_output(net, (struct hs_ref){.node = cat}, &e));
    ck_ok(hs_net_finish(net, false, &e));
}

static struct hs_tensor value(const struct hs_net *net, const struct hs_tensor *x,
                              struct hs_ref ref, size_t batch)
{
    struct hs_net_packs packs;
    struct hs_tensor y;
    ck_ok(hs_net_pack(net, &packs, &e));
    ck_ok(hs_net_value(&packs, x, batch, ref, &y, &e));
    hs_net_unpack(&packs);
    return y;
}

static bool same(const struct hs_tensor *a, const struct hs_tensor *b)
{
    return hs_shape_equal(&a->shape, &b->shape) &&
           !memcmp(a->data, b->data, hs_shape_count(&a->shape) * sizeof(float));
}

START_TEST(one_network_in_two_layouts_is_the_same)
{
    struct hs_net a, b;
    build(&a, true), build(&b, false);
    ck_assert_uint_eq(b.nodes, 9);  /* nothing is ever turned */
    ck_assert_uint_eq(a.nodes, 10); /* the output `cat`, for who asked for it */
    ck_assert(a.node[9].hidden && a.output[1].node == 9);
    ck_assert(hs_shape_equal(&a.port[0].shape, &b.port[0].shape)); /* fed alike */
    struct hs_tensor x = drawn(&SHAPE(7, 8, 6, 3), "x");
    struct hs_tensor y = value(&a, &x, a.output[0], 0), z = value(&b, &x, b.output[0], 0);
    double size = 0;
    for (size_t i = 0; i < hs_shape_count(&y.shape); i++) size += fabs((double)y.data[i]);
    ck_assert(size > 1); /* not all zeros */
    ck_assert(same(&y, &z));
    hs_tensor_free(&y), hs_tensor_free(&z);

    y = value(&a, &x, a.output[1], 0),
    z = value(&b, &x, b.output[1], 0); /* (7, 10, 4, 3) and (7, 4, 3, 10) */
    struct hs_tensor turned;
    ck_ok(hs_tensor_alloc(&turned, &SHAPE(7, 10, 4, 3), &e));
    hs_tensor_permute(&turned, &z, (const int[]){0, 3, 1, 2});
    ck_assert(same(&y, &turned));
    hs_tensor_free(&y);

    int cat = hs_net_find(
        &a,
        "cat"); /* the visible node holds it channels-last; its logical value is the output */
    y = value(&a, &x, (struct hs_ref){.node = cat}, 3);
    ck_assert(same(&y, &z));
    struct hs_tensor logical;
    ck_ok(hs_net_to_logical(&a, (struct hs_ref){.node = cat}, &y, &logical, &e));
    ck_assert(same(&logical, &turned));
    hs_tensor_free(&y), hs_tensor_free(&z), hs_tensor_free(&turned), hs_tensor_free(&logical),
        hs_tensor_free(&x);
    hs_net_close(&a), hs_net_close(&b);
}
END_TEST

struct crowd {
    struct hs_net_packs packs;
    struct hs_tensor x, y[16];
};
static void job(void *ctx, size_t i, int worker)
{
    struct crowd *c = ctx;
    struct hs_err mine = {0};
    (void)worker;
    hs_net_value(&c->packs, &c->x, 1 + i % 5, c->packs.net->output[0], &c->y[i], &mine);
}

START_TEST(many_threads_may_run_one_network)
{
    struct hs_net net;
    struct crowd c;
    build(&net, true);
    ck_ok(hs_net_pack(&net, &c.packs, &e));
    c.x = drawn(&SHAPE(7, 8, 6, 3), "x");
    hs_work(16, 4, job, &c);
    for (int i = 1; i < 16; i++) ck_assert(same(&c.y[0], &c.y[i]));
    for (int i = 0; i < 16; i++) hs_tensor_free(&c.y[i]);
    hs_tensor_free(&c.x);
    hs_net_unpack(&c.packs);
    hs_net_close(&net);
}
END_TEST

START_TEST(wrong_input_is_named_with_both_shapes)
{
    struct hs_net net;
    struct hs_net_packs packs;
    struct hs_tensor y, x = drawn(&SHAPE(7, 3, 8, 6), "x");
    build(&net, true);
    ck_ok(hs_net_pack(&net, &packs, &e));
    ck_assert_int_eq(hs_net_value(&packs, &x, 0, net.output[0], &y, &e), HS_ESHAPE);
    ck_assert_ptr_nonnull(strstr(e.what, "(7, 8, 6, 3)"));
    ck_assert_ptr_nonnull(strstr(e.what, "(7, 3, 8, 6)"));
    ck_assert_ptr_nonnull(strstr(e.what, "'x'"));
    hs_tensor_free(&x);
    hs_net_unpack(&packs);
    hs_net_close(&net);
}
END_TEST

static enum hs_status stop_at(void *ctx, const struct hs_node *n, const struct hs_tensor *out,
                              size_t first, struct hs_err *err)
{
    int *seen = ctx;
    ck_assert_int_eq(n->index, *seen % 10);
    ck_assert_uint_eq(first, (size_t)(*seen / 10 * 2));
    ck_assert_uint_eq(out[0].shape.dim[0], first == 4 ? 1 : 2);
    return ++*seen == 24 ? HS_FAIL(err, HS_EDATA, "enough") : HS_OK;
}

START_TEST(a_viewer_sees_each_node_in_order_and_may_stop)
{
    struct hs_net net;
    struct hs_net_packs packs;
    struct hs_tensor x = drawn(&SHAPE(5, 8, 6, 3), "x");
    int seen = 0;
    build(&net, true);
    ck_ok(hs_net_pack(&net, &packs, &e));
    ck_assert_int_eq(hs_net_run(&packs, &x, 2, stop_at, &seen, &e), HS_EDATA);
    ck_assert_int_eq(seen, 24);
    ck_assert_str_eq(e.what, "enough");
    hs_tensor_free(&x);
    hs_net_unpack(&packs);
    hs_net_close(&net);
}
END_TEST

START_TEST(ids_beyond_the_table_are_refused)
{
    struct hs_net net;
    struct hs_net_packs packs;
    e = (struct hs_err){0};
    ck_ok(hs_net_open(&net, "n", true, &e));
    ck_ok(hs_net_add_port(&net, "ids", &SHAPE(0, 4), true, &e));
    node(&net, "table", "embedding", -1);
    drawn_param(&net, "weight", &SHAPE(11, 3), "table");
    ck_ok(hs_net_output(&net, (struct hs_ref){0}, &e));
    ck_ok(hs_net_finish(&net, false, &e));
    ck_ok(hs_net_pack(&net, &packs, &e));
    const float bad[] = {11, -1, NAN, 1e30f};
    for (int i = 0; i < 4; i++) {
        float ids[8] = {0, 1, 2, 10, 3, 4, bad[i], 5};
        struct hs_tensor y;
        e = (struct hs_err){0};
        ck_assert_int_eq(hs_net_value(&packs, &(struct hs_tensor){SHAPE(2, 4), ids}, 1,
                                      net.output[0], &y, &e),
                         HS_EDATA);
        ck_assert_ptr_nonnull(strstr(e.what, "sample 1 "));
        ck_assert_ptr_nonnull(strstr(e.where, "'table'"));
    }
    hs_net_unpack(&packs);
    hs_net_close(&net);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("run");
    TCase *c = tcase_create("networks");
    tcase_add_test(c, one_network_in_two_layouts_is_the_same);
    tcase_add_test(c, many_threads_may_run_one_network);
    tcase_add_test(c, wrong_input_is_named_with_both_shapes);
    tcase_add_test(c, a_viewer_sees_each_node_in_order_and_may_stop);
    tcase_add_test(c, ids_beyond_the_table_are_refused);
    suite_add_tcase(s, c);
    return check_main(s);
}
