/* small.c - builds the test network from named random streams. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "propagate/small.h"

#include "base/rng.h"
#include "calib/roster.h"
#include "weights/weights.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static enum hs_status param(struct hs_net *net, const char *node, const char *name, int rank, const size_t *dim,
                            double mean, double sd, struct hs_err *e)
{
    char stream[64];
    struct hs_shape shape = {.rank = rank};
    struct hs_tensor t;
    for (int i = 0; i < rank; i++) shape.dim[i] = dim[i];
    HS_TRY(hs_tensor_alloc(&t, &shape, e));
    snprintf(stream, sizeof stream, "small/%s/%s", node, name);
    gsl_rng *r = hs_rng_open(7, stream);
    for (size_t i = 0; i < hs_shape_count(&shape); i++) t.data[i] = (float)(mean + gsl_ran_gaussian(r, sd));
    gsl_rng_free(r);
    hs_net_param(net, name, &t, e);
    hs_tensor_free(&t);
    return e->status;
}

static enum hs_status conv(struct hs_net *net, const char *name, int from, size_t out, size_t in, size_t k,
                           struct hs_err *e)
{
    const int64_t pad[2] = {(int64_t)k / 2, (int64_t)k / 2};
    const size_t dim[4] = {out, in, k, k};
    HS_TRY(hs_net_add_node(net, name, "conv2d", e));
    HS_TRY(hs_net_input(net, (struct hs_ref){from, 0}, e));
    HS_TRY(hs_net_attr_ints(net, "padding", pad, 2, e));
    HS_TRY(param(net, name, "weight", 4, dim, 0, 1 / sqrt((double)(in * k * k)), e));
    return param(net, name, "bias", 1, dim, 0, 0.1, e);
}

static enum hs_status linear(struct hs_net *net, const char *name, int from, size_t out, size_t in, struct hs_err *e)
{
    const size_t dim[2] = {out, in};
    HS_TRY(hs_net_add_node(net, name, "linear", e));
    HS_TRY(hs_net_input(net, (struct hs_ref){from, 0}, e));
    HS_TRY(param(net, name, "weight", 2, dim, 0, 1 / sqrt((double)in), e));
    return param(net, name, "bias", 1, dim, 0, 0.1, e);
}

static enum hs_status plain(struct hs_net *net, const char *name, const char *op, int from, struct hs_err *e)
{
    HS_TRY(hs_net_add_node(net, name, op, e));
    return hs_net_input(net, (struct hs_ref){from, 0}, e);
}

static enum hs_status build(struct hs_net *net, struct hs_err *e)
{
    const struct hs_shape image = {.rank = 4, .dim = {0, 1, 8, 8}};
    const size_t four[1] = {4};
    const int64_t two[2] = {2, 2};
    HS_TRY(hs_net_open(net, "small", true, e));
    net->task = HS_TASK_CLASSIFICATION, net->logits = true;
    HS_TRY(hs_net_add_port(net, "x", &image, false, e));
    HS_TRY(conv(net, "c1", -1, 4, 1, 3, e));                                        /* 0 */
    HS_TRY(plain(net, "b1", "batch_norm", 0, e));                                   /* 1 */
    HS_TRY(param(net, "b1", "gamma", 1, four, 1, 0.1, e));
    HS_TRY(param(net, "b1", "beta", 1, four, 0, 0.1, e));
    HS_TRY(param(net, "b1", "mean", 1, four, 0, 0.1, e));
    HS_TRY(param(net, "b1", "variance", 1, four, 1, 0.05, e));
    HS_TRY(plain(net, "r1", "relu", 1, e));                                         /* 2 */
    HS_TRY(plain(net, "p1", "maxpool2d", 2, e));                                    /* 3 */
    HS_TRY(hs_net_attr_ints(net, "kernel", two, 2, e));
    HS_TRY(hs_net_attr_ints(net, "stride", two, 2, e));
    HS_TRY(conv(net, "c2", 3, 6, 4, 3, e));                                         /* 4 */
    HS_TRY(plain(net, "r2", "relu", 4, e));                                         /* 5 */
    HS_TRY(conv(net, "c3", 5, 8, 6, 3, e));                                         /* 6 */
    HS_TRY(conv(net, "s1", 3, 8, 4, 1, e));                                         /* 7 */
    HS_TRY(plain(net, "a1", "add", 6, e));                                          /* 8 */
    HS_TRY(hs_net_input(net, (struct hs_ref){7, 0}, e));
    HS_TRY(plain(net, "r3", "relu", 8, e));                                         /* 9 */
    HS_TRY(plain(net, "fl", "flatten", 9, e));                                      /* 10 */
    HS_TRY(linear(net, "f1", 10, 16, 128, e));                                      /* 11 */
    HS_TRY(plain(net, "r4", "relu", 11, e));                                        /* 12 */
    HS_TRY(linear(net, "f2", 12, 10, 16, e));                                       /* 13 */
    HS_TRY(hs_net_output(net, (struct hs_ref){13, 0}, e));
    return hs_net_finish(net, false, e);
}

static enum hs_status data(struct hs_data *d, const char *stream, size_t n, struct hs_err *e)
{
    const struct hs_shape shape = {.rank = 4, .dim = {n, 8, 8, 1}};
    *d = (struct hs_data){.n = n, .ports = 1, .target_width = 1};
    d->input = hs_alloc_zeroed(1, sizeof *d->input);
    d->target = hs_alloc(n, sizeof *d->target);
    if (!d->input || !d->target) return HS_OUT_OF_MEMORY(e);
    HS_TRY(hs_tensor_alloc(&d->input[0], &shape, e));
    gsl_rng *r = hs_rng_open(7, stream);
    for (size_t i = 0; i < n * 64; i++) d->input[0].data[i] = (float)gsl_ran_gaussian(r, 1);
    for (size_t i = 0; i < n; i++) d->target[i] = (float)gsl_rng_uniform_int(r, 10);
    gsl_rng_free(r);
    d->digest = hs_hash_bytes(d->input[0].data, n * 64 * sizeof(float));
    return HS_OK;
}

enum hs_status small_open(struct small *s, size_t calibration, size_t evaluation, struct hs_err *e)
{
    memset(s, 0, sizeof *s);
    HS_TRY(build(&s->net, e));
    HS_TRY(data(&s->calibration, "small/calibration", calibration, e));
    return data(&s->evaluation, "small/evaluation", evaluation, e);
}

static enum hs_status build_chain(struct hs_net *net, size_t layers, struct hs_err *e)
{
    const struct hs_shape image = {.rank = 4, .dim = {0, 1, 8, 8}};
    char name[24];
    int last = 0;
    HS_TRY(hs_net_open(net, "chain", true, e));
    net->task = HS_TASK_CLASSIFICATION, net->logits = true;
    HS_TRY(hs_net_add_port(net, "x", &image, false, e));
    HS_TRY(plain(net, "fl", "flatten", -1, e));
    for (size_t i = 1; i <= layers; i++) {
        snprintf(name, sizeof name, "f%zu", i);
        HS_TRY(linear(net, name, last++, 10, i == 1 ? 64 : 10, e));
        snprintf(name, sizeof name, "r%zu", i);
        if (i < layers) HS_TRY(plain(net, name, "relu", last++, e));
    }
    HS_TRY(hs_net_output(net, (struct hs_ref){last, 0}, e));
    return hs_net_finish(net, false, e);
}

enum hs_status small_chain(struct small *s, size_t layers, size_t calibration, size_t evaluation, struct hs_err *e)
{
    memset(s, 0, sizeof *s);
    HS_TRY(build_chain(&s->net, layers, e));
    HS_TRY(data(&s->calibration, "small/calibration", calibration, e));
    return data(&s->evaluation, "small/evaluation", evaluation, e);
}

void small_close(struct small *s)
{
    hs_data_free(&s->calibration);
    hs_data_free(&s->evaluation);
    hs_net_close(&s->net);
}

struct hs_spec small_spec(void)
{
    static const struct hs_metric_type *metric[4];
    struct hs_err e = {0};
    metric[0] = hs_metric_find("sqnr", &e), metric[1] = hs_metric_find("agreement", &e);
    metric[2] = hs_metric_find("accuracy", &e), metric[3] = hs_metric_find("max-error", &e);
    const struct hs_side side = {.format = hs_format_find("int8", &e), .granularity = HS_PER_TENSOR,
                                 .strategy = hs_calib_find("minmax", &e)};
    return (struct hs_spec){.seed = 1, .weights = side, .activations = side, .method = hs_weights_find("nearest", &e),
                            .order = {.type = hs_order_find("forward", &e)}, .measure = HS_MEASURE_STEPS,
                            .metric = metric, .metrics = 4};
}
