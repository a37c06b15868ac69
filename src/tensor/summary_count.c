/* summary_count.c - the counters that a histogram's values go to first: narrow ones while they last, then wide ones. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tensor/summary_count.h"

#include <string.h>

enum { PENDING_MOST = (1 << 24) - (1 << 16), /* times 2^40 + 2^32: below 2^64 */
        CROWDED = 1 << 18, AHEAD = 2 * HS_BLOCK };
static const uint64_t one = (uint64_t)1 << 40;
static const uint32_t narrow_one = (uint32_t)1 << 22; /* 511 of them with their low bits: below 2^31 */

void hs_count_clear(struct hs_hist *h, uint32_t octave)
{
    memset(h->narrow + octave * HS_OCTAVE, 0, HS_OCTAVE * sizeof *h->narrow);
    for (int i = 0; i < h->tables; i++) memset(h->wide[i] + octave * HS_OCTAVE, 0, HS_OCTAVE * sizeof **h->wide);
}

static void use_tables(struct hs_hist *h, int tables)
{
    for (; h->tables < tables; h->tables++)
        for (int o = 0; o < HS_OCTAVES; o++)
            if (h->octave[o]) memset(h->wide[h->tables] + o * HS_OCTAVE, 0, HS_OCTAVE * sizeof **h->wide);
}

/* A counter holds n 2^40 plus the sum of the n keys with their low bits: n is the quotient by 2^40 plus the key, or one
 * off for double's sake. */
static void pour_wide(const struct hs_hist *from, uint32_t o, int table, struct hs_octave *to)
{
    const uint64_t *wide = from->wide[table] + o * HS_OCTAVE;
    for (uint32_t k = 0; k < HS_OCTAVE; k++) {
        if (k % 8 == 0) { /* far from the bulk of the values most counters are empty */
            uint64_t some = 0;
            for (uint32_t i = k; i < k + 8; i++) some |= wide[i];
            if (!some) {
                k += 7;
                continue;
            }
        }
        if (!wide[k]) continue;
        uint64_t unit = one + ((uint64_t)(o << 11 | k) << HS_LOW), sum = wide[k], n = (uint64_t)((double)sum / (double)unit);
        int64_t rest = (int64_t)(sum - n * unit);
        n += rest < 0 ? (uint64_t)-1 : rest >= (int64_t)unit ? 1 : 0;
        to->count[k] += n;
        to->low[k] += sum - n * unit;
    }
}

static void pour_narrow(const struct hs_hist *from, uint32_t o, struct hs_octave *to)
{
    const uint32_t *narrow = from->narrow + o * HS_OCTAVE;
    for (uint32_t k = 0; k < HS_OCTAVE; k++) to->count[k] += narrow[k] / narrow_one, to->low[k] += narrow[k] % narrow_one;
}

void hs_count_pour(const struct hs_hist *from, uint32_t o, struct hs_octave *to)
{
    for (int t = 0; from->pending && t < from->tables; t++) pour_wide(from, o, t, to);
    if (from->narrow_pending) pour_narrow(from, o, to);
}

static void settle_narrow(struct hs_hist *h)
{
    for (uint32_t o = 0; o < HS_OCTAVES && h->narrow_pending; o++)
        if (h->octave[o]) {
            pour_narrow(h, o, h->octave[o]);
            memset(h->narrow + o * HS_OCTAVE, 0, HS_OCTAVE * sizeof *h->narrow);
        }
    h->narrow_pending = 0;
}

void hs_hist_settle(struct hs_hist *h)
{
    settle_narrow(h);
    for (uint32_t o = 0; o < HS_OCTAVES && h->pending; o++)
        for (int t = 0; h->octave[o] && t < h->tables; t++) {
            pour_wide(h, o, t, h->octave[o]);
            memset(h->wide[t] + o * HS_OCTAVE, 0, HS_OCTAVE * sizeof **h->wide);
        }
    h->pending = 0;
}

/* A key that repeats makes one counter wait for its own last store; two tables halve that. The next block is fetched
 * meanwhile. */
static void scatter(const uint32_t *restrict u, size_t n, uint64_t *a, uint64_t *b)
{
    size_t i = 0;
    for (; i + 16 <= n; i += 16) {
        __builtin_prefetch(u + i + AHEAD, 0, 2);
        for (size_t k = i; k < i + 16; k += 2) {
            a[u[k] >> HS_LOW] += one + u[k];
            b[u[k + 1] >> HS_LOW] += one + u[k + 1];
        }
    }
    for (; i < n; i++) a[u[i] >> HS_LOW] += one + u[i];
}

static inline uint32_t add_narrow(uint32_t u, uint32_t *to)
{
    uint32_t *at = &to[u >> HS_LOW];
    return *at += narrow_one + (u & 0xfff);
}

/* Whether a counter went past its half, as it must before it overflows. Half the bytes of wide counters: what decides is
 * how many fit the first cache. */
static bool scatter_narrow(const uint32_t *restrict u, size_t n, uint32_t *to)
{
    uint32_t over = 0;
    size_t i = 0;
    for (; i + 16 <= n; i += 16) {
        __builtin_prefetch(u + i + AHEAD, 0, 2);
        for (size_t k = i; k < i + 16; k++) over |= add_narrow(u[k], to);
    }
    for (; i < n; i++) over |= add_narrow(u[i], to);
    return over >> 31;
}

static void take_back(const uint32_t *u, size_t n, uint32_t *from)
{
    for (size_t i = 0; i < n; i++) from[u[i] >> HS_LOW] -= narrow_one + (u[i] & 0xfff);
}

static void add_wide(struct hs_hist *h, const uint32_t *u, size_t n, int tables)
{
    use_tables(h, tables);
    if (h->pending + n > PENDING_MOST) hs_hist_settle(h);
    h->pending += n;
    scatter(u, n, h->wide[0], h->wide[tables - 1]);
}

static bool add_narrow_block(struct hs_hist *h, const uint32_t *u, size_t n)
{
    bool full = scatter_narrow(u, n, h->narrow);
    if (full)
        take_back(u, n, h->narrow); /* modulo 2^32 and so exactly */
    else
        h->narrow_pending += n;
    return !full;
}

/* Narrow counters while they last: where one is full all are emptied, and a block that has more of one key than they hold
 * goes to wide ones. Where that comes soon, values are few and narrow counters no gain. */
void hs_count_add(struct hs_hist *h, const uint32_t *u, size_t n, bool repeated)
{
    if (!repeated && !h->crowded) {
        if (add_narrow_block(h, u, n)) return;
        h->crowded = h->narrow_pending < CROWDED;
        settle_narrow(h);
        if (!h->crowded && add_narrow_block(h, u, n)) return;
    }
    add_wide(h, u, n, 1 + repeated);
}
