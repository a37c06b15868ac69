/* port.c - rows of an input: checked against the port, normalised in double, turned into the engine's memory order. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dump/data.h"
#include "dump/rows.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* value = (raw * scale - mean) / std; each a scalar or one a channel. */
struct normal {
    bool any;
    double *scale, *mean, *std; /* one a channel */
};

struct filler {
    const struct hs_h5_set *set;
    const struct hs_port *port;
    struct normal normal;
    size_t outer, channels, inner; /* a row is outer x channels x inner, in the file's order */
    size_t row;                    /* values a row */
    double *exact;                 /* a row, before rounding */
    float *plain;                  /* a row, in the file's order */
    float *to;
    size_t begin;
    const size_t *rows;
    size_t bad, bad_row, bad_at; /* values that are not finite; the first */
};

static int channel_axis(const struct hs_net *net, const struct hs_port *port)
{
    int rank = port->logical.rank, axis = 0;
    for (const char *s = port->axes; s; axis++) {
        size_t n = strcspn(s, ",");
        if (n == 1 && *s == 'C' && axis > 0) return axis;
        s = s[n] ? s + n + 1 : NULL;
    }
    return net->nchw && rank >= 3 ? 1 : rank - 1;
}

static enum hs_status coefficients(const struct hs_split *s, const struct filler *f, const char *name, double otherwise,
                                   double **to, bool *any, struct hs_err *e)
{
    struct hs_h5_attr v;
    HS_TRY(hs_h5_attr(f->set->id, f->set->path, name, s->a, &v, e));
    if (!(*to = HS_NEW(s->a, f->channels, double))) return HS_OUT_OF_MEMORY(e);
    for (size_t c = 0; c < f->channels; c++) (*to)[c] = otherwise;
    if (v.kind == HS_H5_NONE) return HS_OK;
    if (v.kind == HS_H5_TEXTS || (v.n != 1 && v.n != f->channels))
        return HS_FAIL(e, HS_ESHAPE, "attribute '%s' of '%s' in %s has %zu values: 1 or one for each of %zu channels "
                       "is needed", name, f->set->path, s->h.path, v.n, f->channels);
    *any = true;
    for (size_t c = 0; c < f->channels; c++) {
        size_t i = v.n == 1 ? 0 : c;
        (*to)[c] = v.kind == HS_H5_INTS ? (double)v.ints[i] : v.reals[i];
        if (!isfinite((*to)[c]) || (otherwise == 1 && (*to)[c] == 0))
            return HS_FAIL(e, HS_ENUM, "attribute '%s' of '%s' in %s holds %g", name, f->set->path, s->h.path, (*to)[c]);
    }
    return HS_OK;
}

static enum hs_status check_shape(const struct hs_split *s, const struct filler *f, struct hs_err *e)
{
    const struct hs_shape *want = &f->port->logical;
    bool fits = f->set->rank == want->rank;
    for (int i = 1; fits && i < want->rank; i++) fits = !want->dim[i] || want->dim[i] == f->set->dim[i];
    if (fits) return HS_OK;
    char got[128], wanted[128];
    return HS_FAIL(e, HS_ESHAPE, "'%s' in %s has the shape %s, but input '%s' of the network takes %s", f->set->path,
                   s->h.path, hs_h5_set_shape(f->set, got), f->port->name, hs_shape_text(want, wanted));
}

static void normalise(const struct filler *f, const void *raw)
{
    const struct normal *n = &f->normal;
    if (!n->any) {
        hs_dump_to_floats(f->set->type, raw, f->row, f->plain);
        return;
    }
    hs_dump_to_doubles(f->set->type, raw, f->row, f->exact);
    for (size_t o = 0; o < f->outer; o++)
        for (size_t c = 0; c < f->channels; c++) {
            size_t at = (o * f->channels + c) * f->inner;
            for (size_t i = at; i < at + f->inner; i++)
                f->plain[i] = (float)((f->exact[i] * n->scale[c] - n->mean[c]) / n->std[c]);
        }
}

static enum hs_status fill(void *ctx, size_t at, const void *raw, struct hs_err *e)
{
    struct filler *f = ctx;
    float *to = f->to + at * f->row;
    normalise(f, raw);
    for (size_t i = 0; i < f->row; i++) {
        if (isfinite(f->plain[i])) continue;
        size_t row = f->begin + (f->rows ? f->rows[at] : at);
        if (!f->bad++ || row < f->bad_row) f->bad_row = row, f->bad_at = i;
    }
    if (!f->port->channels_last) {
        memcpy(to, f->plain, f->row * sizeof *to);
        return HS_OK;
    }
    size_t channels = f->port->logical.dim[1], inner = f->row / (channels ? channels : 1); /* (C, ...) -> (..., C) */
    for (size_t c = 0; c < channels; c++)
        for (size_t i = 0; i < inner; i++) to[i * channels + c] = f->plain[c * inner + i];
    (void)e;
    return HS_OK;
}

static enum hs_status nonfinite(const struct hs_split *s, const struct filler *f, struct hs_err *e)
{
    char index[160];
    size_t left = f->bad_at, stride = f->row;
    int n = snprintf(index, sizeof index, "%zu", f->bad_row);
    for (int i = 1; i < f->set->rank; i++) {
        stride /= f->set->dim[i];
        n += snprintf(index + n, sizeof index - (size_t)n, ", %zu", left / stride);
        left %= stride;
    }
    return HS_FAIL(e, HS_ENUM, "'%s' in %s holds %zu value%s that are NaN or infinite, the first at [%s]", f->set->path,
                   s->h.path, f->bad, f->bad == 1 ? "" : "s", index);
}

static enum hs_status prepare(const struct hs_split *s, struct filler *f, struct hs_err *e)
{
    int axis = channel_axis(s->net, f->port);
    HS_TRY(check_shape(s, f, e));
    f->outer = f->channels = f->inner = 1;
    for (int i = 1; i < f->set->rank; i++) *(i < axis ? &f->outer : i == axis ? &f->channels : &f->inner) *= f->set->dim[i];
    f->row = f->outer * f->channels * f->inner;
    f->plain = hs_arena_take(s->a, f->row, sizeof *f->plain);
    f->exact = hs_arena_take(s->a, f->row, sizeof *f->exact);
    if (!f->plain || !f->exact) return HS_OUT_OF_MEMORY(e);
    if (f->port->integer) return HS_OK; /* ids are never normalised */
    HS_TRY(coefficients(s, f, "scale", 1, &f->normal.scale, &f->normal.any, e));
    HS_TRY(coefficients(s, f, "mean", 0, &f->normal.mean, &f->normal.any, e));
    return coefficients(s, f, "std", 1, &f->normal.std, &f->normal.any, e);
}

static enum hs_status check_ids(const struct hs_split *s, const struct filler *f, size_t n, struct hs_err *e)
{
    for (size_t i = 0; i < n * f->row && f->port->integer; i++)
        if (f->to[i] != rintf(f->to[i]) || fabsf(f->to[i]) > 0x1p24f)
            return HS_FAIL(e, HS_EDATA, "'%s' in %s holds %g, which is no id for the integer input '%s'", f->set->path,
                           s->h.path, (double)f->to[i], f->port->name);
    return HS_OK;
}

enum hs_status hs_split_port(const struct hs_split *s, size_t port, struct hs_rows_wanted rows, struct hs_tensor *t,
                             struct hs_err *e)
{
    struct hs_h5_set set;
    struct filler f = {.set = &set, .port = &s->net->port[port], .begin = s->begin, .rows = rows.row};
    struct hs_shape shape = {.rank = f.port->logical.rank};
    HS_TRY(hs_h5_set_open(&s->h, s->input[port], &set, e));
    enum hs_status st = prepare(s, &f, e);
    for (int i = 1; i < shape.rank && !st; i++) shape.dim[i] = (size_t)set.dim[i];
    if (f.port->channels_last) {
        for (int i = 1; i + 1 < shape.rank; i++) shape.dim[i] = (size_t)set.dim[i + 1];
        shape.dim[shape.rank - 1] = (size_t)set.dim[1];
    }
    shape.dim[0] = rows.n;
    if (!st) st = hs_tensor_alloc(t, &shape, e);
    f.to = t->data;
    if (!st) st = hs_rows_gather(&set, s->begin, rows.row, rows.n, fill, &f, e);
    if (!st && f.bad && !s->where->allow_nonfinite) st = nonfinite(s, &f, e);
    if (!st) st = check_ids(s, &f, rows.n, e);
    hs_h5_set_close(&set);
    return st;
}

struct plain {
    const struct hs_h5_set *set;
    size_t row;
    float *to;
};

static enum hs_status take_values(void *ctx, size_t at, const void *raw, struct hs_err *e)
{
    const struct plain *p = ctx;
    (void)e;
    hs_dump_to_floats(p->set->type, raw, p->row, p->to + at * p->row);
    return HS_OK;
}

enum hs_status hs_split_values(const struct hs_split *s, const char *path, struct hs_rows_wanted rows,
                               struct hs_shape *shape, float **value, struct hs_err *e)
{
    struct hs_h5_set set;
    HS_TRY(hs_h5_set_open(&s->h, path, &set, e));
    struct plain p = {.set = &set, .row = (size_t)hs_h5_set_row(&set)};
    *shape = (struct hs_shape){.rank = set.rank};
    for (int i = 0; i < set.rank; i++) shape->dim[i] = (size_t)set.dim[i];
    shape->dim[0] = rows.n;
    enum hs_status st = hs_shape_check(shape, e);
    *value = p.to = st ? NULL : hs_alloc(rows.n, p.row * sizeof *p.to);
    if (!st && !p.to) st = HS_OUT_OF_MEMORY(e);
    if (!st) st = hs_rows_gather(&set, s->begin, rows.row, rows.n, take_values, &p, e);
    hs_h5_set_close(&set);
    return st;
}
