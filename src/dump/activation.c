/* activation.c - recorded outputs of nodes. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dump/dump.h"
#include "dump/guard.h"
#include "dump/read.h"

#include <string.h>

struct job {
    const char *path, *split;
    const struct hs_net *net;
    int node;
    struct hs_tensor *value;
};

/* The group that a node came from: the one that carries its name. */
static enum hs_status group_of(const struct hs_h5 *h, const char *node, struct hs_arena *a, char **found, struct hs_err *e)
{
    char **name, **group;
    size_t n, groups;
    *found = NULL;
    HS_TRY(hs_h5_children(h, "/network", a, &name, &n, e));
    HS_TRY(hs_schema_nodes(name, n, a, &group, &groups, e));
    for (size_t i = 0; i < groups && !*found; i++) {
        char *text, *path = hs_arena_text(a, "/network/%s", group[i]);
        enum hs_h5_kind kind;
        if (!path) return HS_OUT_OF_MEMORY(e);
        HS_TRY(hs_h5_look(h, path, &kind, e));
        if (kind != HS_H5_GROUP) continue;
        HS_TRY(hs_h5_text_at(h, path, "name", a, &text, e));
        if (!strcmp(text ? text : group[i], node)) *found = group[i];
    }
    return HS_OK;
}

static enum hs_status read_value(const struct job *j, const struct hs_h5 *h, struct hs_arena *a, struct hs_err *e)
{
    char *group, *path;
    enum hs_h5_kind kind;
    struct hs_h5_set set;
    HS_TRY(hs_h5_look(h, "/network", &kind, e));
    if (kind != HS_H5_GROUP) return HS_OK;
    HS_TRY(group_of(h, j->net->node[j->node].name, a, &group, e));
    if (!group) return HS_OK;
    if (!(path = hs_arena_text(a, "/activations/%s/%s", j->split, group))) return HS_OUT_OF_MEMORY(e);
    HS_TRY(hs_h5_look(h, path, &kind, e));
    if (kind == HS_H5_ABSENT) return HS_OK;
    HS_TRY(hs_h5_set_open(h, path, &set, e));
    enum hs_status st = hs_h5_set_tensor(&set, j->value, e);
    hs_h5_set_close(&set);
    return st;
}

static enum hs_status read_once(void *ctx, struct hs_guard *g, struct hs_err *e)
{
    const struct job *j = ctx;
    struct hs_h5 h;
    (void)g;
    HS_TRY(hs_h5_open(j->path, &h, e));
    struct hs_arena *a = hs_arena_open();
    enum hs_status st = a ? read_value(j, &h, a, e) : HS_OUT_OF_MEMORY(e);
    hs_arena_close(a);
    hs_h5_close(&h);
    return st;
}

enum hs_status hs_dump_read_activation(const char *path, const char *split, const struct hs_net *net, int node,
                                       struct hs_tensor *value, struct hs_err *e)
{
    struct job j = {.path = path, .split = split, .net = net, .node = node, .value = value};
    *value = (struct hs_tensor){0};
    HS_TRY(hs_guard_rehearse(path, read_once, &j, e));
    return read_once(&j, NULL, e);
}
