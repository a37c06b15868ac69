/* bench_net.c - the baseline network, where no file is given. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/bench.h"

#include "base/rng.h"

#include <gsl/gsl_rng.h>
#include <math.h>

static enum hs_status draw(float *x, size_t n, const char *stream, double width, struct hs_err *e)
{
    gsl_rng *r = hs_rng_open(1, stream);
    if (!r) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < n; i++) x[i] = (float)(width * (2 * gsl_rng_uniform(r) - 1));
    gsl_rng_free(r);
    return HS_OK;
}

/* Uniform in +- 1 / sqrt(in), as torch begins. */
static enum hs_status param(struct hs_net *net, const char *name, struct hs_shape shape, size_t in, struct hs_err *e)
{
    struct hs_tensor t;
    char stream[64];
    snprintf(stream, sizeof stream, "bench/%s/%s", net->node[net->nodes - 1].name, name);
    HS_TRY(hs_tensor_alloc(&t, &shape, e));
    if (!draw(t.data, hs_shape_count(&shape), stream, 1 / sqrt((double)in), e)) hs_net_param(net, name, &t, e);
    hs_tensor_free(&t);
    return e->status;
}

static enum hs_status node(struct hs_net *net, const char *name, const char *op, struct hs_err *e)
{
    int from = (int)net->nodes - 1;
    HS_TRY(hs_net_add_node(net, name, op, e));
    return hs_net_input(net, (struct hs_ref){.node = from}, e);
}

static enum hs_status conv(struct hs_net *net, const char *name, size_t in, size_t out, struct hs_err *e)
{
    HS_TRY(node(net, name, "conv2d", e));
    HS_TRY(hs_net_attr_ints(net, "padding", (const int64_t[]){1, 1}, 2, e));
    HS_TRY(param(net, "weight", (struct hs_shape){.rank = 4, .dim = {out, in, 3, 3}}, in * 9, e));
    return param(net, "bias", (struct hs_shape){.rank = 1, .dim = {out}}, in * 9, e);
}

static enum hs_status linear(struct hs_net *net, const char *name, size_t in, size_t out, struct hs_err *e)
{
    HS_TRY(node(net, name, "linear", e));
    HS_TRY(param(net, "weight", (struct hs_shape){.rank = 2, .dim = {out, in}}, in, e));
    return param(net, "bias", (struct hs_shape){.rank = 1, .dim = {out}}, in, e);
}

static enum hs_status relu_pool(struct hs_net *net, const char *relu, const char *pool, struct hs_err *e)
{
    HS_TRY(node(net, relu, "relu", e));
    HS_TRY(node(net, pool, "maxpool2d", e));
    HS_TRY(hs_net_attr_ints(net, "kernel", (const int64_t[]){2, 2}, 2, e));
    return hs_net_attr_ints(net, "stride", (const int64_t[]){2, 2}, 2, e);
}

static enum hs_status build(struct hs_net *net, struct hs_err *e)
{
    HS_TRY(hs_net_open(net, "baseline", true, e));
    net->task = HS_TASK_NONE;
    HS_TRY(hs_net_add_port(net, "x", &(struct hs_shape){.rank = 4, .dim = {0, 1, 28, 28}}, false, e));
    HS_TRY(conv(net, "c1", 1, 32, e));
    HS_TRY(relu_pool(net, "r1", "p1", e));
    HS_TRY(conv(net, "c2", 32, 64, e));
    HS_TRY(relu_pool(net, "r2", "p2", e));
    HS_TRY(node(net, "flat", "flatten", e));
    HS_TRY(linear(net, "f1", 3136, 128, e));
    HS_TRY(node(net, "r3", "relu", e));
    HS_TRY(linear(net, "f2", 128, 10, e));
    HS_TRY(hs_net_output(net, (struct hs_ref){.node = (int)net->nodes - 1}, e));
    return hs_net_finish(net, false, e);
}

/* Uniform values of variance 1, in the engine's memory order. */
enum hs_status hs_bench_drawn(const struct hs_net *net, struct hs_data *data, size_t n, struct hs_err *e)
{
    *data = (struct hs_data){.n = n, .input = hs_alloc_zeroed(net->ports, sizeof *data->input)};
    if (!data->input) return HS_OUT_OF_MEMORY(e);
    data->ports = net->ports;
    for (size_t p = 0; p < net->ports; p++) {
        struct hs_shape shape = net->port[p].shape;
        if (net->port[p].integer)
            return HS_FAIL(e, HS_EDATA, "input '%s' of '%s' takes whole numbers: there must be data in the file",
                           net->port[p].name, net->name);
        shape.dim[0] = n;
        HS_TRY(hs_tensor_alloc(&data->input[p], &shape, e));
        HS_TRY(draw(data->input[p].data, hs_shape_count(&shape), net->port[p].name, sqrt(3), e));
        struct hs_key parts[2] = {data->digest,
                                  hs_hash_bytes(data->input[p].data, hs_shape_count(&shape) * sizeof(float))};
        data->digest = hs_hash_bytes(parts, sizeof parts);
    }
    return HS_OK;
}

enum hs_status hs_bench_baseline(struct hs_net *net, struct hs_data *data, size_t n, struct hs_err *e)
{
    HS_TRY(build(net, e));
    return hs_bench_drawn(net, data, n, e);
}
