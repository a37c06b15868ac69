/* schema_read.c - a network in schema version 1: ports, nodes with references, attributes and parameters. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dump/read.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reader {
    const struct hs_h5 *h;
    struct hs_net *net;
    struct hs_arena *a; /* for what is not kept */
    char **group;       /* of the nodes, in execution order */
    size_t groups;
};

static bool is_node(const char *s)
{
    if (*s++ != 'n' || !*s) return false;
    for (; *s; s++)
        if (!isdigit((unsigned char)*s)) return false;
    return true;
}

static int by_number(const void *a, const void *b)
{
    const char *x = *(char *const *)a + 1, *y = *(char *const *)b + 1;
    while (*x == '0') x++;
    while (*y == '0') y++;
    size_t nx = strlen(x), ny = strlen(y);
    return nx != ny ? (nx > ny) - (nx < ny) : strcmp(x, y);
}

enum hs_status hs_schema_nodes(char **name, size_t n, struct hs_arena *a, char ***group, size_t *groups, struct hs_err *e)
{
    *groups = 0;
    if (!(*group = HS_NEW(a, n + 1, char *))) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < n; i++) {
        if (is_node(name[i])) (*group)[(*groups)++] = name[i];
        else if (strcmp(name[i], "inputs"))
            return HS_FAIL(e, HS_EDATA, "'/network/%s' is neither 'inputs' nor a node (n0000, n0001 ...)", name[i]);
    }
    qsort(*group, *groups, sizeof **group, by_number);
    return HS_OK;
}

static enum hs_status required_text(const struct reader *r, const char *path, const char *name, char **text,
                                    struct hs_err *e)
{
    HS_TRY(hs_h5_text_at(r->h, path, name, r->a, text, e));
    return *text ? HS_OK : HS_FAIL(e, HS_EDATA, "'%s' lacks the attribute '%s'", path, name);
}

/* A list of texts; a single one counts as a list. Absent: none, unless required. */
static enum hs_status texts(const struct reader *r, const char *path, const char *name, bool required, char ***list,
                            size_t *n, struct hs_err *e)
{
    struct hs_h5_attr v;
    HS_TRY(hs_h5_attr_at(r->h, path, name, r->a, &v, e));
    if (v.kind == HS_H5_NONE && required) return HS_FAIL(e, HS_EDATA, "'%s' lacks the attribute '%s'", path, name);
    if (v.n && v.kind != HS_H5_TEXTS)
        return HS_FAIL(e, HS_EDATA, "attribute '%s' of '%s' should be a list of texts", name, path);
    *list = v.texts, *n = v.n;
    return HS_OK;
}

static enum hs_status port_shape(const struct hs_h5_attr *v, const char *path, struct hs_shape *s, struct hs_err *e)
{
    if (v->kind != HS_H5_INTS || v->n < 1 || v->n > HS_MAX_RANK)
        return HS_FAIL(e, HS_EDATA, "attribute 'shape' of '%s' should be a list of 1 to %d integers", path, HS_MAX_RANK);
    *s = (struct hs_shape){.rank = (int)v->n};
    for (size_t i = 0; i < v->n; i++) {
        if (v->ints[i] < -1 || v->ints[i] == 0)
            return HS_FAIL(e, HS_EDATA, "attribute 'shape' of '%s' holds %lld: lengths are positive, or -1 for variable",
                           path, (long long)v->ints[i]);
        s->dim[i] = v->ints[i] < 0 || i == 0 ? 0 : (size_t)v->ints[i];
    }
    return HS_OK;
}

/* "N,C,H,W" */
static enum hs_status port_axes(const struct reader *r, const char *path, int rank, const char **axes, struct hs_err *e)
{
    char **label, *joined;
    size_t n, room = 1;
    HS_TRY(texts(r, path, "axes", false, &label, &n, e));
    *axes = NULL;
    if (!n) return HS_OK;
    if (n != (size_t)rank)
        return HS_FAIL(e, HS_EDATA, "'%s' has %zu axes labels for %d axes", path, n, rank);
    for (size_t i = 0; i < n; i++) room += strlen(label[i]) + 1;
    if (!(joined = HS_NEW(r->net->arena, room, char))) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < n; i++) {
        if (i) strcat(joined, ",");
        strcat(joined, label[i]);
    }
    *axes = joined;
    return HS_OK;
}

static enum hs_status read_port(const struct reader *r, const char *name, struct hs_err *e)
{
    struct hs_h5_attr v;
    struct hs_shape shape;
    enum hs_h5_kind kind;
    const char *axes;
    char *dtype, *path = hs_arena_text(r->a, "/network/inputs/%s", name);
    if (!path) return HS_OUT_OF_MEMORY(e);
    HS_TRY(hs_h5_look(r->h, path, &kind, e));
    if (kind == HS_H5_ABSENT) return HS_FAIL(e, HS_EDATA, "input '%s' has no '%s'", name, path);
    HS_TRY(hs_h5_text_at(r->h, path, "dtype", r->a, &dtype, e));
    HS_TRY(hs_h5_attr_at(r->h, path, "shape", r->a, &v, e));
    HS_TRY(port_shape(&v, path, &shape, e));
    HS_TRY(port_axes(r, path, shape.rank, &axes, e));
    bool integer = dtype && (!strncmp(dtype, "int", 3) || !strncmp(dtype, "uint", 4));
    HS_TRY(hs_net_add_port(r->net, name, &shape, integer, e));
    r->net->port[r->net->ports - 1].axes = axes;
    return HS_OK;
}

static int group_index(const struct reader *r, const char *name, size_t n)
{
    for (size_t i = 0; i < r->groups; i++)
        if (strlen(r->group[i]) == n && !memcmp(r->group[i], name, n)) return (int)i;
    return -1;
}

/* "@port", "n0003", "n0003:1" */
static enum hs_status reference(const struct reader *r, const char *text, struct hs_ref *ref, struct hs_err *e)
{
    *ref = (struct hs_ref){0};
    if (text[0] == '@') {
        for (size_t i = 0; i < r->net->ports; i++)
            if (!strcmp(r->net->port[i].name, text + 1)) return ref->node = -1 - (int)i, HS_OK;
        return HS_FAIL(e, HS_EDATA, "'%s' refers to an input that the network does not list", text);
    }
    size_t n = strcspn(text, ":");
    if (text[n] == ':') {
        char *end;
        long result = strtol(text + n + 1, &end, 10);
        if (!isdigit((unsigned char)text[n + 1]) || *end || result >= HS_MAX_RESULTS)
            return HS_FAIL(e, HS_EDATA, "'%s' is no reference (@port, n0003 or n0003:1)", text);
        ref->result = (int)result;
    }
    ref->node = group_index(r, text, n);
    return ref->node >= 0 ? HS_OK : HS_FAIL(e, HS_EDATA, "'%s' refers to a node that does not exist", text);
}

static enum hs_status read_attribute(const struct reader *r, const char *path, const char *name, struct hs_err *e)
{
    struct hs_h5_attr v;
    static const char *const ours[] = {"name", "op", "inputs", "shares"};
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        if (!strcmp(name, ours[i])) return HS_OK;
    HS_TRY(hs_h5_attr_at(r->h, path, name, r->a, &v, e));
    switch (v.kind) {
    case HS_H5_INTS: return hs_net_attr_ints(r->net, name, v.ints, v.n, e);
    case HS_H5_REALS: return hs_net_attr_reals(r->net, name, v.reals, v.n, e);
    default: break;
    }
    if (v.n != 1) return HS_FAIL(e, HS_EDATA, "attribute '%s' is a list of texts, which no operator takes", name);
    return hs_net_attr_text(r->net, name, v.texts[0], e);
}

static enum hs_status read_attributes(const struct reader *r, const char *path, struct hs_err *e)
{
    char **name;
    size_t n;
    hid_t object = H5Oopen(r->h->id, path, H5P_DEFAULT);
    if (object < 0) return hs_h5_fail(e, HS_EDATA, "cannot open '%s'", path);
    enum hs_status st = hs_h5_attr_names(object, path, r->a, &name, &n, e);
    H5Oclose(object);
    for (size_t i = 0; i < n && !st; i++) st = read_attribute(r, path, name[i], e);
    return st;
}

static enum hs_status read_parameters(const struct reader *r, const char *path, struct hs_err *e)
{
    char **name;
    size_t n;
    HS_TRY(hs_h5_children(r->h, path, r->a, &name, &n, e));
    for (size_t i = 0; i < n; i++) {
        struct hs_h5_set set;
        struct hs_tensor value = {0};
        char *full = hs_arena_text(r->a, "%s/%s", path, name[i]);
        if (!full) return HS_OUT_OF_MEMORY(e);
        HS_TRY(hs_h5_set_open(r->h, full, &set, e));
        enum hs_status st = hs_h5_set_tensor(&set, &value, e);
        hs_h5_set_close(&set);
        if (!st) st = hs_net_param(r->net, name[i], &value, e);
        hs_tensor_free(&value);
        if (st) return st;
    }
    return HS_OK;
}

static enum hs_status read_node(const struct reader *r, size_t index, struct hs_err *e)
{
    char *name, *op, **input, *shares, *path = hs_arena_text(r->a, "/network/%s", r->group[index]);
    size_t inputs;
    struct hs_ref ref;
    enum hs_h5_kind kind;
    if (!path) return HS_OUT_OF_MEMORY(e);
    HS_TRY(hs_h5_look(r->h, path, &kind, e));
    if (kind != HS_H5_GROUP) return HS_FAIL(e, HS_EDATA, "'%s' is not a group", path);
    HS_TRY(hs_h5_text_at(r->h, path, "name", r->a, &name, e));
    HS_TRY(required_text(r, path, "op", &op, e));
    HS_TRY(hs_net_add_node(r->net, name ? name : r->group[index], op, e));
    HS_TRY(texts(r, path, "inputs", true, &input, &inputs, e));
    for (size_t i = 0; i < inputs; i++) {
        HS_TRY(reference(r, input[i], &ref, e));
        HS_TRY(hs_net_input(r->net, ref, e));
    }
    HS_TRY(hs_h5_text_at(r->h, path, "shares", r->a, &shares, e));
    if (shares) {
        HS_TRY(reference(r, shares, &ref, e));
        HS_TRY(hs_net_shares(r->net, ref.node, e));
    }
    HS_TRY(read_attributes(r, path, e));
    return read_parameters(r, path, e);
}

static enum hs_status read_graph(struct reader *r, struct hs_err *e)
{
    char **name, **list;
    size_t n;
    struct hs_ref ref;
    HS_TRY(hs_h5_children(r->h, "/network", r->a, &name, &n, e));
    HS_TRY(hs_schema_nodes(name, n, r->a, &r->group, &r->groups, e));
    HS_TRY(texts(r, "/network", "inputs", true, &list, &n, e));
    for (size_t i = 0; i < n; i++) HS_TRY(read_port(r, list[i], e));
    for (size_t i = 0; i < r->groups; i++)
        if (read_node(r, i, e)) return hs_err_where(e, "/network/%s", r->group[i]);
    HS_TRY(texts(r, "/network", "outputs", true, &list, &n, e));
    for (size_t i = 0; i < n; i++) {
        HS_TRY(reference(r, list[i], &ref, e));
        HS_TRY(hs_net_output(r->net, ref, e));
    }
    return HS_OK;
}

/* One of the words of a NULL-ended list. Absent: the first. */
static enum hs_status choice(const struct reader *r, const char *path, const char *name, const char *const *words,
                             int *which, struct hs_err *e)
{
    char *text;
    *which = 0;
    HS_TRY(hs_h5_text_at(r->h, path, name, r->a, &text, e));
    for (int i = 0; text && words[i]; i++)
        if (!strcmp(words[i], text)) return *which = i, HS_OK;
    return text ? HS_FAIL(e, HS_EDATA, "attribute '%s' of '%s' is '%s', which is none of its values (%s, %s ...)", name,
                          path, text, words[0], words[1])
                : HS_OK;
}

static enum hs_status read_head(struct reader *r, struct hs_err *e)
{
    static const char *const layouts[] = {"NHWC", "NCHW", NULL}, *const outputs[] = {"logits", "probabilities", NULL};
    struct hs_h5_attr version;
    char *name, *source, *layout;
    int task, nchw, probabilities;
    HS_TRY(hs_h5_attr_at(r->h, "/", "halfstep_dump", r->a, &version, e));
    if (version.kind != HS_H5_INTS || version.n != 1)
        return HS_FAIL(e, HS_EDATA, "there is a /network, but no attribute halfstep_dump = 1 that says how to read it");
    if (version.ints[0] != 1)
        return HS_FAIL(e, HS_EDATA, "this is schema version %lld; version 1 is what can be read",
                       (long long)version.ints[0]);
    HS_TRY(hs_h5_text_at(r->h, "/", "name", r->a, &name, e));
    HS_TRY(hs_h5_text_at(r->h, "/", "source", r->a, &source, e));
    HS_TRY(choice(r, "/", "task", hs_task_names, &task, e));
    HS_TRY(choice(r, "/", "output", outputs, &probabilities, e));
    HS_TRY(required_text(r, "/network", "layout", &layout, e));
    HS_TRY(choice(r, "/network", "layout", layouts, &nchw, e));
    HS_TRY(hs_net_open(r->net, name ? name : "", nchw, e));
    r->net->task = (enum hs_task)task;
    r->net->logits = !probabilities;
    if (source && !(r->net->source = hs_arena_text(r->net->arena, "%s", source))) return HS_OUT_OF_MEMORY(e);
    return HS_OK;
}

enum hs_status hs_schema_read(const struct hs_h5 *h, struct hs_net *net, struct hs_err *e)
{
    struct reader r = {.h = h, .net = net, .a = hs_arena_open()};
    if (!r.a) return HS_OUT_OF_MEMORY(e);
    enum hs_status st = read_head(&r, e);
    if (!st) st = read_graph(&r, e);
    hs_arena_close(r.a);
    return st;
}
