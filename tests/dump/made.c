/* made.c - builds the networks and files of the tests. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "made.h"

#include "check_main.h"

#include "base/rng.h"
#include "base/mem.h"

#include <gsl/gsl_randist.h>
#include <stdio.h>
#include <unistd.h>

const char *made_path(const char *name)
{
    static char path[4][512];
    static int turn;
    const char *build = getenv("BUILDDIR");
    turn = (turn + 1) % 4;
    snprintf(path[turn], sizeof path[turn], "%s/tests/dump/made-%ld-%s", build ? build : ".", (long)getpid(), name);
    return path[turn];
}

struct hs_tensor made_tensor(const char *name, int rank, const size_t *dim)
{
    struct hs_err e = {0};
    struct hs_tensor t = {0};
    struct hs_shape s = {.rank = rank};
    gsl_rng *r = hs_rng_open(1, name);
    for (int i = 0; i < rank; i++) s.dim[i] = dim[i];
    ck_ok(hs_tensor_alloc(&t, &s, &e));
    for (size_t i = 0; i < hs_shape_count(&s); i++) t.data[i] = (float)gsl_ran_gaussian_ziggurat(r, 1);
    gsl_rng_free(r);
    return t;
}

static void param(struct hs_net *net, const char *name, int rank, const size_t *dim, bool positive)
{
    struct hs_err e = {0};
    char stream[64];
    snprintf(stream, sizeof stream, "%zu/%s", net->nodes, name);
    struct hs_tensor t = made_tensor(stream, rank, dim);
    for (size_t i = 0; positive && i < hs_shape_count(&t.shape); i++) t.data[i] = t.data[i] * t.data[i] + 0.5f;
    ck_ok(hs_net_param(net, name, &t, &e));
    hs_tensor_free(&t);
}

static void node(struct hs_net *net, const char *name, const char *op, int a, int b)
{
    struct hs_err e = {0};
    ck_ok(hs_net_add_node(net, name, op, &e));
    ck_ok(hs_net_input(net, (struct hs_ref){.node = a}, &e));
    if (b > -9) ck_ok(hs_net_input(net, (struct hs_ref){.node = b}, &e));
}

static void norm(struct hs_net *net, const char *name, int from, size_t channels)
{
    struct hs_err e = {0};
    double epsilon = 1e-3;
    node(net, name, "batch_norm", from, -9);
    ck_ok(hs_net_attr_reals(net, "epsilon", &epsilon, 1, &e));
    param(net, "mean", 1, &channels, false);
    param(net, "variance", 1, &channels, true);
    param(net, "gamma", 1, &channels, true);
    param(net, "beta", 1, &channels, false);
}

void made_net(struct hs_net *net, bool nchw)
{
    struct hs_err e = {0};
    struct hs_shape image = {4, {0, 3, 6, 5}}, extra = {2, {0, 4}};
    int64_t two[] = {1, 1}, sides[] = {1, 0, 1, 2}, axis = 1;
    if (!nchw) image = (struct hs_shape){4, {0, 6, 5, 3}};
    ck_ok(hs_net_open(net, "made/net", nchw, &e));
    net->task = HS_TASK_CLASSIFICATION;
    net->source = hs_arena_text(net->arena, "the tests, \xc3\xbc""ber alles gepr\xc3\xbc""ft");
    ck_ok(hs_net_add_port(net, "image", &image, false, &e));
    ck_ok(hs_net_add_port(net, "extra/\xc3\xa9", &extra, false, &e));
    net->port[0].axes = hs_arena_text(net->arena, nchw ? "N,C,H,W" : "N,H,W,C");
    node(net, "block.1/conv \xe2\x88\x97", "conv2d", -1, -9);
    ck_ok(hs_net_attr_ints(net, "stride", two, 2, &e));
    ck_ok(hs_net_attr_ints(net, "padding", sides, 4, &e));
    param(net, "weight", 4, (size_t[]){8, 3, 3, 3}, false);
    param(net, "bias", 1, (size_t[]){8}, false);
    norm(net, "norm", 0, 8);
    node(net, "relu", "relu", 1, -9);
    node(net, "gap", "global_avgpool", 2, -9);
    node(net, "first", "linear", 3, -9);
    param(net, "weight", 2, (size_t[]){8, 8}, false);
    node(net, "again", "linear", 4, -9);
    ck_ok(hs_net_shares(net, 4, &e));
    node(net, "gelu", "gelu", 5, -9);
    ck_ok(hs_net_attr_text(net, "approximate", "tanh", &e));
    node(net, "joined", "concat", 6, -2);
    ck_ok(hs_net_attr_ints(net, "axis", &axis, 1, &e));
    node(net, "last", "linear", 7, -9);
    param(net, "weight", 2, (size_t[]){MADE_CLASSES, 12}, false);
    param(net, "bias", 1, (size_t[]){MADE_CLASSES}, false);
    node(net, "probabilities", "softmax", 8, -9);
    ck_ok(hs_net_output(net, (struct hs_ref){.node = 9}, &e));
    net->logits = false;
    ck_ok(hs_net_finish(net, false, &e));
}

static void put_split(struct hs_dump_writer *w, const char *split, bool nchw)
{
    struct hs_err e = {0};
    static const double scale[] = {1.0 / 255, 1.0 / 255, 1.0 / 255}, mean[] = {0.1, 0.2, 0.3}, std[] = {0.5, 0.25, 0.125};
    uint8_t image[MADE_ROWS * 90];
    int64_t target[MADE_ROWS], cluster[MADE_ROWS];
    uint8_t mask[MADE_ROWS];
    char path[128];
    uint64_t key = hs_rng_key(2, split);
    for (size_t i = 0; i < sizeof image; i++) image[i] = (uint8_t)(256 * hs_rng_at(key, i));
    for (int i = 0; i < MADE_ROWS; i++)
        target[i] = i % (MADE_CLASSES + 1) - 1, cluster[i] = i / 3, mask[i] = i != 5;
    struct hs_dump_array x = {.type = HS_DUMP_U8, .shape = {4, {MADE_ROWS, 3, 6, 5}}, .data = image, .coefficients = 3,
                              .scale = scale, .mean = mean, .std = std, .chunk = 5, .gzip = 1};
    if (!nchw) x.shape = (struct hs_shape){4, {MADE_ROWS, 6, 5, 3}};
    snprintf(path, sizeof path, "/data/%s/inputs/image", split);
    ck_ok(hs_dump_put(w, path, &x, &e));
    struct hs_tensor extra = made_tensor(split, 2, (size_t[]){MADE_ROWS, 4});
    x = (struct hs_dump_array){.type = HS_DUMP_F32, .shape = extra.shape, .data = extra.data};
    snprintf(path, sizeof path, "/data/%s/inputs/extra/\xc3\xa9", split);
    ck_ok(hs_dump_put(w, path, &x, &e));
    hs_tensor_free(&extra);
    x = (struct hs_dump_array){.type = HS_DUMP_I64, .shape = {1, {MADE_ROWS}}, .data = target};
    snprintf(path, sizeof path, "/data/%s/targets", split);
    ck_ok(hs_dump_put(w, path, &x, &e));
    x = (struct hs_dump_array){.type = HS_DUMP_I64, .shape = {1, {MADE_ROWS}}, .data = cluster};
    snprintf(path, sizeof path, "/data/%s/cluster", split);
    ck_ok(hs_dump_put(w, path, &x, &e));
    x = (struct hs_dump_array){.type = HS_DUMP_U8, .shape = {1, {MADE_ROWS}}, .data = mask};
    snprintf(path, sizeof path, "/data/%s/mask", split);
    ck_ok(hs_dump_put(w, path, &x, &e));
}

void made_dump(const char *path, bool nchw)
{
    struct hs_err e = {0};
    struct hs_net net;
    struct hs_dump_writer *w;
    made_net(&net, nchw);
    ck_ok(hs_dump_create(path, &w, &e));
    ck_ok(hs_dump_put_net(w, &net, &e));
    put_split(w, "calibration", nchw);
    put_split(w, "evaluation", nchw);
    struct hs_tensor t = made_tensor("recorded", 2, (size_t[]){3, 8});
    ck_ok(hs_dump_put_activation(w, "evaluation", &net, hs_net_find(&net, "again"), &t, &e));
    hs_tensor_free(&t);
    ck_ok(hs_dump_finish(w, &e));
    hs_net_close(&net);
}
