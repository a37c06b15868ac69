/* calibrate_read.c - a tensor of a file: seen once as a distribution, or held in memory in
 * parts. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/calibrate.h"

#include "base/mem.h"
#include "dump/stream.h"

#include <string.h>

enum { MOST_IN_MEMORY = 1 << 28 };

enum hs_status hs_calibrate_observe(struct hs_summary *s, const float *x, size_t n,
                                    size_t batch, int threads, struct hs_err *e)
{
    for (size_t i = 0, step = batch ? batch : n; i < n; i += step) {
        HS_TRY(hs_summary_observe_by(s, x + i, i + step < n ? step : n - i, threads, e));
        HS_TRY(hs_summary_end_batch(s, e));
    }
    return HS_OK;
}

/* Only a distribution is needed: a tensor of any size, seen block by block. */
static enum hs_status stream(struct hs_stream *s, const struct hs_calibrate_ask *a,
                             struct hs_summary *to, struct hs_err *e)
{
    const float *x;
    size_t n, in_batch = 0;
    enum hs_status st;
    while ((st = hs_stream_next(s, &x, &n, e)) == HS_OK)
        while (n) {
            size_t take = a->batch && a->batch - in_batch < n ? a->batch - in_batch : n;
            HS_TRY(hs_summary_observe(to, x, take, e));
            x += take, n -= take, in_batch += take;
            if (in_batch < a->batch || !a->batch) continue;
            HS_TRY(hs_summary_end_batch(to, e));
            in_batch = 0;
        }
    return st != HS_DONE ? st : in_batch ? hs_summary_end_batch(to, e) : HS_OK;
}

static enum hs_status load(struct hs_stream *s, float *to, size_t room, struct hs_err *e)
{
    const float *x;
    size_t n, at = 0;
    enum hs_status st;
    while ((st = hs_stream_next(s, &x, &n, e)) == HS_OK) {
        if (n > room - at) return HS_FAIL(e, HS_EDATA, "more values than its shape says");
        memcpy(to + at, x, n * sizeof *x);
        at += n;
    }
    return st != HS_DONE ? st
           : at == room  ? HS_OK
                         : HS_FAIL(e, HS_EDATA, "fewer values than its shape says");
}

static bool needs_values(const struct hs_calibrate_ask *a)
{
    for (size_t i = 0; i < a->formats; i++)
        if (a->format[i]->block) return true;
    return a->granularity != HS_PER_TENSOR;
}

/* A row is what lies under one index of the channel axis, gathered in C order; a tensor of one
 * axis is one row. */
static enum hs_status cut(const struct hs_calibrate_ask *a, const struct hs_tensor_info *info,
                          struct hs_calibrate_tensor *t, int *axis, struct hs_err *e)
{
    *axis = a->axis < 0 ? info->rank + a->axis : a->axis;
    t->row = t->n;
    if (info->rank >= 2) {
        if (*axis < 0 || *axis >= info->rank)
            return HS_FAIL(e, HS_EUSAGE, "axis %d of a tensor with %d axes", a->axis,
                           info->rank);
        t->row = t->n / (size_t)info->dim[*axis];
    }
    t->run = a->granularity == HS_PER_CHANNEL ? t->row
             : a->granularity == HS_PER_GROUP ? a->group
                                              : t->n;
    return HS_OK;
}

/* (outer, channels, inner) -> (channels, outer, inner). */
static enum hs_status rows_first(float **x, const struct hs_tensor_info *info, int axis,
                                 struct hs_err *e)
{
    size_t outer = 1, inner = 1, channels = (size_t)info->dim[axis];
    for (int i = 0; i < axis; i++) outer *= (size_t)info->dim[i];
    for (int i = axis + 1; i < info->rank; i++) inner *= (size_t)info->dim[i];
    if (outer == 1) return HS_OK;
    float *to = hs_alloc(outer * channels * inner, sizeof *to);
    if (!to) return HS_OUT_OF_MEMORY(e);
    for (size_t o = 0; o < outer; o++)
        for (size_t c = 0; c < channels; c++)
            memcpy(to + (c * outer + o) * inner, *x + (o * channels + c) * inner,
                   inner * sizeof *to);
    hs_free(*x);
    *x = to;
    return HS_OK;
}

static enum hs_status take(struct hs_stream *s, const struct hs_calibrate_ask *a,
                           const struct hs_tensor_info *info, int axis,
                           struct hs_calibrate_tensor *t, struct hs_err *e)
{
    bool memory = needs_values(a);
    if (memory) {
        if (!(t->x = hs_alloc(t->n, sizeof *t->x))) return HS_OUT_OF_MEMORY(e);
        HS_TRY(load(s, t->x, t->n, e));
        if (info->rank >= 2) HS_TRY(rows_first(&t->x, info, axis, e));
    }
    if (a->granularity != HS_PER_TENSOR) return HS_OK;
    if (!(t->whole = hs_summary_open(NULL))) return HS_OUT_OF_MEMORY(e);
    return memory ? hs_calibrate_observe(t->whole, t->x, t->n, a->batch, a->threads, e)
                  : stream(s, a, t->whole, e);
}

enum hs_status hs_calibrate_read(const struct hs_calibrate_ask *a,
                                 const struct hs_tensor_info *info,
                                 struct hs_calibrate_tensor *t, struct hs_err *e)
{
    struct hs_stream *s = NULL;
    int axis = 0;
    *t = (struct hs_calibrate_tensor){.name = info->path, .n = (size_t)info->count};
    HS_TRY(cut(a, info, t, &axis, e));
    if (needs_values(a) && info->count > MOST_IN_MEMORY)
        return HS_FAIL(e, HS_EDATA,
                       "%s has %llu values: parts and block formats are limited to %d",
                       info->path, (unsigned long long)info->count, MOST_IN_MEMORY);
    HS_TRY(hs_stream_open(a->path, info->path, &s, e));
    enum hs_status st = take(s, a, info, axis, t, e);
    hs_stream_close(s);
    return st;
}

void hs_calibrate_drop(struct hs_calibrate_tensor *t)
{
    hs_summary_close(t->whole);
    hs_free(t->x);
    *t = (struct hs_calibrate_tensor){0};
}
