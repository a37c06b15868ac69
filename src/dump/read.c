/* read.c - a network from a file of any kind that this room knows, rehearsed by a child. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dump/read.h"

#include "dump/dump.h"
#include "dump/guard.h"
#include "net/op.h"

#include <string.h>

struct job {
    const char *path;
    bool allow_nonfinite;
    struct hs_net *net;
};

static bool is_keras(const struct hs_h5 *h)
{
    return h->config || H5Aexists(h->id, "model_config") > 0 || H5Aexists(h->id, "layer_names") > 0;
}

static enum hs_status build(const struct hs_h5 *h, struct hs_net *net, struct hs_err *e)
{
    enum hs_h5_kind network;
    HS_TRY(hs_h5_look(h, "/network", &network, e));
    if (network == HS_H5_GROUP) return hs_schema_read(h, net, e);
    if (is_keras(h)) return hs_keras_read(h, net, e);
    return HS_FAIL(e, HS_EDATA, "'%s' holds no network: neither /network (a dump) nor the attribute model_config (Keras)",
                   h->path);
}

/* A softmax that ends a network leaves probabilities. */
static void guess_output(struct hs_net *net)
{
    for (size_t i = 0; i < net->outputs; i++) {
        int node = net->output[i].node;
        if (node >= 0 && !strcmp(net->node[node].op->name, "softmax")) net->logits = false;
    }
}

static enum hs_status read_once(const struct job *j, struct hs_err *e)
{
    struct hs_h5 h;
    *j->net = (struct hs_net){0};
    HS_TRY(hs_h5_open(j->path, &h, e));
    enum hs_status st = build(&h, j->net, e);
    hs_h5_close(&h);
    if (!st) guess_output(j->net);
    if (!st) st = hs_net_finish(j->net, j->allow_nonfinite, e);
    if (!st && !(j->net->path = hs_arena_text(j->net->arena, "%s", j->path))) st = HS_OUT_OF_MEMORY(e);
    if (!st) return HS_OK;
    hs_net_close(j->net);
    return hs_h5_name_file(e, j->path);
}

static enum hs_status rehearse(void *ctx, struct hs_guard *g, struct hs_err *e)
{
    (void)g;
    return read_once(ctx, e);
}

enum hs_status hs_dump_read_net(const char *path, bool allow_nonfinite, struct hs_net *net, struct hs_err *e)
{
    struct job j = {.path = path, .allow_nonfinite = allow_nonfinite, .net = net};
    *net = (struct hs_net){0};
    HS_TRY(hs_guard_rehearse(path, rehearse, &j, e));
    return read_once(&j, e);
}

struct question {
    const char *path;
    bool *has;
};

static enum hs_status ask_once(void *ctx, struct hs_guard *g, struct hs_err *e)
{
    const struct question *q = ctx;
    struct hs_h5 h;
    enum hs_h5_kind kind;
    (void)g;
    HS_TRY(hs_h5_open(q->path, &h, e));
    enum hs_status st = hs_h5_look(&h, "/network", &kind, e);
    if (!st) *q->has = kind == HS_H5_GROUP || is_keras(&h);
    hs_h5_close(&h);
    return st;
}

enum hs_status hs_dump_has_network(const char *path, bool *has, struct hs_err *e)
{
    struct question q = {.path = path, .has = has};
    HS_TRY(hs_guard_rehearse(path, ask_once, &q, e));
    return ask_once(&q, NULL, e);
}
