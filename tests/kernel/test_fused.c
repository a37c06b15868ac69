/* test_fused.c - what an operator does on the way gives the bits of separate nodes. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "check_main.h"
#include "sum.h"

#include "base/mem.h"
#include "net/run.h"
#include "tensor/kernel.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static struct hs_err e;
static struct hs_net net;
static uint64_t seed;

static struct hs_tensor tensor(struct hs_shape s, float low, float high)
{
    struct hs_tensor t;
    ck_ok(hs_tensor_alloc(&t, &s, &e));
    for (size_t i = 0; i < hs_shape_count(&s); i++)
        t.data[i] = low + (high - low) * (float)((double)sum_draw(&seed) / 0x1p32);
    return t;
}

static void param(const char *name, struct hs_shape s, float low)
{
    struct hs_tensor t = tensor(s, low, 1);
    ck_ok(hs_net_param(&net, name, &t, &e));
    hs_tensor_free(&t);
}

static void add(const char *name, const char *op)
{
    int from = (int)net.nodes - 1;
    ck_ok(hs_net_add_node(&net, name, op, &e));
    ck_ok(hs_net_input(&net, (struct hs_ref){.node = from}, &e));
}

static const struct layer {
    const char *op;
    struct hs_shape in, weight;
    int64_t groups;
} layers[] = {
    {"linear", {2, {0, 37}}, {2, {21, 37}}, 0},
    {"linear", {4, {0, 6, 4, 9}}, {2, {18, 9}}, 0}, /* pooled: as a 1 x 1 convolution */
    {"conv1d", {3, {0, 19, 6}}, {3, {20, 6, 3}}, 1},
    {"conv2d", {4, {0, 12, 30, 5}}, {4, {35, 5, 3, 3}}, 1},
    {"conv2d", {4, {0, 8, 8, 12}}, {4, {12, 1, 3, 3}}, 12},
    {"conv2d", {4, {0, 8, 6, 6}}, {4, {8, 3, 3, 3}}, 2},
};

/* Node 0: the layer; 1: batch norm; 2: relu; 3: pool where there are two spatial axes. */
static void build(const struct layer *l)
{
    e = (struct hs_err){.status = HS_OK};
    seed = 11;
    ck_ok(hs_net_open(&net, "fused", false, &e));
    ck_ok(hs_net_add_port(&net, "x", &l->in, false, &e));
    add("layer", l->op);
    param("weight", l->weight, -1);
    param("bias", (struct hs_shape){1, {l->weight.dim[0]}}, -1);
    if (l->groups) {
        ck_ok(hs_net_attr_ints(&net, "padding", (const int64_t[]){1}, 1, &e));
        ck_ok(hs_net_attr_ints(&net, "groups", &l->groups, 1, &e));
    }
    add("norm", "batch_norm");
    param("mean", (struct hs_shape){1, {l->weight.dim[0]}}, -1);
    param("variance", (struct hs_shape){1, {l->weight.dim[0]}}, 0.5f);
    add("relu", "relu");
    if (l->in.rank == 4) {
        add("pool", "maxpool2d");
        ck_ok(hs_net_attr_ints(&net, "kernel", (const int64_t[]){2, 2}, 2, &e));
    }
    ck_ok(hs_net_output(&net, (struct hs_ref){.node = (int)net.nodes - 1}, &e));
    ck_ok(hs_net_finish(&net, false, &e));
}

static void same(const struct hs_tensor *a, const struct hs_tensor *b)
{
    ck_assert(hs_shape_equal(&a->shape, &b->shape));
    for (size_t i = 0; i < hs_shape_count(&a->shape); i++)
        if (memcmp(&a->data[i], &b->data[i], sizeof(float)) && !(isnan(a->data[i]) && isnan(b->data[i])))
            ck_abort_msg("value %zu: %.9g is not %.9g", i, (double)a->data[i], (double)b->data[i]);
}

static struct hs_tensor fused(const struct hs_net_packs *p, int last, const struct hs_tensor *x,
                              const struct hs_grid *grid, const struct hs_epilogue *epilogue, size_t first)
{
    struct hs_tensor out;
    struct hs_shape s = net.node[last].out[0];
    s.dim[0] = x->shape.dim[0];
    ck_ok(hs_tensor_alloc(&out, &s, &e));
    struct hs_op_call call = {.net = &net, .node = &net.node[0], .packed = p->of[0], .in = {x}, .in_grid = {grid},
                              .epilogue = epilogue, .first = first, .out = &out};
    ck_ok(net.node[0].op->forward(&call, &e));
    return out;
}

static void each_epilogue(const struct hs_net_packs *p, const struct hs_tensor *x)
{
    struct hs_tensor out[4] = {{.data = NULL}};
    const struct hs_tensor *in[] = {x};
    for (int i = 0; i < (int)net.nodes; i++) {
        if (i) in[0] = &out[i - 1];
        ck_ok(hs_node_run(&net, &net.node[i], p->of[i], in, 0, &out[i], &e));
    }
    float multiply[64], shift[64];
    hs_op_batch_norm_affine(&net, &net.node[1], multiply, shift);
    for (int last = 0; last < (int)net.nodes; last++) {
        struct hs_epilogue ep = {.multiply = last ? multiply : NULL, .add = last ? shift : NULL, .relu = last >= 2,
                                 .pool = last == 3 ? 2 : 0};
        struct hs_tensor got = fused(p, last, x, NULL, &ep, 0);
        same(&got, &out[last]);
        hs_tensor_free(&got);
    }
    for (int i = 0; i < 4; i++) hs_tensor_free(&out[i]);
}

static void each_isa(const struct layer *l, void (*check)(const struct hs_net_packs *, const struct hs_tensor *))
{
    const struct hs_kernel *list[4];
#ifdef HS_WITH_CBLAS
    if (l == &layers[1]) {
        puts("SKIPPED pooled linear: only what is not pooled goes through the CBLAS, with other bits");
        return;
    }
#endif
    for (size_t k = 0, n = hs_kernels(list); k < n; k++) {
        ck_assert_int_eq(setenv("HALFSTEP_ISA", list[k]->name, 1), 0);
        build(l);
        struct hs_net_packs p;
        ck_ok(hs_net_pack(&net, &p, &e));
        struct hs_shape s = l->in;
        s.dim[0] = 3;
        struct hs_tensor x = tensor(s, -2, 3);
        check(&p, &x);
        hs_tensor_free(&x);
        hs_net_unpack(&p);
        hs_net_close(&net);
    }
    unsetenv("HALFSTEP_ISA");
}

START_TEST(an_epilogue_is_the_same_as_nodes) { each_isa(&layers[_i], each_epilogue); }
END_TEST

static void not_finite(const struct hs_net_packs *p, const struct hs_tensor *x)
{
    size_t n = hs_shape_count(&x->shape);
    x->data[1] = NAN, x->data[n / 2] = INFINITY, x->data[n - 1] = -INFINITY;
    each_epilogue(p, x);
}

START_TEST(an_epilogue_lets_nan_and_infinity_through) { each_isa(&layers[_i], not_finite); }
END_TEST

/* Quantized beforehand, in one piece, must be the same as quantized while it is read. */
static void one_grid(const struct hs_net_packs *p, const struct hs_tensor *x, const struct hs_grid *g, size_t first)
{
    struct hs_tensor q;
    size_t row = hs_shape_row(&x->shape);
    ck_ok(hs_tensor_copy(&q, x, &e));
    hs_grid_apply(g, x->data, q.data, hs_shape_count(&x->shape), first * row);
    ck_assert(memcmp(q.data, x->data, hs_shape_count(&x->shape) * sizeof(float)) != 0);
    struct hs_tensor want = fused(p, 0, &q, NULL, NULL, first), got = fused(p, 0, x, g, NULL, first);
    same(&got, &want);
    hs_tensor_free(&want), hs_tensor_free(&got), hs_tensor_free(&q);
}

static void each_grid(const struct hs_net_packs *p, const struct hs_tensor *x)
{
    size_t channels = x->shape.dim[x->shape.rank - 1];
    static const enum hs_rounding roundings[] = {HS_HALF_AWAY, HS_HALF_EVEN, HS_STOCHASTIC};
    for (int k = 0; k < 6; k++) {
        bool whole = k < 3;
        struct hs_grid g = {
            .format = hs_format_find("int4", &e),
            .convention = {.rounding = roundings[k % 3]},
            .parts = {.granularity = whole ? HS_PER_TENSOR : HS_PER_CHANNEL, .outer = 1, .channels = whole ? 1 : channels,
                      .inner = whole ? channels : 1},
            .symmetric = true, .stream = 5,
        };
        hs_grid_codes(g.format, false, &g.qmin, &g.qmax);
        ck_ok(hs_grid_alloc(&g, whole ? 1 : channels, true, &e));
        for (size_t i = 0; i < g.n; i++) g.scale[i] = 0.3f + 0.01f * (float)i, g.zero[i] = 1;
        one_grid(p, x, &g, 0);
        one_grid(p, x, &g, 7);
        hs_grid_free(&g);
    }
}

START_TEST(quantizing_while_reading_is_quantizing_before) { each_isa(&layers[_i], each_grid); }
END_TEST

int main(void)
{
    Suite *s = suite_create("fused");
    TCase *t = tcase_create("fused");
    const int n = sizeof layers / sizeof *layers;
    tcase_add_loop_test(t, an_epilogue_is_the_same_as_nodes, 0, n);
    tcase_add_loop_test(t, an_epilogue_lets_nan_and_infinity_through, 0, n);
    tcase_add_loop_test(t, quantizing_while_reading_is_quantizing_before, 0, n);
    suite_add_tcase(s, t);
    return check_main(s);
}
