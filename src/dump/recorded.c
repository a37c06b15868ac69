/* recorded.c - recordings in two layouts: ours, by node group, and that of Keras tools, by layer name. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dump/recorded.h"

#include "dump/data.h"
#include "dump/guard.h"
#include "dump/read.h"

#include <jansson.h>
#include <string.h>

struct job {
    const struct hs_net *net;
    const char *path, *split;
    struct hs_recorded *to;
};

static enum hs_status take(const struct hs_h5 *h, const char *path, struct hs_tensor *t, struct hs_err *e)
{
    struct hs_h5_set set;
    HS_TRY(hs_h5_set_open(h, path, &set, e));
    enum hs_status st = hs_h5_set_tensor(&set, t, e);
    if (!st && !set.rank) st = HS_FAIL(e, HS_ESHAPE, "'%s' in %s has no axis for the samples", path, h->path);
    hs_h5_set_close(&set);
    return st;
}

/* One recorded node; all have the same number of samples. */
static enum hs_status add(struct hs_recorded *r, const struct hs_net *net, const struct hs_h5 *h, const char *path,
                          const char *name, struct hs_err *e)
{
    struct hs_recorded_node *n = &r->node[r->nodes];
    *n = (struct hs_recorded_node){.name = hs_arena_text(r->arena, "%s", name), .node = hs_net_find(net, name)};
    if (!n->name) return HS_OUT_OF_MEMORY(e);
    HS_TRY(take(h, path, &n->value, e));
    if (!r->nodes++) r->samples = n->value.shape.dim[0];
    if (n->value.shape.dim[0] == r->samples) return HS_OK;
    return HS_FAIL(e, HS_ESHAPE, "'%s' in %s holds %zu samples, but '%s' %zu", path, h->path, n->value.shape.dim[0],
                   r->node[0].name, r->samples);
}

/* Names of the node groups: from this file where it has a network, else from the network's own. */
static enum hs_status name_groups(const struct job *j, const struct hs_h5 *h, struct hs_arena *a, char ***group,
                                  char ***name, size_t *n, struct hs_err *e)
{
    char **child;
    size_t children;
    enum hs_h5_kind kind;
    HS_TRY(hs_h5_look(h, "/network", &kind, e));
    if (kind != HS_H5_GROUP) {
        struct hs_h5 own;
        if (!j->net->path || !strcmp(j->net->path, h->path)) return *n = 0, HS_OK;
        HS_TRY(hs_h5_open(j->net->path, &own, e));
        struct job there = *j;
        HS_TRY(hs_h5_look(&own, "/network", &kind, e));
        enum hs_status st = HS_OK;
        *n = 0;
        if (kind == HS_H5_GROUP) st = name_groups(&there, &own, a, group, name, n, e);
        hs_h5_close(&own);
        return st;
    }
    HS_TRY(hs_h5_children(h, "/network", a, &child, &children, e));
    HS_TRY(hs_schema_nodes(child, children, a, group, n, e));
    if (!(*name = HS_NEW(a, *n + 1, char *))) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < *n; i++) {
        char *path = hs_arena_text(a, "/network/%s", (*group)[i]);
        if (!path) return HS_OUT_OF_MEMORY(e);
        HS_TRY(hs_h5_text_at(h, path, "name", a, &(*name)[i], e));
        if (!(*name)[i]) (*name)[i] = (*group)[i];
    }
    return HS_OK;
}

static enum hs_status nothing(const struct hs_h5 *h, struct hs_err *e)
{
    return HS_FAIL(e, HS_EDATA, "'%s' holds no recorded activations (/activations/<split>/<node> beside /data/<split>, or "
                   "/activations/<layer> beside /inputs)", h->path);
}

/* Inputs from this file, or from the network's own where this one has none. */
static enum hs_status read_inputs(const struct job *j, const struct hs_h5 *h, struct hs_arena *a, struct hs_err *e)
{
    struct hs_recorded *r = j->to;
    enum hs_h5_kind kind;
    char *here = hs_arena_text(a, "/data/%s", r->split);
    struct hs_data_where where = {.split = r->split, .allow_nonfinite = true};
    struct hs_split s;
    if (!here) return HS_OUT_OF_MEMORY(e);
    HS_TRY(hs_h5_look(h, here, &kind, e));
    where.file = kind == HS_H5_GROUP ? h->path : j->net->path;
    HS_TRY(hs_split_open(j->net, &where, &s, e));
    enum hs_status st = HS_OK;
    if (s.n < r->samples)
        st = HS_FAIL(e, HS_ESHAPE, "%zu samples are recorded, but split '%s' in %s has only %zu", r->samples, r->split,
                     where.file, s.n);
    for (size_t i = 0; i < r->ports && !st; i++)
        st = hs_split_port(&s, i, (struct hs_rows_wanted){NULL, r->samples}, &r->input[i], e);
    hs_split_close(&s);
    return st;
}

static enum hs_status read_ours(const struct job *j, const struct hs_h5 *h, struct hs_arena *a, struct hs_err *e)
{
    struct hs_recorded *r = j->to;
    char **split, **group, **name;
    size_t splits, n;
    HS_TRY(hs_h5_children(h, "/activations", a, &split, &splits, e));
    const char *which = j->split ? j->split : splits ? split[0] : NULL;
    if (!which) return nothing(h, e);
    r->split = hs_arena_text(r->arena, "%s", which);
    HS_TRY(name_groups(j, h, a, &group, &name, &n, e));
    r->node = HS_NEW(r->arena, n + 1, struct hs_recorded_node);
    if (!r->split || !r->node) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < n; i++) {
        enum hs_h5_kind kind;
        char *path = hs_arena_text(a, "/activations/%s/%s", r->split, group[i]);
        if (!path) return HS_OUT_OF_MEMORY(e);
        HS_TRY(hs_h5_look(h, path, &kind, e));
        if (kind == HS_H5_DATASET) HS_TRY(add(r, j->net, h, path, name[i], e));
    }
    return r->nodes ? read_inputs(j, h, a, e) : nothing(h, e);
}

/* The names of the inputs in the model's order: a JSON in a root attribute, or else the order of the names. */
static enum hs_status input_names(const struct hs_h5 *h, struct hs_arena *a, char ***name, size_t *n, struct hs_err *e)
{
    char *text;
    json_error_t why;
    HS_TRY(hs_h5_text_at(h, "/", "inputs", a, &text, e));
    if (!text) return hs_h5_children(h, "/inputs", a, name, n, e);
    json_t *root = json_loads(text, 0, &why), *list = json_is_array(root) ? root : json_object_get(root, "inputs");
    enum hs_status st = json_is_array(list) ? HS_OK : HS_FAIL(e, HS_EDATA, "attribute 'inputs' of %s is no list", h->path);
    *n = json_array_size(list);
    *name = HS_NEW(a, *n + 1, char *);
    if (!st && !*name) st = HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < *n && !st; i++) {
        const char *s = json_string_value(json_array_get(list, i));
        if (!s) st = HS_FAIL(e, HS_EDATA, "attribute 'inputs' of %s is no list of names", h->path);
        else if (!((*name)[i] = hs_arena_text(a, "%s", s))) st = HS_OUT_OF_MEMORY(e);
    }
    json_decref(root);
    return st;
}

/* Inputs map by position: Keras 1 calls that of lstm_1 lstm_input_1. */
static enum hs_status read_their_inputs(const struct job *j, const struct hs_h5 *h, struct hs_arena *a, struct hs_err *e)
{
    struct hs_recorded *r = j->to;
    struct hs_data_where where = {.file = h->path, .allow_nonfinite = true};
    struct hs_split s = {.h = *h, .a = a, .net = j->net, .where = &where};
    char **name;
    size_t n;
    HS_TRY(input_names(h, a, &name, &n, e));
    if (n != r->ports)
        return HS_FAIL(e, HS_ESHAPE, "%zu inputs are recorded in %s, but the network has %zu", n, h->path, r->ports);
    if (!(s.input = HS_NEW(a, n, char *))) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < n; i++) {
        s.n = r->samples;
        if (!(s.input[i] = hs_arena_text(a, "/inputs/%s", name[i]))) return HS_OUT_OF_MEMORY(e);
        HS_TRY(hs_split_port(&s, i, (struct hs_rows_wanted){NULL, r->samples}, &r->input[i], e));
    }
    return HS_OK;
}

static enum hs_status read_theirs(const struct job *j, const struct hs_h5 *h, struct hs_arena *a, struct hs_err *e)
{
    static const char *const groups[] = {"/activations", "/predictions"};
    struct hs_recorded *r = j->to;
    char **name[2];
    size_t n[2] = {0};
    for (int g = 0; g < 2; g++) {
        enum hs_h5_kind kind;
        HS_TRY(hs_h5_look(h, groups[g], &kind, e));
        if (kind == HS_H5_GROUP) HS_TRY(hs_h5_children(h, groups[g], a, &name[g], &n[g], e));
    }
    if (!(r->node = HS_NEW(r->arena, n[0] + n[1] + 1, struct hs_recorded_node))) return HS_OUT_OF_MEMORY(e);
    for (int g = 0; g < 2; g++)
        for (size_t i = 0; i < n[g]; i++) {
            enum hs_h5_kind kind;
            char *path = hs_arena_text(a, "%s/%s", groups[g], name[g][i]);
            if (!path) return HS_OUT_OF_MEMORY(e);
            HS_TRY(hs_h5_look(h, path, &kind, e));
            if (kind == HS_H5_DATASET) HS_TRY(add(r, j->net, h, path, name[g][i], e));
        }
    return r->nodes ? read_their_inputs(j, h, a, e) : nothing(h, e);
}

static enum hs_status read_any(const struct job *j, const struct hs_h5 *h, struct hs_arena *a, struct hs_err *e)
{
    struct hs_recorded *r = j->to;
    enum hs_h5_kind inputs, activations;
    r->ports = j->net->ports;
    if (!(r->input = HS_NEW(r->arena, r->ports + 1, struct hs_tensor))) return HS_OUT_OF_MEMORY(e);
    HS_TRY(hs_h5_look(h, "/inputs", &inputs, e));
    HS_TRY(hs_h5_look(h, "/activations", &activations, e));
    if (inputs == HS_H5_GROUP) return read_theirs(j, h, a, e);
    return activations == HS_H5_GROUP ? read_ours(j, h, a, e) : nothing(h, e);
}

static enum hs_status read_once(void *ctx, struct hs_guard *g, struct hs_err *e)
{
    const struct job *j = ctx;
    struct hs_h5 h;
    (void)g;
    HS_TRY(hs_h5_open(j->path, &h, e));
    struct hs_arena *a = hs_arena_open();
    *j->to = (struct hs_recorded){.arena = hs_arena_open()};
    enum hs_status st = a && j->to->arena ? read_any(j, &h, a, e) : HS_OUT_OF_MEMORY(e);
    hs_arena_close(a);
    hs_h5_close(&h);
    if (st) hs_recorded_free(j->to);
    return st;
}

enum hs_status hs_recorded_read(const struct hs_net *net, const char *path, const char *split, struct hs_recorded *to,
                                struct hs_err *e)
{
    struct job j = {.net = net, .path = path ? path : net->path, .split = split, .to = to};
    *to = (struct hs_recorded){0};
    if (!j.path) return HS_FAIL(e, HS_EUSAGE, "no file with recordings is given");
    if (hs_guard_rehearse(j.path, read_once, &j, e) || read_once(&j, NULL, e)) return hs_h5_name_file(e, j.path);
    return HS_OK;
}

void hs_recorded_free(struct hs_recorded *r)
{
    for (size_t i = 0; i < r->ports && r->input; i++) hs_tensor_free(&r->input[i]);
    for (size_t i = 0; i < r->nodes; i++) hs_tensor_free(&r->node[i].value);
    hs_arena_close(r->arena);
    *r = (struct hs_recorded){0};
}
