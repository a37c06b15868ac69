/* test_integer.c - sums of codes are exact on every instruction set, and a layer in integers is the layer that the
 * simulation means. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check_main.h"

#include "base/mem.h"
#include "base/rng.h"
#include "integer/kernel.h"
#include "integer/layer.h"
#include "propagate/codes.h"
#include "net/run.h"

#include <math.h>
#include <string.h>

static struct hs_err e;

static int code(gsl_rng *r, int lo, int hi) { return lo + (int)gsl_rng_uniform_int(r, (unsigned long)(hi - lo + 1)); }

/* ---- kernels: every one against a plain loop, extremes included */

static const struct size { size_t rows, outs, k; } sizes[] = {{1, 1, 1}, {1, 9, 64}, {5, 3, 65}, {4, 4, 640}, {9, 10, 300}};

struct room {
    int8_t *x, *w;
    int16_t *x16, *w16;
    uint8_t *w4;
    float *xf, *wf, *yf;
    int32_t *sum, *y;

    size_t k;
};

static void fill(struct room *m, const struct size *s, gsl_rng *r, bool extremes)
{
    size_t k = m->k = hs_int_padded(s->k);
    m->x = hs_alloc_zeroed(s->rows * k, 1), m->w = hs_alloc_zeroed(s->outs * k, 1), m->w4 = hs_alloc(s->outs * k, 1);
    m->x16 = hs_alloc_zeroed(s->rows * k, 2), m->w16 = hs_alloc_zeroed(s->outs * k, 2);
    m->xf = hs_alloc_zeroed(s->rows * k, 4), m->wf = hs_alloc_zeroed(s->outs * k, 4), m->yf = hs_alloc(s->rows * s->outs, 4);
    m->sum = hs_alloc_zeroed(s->outs, 4), m->y = hs_alloc(s->rows * s->outs, 4);
    for (size_t a = 0; a < s->rows; a++)
        for (size_t i = 0; i < s->k; i++)
            m->xf[a * k + i] = m->x16[a * k + i] = m->x[a * k + i] = (int8_t)(extremes ? -128 : code(r, -128, 127));
    for (size_t b = 0; b < s->outs; b++)
        for (size_t i = 0; i < s->k; i++) {
            int v = extremes ? -128 : code(r, -128, 127);
            m->wf[b * k + i] = m->w16[b * k + i] = m->w[b * k + i] = (int8_t)v;
            m->sum[b] += v;
        }
}

static void drop(struct room *m)
{
    hs_free(m->x), hs_free(m->w), hs_free(m->w4), hs_free(m->x16), hs_free(m->w16), hs_free(m->xf), hs_free(m->wf);
    hs_free(m->yf), hs_free(m->sum), hs_free(m->y);
}

static int32_t plain(const struct room *m, size_t a, size_t b)
{
    int32_t sum = 0;
    for (size_t i = 0; i < m->k; i++) sum += m->x[a * m->k + i] * m->w[b * m->k + i];
    return sum;
}

static void compare(const struct room *m, const struct size *s, const char *what, const char *name)
{
    for (size_t a = 0; a < s->rows; a++)
        for (size_t b = 0; b < s->outs; b++)
            ck_assert_msg(m->y[a * s->outs + b] == plain(m, a, b), "%s, %s, %zu x %zu x %zu: %d is not %d", what, name,
                          s->rows, s->outs, s->k, m->y[a * s->outs + b], plain(m, a, b));
}

static void check_kernel(const struct hs_int_kernel *kernel, struct room *m, const struct size *s)
{
    kernel->s16(m->x16, m->w16, s->rows, s->outs, m->k, m->y);
    compare(m, s, "int16", kernel->name);
    kernel->s8(m->x, m->w, m->sum, s->rows, s->outs, m->k, m->y);
    compare(m, s, "int8", kernel->name);
    kernel->f32(m->xf, m->wf, s->rows, s->outs, m->k, m->yf); /* whole numbers below 2^24: exact in any order */
    for (size_t i = 0; i < s->rows * s->outs; i++) m->y[i] = (int32_t)m->yf[i];
    compare(m, s, "float32", kernel->name);
    for (size_t i = 0; i < s->outs * m->k; i++) m->w[i] = (int8_t)(m->w[i] >> 4);
    for (size_t b = 0; b < s->outs; b++) hs_int_pack4(m->w + b * m->k, m->k, m->w4 + b * m->k / 2);
    kernel->s4(m->x, m->w4, s->rows, s->outs, m->k, m->y);
    compare(m, s, "int4", kernel->name);
    if (!kernel->f16) return;
    uint16_t *half = (uint16_t *)(void *)m->w16;
    for (size_t i = 0; i < s->outs * m->k; i++) { /* -8 .. 7 in half precision, from float32 by its bits */
        float v = m->w[i];
        uint32_t bits;
        memcpy(&bits, &v, 4);
        half[i] = (uint16_t)(v == 0 ? 0 : (bits >> 16 & 0x8000) | ((bits >> 23 & 255) - 112) << 10 | (bits >> 13 & 0x3ff));
    }
    kernel->f16(m->xf, half, s->rows, s->outs, m->k, m->yf);
    for (size_t i = 0; i < s->rows * s->outs; i++) m->y[i] = (int32_t)m->yf[i];
    compare(m, s, "float16", kernel->name);
}

START_TEST(kernels_are_exact)
{
    const struct hs_int_kernel *list[4];
    size_t n = hs_int_kernels(list);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int extremes = 0; extremes < 2; extremes++)
            for (size_t k = 0; k < n; k++) {
                gsl_rng *r = hs_rng_open(1, "codes");
                struct room m = {0};
                fill(&m, &sizes[i], r, extremes);
                check_kernel(list[k], &m, &sizes[i]);
                drop(&m);
                gsl_rng_free(r);
            }
}
END_TEST

/* ---- layers: accumulators against the simulation's own product of the codes, values against doubles */

static const struct layer_case {
    const char *op;
    struct hs_shape weight, in; /* logical */
    int64_t groups, stride, padding, dilation;
    bool affine, channel;
} cases[] = {
    {"linear", {.rank = 2, .dim = {10, 37}}, {.rank = 2, .dim = {0, 37}}, 1, 1, 0, 1, true, true},
    {"linear", {.rank = 2, .dim = {3, 7}}, {.rank = 3, .dim = {0, 5, 7}}, 1, 1, 0, 1, false, false},
    {"conv2d", {.rank = 4, .dim = {8, 3, 3, 3}}, {.rank = 4, .dim = {0, 3, 9, 8}}, 1, 1, 1, 1, true, true},
    {"conv2d", {.rank = 4, .dim = {6, 1, 3, 2}}, {.rank = 4, .dim = {0, 6, 7, 7}}, 6, 2, 1, 1, true, true},
    {"conv2d", {.rank = 4, .dim = {4, 2, 2, 2}}, {.rank = 4, .dim = {0, 4, 8, 6}}, 2, 1, 0, 2, true, false},
    {"conv1d", {.rank = 3, .dim = {5, 4, 3}}, {.rank = 3, .dim = {0, 4, 11}}, 1, 1, 2, 1, true, true},
};

static void build(struct hs_net *net, const struct layer_case *c, gsl_rng *r)
{
    struct hs_tensor w, b;
    ck_ok(hs_net_open(net, "one", true, &e));
    ck_ok(hs_net_add_port(net, "x", &c->in, false, &e));
    ck_ok(hs_net_add_node(net, "layer", c->op, &e));
    ck_ok(hs_net_input(net, (struct hs_ref){.node = -1}, &e));
    if (strcmp(c->op, "linear")) {
        ck_ok(hs_net_attr_ints(net, "groups", &c->groups, 1, &e));
        ck_ok(hs_net_attr_ints(net, "stride", &c->stride, 1, &e));
        ck_ok(hs_net_attr_ints(net, "padding", &c->padding, 1, &e));
        ck_ok(hs_net_attr_ints(net, "dilation", &c->dilation, 1, &e));
    }
    ck_ok(hs_tensor_alloc(&w, &c->weight, &e));
    for (size_t i = 0; i < hs_shape_count(&c->weight); i++) w.data[i] = (float)(gsl_rng_uniform(r) - 0.5);
    ck_ok(hs_net_param(net, "weight", &w, &e));
    struct hs_shape one = {.rank = 1, .dim = {c->weight.dim[0]}};
    ck_ok(hs_tensor_alloc(&b, &one, &e));
    for (size_t i = 0; i < one.dim[0]; i++) b.data[i] = (float)gsl_rng_uniform(r);
    ck_ok(hs_net_param(net, "bias", &b, &e));
    ck_ok(hs_net_output(net, (struct hs_ref){.node = 0}, &e));
    ck_ok(hs_net_finish(net, false, &e));
    hs_tensor_free(&w), hs_tensor_free(&b);
}

static void make_grid(struct hs_grid *g, const char *format, const struct hs_parts *parts, bool affine, const float *x, size_t n)
{
    const struct hs_format *f = hs_format_find(format, &e);
    ck_assert_ptr_nonnull(f);
    *g = (struct hs_grid){.format = f, .symmetric = !affine, .parts = *parts};
    hs_grid_codes(f, !affine, &g->qmin, &g->qmax);
    ck_ok(hs_grid_alloc(g, hs_parts_count(parts), affine, &e));
    hs_grid_measure(g, x, n);
}

/* The simulation's own kernel on codes less their zero points: whole numbers below 2^24, exact in float32. */
static void by_simulation(const struct hs_net *net, const struct hs_int_layer *l, const struct hs_grid *g,
                          const struct hs_tensor *weight, const struct hs_tensor *x, struct hs_tensor *out)
{
    struct hs_tensor w, in;
    size_t n = hs_shape_count(&weight->shape), m = hs_shape_count(&x->shape);
    int32_t *c = hs_alloc(n > m ? n : m, sizeof *c);
    ck_ok(hs_tensor_copy(&w, weight, &e));
    ck_ok(hs_tensor_copy(&in, x, &e));
    hs_grid_encode(g, weight->data, c, n, 0);
    for (size_t i = 0; i < n; i++) w.data[i] = (float)c[i] - (g->zero ? g->zero[hs_parts_of(&g->parts, i)] : 0);
    hs_grid_encode(l->in, x->data, c, m, 0);
    for (size_t i = 0; i < m; i++) in.data[i] = (float)c[i] - (l->in->zero ? l->in->zero[0] : 0);
    struct hs_packed *p;
    const struct hs_tensor *ins[] = {&in};
    ck_ok(net->node[0].op->pack(net, &net->node[0], &w, &p, &e));
    ck_ok(hs_node_run(net, &net->node[0], p, ins, 0, out, &e));
    net->node[0].op->unpack(p);
    hs_tensor_free(&w), hs_tensor_free(&in), hs_free(c);
}

START_TEST(a_layer_is_the_simulations)
{
    const struct layer_case *c = &cases[_i];
    struct hs_net net;
    gsl_rng *r = hs_rng_open(2, c->op);
    build(&net, c, r);
    const struct hs_tensor *weight = &hs_node_param(&net, &net.node[0], "weight")->value;
    const float *bias = hs_node_param(&net, &net.node[0], "bias")->value.data;
    size_t n = hs_shape_count(&weight->shape), outs = weight->shape.dim[0];
    struct hs_shape shape = net.port[0].shape;
    shape.dim[0] = 3;
    struct hs_tensor x, sim;
    ck_ok(hs_tensor_alloc(&x, &shape, &e));
    size_t m = hs_shape_count(&shape);
    for (size_t i = 0; i < m; i++) x.data[i] = (float)(4 * gsl_rng_uniform(r) - 1);
    struct hs_parts wp = {.granularity = c->channel ? HS_PER_CHANNEL : HS_PER_TENSOR, .outer = 1, .channels = outs, .inner = n / outs},
                    xp = {.granularity = HS_PER_TENSOR, .outer = m, .channels = 1, .inner = 1};
    struct hs_grid wg, xg;
    make_grid(&wg, "int8", &wp, !c->channel, weight->data, n);
    make_grid(&xg, c->affine ? "uint8" : "int8", &xp, c->affine, x.data, m);
    struct hs_int_layer l;
    ck_ok(hs_int_layer_open(&l, &net, &net.node[0], weight, &wg, &xg, bias, &e));
    by_simulation(&net, &l, &wg, weight, &x, &sim);
    size_t all = hs_shape_count(&sim.shape);
    int16_t *codes = hs_alloc(m, sizeof *codes);
    int32_t *acc = hs_alloc(all, sizeof *acc);
    float *y = hs_alloc(all, sizeof *y);
    ck_ok(hs_int_layer_codes(&l, x.data, m, 0, codes, &e));
    ck_ok(hs_int_layer_sums(&l, codes, &x.shape, acc, &e));
    hs_int_layer_values(&l, acc, all, y);
    for (size_t i = 0; i < all; i++) {
        size_t o = i % outs;
        /* The simulation adds its bias to the whole numbers: taken off exactly in double up to its one rounding. */
        double whole = rint((double)sim.data[i] - (double)bias[o]);
        ck_assert_msg(whole == acc[i], "%s: accumulator %zu is %d, the simulation's %.17g", c->op, i, acc[i], whole);
        ck_assert(fabs((double)acc[i]) <= l.largest);
        double value = l.scale[o] * acc[i] + (double)bias[o];
        ck_assert(fabs(value - (double)y[i]) <= fabs(value) * 0x1p-24);
    }
    hs_free(codes), hs_free(acc), hs_free(y);
    hs_int_layer_close(&l);
    hs_grid_free(&wg), hs_grid_free(&xg);
    hs_tensor_free(&x), hs_tensor_free(&sim);
    hs_net_close(&net);
    gsl_rng_free(r);
}
END_TEST

START_TEST(what_cannot_run_says_why)
{
    struct hs_net net;
    gsl_rng *r = hs_rng_open(2, "refused");
    build(&net, &cases[0], r);
    const struct hs_node *n = &net.node[0];
    const struct hs_format *int8 = hs_format_find("int8", &e), *e4m3 = hs_format_find("fp8-e4m3", &e), *int16 = hs_format_find("int16", &e);
    struct hs_grid good = {.format = int8}, floats = {.format = e4m3}, wide = {.format = int16},
                   groups = {.format = int8, .parts = {.granularity = HS_PER_GROUP}}, dynamic = {.format = int8, .dynamic = true};
    ck_assert_ptr_null(hs_codes_refusal(n, &good, &good));
    const struct { const struct hs_grid *w, *in; const char *why; } bad[] = {
        {NULL, &good, "weights in floating point"}, {&good, NULL, "reads floating point"}, {&floats, &good, "not integers"},
        {&good, &wide, "more than 8 bits"}, {&groups, &good, "several weight scales"}, {&good, &dynamic, "fixed beforehand"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const char *why = hs_codes_refusal(n, bad[i].w, bad[i].in);
        ck_assert_msg(why && strstr(why, bad[i].why), "case %zu: %s", i, why ? why : "accepted");
    }
    hs_net_close(&net);
    gsl_rng_free(r);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("integer");
    TCase *t = tcase_create("integer");
    tcase_add_test(t, kernels_are_exact);
    tcase_add_loop_test(t, a_layer_is_the_simulations, 0, sizeof cases / sizeof *cases);
    tcase_add_test(t, what_cannot_run_says_why);
    suite_add_tcase(s, t);
    return check_main(s);
}
