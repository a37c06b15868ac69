/* stream.c - a child reads a dataset part by part, the parent takes blocks of floats out of the pipe. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dump/stream.h"

#include "dump/guard.h"
#include "dump/h5.h"

#include <string.h>

enum { BLOCK = 1 << 20 }; /* values */

struct hs_stream {
    struct hs_guard guard;
    struct hs_tensor_info info;
    uint64_t left;
    char *path;
    float *block;
};

struct job {
    const char *path, *dataset;
};

/* What the child sends first. */
struct head {
    enum hs_dump_type type;
    int rank;
    uint64_t dim[HS_MAX_RANK], count;
};

/* Parts that follow each other in C order: whole inner axes, `step` indices of axis `axis`, one index of each outer one. */
struct parts {
    int axis;
    hsize_t step, values; /* values: of one index along axis */
};

static struct parts plan(const struct hs_h5_set *s)
{
    struct parts p = {.axis = s->rank ? s->rank - 1 : 0, .values = 1};
    while (p.axis > 0 && p.values * s->dim[p.axis] <= BLOCK) p.values *= s->dim[p.axis--];
    p.step = BLOCK / p.values ? BLOCK / p.values : 1;
    hsize_t chunk = s->chunk[p.axis]; /* no chunk is cut, if a block can hold one */
    if (chunk && p.step > chunk) p.step -= p.step % chunk;
    return p;
}

static enum hs_status send_part(const struct hs_h5_set *s, const hsize_t *start, const hsize_t *count, size_t n, void *raw,
                                float *value, struct hs_guard *g, struct hs_err *e)
{
    HS_TRY(hs_h5_set_part(s, start, count, raw, e));
    if (s->type != HS_DUMP_F32) hs_dump_to_floats(s->type, raw, n, value);
    return hs_guard_put(g, s->type == HS_DUMP_F32 ? raw : value, n * sizeof *value, e);
}

static enum hs_status send_all(const struct hs_h5_set *s, void *raw, float *value, struct hs_guard *g, struct hs_err *e)
{
    struct parts p = plan(s);
    hsize_t start[HS_MAX_RANK] = {0}, count[HS_MAX_RANK];
    hsize_t end = s->rank ? s->dim[p.axis] : 1;
    for (int i = 0; i < HS_MAX_RANK; i++) count[i] = i < p.axis ? 1 : i < s->rank ? s->dim[i] : 1;
    for (;;) {
        for (start[p.axis] = 0; start[p.axis] < end; start[p.axis] += p.step) {
            hsize_t k = end - start[p.axis] < p.step ? end - start[p.axis] : p.step;
            count[p.axis] = k;
            HS_TRY(send_part(s, start, count, (size_t)(k * p.values), raw, value, g, e));
        }
        int i = p.axis - 1;
        while (i >= 0 && ++start[i] == s->dim[i]) start[i--] = 0;
        if (i < 0) return HS_OK;
    }
}

static enum hs_status send(void *ctx, struct hs_guard *g, struct hs_err *e)
{
    const struct job *j = ctx;
    struct hs_h5 h;
    struct hs_h5_set s;
    HS_TRY(hs_h5_open(j->path, &h, e));
    HS_TRY(hs_h5_set_open(&h, j->dataset, &s, e));
    struct head head = {.type = s.type, .rank = s.rank, .count = hs_h5_set_count(&s)};
    for (int i = 0; i < s.rank; i++) head.dim[i] = s.dim[i];
    HS_TRY(hs_guard_put(g, &head, sizeof head, e));
    void *raw = hs_alloc(BLOCK, hs_dump_type_bytes(s.type));
    float *value = hs_alloc(BLOCK, sizeof *value);
    enum hs_status st = raw && value ? HS_OK : HS_OUT_OF_MEMORY(e);
    if (!st && head.count) st = send_all(&s, raw, value, g, e);
    hs_free(raw);
    hs_free(value);
    hs_h5_set_close(&s);
    hs_h5_close(&h);
    return st;
}

static enum hs_status start(struct hs_stream *s, const char *path, const char *dataset, struct hs_err *e)
{
    struct job j = {.path = path, .dataset = dataset};
    struct head head;
    size_t got;
    if (!s->block) return HS_OUT_OF_MEMORY(e);
    HS_TRY(hs_guard_start(path, send, &j, &s->guard, e));
    HS_TRY(hs_guard_get(&s->guard, &head, sizeof head, &got, e));
    s->info.type = head.type, s->info.rank = head.rank, s->info.count = s->left = head.count;
    memcpy(s->info.dim, head.dim, sizeof head.dim);
    return HS_OK;
}

enum hs_status hs_stream_open(const char *path, const char *dataset, struct hs_stream **to, struct hs_err *e)
{
    size_t n = strlen(path) + 1, m = strlen(dataset) + 1;
    struct hs_stream *s = hs_alloc_zeroed(1, sizeof *s + n + m);
    *to = NULL;
    if (!s) return HS_OUT_OF_MEMORY(e);
    s->path = memcpy(s + 1, path, n);
    s->info.path = memcpy(s->path + n, dataset, m);
    s->block = hs_alloc(BLOCK, sizeof *s->block);
    if (start(s, s->path, s->info.path, e)) {
        hs_stream_close(s);
        return e->status;
    }
    return *to = s, HS_OK;
}

const struct hs_tensor_info *hs_stream_info(const struct hs_stream *s) { return &s->info; }

enum hs_status hs_stream_next(struct hs_stream *s, const float **value, size_t *n, struct hs_err *e)
{
    size_t want = s->left < BLOCK ? (size_t)s->left : BLOCK, got;
    *value = s->block, *n = want;
    if (!want) { /* the child's last word: did it end well? */
        char none;
        HS_TRY(hs_guard_get(&s->guard, &none, 1, &got, e));
        return HS_DONE;
    }
    HS_TRY(hs_guard_get(&s->guard, s->block, want * sizeof *s->block, &got, e));
    if (got < want * sizeof *s->block)
        return HS_FAIL(e, HS_EDATA, "dataset '%s' in %s ends early", s->info.path, s->path);
    s->left -= want;
    return HS_OK;
}

void hs_stream_close(struct hs_stream *s)
{
    if (!s) return;
    hs_guard_end(&s->guard);
    hs_free(s->block);
    hs_free(s);
}
