/* test_net.c - graphs: building, checking, memory order, digests. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check_main.h"

#include "net/op.h"

#include <math.h>
#include <string.h>

#define SHAPE(...)                                                                             \
    ((struct hs_shape){.rank = sizeof((size_t[]){__VA_ARGS__}) / sizeof(size_t),               \
                       .dim = {__VA_ARGS__}})

static struct hs_err e;
static struct hs_net net;

static void start(bool nchw, const struct hs_shape *in)
{
    e = (struct hs_err){0};
    ck_ok(hs_net_open(&net, "n", nchw, &e));
    ck_ok(hs_net_add_port(&net, "x", in, false, &e));
}

static void stop(void) { hs_net_close(&net); }

static int node(const char *name, const char *op, int from)
{
    ck_ok(hs_net_add_node(&net, name, op, &e));
    ck_ok(hs_net_input(&net, (struct hs_ref){.node = from}, &e));
    return (int)net.nodes - 1;
}

static void ints(const char *name, int64_t a, int64_t b)
{
    ck_ok(hs_net_attr_ints(&net, name, (const int64_t[]){a, b}, 2, &e));
}

static void param(const char *name, const struct hs_shape *shape, float value)
{
    struct hs_tensor t;
    ck_ok(hs_tensor_alloc(&t, shape, &e));
    for (size_t i = 0; i < hs_shape_count(shape); i++) t.data[i] = value + (float)i;
    ck_ok(hs_net_param(&net, name, &t, &e));
    hs_tensor_free(&t);
}

static void batch_norm(const char *name, int from, size_t channels)
{
    node(name, "batch_norm", from);
    param("mean", &SHAPE(channels), 0);
    param("variance", &SHAPE(channels), 1);
}

static void output(int from) { ck_ok(hs_net_output(&net, (struct hs_ref){.node = from}, &e)); }

static void says(const char *part)
{
    ck_assert_msg(strstr(e.what, part) || strstr(e.where, part), "'%s' is not in: %s (%s)",
                  part, e.what, e.where);
}

START_TEST(an_nchw_network_is_kept_channels_last)
{
    start(true, &SHAPE(0, 3, 8, 6));
    batch_norm("bn", -1, 3);
    node("act", "relu", 0);
    node("pool", "maxpool2d", 1);
    ints("kernel", 2, 2);
    node("flat", "flatten", 2);
    output(3);
    ck_ok(hs_net_finish(&net, false, &e));
    ck_assert_uint_eq(net.nodes, 4);
    ck_assert(net.port[0].channels_last &&
              hs_shape_equal(&net.port[0].shape, &SHAPE(0, 8, 6, 3)));
    ck_assert(hs_shape_equal(&net.port[0].logical, &SHAPE(0, 3, 8, 6)));
    ck_assert(net.node[2].channels_last &&
              hs_shape_equal(&net.node[2].out[0], &SHAPE(0, 4, 3, 3)));
    ck_assert(hs_shape_equal(&net.node[2].logical[0], &SHAPE(0, 3, 4, 3)));
    ck_assert(!net.node[3].channels_last && hs_shape_equal(&net.node[3].out[0], &SHAPE(0, 36)));
    ck_assert_int_eq(hs_net_find(&net, "pool"), 2);
    stop();
}
END_TEST

START_TEST(an_nhwc_network_is_never_turned)
{
    start(false, &SHAPE(0, 8, 6, 3));
    batch_norm("bn", -1, 3);
    node("turned", "permute", 0);
    ck_ok(hs_net_attr_ints(&net, "axes", (const int64_t[]){0, 3, 1, 2}, 4, &e));
    node("act", "relu", 1);
    output(2);
    ck_ok(hs_net_finish(&net, false, &e));
    ck_assert_uint_eq(net.nodes, 3);
    ck_assert(!net.port[0].channels_last && !net.node[0].channels_last);
    ck_assert(hs_shape_equal(&net.node[2].out[0], &SHAPE(0, 3, 8, 6)));
    stop();
}
END_TEST

START_TEST(hidden_nodes_turn_what_must_be_turned_once)
{
    start(true, &SHAPE(0, 3, 8, 6));
    batch_norm("bn", -1, 3);
    node("a", "permute", 0);
    ck_ok(hs_net_attr_ints(&net, "axes", (const int64_t[]){0, 2, 1, 3}, 4, &e));
    node("b", "permute", 0);
    ck_ok(hs_net_attr_ints(&net, "axes", (const int64_t[]){0, 1, 3, 2}, 4, &e));
    output(0);
    output(2);
    ck_ok(hs_net_finish(&net, false, &e));
    ck_assert_uint_eq(net.nodes, 4);
    ck_assert(net.node[1].hidden && net.node[1].input[0].node == 0);
    ck_assert_int_eq(net.node[2].input[0].node, 1);
    ck_assert_int_eq(net.node[3].input[0].node, 1);
    ck_assert(hs_shape_equal(&net.node[2].out[0], &SHAPE(0, 8, 3, 6)));
    ck_assert_int_eq(net.output[0].node, 1); /* the file's order */
    ck_assert_int_eq(net.output[1].node, 3);
    ck_assert_int_eq(hs_net_find(&net, "b"), 3);
    stop();
}
END_TEST

START_TEST(all_that_is_wrong_is_named_at_once)
{
    start(true, &SHAPE(0, 3, 8, 6));
    node("n1", "reluu", -1);
    node("n2", "lambda", 0);
    node("n3", "reluu", 1);
    node("n4", "maxpool2d", 2);
    node("n5", "relu", 3);
    ck_ok(hs_net_attr_reals(&net, "max_valeu", (const double[]){6}, 1, &e));
    node("n6", "batch_norm", 4);
    param("mean", &SHAPE(3), 0);
    node("n7", "relu", 5);
    ck_ok(hs_net_input(&net, (struct hs_ref){.node = -1}, &e));
    node("n8", "maxpool2d", 6);
    ck_ok(hs_net_attr_ints(&net, "kernel", (const int64_t[]){0}, 1, &e));
    output(7);
    ck_assert_int_eq(hs_net_finish(&net, false, &e), HS_EDATA);
    says("operator 'reluu' is not supported (did you mean 'relu'?): node 'n1', 'n3'");
    says("operator 'lambda' is not supported: node 'n2'");
    says("node 'n4': maxpool2d needs the attribute 'kernel'");
    says("node 'n5': relu has no attribute 'max_valeu' (did you mean 'max_value'?)");
    says("node 'n6': batch_norm needs the parameter 'variance'");
    says("node 'n7': relu takes 1 inputs, not 2");
    says("node 'n8' (maxpool2d): attribute 'kernel' is 0");
    stop();
}
END_TEST

START_TEST(shapes_that_do_not_fit_are_named_on_both_sides)
{
    start(true, &SHAPE(0, 3, 8, 6));
    batch_norm("bn", -1, 5);
    output(0);
    ck_assert_int_eq(hs_net_finish(&net, false, &e), HS_ESHAPE);
    says("(5)"), says("(-, 8, 6, 3)"), says("node 'bn'");
    stop();
    start(true, &SHAPE(0, 3, 8, 6));
    node("flat", "flatten", -1);
    node("sum", "add", 0);
    ck_ok(hs_net_input(&net, (struct hs_ref){.node = -1}, &e));
    output(1);
    ck_assert_int_eq(hs_net_finish(&net, false, &e), HS_ESHAPE);
    says("(-, 144)"), says("(-, 3, 8, 6)"), says("node 'sum'");
    stop();
}
END_TEST

START_TEST(references_go_backwards)
{
    start(true, &SHAPE(0, 3));
    node("a", "relu", -1);
    ck_assert_int_eq(hs_net_input(&net, (struct hs_ref){.node = 0}, &e), HS_EDATA); /* itself */
    says("node 'a'"), says("execution order");
    e = (struct hs_err){0};
    ck_assert_int_eq(hs_net_input(&net, (struct hs_ref){.node = 7}, &e), HS_EDATA);
    e = (struct hs_err){0};
    ck_assert_int_eq(hs_net_input(&net, (struct hs_ref){.node = -2}, &e), HS_EDATA);
    says("input 1 of the network");
    e = (struct hs_err){0};
    ck_assert_int_eq(hs_net_add_node(&net, "a", "relu", &e), HS_EDATA);
    says("two nodes are called 'a'");
    e = (struct hs_err){0};
    node("b", "relu", 0);
    net.node[1].input[0].result = 2;
    output(1);
    ck_assert_int_eq(hs_net_finish(&net, false, &e), HS_EDATA);
    says("result number 2 of node 'a'");
    stop();
}
END_TEST

START_TEST(bad_parameters_are_found)
{
    for (int allowed = 0; allowed < 2; allowed++) {
        start(true, &SHAPE(0, 3));
        batch_norm("bn", -1, 3);
        float v[3] = {1, NAN, INFINITY};
        ck_ok(hs_net_param(&net, "gamma", &(struct hs_tensor){SHAPE(3), v}, &e));
        output(0);
        if (allowed)
            ck_ok(hs_net_finish(&net, true, &e));
        else
            ck_assert_int_eq(hs_net_finish(&net, false, &e), HS_ENUM);
        if (!allowed) says("'gamma' holds 2 values"), says("at [1]"), says("node 'bn'");
        stop();
    }
}
END_TEST

static struct hs_key digest_of(float gamma, const char *name, bool nchw, int variant)
{
    start(nchw, &SHAPE(0, 3, 4, 4));
    batch_norm("bn", -1, 3);
    param("gamma", &SHAPE(3), gamma);
    node(name, "relu", 0);
    if (variant) ck_ok(hs_net_attr_reals(&net, "max_value", (const double[]){6}, 1, &e));
    output(1);
    ck_ok(hs_net_finish(&net, false, &e));
    struct hs_key key = net.digest;
    stop();
    return key;
}

START_TEST(digests_follow_what_matters)
{
    struct hs_key a = digest_of(1, "r", true, 0);
    ck_assert(hs_key_equal(a, digest_of(1, "r", true, 0)));
    ck_assert(!hs_key_equal(a, digest_of(1.5f, "r", true, 0)));
    ck_assert(!hs_key_equal(a, digest_of(1, "q", true, 0)));
    ck_assert(!hs_key_equal(a, digest_of(1, "r", true, 1)));
}
END_TEST

START_TEST(tied_parameters_are_found_through_their_owner)
{
    start(true, &SHAPE(0, 3));
    batch_norm("a", -1, 3);
    ck_ok(hs_net_add_node(&net, "b", "batch_norm", &e));
    ck_ok(hs_net_input(&net, (struct hs_ref){.node = 0}, &e));
    ck_ok(hs_net_shares(&net, 0, &e));
    output(1);
    ck_ok(hs_net_finish(&net, false, &e));
    ck_assert_ptr_eq(hs_node_param(&net, &net.node[1], "mean"),
                     hs_node_param(&net, &net.node[0], "mean"));
    ck_assert(hs_key_equal(net.node[0].digest, net.node[1].digest));
    ck_assert_ptr_null(hs_node_param(&net, &net.node[1], "gamma"));
    ck_assert_int_eq(hs_net_shares(&net, 1, &e), HS_EDATA);
    stop();
}
END_TEST

/* A network with every kind of piece, without a look at what fails. */
static enum hs_status build_all(struct hs_net *n, struct hs_err *err)
{
    float v[3] = {1, 2, 3};
    struct hs_tensor t = {SHAPE(3), v};
    HS_TRY(hs_net_open(n, "n", true, err));
    HS_TRY(hs_net_add_port(n, "x", &SHAPE(0, 3, 4, 4), false, err));
    HS_TRY(hs_net_add_node(n, "bn", "batch_norm", err));
    HS_TRY(hs_net_input(n, (struct hs_ref){.node = -1}, err));
    HS_TRY(hs_net_param(n, "mean", &t, err));
    HS_TRY(hs_net_param(n, "variance", &t, err));
    HS_TRY(hs_net_attr_reals(n, "epsilon", (const double[]){0.1}, 1, err));
    HS_TRY(hs_net_add_node(n, "act", "gelu", err));
    HS_TRY(hs_net_input(n, (struct hs_ref){.node = 0}, err));
    HS_TRY(hs_net_attr_text(n, "approximate", "tanh", err));
    HS_TRY(hs_net_add_node(n, "turn", "permute", err));
    HS_TRY(hs_net_input(n, (struct hs_ref){.node = 1}, err));
    HS_TRY(hs_net_attr_ints(n, "axes", (const int64_t[]){0, 2, 1, 3}, 4, err));
    HS_TRY(hs_net_output(n, (struct hs_ref){.node = 2}, err));
    return hs_net_finish(n, false, err);
}

START_TEST(building_without_memory_is_an_error)
{
    enum hs_status st = HS_ENOMEM;
    long k = 1;
    for (; st != HS_OK && k < 1000; k++) {
        struct hs_net n = {0};
        e = (struct hs_err){0};
        hs_mem_fail_at(k);
        st = build_all(&n, &e);
        hs_mem_fail_at(0);
        ck_assert(st == HS_OK || (st == HS_ENOMEM && e.status == HS_ENOMEM));
        hs_net_close(&n);
    }
    ck_assert(st == HS_OK && k > 3);
}
END_TEST

START_TEST(networks_without_a_way_through_are_refused)
{
    start(true, &SHAPE(0, 3));
    ck_assert_int_eq(hs_net_finish(&net, false, &e), HS_EDATA);
    says("no nodes");
    e = (struct hs_err){0};
    node("a", "relu", -1);
    ck_assert_int_eq(hs_net_finish(&net, false, &e), HS_EDATA);
    says("no outputs");
    e = (struct hs_err){0};
    ck_assert_int_eq(hs_net_add_port(&net, "x", &SHAPE(0, 3), false, &e), HS_EDATA);
    says("two inputs are called 'x'");
    stop();
    start(true, &SHAPE(0, 3, 0));
    node("a", "relu", -1);
    output(0);
    ck_assert_int_eq(hs_net_finish(&net, false, &e), HS_ESHAPE);
    says("(-, 3, -)");
    stop();
    start(true, &SHAPE(0, (size_t)1 << 40));
    node("a", "reshape", -1);
    ck_ok(hs_net_attr_ints(&net, "shape", (const int64_t[]){1 << 20, 1 << 20}, 2, &e));
    node("b", "upsample1d", 0);
    ck_ok(hs_net_attr_ints(&net, "factor", (const int64_t[]){1 << 16}, 1, &e));
    node("c", "upsample1d", 1);
    ck_ok(hs_net_attr_ints(&net, "factor", (const int64_t[]){1 << 16}, 1, &e));
    output(2);
    ck_assert_int_eq(hs_net_finish(&net, false, &e), HS_ESHAPE);
    says("larger than any memory");
    stop();
}
END_TEST

int main(void)
{
    Suite *s = suite_create("net");
    TCase *c = tcase_create("graph");
    tcase_add_test(c, an_nchw_network_is_kept_channels_last);
    tcase_add_test(c, an_nhwc_network_is_never_turned);
    tcase_add_test(c, hidden_nodes_turn_what_must_be_turned_once);
    tcase_add_test(c, all_that_is_wrong_is_named_at_once);
    tcase_add_test(c, shapes_that_do_not_fit_are_named_on_both_sides);
    tcase_add_test(c, references_go_backwards);
    tcase_add_test(c, bad_parameters_are_found);
    tcase_add_test(c, digests_follow_what_matters);
    tcase_add_test(c, building_without_memory_is_an_error);
    tcase_add_test(c, networks_without_a_way_through_are_refused);
    tcase_add_test(c, tied_parameters_are_found_through_their_owner);
    suite_add_tcase(s, c);
    return check_main(s);
}
