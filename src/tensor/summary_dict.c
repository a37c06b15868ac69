/* summary_dict.c - open addressing with linear probing, grown fourfold; images have 256 values, whatever their size. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tensor/summary_dict.h"

#include "base/mem.h"

#include <string.h>

static size_t slot_of(const struct hs_dict *d, uint32_t key) /* its own, or the free one where it belongs */
{
    size_t mask = ((size_t)1 << d->log2) - 1, i = key * 0x9e3779b1u >> (32 - d->log2);
    while (d->key[i] != key && d->key[i] != HS_NO_KEY) i = (i + 1) & mask;
    return i;
}

static enum hs_status resize(struct hs_dict *d, int log2, struct hs_err *e)
{
    struct hs_dict old = *d;
    size_t slots = (size_t)1 << log2, had = hs_dict_slots(&old);
    uint32_t *key = hs_alloc(slots, sizeof *key);
    uint64_t *count = hs_alloc_zeroed(slots, sizeof *count);
    if (!key || !count) {
        hs_free(key), hs_free(count);
        return HS_OUT_OF_MEMORY(e);
    }
    memset(key, 0xff, slots * sizeof *key);
    d->key = key, d->count = count, d->log2 = log2;
    for (size_t i = 0; i < had; i++) {
        if (old.key[i] == HS_NO_KEY) continue;
        size_t to = slot_of(d, old.key[i]);
        key[to] = old.key[i], count[to] = old.count[i];
    }
    hs_free(old.key), hs_free(old.count);
    return HS_OK;
}

enum hs_status hs_dict_open(struct hs_dict *d, size_t most, struct hs_err *e)
{
    *d = (struct hs_dict){.most = most};
    return resize(d, 13, e);
}

void hs_dict_close(struct hs_dict *d)
{
    hs_free(d->key), hs_free(d->count);
    *d = (struct hs_dict){0};
}

enum hs_status hs_dict_put(struct hs_dict *d, uint32_t bits, uint64_t count, bool *full, struct hs_err *e)
{
    uint32_t key = bits == 0x80000000u ? 0 : bits;
    size_t i = slot_of(d, key);
    *full = false;
    if (d->key[i] == HS_NO_KEY) {
        if (d->n == d->most) {
            *full = true;
            return HS_OK;
        }
        if (2 * (d->n + 1) > hs_dict_slots(d)) {
            HS_TRY(resize(d, d->log2 + 2, e));
            i = slot_of(d, key);
        }
        d->key[i] = key, d->n++;
    }
    d->count[i] += count;
    return HS_OK;
}

enum hs_status hs_dict_add(struct hs_dict *d, const float *x, size_t n, size_t *taken, struct hs_err *e)
{
    for (size_t i = 0, run; i < n; i += run) {
        float v = x[i] + 0.f; /* no negative zero */
        uint32_t bits;
        bool full = false;
        for (run = 1; i + run < n && x[i + run] == v; run++) {}
        memcpy(&bits, &v, sizeof bits);
        size_t at = slot_of(d, bits);
        if (d->key[at] == bits)
            d->count[at] += run;
        else
            HS_TRY(hs_dict_put(d, bits, run, &full, e));
        *taken = i;
        if (full) return HS_OK;
    }
    *taken = n;
    return HS_OK;
}
