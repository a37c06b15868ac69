/* schema_write.c - a network as schema version 1: what the reader reads, in the same words. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dump/put.h"

#include "net/op.h"

#include <stdio.h>
#include <string.h>

enum { REF = 32 }; /* "n4294967295:3" and a NUL */

/* Number of a node among those of the file: hidden ones are not counted. */
static size_t place_of(const struct hs_net *net, int node)
{
    size_t at = 0;
    for (int i = 0; i < node; i++) at += !net->node[i].hidden;
    return at;
}

/* Hidden nodes only turn what they read: the file's order needs none of them. */
static struct hs_ref behind(const struct hs_net *net, struct hs_ref r)
{
    while (r.node >= 0 && net->node[r.node].hidden) r = net->node[r.node].input[0];
    return r;
}

static const char *reference(const struct hs_net *net, struct hs_arena *a, struct hs_ref r)
{
    r = behind(net, r);
    if (r.node < 0) return hs_arena_text(a, "@%s", net->port[-1 - r.node].name);
    return r.result ? hs_arena_text(a, "n%04zu:%d", place_of(net, r.node), r.result)
                    : hs_arena_text(a, "n%04zu", place_of(net, r.node));
}

static enum hs_status put_references(hid_t id, const char *name, const struct hs_net *net, const struct hs_ref *r, size_t n,
                                     struct hs_err *e)
{
    struct hs_arena *a = hs_arena_open();
    const char **text = a ? HS_NEW(a, n + 1, const char *) : NULL;
    enum hs_status st = text ? HS_OK : HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < n && !st; i++)
        if (!(text[i] = reference(net, a, r[i]))) st = HS_OUT_OF_MEMORY(e);
    if (!st) st = hs_put_texts(id, name, text, n, false, e);
    hs_arena_close(a);
    return st;
}

static enum hs_status put_axes(hid_t id, const struct hs_port *p, struct hs_err *e)
{
    char labels[256];
    const char *label[HS_MAX_RANK];
    size_t n = 0;
    if (!p->axes) return HS_OK;
    snprintf(labels, sizeof labels, "%s", p->axes);
    for (char *s = labels, *rest; s && n < HS_MAX_RANK; s = rest) {
        label[n++] = s;
        rest = strchr(s, ',');
        if (rest) *rest++ = '\0';
    }
    return hs_put_texts(id, "axes", label, n, false, e);
}

static enum hs_status put_port(struct hs_dump_writer *w, const struct hs_port *p, struct hs_err *e)
{
    char path[512];
    int64_t shape[HS_MAX_RANK];
    const char *dtype = p->integer ? "int64" : "float32";
    snprintf(path, sizeof path, "/network/inputs/%s", p->name);
    for (int i = 0; i < p->logical.rank; i++) shape[i] = i && p->logical.dim[i] ? (int64_t)p->logical.dim[i] : -1;
    hid_t id = hs_put_group(w, path, e);
    if (id < 0) return e->status;
    enum hs_status st = hs_put_texts(id, "dtype", &dtype, 1, true, e);
    if (!st) st = hs_put_ints(id, "shape", shape, (size_t)p->logical.rank, false, e);
    if (!st) st = put_axes(id, p, e);
    H5Gclose(id);
    return st;
}

static enum hs_status put_attr(hid_t id, const struct hs_attr *a, struct hs_err *e)
{
    switch (a->kind) {
    case HS_ATTR_INT: return hs_put_ints(id, a->name, a->ints, a->n, a->n == 1, e);
    case HS_ATTR_REAL: return hs_put_reals(id, a->name, a->reals, a->n, a->n == 1, e);
    default: return hs_put_texts(id, a->name, &a->text, 1, true, e);
    }
}

static enum hs_status put_content(hid_t id, const struct hs_net *net, const struct hs_node *node, struct hs_err *e)
{
    char shares[REF];
    const char *words[] = {node->name, node->op->name, shares};
    HS_TRY(hs_put_texts(id, "name", &words[0], 1, true, e));
    HS_TRY(hs_put_texts(id, "op", &words[1], 1, true, e));
    HS_TRY(put_references(id, "inputs", net, node->input, node->inputs, e));
    if (node->shares >= 0) {
        snprintf(shares, sizeof shares, "n%04zu", place_of(net, node->shares));
        HS_TRY(hs_put_texts(id, "shares", &words[2], 1, true, e));
    }
    for (size_t i = 0; i < node->attrs; i++) HS_TRY(put_attr(id, &node->attr[i], e));
    for (size_t i = 0; i < node->params; i++) {
        const struct hs_param *p = &node->param[i];
        struct hs_dump_array x = {.type = HS_DUMP_F32, .shape = p->value.shape, .data = p->value.data};
        HS_TRY(hs_put_set(id, p->name, &x, e));
    }
    return HS_OK;
}

static enum hs_status put_node(struct hs_dump_writer *w, const struct hs_net *net, int node, struct hs_err *e)
{
    char path[64];
    snprintf(path, sizeof path, "/network/n%04zu", place_of(net, node));
    hid_t id = hs_put_group(w, path, e);
    if (id < 0) return e->status;
    enum hs_status st = put_content(id, net, &net->node[node], e);
    H5Gclose(id);
    return st ? hs_err_where(e, "node '%s'", net->node[node].name) : HS_OK;
}

static enum hs_status put_head(struct hs_dump_writer *w, const struct hs_net *net, struct hs_err *e)
{
    const int64_t version = 1;
    const char *words[] = {net->name ? net->name : "", net->source ? net->source : "", hs_task_names[net->task],
                           "probabilities", net->nchw ? "NCHW" : "NHWC"};
    hid_t root = hs_put_group(w, "/", e), id = root < 0 ? -1 : hs_put_group(w, "/network", e);
    enum hs_status st = id < 0 ? e->status : hs_put_ints(root, "halfstep_dump", &version, 1, true, e);
    if (!st) st = hs_put_texts(root, "name", &words[0], 1, true, e);
    if (!st) st = hs_put_texts(root, "source", &words[1], 1, true, e);
    if (!st) st = hs_put_texts(root, "task", &words[2], 1, true, e);
    if (!st && !net->logits) st = hs_put_texts(root, "output", &words[3], 1, true, e);
    if (!st) st = hs_put_texts(id, "layout", &words[4], 1, true, e);
    if (!st) st = put_references(id, "outputs", net, net->output, net->outputs, e);
    if (id >= 0) H5Gclose(id);
    if (root >= 0) H5Gclose(root);
    return st;
}

static enum hs_status put_ports(struct hs_dump_writer *w, const struct hs_net *net, struct hs_err *e)
{
    const char *name[HS_MAX_INPUTS];
    size_t n = net->ports < HS_MAX_INPUTS ? net->ports : HS_MAX_INPUTS;
    for (size_t i = 0; i < n; i++) {
        name[i] = net->port[i].name;
        HS_TRY(put_port(w, &net->port[i], e));
    }
    hid_t id = hs_put_group(w, "/network", e);
    if (id < 0) return e->status;
    enum hs_status st = hs_put_texts(id, "inputs", name, n, false, e);
    H5Gclose(id);
    return st;
}

enum hs_status hs_dump_put_net(struct hs_dump_writer *w, const struct hs_net *net, struct hs_err *e)
{
    enum hs_status st = put_head(w, net, e);
    if (!st) st = put_ports(w, net, e);
    for (size_t i = 0; i < net->nodes && !st; i++)
        if (!net->node[i].hidden) st = put_node(w, net, (int)i, e);
    return st ? hs_err_where(e, "%s", w->path) : HS_OK;
}

enum hs_status hs_dump_put_activation(struct hs_dump_writer *w, const char *split, const struct hs_net *net, int node,
                                      const struct hs_tensor *t, struct hs_err *e)
{
    char path[512];
    struct hs_dump_array x = {.type = HS_DUMP_F32, .shape = t->shape, .data = t->data};
    snprintf(path, sizeof path, "/activations/%s/n%04zu", split, place_of(net, node));
    return hs_dump_put(w, path, &x, e);
}
