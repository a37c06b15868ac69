/* data.c - a split in memory: its inputs, and targets, mask and clusters checked against them and the network. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dump/data.h"

#include "dump/guard.h"

#include <math.h>
#include <string.h>

struct job {
    const struct hs_net *net;
    const struct hs_data_where *where;
    const size_t *row;
    size_t n, *count;
    struct hs_data *data;
};

/* What the targets are checked against. */
struct labels {
    size_t classes;   /* 0: values, not labels */
    size_t positions; /* targets a sample */
};

static struct labels expected(const struct hs_net *net)
{
    const struct hs_shape *out = net->outputs ? hs_net_shape(net, net->output[0]) : NULL;
    struct labels want = {0};
    if (!out || out->rank < 1) return want;
    want.positions = hs_shape_row(out);
    if (net->task == HS_TASK_CLASSIFICATION || net->task == HS_TASK_LANGUAGE_MODEL) {
        want.classes = out->dim[out->rank - 1];
        want.positions = want.classes ? want.positions / want.classes : 0;
    } else if (net->task == HS_TASK_NONE) want.positions = 0;
    return want;
}

static enum hs_status check_label(const struct hs_split *s, struct hs_rows_wanted rows, const struct hs_data *d, size_t i,
                                  size_t classes, struct hs_err *e)
{
    float v = d->target[i];
    if (v == -1 || (v >= 0 && v < (float)classes && v == truncf(v))) return HS_OK;
    size_t at = i / d->target_width, row = s->begin + (rows.row ? rows.row[at] : at);
    return HS_FAIL(e, HS_ESHAPE, "'%s' in %s holds the label %g at row %zu, but the output of the network has %zu classes "
                   "(0 to %zu, or -1 to be ignored)", s->targets, s->h.path, (double)v, row, classes, classes - 1);
}

static enum hs_status read_targets(const struct hs_split *s, struct hs_rows_wanted rows, struct hs_data *d,
                                   struct hs_err *e)
{
    struct hs_shape shape;
    struct labels want = expected(s->net);
    if (!s->targets) return HS_OK;
    HS_TRY(hs_split_values(s, s->targets, rows, &shape, &d->target, e));
    d->target_width = hs_shape_row(&shape);
    if (want.positions && d->target_width != want.positions) {
        char got[128], out[128];
        shape.dim[0] = 0;
        return HS_FAIL(e, HS_ESHAPE, "'%s' in %s has the shape %s, %zu values a sample, but the output %s of the network "
                       "needs %zu", s->targets, s->h.path, hs_shape_text(&shape, got), d->target_width,
                       hs_shape_text(hs_net_shape(s->net, s->net->output[0]), out), want.positions);
    }
    for (size_t i = 0; i < rows.n * d->target_width; i++) {
        if (want.classes) HS_TRY(check_label(s, rows, d, i, want.classes, e));
        else if (!isfinite(d->target[i]) && !s->where->allow_nonfinite)
            return HS_FAIL(e, HS_ENUM, "'%s' in %s holds %g", s->targets, s->h.path, (double)d->target[i]);
    }
    return HS_OK;
}

static enum hs_status read_mask(const struct hs_split *s, struct hs_rows_wanted rows, struct hs_data *d, struct hs_err *e)
{
    struct hs_shape shape;
    const struct hs_tensor *x = &d->input[0];
    if (!s->mask) return HS_OK;
    HS_TRY(hs_split_values(s, s->mask, rows, &shape, &d->mask, e));
    d->mask_width = hs_shape_row(&shape);
    if (shape.rank > 2 || (shape.rank == 2 && d->mask_width != 1 && x->shape.rank > 1 && shape.dim[1] != x->shape.dim[1])) {
        char got[128], in[128];
        return HS_FAIL(e, HS_ESHAPE, "'%s' in %s has the shape %s, but the inputs have %s: (N) or (N, T) is needed", s->mask,
                       s->h.path, hs_shape_text(&shape, got), hs_shape_text(&x->shape, in));
    }
    for (size_t i = 0; i < rows.n * d->mask_width; i++)
        if (d->mask[i] != 0 && d->mask[i] != 1)
            return HS_FAIL(e, HS_EDATA, "'%s' in %s holds %g: a mask is 1 where a position counts, 0 where it does not",
                           s->mask, s->h.path, (double)d->mask[i]);
    return HS_OK;
}

static enum hs_status read_cluster(const struct hs_split *s, struct hs_rows_wanted rows, struct hs_data *d,
                                   struct hs_err *e)
{
    struct hs_shape shape;
    float *value = NULL;
    if (!s->cluster) return HS_OK;
    enum hs_status st = hs_split_values(s, s->cluster, rows, &shape, &value, e);
    if (!st && hs_shape_row(&shape) != 1)
        st = HS_FAIL(e, HS_ESHAPE, "'%s' in %s has more than one value a row", s->cluster, s->h.path);
    if (!st && !(d->cluster = hs_alloc(rows.n, sizeof *d->cluster))) st = HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < rows.n && !st; i++) {
        if (!(value[i] >= 0 && value[i] <= 0x1p24f) || value[i] != truncf(value[i]))
            st = HS_FAIL(e, HS_EDATA, "'%s' in %s holds %g: clusters are numbered from 0", s->cluster, s->h.path,
                         (double)value[i]);
        else d->cluster[i] = (uint32_t)value[i];
    }
    hs_free(value);
    return st;
}

static void digest(struct hs_data *d)
{
    struct hs_hash h;
    hs_hash_begin(&h, "data");
    hs_hash_int(&h, (int64_t)d->n);
    for (size_t i = 0; i < d->ports; i++) {
        const struct hs_tensor *t = &d->input[i];
        for (int k = 0; k < t->shape.rank; k++) hs_hash_int(&h, (int64_t)t->shape.dim[k]);
        hs_hash_add(&h, t->data, hs_shape_count(&t->shape) * sizeof *t->data);
    }
    hs_hash_add(&h, d->target, d->n * d->target_width * sizeof *d->target);
    hs_hash_add(&h, d->mask, d->n * d->mask_width * sizeof *d->mask);
    hs_hash_add(&h, d->cluster, d->cluster ? d->n * sizeof *d->cluster : 0);
    d->digest = hs_hash_end(&h);
}

static enum hs_status read_parts(const struct hs_split *s, struct hs_rows_wanted rows, struct hs_data *d, struct hs_err *e)
{
    for (size_t i = 0; i < rows.n; i++)
        if ((rows.row ? rows.row[i] : i) >= s->n)
            return HS_FAIL(e, HS_ESHAPE, "row %zu is asked for, but '%s' in %s offers %zu", rows.row ? rows.row[i] : i,
                           s->input[0], s->h.path, s->n);
    d->n = rows.n;
    d->input = hs_alloc_zeroed(s->net->ports, sizeof *d->input);
    if (!d->input) return HS_OUT_OF_MEMORY(e);
    d->ports = s->net->ports;
    for (size_t i = 0; i < d->ports; i++) HS_TRY(hs_split_port(s, i, rows, &d->input[i], e));
    HS_TRY(read_targets(s, rows, d, e));
    HS_TRY(read_mask(s, rows, d, e));
    HS_TRY(read_cluster(s, rows, d, e));
    return HS_OK;
}

static enum hs_status read_once(const struct job *j, struct hs_err *e)
{
    struct hs_split s;
    HS_TRY(hs_split_open(j->net, j->where, &s, e));
    enum hs_status st = HS_OK;
    if (j->count) *j->count = s.n;
    else st = read_parts(&s, (struct hs_rows_wanted){j->row, j->n}, j->data, e);
    if (st && j->data) hs_data_free(j->data);
    hs_split_close(&s);
    return st;
}

static enum hs_status rehearse(void *ctx, struct hs_guard *g, struct hs_err *e)
{
    (void)g;
    return read_once(ctx, e);
}

static enum hs_status read_twice(struct job *j, struct hs_err *e)
{
    const char *named = j->where->file ? j->where->file : j->net->path, *file = named ? named : "";
    if (hs_guard_rehearse(file, rehearse, j, e) || read_once(j, e)) return hs_h5_name_file(e, file);
    return HS_OK;
}

enum hs_status hs_data_count(const struct hs_net *net, const struct hs_data_where *where, size_t *n, struct hs_err *e)
{
    struct job j = {.net = net, .where = where, .count = n};
    return read_twice(&j, e);
}

enum hs_status hs_data_read(const struct hs_net *net, const struct hs_data_where *where, const size_t *row, size_t n,
                            struct hs_data *data, struct hs_err *e)
{
    struct job j = {.net = net, .where = where, .row = row, .n = n, .data = data};
    *data = (struct hs_data){0};
    HS_TRY(read_twice(&j, e));
    digest(data);
    return HS_OK;
}

void hs_data_free(struct hs_data *d)
{
    for (size_t i = 0; i < d->ports; i++) hs_tensor_free(&d->input[i]);
    hs_free(d->input);
    hs_free(d->target);
    hs_free(d->mask);
    hs_free(d->cluster);
    *d = (struct hs_data){0};
}
