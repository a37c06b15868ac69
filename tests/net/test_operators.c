/* test_operators.c - one contract for every operator, whatever batch, layout or input. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "check_main.h"

#include "base/mem.h"
#include "base/rng.h"
#include "net/run.h"
#include "operator_cases.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static struct hs_err e;

/* "#11:5x2": dims 5, 2; limit 11. */
static struct hs_shape shape_of(const char *text, size_t samples, int *limit)
{
    struct hs_shape s = {.rank = samples == SIZE_MAX ? 0 : 1, .dim = {samples}};
    int n = 0;
    *limit = 0;
    if (sscanf(text, "#%d:%n", limit, &n) == 1) text += n;
    for (unsigned d; sscanf(text, "%u%n", &d, &n) == 1; text += n + (text[n] == 'x'))
        s.dim[s.rank++] = d;
    return s;
}

/* The i-th kind of values: what a tensor may hold. */
enum {
    NORMAL,
    WIDE,
    ZEROS,
    DENORMALS,
    HUGE_ONES,
    CONSTANT,
    FINITE_KINDS,
    INFINITE = FINITE_KINDS,
    NANS,
    KINDS
};
static float value(gsl_rng *r, int kind, int limit)
{
    if (limit) return (float)gsl_rng_uniform_int(r, (unsigned long)limit);
    switch (kind) {
    case WIDE:
        return (float)(gsl_ran_gaussian_ziggurat(r, 1) *
                       exp(4 * gsl_ran_gaussian_ziggurat(r, 1)));
    case ZEROS:
        return gsl_rng_uniform(r) < 0.5 ? 0.0f : -0.0f;
    case DENORMALS:
        return (float)(gsl_ran_gaussian_ziggurat(r, 1) * 1e-40);
    case HUGE_ONES:
        return (float)(gsl_ran_gaussian_ziggurat(r, 1) * 1e30);
    case CONSTANT:
        return 2.385f;
    default:
        return (float)gsl_ran_gaussian_ziggurat(r, 1.5);
    }
}

static void add_attr(struct hs_net *net, const char *text)
{
    char name[64];
    int n = 0;
    ck_assert_int_eq(sscanf(text, "%63[^=]=%n", name, &n), 1);
    const char *v = text + n;
    int64_t ints[16];
    size_t count = 0;
    if ((*v >= 'a' && *v <= 'z')) {
        char word[64];
        sscanf(v, "%63[^ ]", word);
        ck_ok(hs_net_attr_text(net, name, word, &e));
    } else if (strcspn(v, ".") < strcspn(v, " ")) {
        double x = strtod(v, NULL);
        ck_ok(hs_net_attr_reals(net, name, &x, 1, &e));
    } else {
        for (char *end = (char *)v - 1; (end == v - 1 || *end == ',') && count < 16;)
            ints[count++] = strtoll(end + 1, &end, 10);
        ck_ok(hs_net_attr_ints(net, name, ints, count, &e));
    }
}

static void add_param(struct hs_net *net, const char *text, gsl_rng *r)
{
    char name[64], dims[64];
    int limit;
    ck_assert_int_eq(sscanf(text, "%63[^:]:%63[^ ]", name, dims), 2);
    struct hs_shape s = shape_of(dims, SIZE_MAX, &limit);
    struct hs_tensor t;
    ck_ok(hs_tensor_alloc(&t, &s, &e));
    for (size_t i = 0; i < hs_shape_count(&s); i++)
        t.data[i] = !strcmp(name, "variance") ? (float)gsl_ran_exponential(r, 1)
                                              : (float)gsl_ran_gaussian_ziggurat(r, 1);
    ck_ok(hs_net_param(net, name, &t, &e));
    hs_tensor_free(&t);
}

static void each_word(const char *text, void (*take)(struct hs_net *, const char *, gsl_rng *),
                      struct hs_net *net, gsl_rng *r)
{
    for (const char *at = text; *at; at += strspn(at, " ")) {
        take(net, at, r);
        at += strcspn(at, " ");
    }
}
static void take_attr(struct hs_net *net, const char *text, gsl_rng *r)
{
    (void)r, add_attr(net, text);
}

/* The same sample's shape in an NCHW file, and its axes there. */
static struct hs_shape to_nchw(const struct hs_shape *s)
{
    struct hs_shape t = *s;
    for (int i = 2; i < s->rank; i++) t.dim[i] = s->dim[i - 1];
    if (s->rank >= 3) t.dim[1] = s->dim[s->rank - 1];
    return t;
}

/* A network of the node "it" alone. In an NCHW file its "axis" is another; and before an
 * operator that takes either memory order, a border of nothing makes sure that it gets
 * channels-last values. */
enum layout { NHWC, NCHW, NCHW_TURNED };

static struct hs_ref entrance(struct hs_net *net, int port, int rank, enum layout layout)
{
    char name[] = {'p', (char)('0' + port), '\0'};
    if (layout != NCHW_TURNED || rank < 3 || rank > 4)
        return (struct hs_ref){.node = -1 - port};
    ck_ok(hs_net_add_node(net, name, rank == 3 ? "zero_pad1d" : "zero_pad2d", &e));
    ck_ok(hs_net_input(net, (struct hs_ref){.node = -1 - port}, &e));
    add_attr(net, "padding=0");
    return (struct hs_ref){.node = (int)net->nodes - 1};
}

static void build(struct hs_net *net, const struct op_case *c, enum layout nchw)
{
    gsl_rng *r = hs_rng_open(1, c->op);
    int limit, rank = 0;
    struct hs_ref from[CASE_INPUTS];
    ck_ok(hs_net_open(net, c->op, nchw != NHWC, &e));
    for (int k = 0; k < CASE_INPUTS && c->in[k]; k++) {
        char name[] = {'x', (char)('0' + k), '\0'};
        struct hs_shape s = shape_of(c->in[k], 0, &limit);
        rank = s.rank;
        if (nchw) s = to_nchw(&s);
        ck_ok(hs_net_add_port(net, name, &s, limit > 0, &e));
    }
    for (int k = 0; k < CASE_INPUTS && c->in[k]; k++)
        from[k] = entrance(net, k, net->port[k].logical.rank, nchw);
    ck_ok(hs_net_add_node(net, "it", c->op, &e));
    for (int k = 0; k < CASE_INPUTS && c->in[k]; k++) ck_ok(hs_net_input(net, from[k], &e));
    each_word(c->attrs, take_attr, net, r);
    each_word(c->params, add_param, net, r);
    struct hs_node *node = &net->node[net->nodes - 1];
    for (size_t i = 0; nchw && rank >= 3 && i < node->attrs; i++)
        if (!strcmp(node->attr[i].name, "axis")) {
            int64_t *axis = (int64_t *)node->attr[i].ints;
            *axis = *axis < 0 ? *axis + rank : *axis;
            *axis = *axis == rank - 1 ? 1 : *axis + 1;
        }
    ck_ok(hs_net_output(net, (struct hs_ref){.node = (int)net->nodes - 1}, &e));
    ck_ok(hs_net_finish(net, false, &e));
    gsl_rng_free(r);
}

struct feed {
    struct hs_tensor x[CASE_INPUTS];
};
static struct feed feed_of(const struct op_case *c, int kind, size_t samples)
{
    struct feed f = {0};
    gsl_rng *r = hs_rng_open((uint64_t)kind, c->op);
    for (int k = 0; k < CASE_INPUTS && c->in[k]; k++) {
        int limit;
        struct hs_shape s = shape_of(c->in[k], samples, &limit);
        ck_ok(hs_tensor_alloc(&f.x[k], &s, &e));
        for (size_t i = 0; i < hs_shape_count(&s); i++) f.x[k].data[i] = value(r, kind, limit);
    }
    gsl_rng_free(r);
    return f;
}
static void unfeed(struct feed *f)
{
    for (int k = 0; k < CASE_INPUTS; k++) hs_tensor_free(&f->x[k]);
}

static struct hs_tensor run(const struct hs_net *net, const struct feed *f, size_t batch)
{
    struct hs_net_packs packs;
    struct hs_tensor y;
    ck_ok(hs_net_pack(net, &packs, &e));
    ck_ok(hs_net_value(&packs, f->x, batch, net->output[0], &y, &e));
    hs_net_unpack(&packs);
    return y;
}

/* One unit in the last place of a float of this size. */
static double ulp(double y)
{
    int exponent;
    frexp(y, &exponent);
    return y == 0 || exponent < -125 ? 0x1p-149 : ldexp(1, exponent - 24);
}

static void check_reference(const struct op_case *c, const struct hs_net *net,
                            const struct feed *f, const struct hs_tensor *got, int kind)
{
    size_t n = hs_shape_count(&got->shape);
    double *y = hs_alloc_zeroed(n, sizeof *y), *slack = hs_alloc_zeroed(n, sizeof *slack);
    struct op_sight s = {.c = c, .net = net, .node = &net->node[0], .out = got->shape};
    for (int k = 0; k < CASE_INPUTS && c->in[k]; k++)
        s.in[k] = f->x[k].shape, s.x[k] = f->x[k].data;
    c->reference(&s, y, slack);
    for (size_t i = 0; i < n; i++) {
        double g = (double)got->data[i], allowed = c->ulps * ulp(y[i]) + slack[i];
        bool same = fabs(y[i]) > 3.4028235677973366e38
                        ? isinf(g) || isinf(allowed) || fabs(g) > 3e38
                        : fabs(g - y[i]) <= allowed || (isnan(g) && isnan(y[i]));
        /* sums that overflow on their way may end as infinity less infinity */
        same = same || (slack[i] > 3.4e38 && isnan(g));
        /* without a tolerance: the nearest float, ties aside */
        same = same || (float)y[i] == got->data[i];
        ck_assert_msg(
            same,
            "%s %s, values %d, element %zu: %.9g, but the reference is %.17g (allowed %g)",
            c->op, c->attrs, kind, i, g, y[i], allowed);
    }
    hs_free(y), hs_free(slack);
}

static bool same_bits(const struct hs_tensor *a, const struct hs_tensor *b)
{
    return hs_shape_equal(&a->shape, &b->shape) &&
           !memcmp(a->data, b->data, hs_shape_count(&a->shape) * sizeof(float));
}

/* Runs the case's checks for each case of operator number i. */
static void for_cases(int i, void (*check)(const struct op_case *, const struct hs_net *))
{
    size_t found = 0;
    for (const struct op_case *c = op_cases; c->op; c++) {
        if (strcmp(c->op, hs_op_roster[i]->name)) continue;
        struct hs_net net;
        e = (struct hs_err){0};
        build(&net, c, NHWC);
        check(c, &net);
        hs_net_close(&net);
        found++;
    }
    ck_assert_msg(found, "operator '%s' has no case in operator_cases.c",
                  hs_op_roster[i]->name);
}

static void against_reference(const struct op_case *c, const struct hs_net *net)
{
    for (int kind = 0; kind < FINITE_KINDS; kind++)
        for (size_t n = 0; n < 4; n += 3) {
            struct feed f = feed_of(c, kind, n);
            struct hs_tensor y = run(net, &f, 0);
            ck_assert_uint_eq(y.shape.dim[0], n);
            check_reference(c, net, &f, &y, kind);
            hs_tensor_free(&y);
            unfeed(&f);
        }
}
START_TEST(agrees_with_the_reference) { for_cases(_i, against_reference); }
END_TEST

static void whatever_the_batch(const struct op_case *c, const struct hs_net *net)
{
    struct feed f = feed_of(c, WIDE, 5);
    struct hs_tensor whole = run(net, &f, 5);
    for (size_t batch = 1; batch < 4; batch++) {
        struct hs_tensor parts = run(net, &f, batch);
        ck_assert_msg(same_bits(&whole, &parts), "%s %s: batches of %zu give other bits", c->op,
                      c->attrs, batch);
        hs_tensor_free(&parts);
    }
    hs_tensor_free(&whole);
    unfeed(&f);
}
START_TEST(the_batch_does_not_matter) { for_cases(_i, whatever_the_batch); }
END_TEST

/* What one sample holds must show there and nowhere else. */
static void bad_values(const struct op_case *c, const struct hs_net *net)
{
    for (int kind = INFINITE; kind < KINDS; kind++) {
        struct feed f = feed_of(c, NORMAL, 3);
        struct hs_tensor good = run(net, &f, 0);
        int limit;
        shape_of(c->in[0], 1, &limit);
        size_t row = hs_shape_row(&f.x[0].shape), out = hs_shape_row(&good.shape), nans = 0;
        for (size_t i = row; i < 2 * row && !limit && kind != NANS; i++)
            f.x[0].data[i] = i % 2 ? INFINITY : -INFINITY;
        if (kind == NANS && !limit) f.x[0].data[row + row / 2] = NAN;
        struct hs_tensor bad = run(net, &f, 0);
        ck_assert_msg(!memcmp(bad.data, good.data, out * sizeof(float)) &&
                          !memcmp(bad.data + 2 * out, good.data + 2 * out, out * sizeof(float)),
                      "%s %s: one sample changes another", c->op, c->attrs);
        for (size_t i = out; i < 2 * out; i++) nans += isnan(bad.data[i]);
        bool deaf = !strcmp(c->op, "constant"); /* looks at the number of samples only */
        if (kind == NANS && !limit && !deaf)
            ck_assert_msg(nans, "%s %s: NaN is lost", c->op, c->attrs);
        hs_tensor_free(&good), hs_tensor_free(&bad);
        unfeed(&f);
    }
}
START_TEST(nan_and_infinity_stay_in_their_sample) { for_cases(_i, bad_values); }
END_TEST

static struct feed turned(const struct feed *f, const struct hs_net *nchw)
{
    struct feed t = {0};
    for (size_t k = 0; k < nchw->ports; k++) {
        ck_ok(hs_tensor_copy(&t.x[k], &f->x[k], &e));
        if (nchw->port[k].channels_last || f->x[k].shape.rank < 3) continue;
        int rank = f->x[k].shape.rank, order[HS_MAX_RANK] = {0, rank - 1};
        for (int i = 2; i < rank; i++) order[i] = i - 1;
        t.x[k].shape = to_nchw(&f->x[k].shape);
        hs_tensor_permute(&t.x[k], &f->x[k], order);
    }
    return t;
}

static void in_an_nchw_file(const struct op_case *c, const struct hs_net *net,
                            enum layout layout)
{
    struct hs_net nchw;
    build(&nchw, c, layout);
    struct feed f = feed_of(c, WIDE, 3), g = turned(&f, &nchw);
    struct hs_tensor y = run(net, &f, 0), z = run(&nchw, &g, 0), back;
    ck_ok(hs_tensor_copy(&back, &z, &e));
    if (y.shape.rank >= 3) { /* outputs come in the file's order */
        int order[HS_MAX_RANK] = {0};
        for (int i = 1; i < y.shape.rank; i++) order[i] = i + 1 < y.shape.rank ? i + 1 : 1;
        back.shape = y.shape;
        hs_tensor_permute(&back, &z, order);
    }
    ck_assert_msg(same_bits(&y, &back), "%s %s: another result in an NCHW file", c->op,
                  c->attrs);
    hs_tensor_free(&y), hs_tensor_free(&z), hs_tensor_free(&back);
    unfeed(&f), unfeed(&g);
    hs_net_close(&nchw);
}
static void in_either_file(const struct op_case *c, const struct hs_net *net)
{
    if (c->file_order) return;
    in_an_nchw_file(c, net, NCHW);
    in_an_nchw_file(c, net, NCHW_TURNED);
}
START_TEST(the_layout_of_the_file_does_not_matter) { for_cases(_i, in_either_file); }
END_TEST

static void on_every_machine(const struct op_case *c, const struct hs_net *net)
{
    static const char *const isa[] = {"sse2", "avx2", "avx512"};
    struct feed f = feed_of(c, WIDE, 3);
    struct hs_tensor y = run(net, &f, 0);
    for (int i = 0; i < 3; i++) {
        setenv("HALFSTEP_ISA", isa[i], 1); /* each test has a process of its own */
        struct hs_tensor z = run(net, &f, 0);
        ck_assert_msg(same_bits(&y, &z), "%s %s: other bits with %s", c->op, c->attrs, isa[i]);
        hs_tensor_free(&z);
    }
    unsetenv("HALFSTEP_ISA");
    hs_tensor_free(&y);
    unfeed(&f);
}
START_TEST(every_instruction_set_gives_the_same_bits) { for_cases(_i, on_every_machine); }
END_TEST

static void over_its_input(const struct op_case *c, const struct hs_net *net)
{
    const struct hs_node *node = &net->node[0];
    if (!node->op->in_place) return;
    struct feed f = feed_of(c, WIDE, 3);
    struct hs_tensor y = run(net, &f, 0);
    struct hs_net_packs packs;
    ck_ok(hs_net_pack(net, &packs, &e));
    struct hs_op_call call = {.net = net, .node = node, .packed = packs.of[0], .out = &f.x[0]};
    for (int k = 0; k < CASE_INPUTS; k++) call.in[k] = &f.x[k];
    ck_ok(node->op->forward(&call, &e));
    ck_assert_msg(same_bits(&y, &f.x[0]), "%s %s: another result in place", c->op, c->attrs);
    hs_net_unpack(&packs);
    hs_tensor_free(&y);
    unfeed(&f);
}
START_TEST(in_place_is_the_same) { for_cases(_i, over_its_input); }
END_TEST

/* Weights given to `pack` count instead of the node's own: as if they were its own. */
static void with_given_weights(const struct op_case *c, const struct hs_net *net)
{
    const struct hs_node *node = &net->node[0];
    struct hs_tensor given[4];
    const struct hs_param *own[4];
    size_t n = 0;
    for (const struct hs_param_rule *r = node->op->param; r && r->name; r++)
        if (r->is_weight && (own[n] = hs_node_param(net, node, r->name))) {
            ck_ok(hs_tensor_copy(&given[n], &own[n]->value, &e));
            n++;
        }
    if (!n) return;
    for (size_t k = 0; k < n; k++)
        for (size_t i = 0; i < hs_shape_count(&given[k].shape); i++) given[k].data[i] *= -0.7f;
    struct feed f = feed_of(c, NORMAL, 3);
    struct hs_tensor before = run(net, &f, 0), y, z;
    struct hs_net_packs packs;
    ck_ok(hs_net_pack(net, &packs, &e));
    node->op->unpack(packs.of[0]), packs.of[0] = NULL;
    ck_ok(node->op->pack(net, node, given, &packs.of[0], &e));
    ck_ok(hs_net_value(&packs, f.x, 0, net->output[0], &y, &e));
    hs_net_unpack(&packs);
    for (size_t k = 0; k < n; k++)
        memcpy(own[k]->value.data, given[k].data, hs_shape_count(&given[k].shape) * sizeof(float));
    z = run(net, &f, 0);
    ck_assert_msg(same_bits(&y, &z), "%s %s: given weights are not computed with", c->op, c->attrs);
    ck_assert_msg(!same_bits(&y, &before), "%s %s: its weight has no effect", c->op, c->attrs);
    for (size_t k = 0; k < n; k++) hs_tensor_free(&given[k]);
    hs_tensor_free(&before), hs_tensor_free(&y), hs_tensor_free(&z);
    unfeed(&f);
}
START_TEST(given_weights_count) { for_cases(_i, with_given_weights); }
END_TEST

START_TEST(the_record_is_complete)
{
    const struct hs_op_type *op = hs_op_roster[_i];
    ck_assert(op->name && op->summary && op->version > 0 && op->shape && op->forward);
    ck_assert(op->min_inputs >= 1 && op->max_inputs >= op->min_inputs &&
              op->max_inputs <= HS_MAX_INPUTS);
    ck_assert(!op->pack == !op->unpack);
    ck_assert_ptr_eq(hs_op_find(op->name), op);
    for (const struct hs_attr_rule *r = op->attr; r && r->name; r++)
        ck_assert_msg(r->meaning && r->min >= 1 && r->max >= r->min, "%s: attribute %s",
                      op->name, r->name);
    for (const struct hs_param_rule *r = op->param; r && r->name; r++)
        ck_assert_msg(r->meaning && (op->pack || !r->is_weight), "%s: parameter %s", op->name,
                      r->name);
}
END_TEST

/* Every allocation fails in turn: an error each time, nothing lost (the sanitizer looks), and
 * at last success. */
START_TEST(no_memory_is_an_error)
{
    for (const struct op_case *c = op_cases; c->op; c++) {
        if (strcmp(c->op, hs_op_roster[_i]->name)) continue;
        struct hs_net net;
        e = (struct hs_err){0};
        build(&net, c, NHWC);
        struct feed f = feed_of(c, NORMAL, 2);
        enum hs_status st = HS_ENOMEM;
        for (long k = 1; st != HS_OK && k < 100; k++) {
            struct hs_net_packs packs = {0};
            struct hs_tensor y = {0};
            e = (struct hs_err){0};
            hs_mem_fail_at(k);
            st = hs_net_pack(&net, &packs, &e);
            if (st == HS_OK) st = hs_net_value(&packs, f.x, 0, net.output[0], &y, &e);
            hs_mem_fail_at(0);
            ck_assert(st == HS_OK || st == HS_ENOMEM);
            hs_net_unpack(&packs);
            hs_tensor_free(&y);
        }
        ck_ok(st);
        unfeed(&f);
        hs_net_close(&net);
    }
}
END_TEST

int main(void)
{
    int n = 0;
    while (hs_op_roster[n]) n++;
    Suite *s = suite_create("operators");
    TCase *c = tcase_create("contract");
    tcase_add_loop_test(c, the_record_is_complete, 0, n);
    tcase_add_loop_test(c, agrees_with_the_reference, 0, n);
    tcase_add_loop_test(c, the_batch_does_not_matter, 0, n);
    tcase_add_loop_test(c, nan_and_infinity_stay_in_their_sample, 0, n);
    tcase_add_loop_test(c, the_layout_of_the_file_does_not_matter, 0, n);
    tcase_add_loop_test(c, every_instruction_set_gives_the_same_bits, 0, n);
    tcase_add_loop_test(c, in_place_is_the_same, 0, n);
    tcase_add_loop_test(c, given_weights_count, 0, n);
    tcase_add_loop_test(c, no_memory_is_an_error, 0, n);
    suite_add_tcase(s, c);
    return check_main(s);
}
