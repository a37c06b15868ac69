/* summary.c - observing: values go in, and what was seen can be merged. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/mem.h"
#include "tensor/summary_state.h"

#include <math.h>
#include <string.h>

struct hs_summary *hs_summary_open(const struct hs_summary_limits *limits)
{
    struct hs_summary *s = hs_alloc_zeroed(1, sizeof *s);
    if (!s) return NULL;
    if (limits) s->limit = *limits;
    if (!s->limit.exact) s->limit.exact = (size_t)1 << 20;
    if (!s->limit.distinct) s->limit.distinct = (size_t)1 << 16;
    s->batch_lo = s->lo = INFINITY;
    s->batch_hi = s->hi = -INFINITY;
    return s;
}

void hs_summary_close(struct hs_summary *s)
{
    if (!s) return;
    hs_free(s->value);
    hs_free(s->batch);
    hs_free(s->ladder.before), hs_free(s->ladder.sum), hs_free(s->ladder.square);
    hs_free(s);
}

static enum hs_status room_for(struct hs_summary *s, size_t n, struct hs_err *e)
{
    if (n <= s->room) return HS_OK;
    size_t room = s->room * 2 > n ? s->room * 2 : n;
    float *value = hs_realloc(s->value, room, sizeof *value);
    if (!value) return HS_OUT_OF_MEMORY(e);
    s->value = value, s->room = room;
    return HS_OK;
}

enum hs_status hs_summary_observe_strided(struct hs_summary *s, const float *x, size_t n, size_t stride, struct hs_err *e)
{
    HS_TRY(room_for(s, s->n + n, e));
    s->prepared = false;
    for (size_t i = 0; i < n; i++) {
        float v = x[i * stride] + 0.f; /* no negative zero */
        if (!(v - v == 0)) {
            if (!s->nonfinite++) s->first_nonfinite = s->seen + i;
            continue;
        }
        s->value[s->n++] = v;
        s->batch_lo = v < s->batch_lo ? v : s->batch_lo;
        s->batch_hi = v > s->batch_hi ? v : s->batch_hi;
    }
    s->seen += n, s->count = s->n;
    s->lo = fminf(s->lo, s->batch_lo), s->hi = fmaxf(s->hi, s->batch_hi);
    return HS_OK;
}

enum hs_status hs_summary_observe(struct hs_summary *s, const float *x, size_t n, struct hs_err *e)
{
    return hs_summary_observe_strided(s, x, n, 1, e);
}

static enum hs_status add_batch(struct hs_summary *s, double lo, double hi, struct hs_err *e)
{
    if (s->batches == s->batch_room) {
        size_t room = s->batch_room ? 2 * s->batch_room : 16;
        double *batch = hs_realloc(s->batch, 2 * room, sizeof *batch);
        if (!batch) return HS_OUT_OF_MEMORY(e);
        s->batch = batch, s->batch_room = room;
    }
    s->batch[2 * s->batches] = lo, s->batch[2 * s->batches + 1] = hi;
    s->batches++;
    return HS_OK;
}

enum hs_status hs_summary_end_batch(struct hs_summary *s, struct hs_err *e)
{
    if (s->batch_lo > s->batch_hi) return HS_OK;
    HS_TRY(add_batch(s, s->batch_lo, s->batch_hi, e));
    s->batch_lo = INFINITY, s->batch_hi = -INFINITY;
    return HS_OK;
}

enum hs_status hs_summary_merge(struct hs_summary *s, const struct hs_summary *from, struct hs_err *e)
{
    HS_TRY(room_for(s, s->n + from->n, e));
    if (from->n) memcpy(s->value + s->n, from->value, from->n * sizeof *s->value);
    if (from->nonfinite && !s->nonfinite) s->first_nonfinite = s->seen + from->first_nonfinite;
    s->n += from->n, s->count = s->n, s->seen += from->seen, s->nonfinite += from->nonfinite;
    for (size_t i = 0; i < from->batches; i++) HS_TRY(add_batch(s, from->batch[2 * i], from->batch[2 * i + 1], e));
    s->batch_lo = fminf(s->batch_lo, from->batch_lo), s->batch_hi = fmaxf(s->batch_hi, from->batch_hi);
    s->lo = fminf(s->lo, from->lo), s->hi = fmaxf(s->hi, from->hi);
    s->prepared = false;
    return HS_OK;
}

size_t hs_summary_batches(const struct hs_summary *s) { return s->batches; }

void hs_summary_batch(const struct hs_summary *s, size_t i, double *lo, double *hi)
{
    *lo = s->batch[2 * i], *hi = s->batch[2 * i + 1];
}

size_t hs_summary_memory(const struct hs_summary *s)
{
    size_t rungs = s->prepared ? (s->ladder.m >> s->ladder.shift) + 1 : 0;
    return sizeof *s + s->room * sizeof *s->value + 2 * s->batch_room * sizeof *s->batch +
           rungs * 2 * sizeof(struct hs_two) + (s->ladder.before ? (s->ladder.m + 1) * sizeof *s->ladder.before : 0);
}
