/* port.c - rows of an input: checked against the port, normalised in double, turned into the engine's memory order. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dump/data.h"
#include "dump/rows.h"

#include <float.h>
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
    float *table;                  /* what each of 256 bytes becomes, a channel; NULL: too many values for a table */
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

/* n values of channel c. */
static void scaled(const struct normal *n, size_t c, const double *exact, size_t count, float *to)
{
    for (size_t i = 0; i < count; i++) to[i] = (float)((exact[i] * n->scale[c] - n->mean[c]) / n->std[c]);
}

static void normalise(const struct filler *f, const void *raw, float *to)
{
    if (!f->normal.any) {
        hs_dump_to_floats(f->set->type, raw, f->row, to);
        return;
    }
    if (!f->table) hs_dump_to_doubles(f->set->type, raw, f->row, f->exact);
    for (size_t k = 0; k < f->outer * f->channels; k++) {
        size_t c = k % f->channels, at = k * f->inner;
        if (!f->table) {
            scaled(&f->normal, c, f->exact + at, f->inner, to + at);
            continue;
        }
        const float *table = f->table + 256 * c;
        const uint8_t *byte = (const uint8_t *)raw + at;
        for (size_t i = 0; i < f->inner; i++) to[at + i] = table[byte[i]];
    }
}

/* By far most images are bytes: their values are computed once. */
static enum hs_status make_table(const struct hs_split *s, struct filler *f, struct hs_err *e)
{
    bool is_signed = f->set->type == HS_DUMP_I8;
    double exact[256];
    if (!f->normal.any || (f->set->type != HS_DUMP_U8 && !is_signed) || f->channels > 1024) return HS_OK;
    if (!(f->table = HS_NEW(s->a, 256 * f->channels, float))) return HS_OUT_OF_MEMORY(e);
    for (int i = 0; i < 256; i++) exact[i] = is_signed && i > 127 ? i - 256 : i;
    for (size_t c = 0; c < f->channels; c++) scaled(&f->normal, c, exact, 256, f->table + 256 * c);
    return HS_OK;
}

/* Notes the values of a row that are not finite, and the first of them in the file's order. */
static void look_for_bad(struct filler *f, const float *x, size_t row)
{
    int bad = 0;
    for (size_t i = 0; i < f->row; i++) bad |= !(fabsf(x[i]) <= FLT_MAX);
    for (size_t i = 0; i < f->row && bad; i++)
        if (!isfinite(x[i]) && (!f->bad++ || row < f->bad_row)) f->bad_row = row, f->bad_at = i;
}

static enum hs_status fill(void *ctx, size_t at, const void *raw, struct hs_err *e)
{
    struct filler *f = ctx;
    size_t channels = f->port->logical.dim[1], inner = channels ? f->row / channels : 0;
    bool turn = f->port->channels_last && channels > 1 && inner > 1; /* (C, ...) -> (..., C) */
    float *to = f->to + at * f->row, *plain = turn ? f->plain : to;
    (void)e;
    normalise(f, raw, plain);
    look_for_bad(f, plain, f->begin + (f->rows ? f->rows[at] : at));
    for (size_t c = 0; c < channels && turn; c++)
        for (size_t i = 0; i < inner; i++) to[i * channels + c] = plain[c * inner + i];
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
    HS_TRY(coefficients(s, f, "std", 1, &f->normal.std, &f->normal.any, e));
    return make_table(s, f, e);
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
