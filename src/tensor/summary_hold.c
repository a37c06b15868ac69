/* summary_hold.c - values while they are few, distinct values while those are few, buckets from then on. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/mem.h"
#include "tensor/summary_state.h"

#include <math.h>
#include <string.h>

static enum hs_status room_for(struct hs_summary *s, size_t n, struct hs_err *e)
{
    if (n <= s->room) return HS_OK;
    size_t room = s->room * 2 > n ? s->room * 2 : n;
    float *value = hs_realloc(s->value, room, sizeof *value);
    if (!value) return HS_OUT_OF_MEMORY(e);
    s->value = value, s->room = room;
    return HS_OK;
}

static enum hs_status into_hist(struct hs_hist *h, const float *x, size_t n, struct hs_err *e)
{
    const struct hs_summary_kernels *k = hs_summary_kernels(hs_isa());
    for (size_t i = 0, m; i < n; i += m) {
        struct hs_bits b;
        m = n - i < HS_BLOCK ? n - i : HS_BLOCK;
        k->bits((const uint32_t *)(const void *)(x + i), m, &b);
        HS_TRY(hs_hist_block(h, k, &b, x + i, m, e));
    }
    return HS_OK;
}

/* Most of a dictionary that overflowed occurred once: those go the fast way. */
static enum hs_status dict_into_hist(struct hs_hist *h, const struct hs_dict *d, struct hs_err *e)
{
    float once[HS_BLOCK];
    size_t n = 0;
    for (size_t i = 0; i < hs_dict_slots(d); i++) {
        if (d->key[i] == HS_NO_KEY) continue;
        if (d->count[i] > 1) {
            HS_TRY(hs_hist_add(h, d->key[i], d->count[i], e));
            continue;
        }
        memcpy(&once[n++], &d->key[i], sizeof *once);
        if (n < HS_BLOCK) continue;
        HS_TRY(into_hist(h, once, n, e));
        n = 0;
    }
    return n ? into_hist(h, once, n, e) : HS_OK;
}

enum hs_status hs_summary_to_buckets(struct hs_summary *s, struct hs_err *e)
{
    if (!s->hist && !(s->hist = hs_hist_open())) return HS_OUT_OF_MEMORY(e);
    HS_TRY(s->holding == HS_VALUES ? into_hist(s->hist, s->value, s->n, e) : dict_into_hist(s->hist, &s->dict, e));
    hs_dict_close(&s->dict);
    hs_free(s->value);
    s->value = NULL, s->n = s->room = 0;
    s->holding = HS_BUCKETS;
    return HS_OK;
}

static enum hs_status distinct(struct hs_summary *s, const float *x, size_t n, struct hs_err *e)
{
    size_t taken;
    HS_TRY(hs_dict_add(&s->dict, x, n, &taken, e));
    if (taken == n) return HS_OK;
    HS_TRY(hs_summary_to_buckets(s, e));
    return into_hist(s->hist, x + taken, n - taken, e);
}

/* More distinct values than a dictionary may hold, proved by their hashes: as many bits set as values differ, at least. */
static bool too_many(const float *x, size_t n, size_t most)
{
    enum { LOG2 = 21 };
    if (n <= most || most > (size_t)1 << (LOG2 - 4)) return false;
    uint32_t *set = hs_alloc_zeroed((size_t)1 << (LOG2 - 5), sizeof *set);
    size_t found = 0;
    for (size_t i = 0; set && i < n && found <= most; i++) {
        uint32_t u, bit, *word;
        memcpy(&u, &x[i], sizeof u);
        u = u * 0x9e3779b1u >> (32 - LOG2);
        word = &set[u >> 5], bit = 1u << (u & 31);
        found += (*word & bit) == 0 && isfinite(x[i]) && x[i] != 0;
        *word |= bit;
    }
    hs_free(set);
    return found > most;
}

static enum hs_status to_distinct(struct hs_summary *s, struct hs_err *e)
{
    float *x = s->value;
    size_t n = s->n;
    if (too_many(x, n, s->limit.distinct)) return hs_summary_to_buckets(s, e);
    HS_TRY(hs_dict_open(&s->dict, s->limit.distinct, e));
    s->value = NULL, s->n = s->room = 0, s->holding = HS_DISTINCT;
    enum hs_status st = n ? distinct(s, x, n, e) : HS_OK;
    hs_free(x);
    return st;
}

enum hs_status hs_summary_hold(struct hs_summary *s, const struct hs_summary_kernels *k, const struct hs_bits *b,
                               const float *x, size_t n, struct hs_err *e)
{
    s->prepared = false;
    if (s->holding == HS_VALUES && s->n + n > s->limit.exact) HS_TRY(to_distinct(s, e));
    s->count += n;
    if (s->holding == HS_BUCKETS) return hs_hist_block(s->hist, k, b, x, n, e);
    if (s->holding == HS_DISTINCT) return distinct(s, x, n, e);
    HS_TRY(room_for(s, s->n + n, e));
    memcpy(s->value + s->n, x, n * sizeof *x);
    s->n += n;
    return HS_OK;
}

/* At least how many of n values are finite, as far as it takes to exceed `enough`. */
static size_t finite(const float *x, size_t n, size_t enough)
{
    const struct hs_summary_kernels *k = hs_summary_kernels(hs_isa());
    size_t sum = 0;
    for (size_t i = 0, m; i < n && sum <= enough; i += m) {
        struct hs_bits b;
        m = n - i < HS_BLOCK ? n - i : HS_BLOCK;
        k->bits((const uint32_t *)(const void *)(x + i), m, &b);
        if (hs_bits_finite(&b)) {
            sum += m;
            continue;
        }
        for (size_t j = i; j < i + m; j++) sum += isfinite(x[j]) != 0;
    }
    return sum;
}

enum hs_status hs_summary_expect(struct hs_summary *s, const float *x, size_t n, struct hs_err *e)
{
    size_t left = s->limit.exact - s->n; /* while values are held there are at most that many */
    if (s->holding != HS_VALUES || s->n + n <= s->room) return HS_OK;
    if (n <= left) return room_for(s, s->n + n, e);
    if (x && finite(x, n, left) > left) return too_many(x, n, s->limit.distinct) ? hs_summary_to_buckets(s, e) : to_distinct(s, e);
    return room_for(s, s->limit.exact, e);
}

static enum hs_status hold_values(struct hs_summary *s, const float *x, size_t n, struct hs_err *e)
{
    const struct hs_summary_kernels *k = hs_summary_kernels(hs_isa());
    HS_TRY(hs_summary_expect(s, x, n, e));
    for (size_t i = 0, m; i < n; i += m) {
        struct hs_bits b;
        m = n - i < HS_BLOCK ? n - i : HS_BLOCK;
        k->bits((const uint32_t *)(const void *)(x + i), m, &b);
        HS_TRY(hs_summary_hold(s, k, &b, x + i, m, e));
    }
    return HS_OK;
}

static enum hs_status many(struct hs_summary *s, uint32_t bits, uint64_t count, struct hs_err *e)
{
    bool full = false;
    if (s->holding == HS_DISTINCT) HS_TRY(hs_dict_put(&s->dict, bits, count, &full, e));
    if (s->holding == HS_DISTINCT && !full) return HS_OK;
    if (full) HS_TRY(hs_summary_to_buckets(s, e));
    return hs_hist_add(s->hist, bits, count, e);
}

enum hs_status hs_summary_hold_many(struct hs_summary *s, const struct hs_summary *from, struct hs_err *e)
{
    if (from->holding == HS_VALUES) return hold_values(s, from->value, from->n, e);
    s->prepared = false;
    if (s->holding == HS_VALUES && s->count + from->count > s->limit.exact) HS_TRY(to_distinct(s, e));
    if (from->holding == HS_BUCKETS && s->holding != HS_BUCKETS) HS_TRY(hs_summary_to_buckets(s, e));
    if (from->holding == HS_BUCKETS) {
        s->count += from->count;
        return hs_hist_plus(s->hist, from->hist, e);
    }
    if (s->holding == HS_VALUES) HS_TRY(to_distinct(s, e)); /* from was held under a smaller limit */
    for (size_t i = 0; i < hs_dict_slots(&from->dict); i++)
        if (from->dict.key[i] != HS_NO_KEY) HS_TRY(many(s, from->dict.key[i], from->dict.count[i], e));
    s->count += from->count;
    return HS_OK;
}
