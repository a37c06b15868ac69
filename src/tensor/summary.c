/* summary.c - observing: values go in block by block, and what was seen can be merged. */
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
    hs_dict_close(&s->dict);
    hs_hist_close(s->hist);
    hs_free(s->batch);
    hs_ladder_free(&s->ladder);
    hs_stairs_free(&s->stairs);
    hs_free(s);
}

/* Extremes from the order of the bits; both zeros count as 0. */
static void extremes(struct hs_summary *s, const struct hs_bits *b)
{
    union { uint32_t u; float f; } lo = {b->high >> 31 ? b->high : b->low}, hi = {b->top >= 0 ? (uint32_t)b->top : b->low};
    float l = lo.f + 0.f, h = hi.f + 0.f;
    s->lo = l < s->lo ? l : s->lo, s->hi = h > s->hi ? h : s->hi;
    s->batch_lo = l < s->batch_lo ? l : s->batch_lo, s->batch_hi = h > s->batch_hi ? h : s->batch_hi;
}

/* Finite values of x into out; the others are counted. */
static size_t screened(struct hs_summary *s, const float *x, size_t n, float *out)
{
    size_t m = 0;
    for (size_t i = 0; i < n; i++) {
        if (x[i] - x[i] == 0)
            out[m++] = x[i];
        else if (!s->nonfinite++)
            s->first_nonfinite = s->seen + i;
    }
    return m;
}

static enum hs_status block(struct hs_summary *s, const struct hs_summary_kernels *k, const float *x, size_t n,
                            struct hs_err *e)
{
    float buffer[HS_BLOCK];
    struct hs_bits b;
    size_t m = n;
    k->bits((const uint32_t *)(const void *)x, n, &b);
    if (!hs_bits_finite(&b)) {
        m = screened(s, x, n, buffer);
        x = buffer;
        if (m) k->bits((const uint32_t *)(const void *)x, m, &b);
    }
    if (m) {
        extremes(s, &b);
        HS_TRY(hs_summary_hold(s, k, &b, x, m, e));
    }
    s->seen += n;
    return HS_OK;
}

enum hs_status hs_summary_observe(struct hs_summary *s, const float *x, size_t n, struct hs_err *e)
{
    const struct hs_summary_kernels *k = hs_summary_kernels(hs_isa());
    HS_TRY(hs_summary_expect(s, x, n, e));
    for (size_t i = 0; i < n; i += HS_BLOCK) HS_TRY(block(s, k, x + i, n - i < HS_BLOCK ? n - i : HS_BLOCK, e));
    return HS_OK;
}

enum hs_status hs_summary_observe_strided(struct hs_summary *s, const float *x, size_t n, size_t stride, struct hs_err *e)
{
    const struct hs_summary_kernels *k = hs_summary_kernels(hs_isa());
    float buffer[HS_BLOCK];
    HS_TRY(hs_summary_expect(s, NULL, n, e));
    for (size_t i = 0, m; i < n; i += m) {
        m = n - i < HS_BLOCK ? n - i : HS_BLOCK;
        for (size_t j = 0; j < m; j++) buffer[j] = x[(i + j) * stride];
        HS_TRY(block(s, k, buffer, m, e));
    }
    return HS_OK;
}

enum hs_status hs_summary_add_batch(struct hs_summary *s, double lo, double hi, struct hs_err *e)
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
    HS_TRY(hs_summary_add_batch(s, s->batch_lo, s->batch_hi, e));
    s->batch_lo = INFINITY, s->batch_hi = -INFINITY;
    return HS_OK;
}

enum hs_status hs_summary_merge(struct hs_summary *s, const struct hs_summary *from, struct hs_err *e)
{
    HS_TRY(hs_summary_hold_many(s, from, e));
    if (from->nonfinite && !s->nonfinite) s->first_nonfinite = s->seen + from->first_nonfinite;
    s->seen += from->seen, s->nonfinite += from->nonfinite;
    for (size_t i = 0; i < from->batches; i++)
        HS_TRY(hs_summary_add_batch(s, from->batch[2 * i], from->batch[2 * i + 1], e));
    s->batch_lo = fminf(s->batch_lo, from->batch_lo), s->batch_hi = fmaxf(s->batch_hi, from->batch_hi);
    s->lo = fminf(s->lo, from->lo), s->hi = fmaxf(s->hi, from->hi);
    return HS_OK;
}

size_t hs_summary_batches(const struct hs_summary *s) { return s->batches; }

void hs_summary_batch(const struct hs_summary *s, size_t i, double *lo, double *hi)
{
    *lo = s->batch[2 * i], *hi = s->batch[2 * i + 1];
}

size_t hs_summary_memory(const struct hs_summary *s)
{
    const struct hs_ladder *l = &s->ladder;
    const struct hs_stairs *t = &s->stairs;
    size_t sum = sizeof *s + s->room * sizeof *s->value + 2 * s->batch_room * sizeof *s->batch;
    sum += hs_dict_slots(&s->dict) * (sizeof *s->dict.key + sizeof *s->dict.count);
    if (s->hist) sum += hs_hist_memory(s->hist);
    if (l->sum) sum += ((l->m >> l->shift) + 1) * 2 * sizeof *l->sum;
    if (l->jump) sum += (((size_t)1 << 17) + 1) * sizeof *l->jump;
    if (l->own) sum += l->m * sizeof *l->own;
    if (l->before) sum += (l->m + 1) * sizeof *l->before + l->m * sizeof *l->count;
    if (t->rung) sum += (t->m + 1) * sizeof *t->rung + t->m * (sizeof *t->mean + sizeof *t->half);
    return sum;
}
