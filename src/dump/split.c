/* split.c - finds the datasets of a split, by convention or by the paths that a config gives. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dump/data.h"

#include "base/text.h"

#include <string.h>

/* A path in the arena, always from the root. */
static char *rooted(struct hs_split *s, const char *path)
{
    return hs_arena_text(s->a, "%s%s", path[0] == '/' ? "" : "/", path);
}

static enum hs_status no_split(struct hs_split *s, const char *path, struct hs_err *e)
{
    char **name = NULL;
    size_t n = 0;
    enum hs_h5_kind kind;
    struct hs_text t = {0};
    if (s->where->inputs) return HS_FAIL(e, HS_EDATA, "there is no '%s' in %s", path, s->h.path);
    HS_TRY(hs_h5_look(&s->h, "/data", &kind, e));
    if (kind == HS_H5_GROUP) HS_TRY(hs_h5_children(&s->h, "/data", s->a, &name, &n, e));
    for (size_t i = 0; i < n; i++) hs_text_add(&t, "%s%s", i ? ", " : "", name[i]);
    HS_FAIL(e, HS_EDATA, "there is no '%s' in %s; it has %s%s", path, s->h.path,
            n ? "the splits " : "no splits at all (/data/<split>/inputs)", n ? t.s : "");
    hs_text_free(&t);
    return e->status;
}

/* A group with one dataset a port. */
static enum hs_status find_in_group(struct hs_split *s, const char *group, struct hs_err *e)
{
    for (size_t i = 0; i < s->net->ports; i++) {
        enum hs_h5_kind kind;
        s->input[i] = hs_arena_text(s->a, "%s/%s", group, s->net->port[i].name);
        if (!s->input[i]) return HS_OUT_OF_MEMORY(e);
        HS_TRY(hs_h5_look(&s->h, s->input[i], &kind, e));
        if (kind != HS_H5_DATASET)
            return HS_FAIL(e, HS_EDATA, "there is no dataset '%s' in %s for input '%s' of the network", s->input[i],
                           s->h.path, s->net->port[i].name);
    }
    return HS_OK;
}

static enum hs_status find_inputs(struct hs_split *s, struct hs_err *e)
{
    const struct hs_data_where *w = s->where;
    enum hs_h5_kind kind;
    const char *split = w->split ? w->split : "evaluation";
    char *path = w->inputs ? rooted(s, w->inputs) : hs_arena_text(s->a, "/data/%s/inputs", split);
    s->input = HS_NEW(s->a, s->net->ports + 1, char *);
    if (!path || !s->input) return HS_OUT_OF_MEMORY(e);
    HS_TRY(hs_h5_look(&s->h, path, &kind, e));
    if (kind == HS_H5_GROUP) return find_in_group(s, path, e);
    if (kind != HS_H5_DATASET) return no_split(s, path, e);
    if (s->net->ports != 1)
        return HS_FAIL(e, HS_ESHAPE, "'%s' in %s is one dataset, but the network has %zu inputs: a group with one dataset "
                       "for each is needed", path, s->h.path, s->net->ports);
    s->input[0] = path;
    return HS_OK;
}

/* Where a path is given it must be there. */
static enum hs_status find_part(struct hs_split *s, const char *given, const char *name, char **path, struct hs_err *e)
{
    enum hs_h5_kind kind;
    const char *split = s->where->split ? s->where->split : "evaluation";
    char *p = given ? rooted(s, given) : hs_arena_text(s->a, "/data/%s/%s", split, name);
    if (!p) return HS_OUT_OF_MEMORY(e);
    HS_TRY(hs_h5_look(&s->h, p, &kind, e));
    if (kind == HS_H5_DATASET) return *path = p, HS_OK;
    if (given) return HS_FAIL(e, HS_EDATA, "there is no dataset '%s' in %s", p, s->h.path);
    return HS_OK;
}

static enum hs_status rows_of(struct hs_split *s, const char *path, size_t *rows, struct hs_err *e)
{
    struct hs_h5_set set;
    HS_TRY(hs_h5_set_open(&s->h, path, &set, e));
    *rows = set.rank ? (size_t)set.dim[0] : 0;
    int rank = set.rank;
    hs_h5_set_close(&set);
    return rank ? HS_OK : HS_FAIL(e, HS_ESHAPE, "dataset '%s' in %s has no axis for the samples", path, s->h.path);
}

/* All parts have as many rows as the first input. */
static enum hs_status same_rows(struct hs_split *s, size_t *rows, struct hs_err *e)
{
    const char *part[HS_MAX_INPUTS + 3] = {s->targets, s->mask, s->cluster};
    size_t parts = 3, n;
    HS_TRY(rows_of(s, s->input[0], rows, e));
    for (size_t i = 1; i < s->net->ports && i < HS_MAX_INPUTS; i++) part[parts++] = s->input[i];
    for (size_t i = 0; i < parts; i++) {
        if (!part[i]) continue;
        HS_TRY(rows_of(s, part[i], &n, e));
        if (n != *rows)
            return HS_FAIL(e, HS_ESHAPE, "'%s' has %zu rows, but '%s' has %zu (in %s)", part[i], n, s->input[0], *rows,
                           s->h.path);
    }
    return HS_OK;
}

static enum hs_status open_parts(struct hs_split *s, struct hs_err *e)
{
    const struct hs_data_where *w = s->where;
    size_t rows, end;
    HS_TRY(find_inputs(s, e));
    HS_TRY(find_part(s, w->targets, "targets", &s->targets, e));
    HS_TRY(find_part(s, w->mask, "mask", &s->mask, e));
    HS_TRY(find_part(s, w->cluster, "cluster", &s->cluster, e));
    HS_TRY(same_rows(s, &rows, e));
    end = w->row_end ? w->row_end : rows;
    if (w->row_begin > end || end > rows)
        return HS_FAIL(e, HS_ESHAPE, "rows %zu:%zu are asked for, but '%s' in %s has %zu", w->row_begin, end, s->input[0],
                       s->h.path, rows);
    s->begin = w->row_begin;
    s->n = end - w->row_begin;
    return HS_OK;
}

enum hs_status hs_split_open(const struct hs_net *net, const struct hs_data_where *where, struct hs_split *s,
                             struct hs_err *e)
{
    const char *file = where->file ? where->file : net->path;
    *s = (struct hs_split){.net = net, .where = where};
    if (!file) return HS_FAIL(e, HS_EUSAGE, "no file is given for the data");
    if (!(s->a = hs_arena_open())) return HS_OUT_OF_MEMORY(e);
    if (hs_h5_open(file, &s->h, e) || open_parts(s, e)) {
        hs_split_close(s);
        return e->status;
    }
    return HS_OK;
}

void hs_split_close(struct hs_split *s)
{
    hs_h5_close(&s->h);
    hs_arena_close(s->a);
    *s = (struct hs_split){0};
}
