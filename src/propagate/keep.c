/* keep.c - a hash table threaded by a list from the newest to the oldest. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "propagate/keep.h"

#include "base/mem.h"

enum { BUCKETS = 4096 };

struct hs_keep {
    size_t budget, held;
    struct hs_kept *newest, *oldest;
    struct hs_kept *bucket[BUCKETS];
};

struct hs_keep *hs_keep_open(size_t budget)
{
    struct hs_keep *k = hs_alloc_zeroed(1, sizeof *k);
    if (k) k->budget = budget;
    return k;
}

static void unlink_age(struct hs_keep *k, struct hs_kept *t)
{
    *(t->newer ? &t->newer->older : &k->newest) = t->older;
    *(t->older ? &t->older->newer : &k->oldest) = t->newer;
    t->newer = t->older = NULL;
}

static void link_newest(struct hs_keep *k, struct hs_kept *t)
{
    t->older = k->newest;
    *(k->newest ? &k->newest->newer : &k->oldest) = t;
    k->newest = t;
}

static struct hs_kept **slot(struct hs_keep *k, struct hs_key key) { return &k->bucket[key.lo % BUCKETS]; }

static void forget(struct hs_keep *k, struct hs_kept *t)
{
    struct hs_kept **at = slot(k, t->key);
    while (*at != t) at = &(*at)->next;
    *at = t->next;
    unlink_age(k, t);
    k->held -= t->bytes;
    hs_tensor_free(&t->t);
    hs_free(t);
}

void hs_keep_close(struct hs_keep *k)
{
    if (!k) return;
    while (k->newest) forget(k, k->newest);
    hs_free(k);
}

void hs_keep_clear(struct hs_keep *k)
{
    for (struct hs_kept *t = k->oldest, *newer; t; t = newer) {
        newer = t->newer;
        if (t->pins == 0) forget(k, t);
    }
}

struct hs_kept *hs_keep_find(struct hs_keep *k, struct hs_key key)
{
    for (struct hs_kept *t = *slot(k, key); t; t = t->next) {
        if (!hs_key_equal(t->key, key)) continue;
        unlink_age(k, t);
        link_newest(k, t);
        t->pins++;
        return t;
    }
    return NULL;
}

static void make_room(struct hs_keep *k, size_t bytes)
{
    for (struct hs_kept *t = k->oldest, *newer; t && k->held + bytes > k->budget; t = newer) {
        newer = t->newer;
        if (t->pins == 0) forget(k, t);
    }
}

enum hs_status hs_keep_add(struct hs_keep *k, struct hs_key key, const struct hs_shape *shape, struct hs_kept **out,
                           struct hs_err *e)
{
    HS_TRY(hs_shape_check(shape, e));
    size_t bytes = hs_shape_count(shape) * sizeof(float) + sizeof **out;
    make_room(k, bytes);
    struct hs_kept *t = hs_alloc_zeroed(1, sizeof *t);
    if (!t) return HS_OUT_OF_MEMORY(e);
    if (hs_tensor_alloc(&t->t, shape, e)) {
        hs_free(t);
        return e->status;
    }
    t->key = key, t->pins = 1, t->bytes = bytes;
    t->next = *slot(k, key);
    *slot(k, key) = t;
    link_newest(k, t);
    k->held += bytes;
    *out = t;
    return HS_OK;
}

void hs_keep_release(struct hs_keep *k, struct hs_kept *t)
{
    (void)k;
    t->pins--;
}

void hs_keep_drop(struct hs_keep *k, struct hs_kept *t) { forget(k, t); }
