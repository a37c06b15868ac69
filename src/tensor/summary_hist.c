/* summary_hist.c - filling the histogram, exactly, and adding two of them. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tensor/summary_hist.h"

#include "base/mem.h"

#include <math.h>
#include <string.h>

enum { COUNT_SHIFT = 36, FAST_MOST = 1 << 24, SAMPLE = 1024, MANY_REPEATS = 64, KEYS = HS_OCTAVES * HS_OCTAVE };
static const uint64_t low_mask = ((uint64_t)1 << COUNT_SHIFT) - 1;

struct hs_hist *hs_hist_open(void)
{
    struct hs_hist *h = hs_alloc_zeroed(1, sizeof *h);
    if (!h) return NULL;
    for (int i = 0; i < 2; i++) h->fast[i] = hs_alloc(KEYS, sizeof **h->fast); /* pages come when an octave is met */
    if (h->fast[0] && h->fast[1]) return h;
    hs_hist_close(h);
    return NULL;
}

void hs_hist_close(struct hs_hist *h)
{
    if (!h) return;
    for (int o = 0; o < HS_OCTAVES; o++) hs_free(h->octave[o]);
    hs_free(h->fast[0]), hs_free(h->fast[1]);
    hs_free(h);
}

static enum hs_status meet(struct hs_hist *h, uint32_t octave, struct hs_err *e)
{
    if (h->octave[octave]) return HS_OK;
    if (!(h->octave[octave] = hs_alloc_zeroed(1, sizeof **h->octave))) return HS_OUT_OF_MEMORY(e);
    for (int i = 0; i < 2; i++) memset(h->fast[i] + octave * HS_OCTAVE, 0, HS_OCTAVE * sizeof **h->fast);
    return HS_OK;
}

void hs_hist_settle(struct hs_hist *h)
{
    for (uint32_t o = 0; o < HS_OCTAVES && h->pending; o++) {
        struct hs_octave *to = h->octave[o];
        for (int t = 0; to && t < 2; t++) {
            uint64_t *from = h->fast[t] + o * HS_OCTAVE;
            for (size_t k = 0; k < HS_OCTAVE; k++) {
                to->count[k] += from[k] >> COUNT_SHIFT;
                to->low[k] += from[k] & low_mask;
                from[k] = 0;
            }
        }
    }
    h->pending = 0;
}

/* A key that repeats makes one counter wait for its own last store; two tables halve that. */
static void scatter(const uint32_t *restrict u, size_t n, uint64_t *restrict a, uint64_t *restrict b)
{
    const uint64_t one = (uint64_t)1 << COUNT_SHIFT;
    size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        a[u[i] >> HS_LOW] += one | (u[i] & 0xfff);
        b[u[i + 1] >> HS_LOW] += one | (u[i + 1] & 0xfff);
        a[u[i + 2] >> HS_LOW] += one | (u[i + 2] & 0xfff);
        b[u[i + 3] >> HS_LOW] += one | (u[i + 3] & 0xfff);
        a[u[i + 4] >> HS_LOW] += one | (u[i + 4] & 0xfff);
        b[u[i + 5] >> HS_LOW] += one | (u[i + 5] & 0xfff);
        a[u[i + 6] >> HS_LOW] += one | (u[i + 6] & 0xfff);
        b[u[i + 7] >> HS_LOW] += one | (u[i + 7] & 0xfff);
    }
    for (; i < n; i++) a[u[i] >> HS_LOW] += one | (u[i] & 0xfff);
}

static void scatter_once(const uint32_t *restrict u, size_t n, uint64_t *restrict a)
{
    const uint64_t one = (uint64_t)1 << COUNT_SHIFT;
    size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        a[u[i] >> HS_LOW] += one | (u[i] & 0xfff);
        a[u[i + 1] >> HS_LOW] += one | (u[i + 1] & 0xfff);
        a[u[i + 2] >> HS_LOW] += one | (u[i + 2] & 0xfff);
        a[u[i + 3] >> HS_LOW] += one | (u[i + 3] & 0xfff);
        a[u[i + 4] >> HS_LOW] += one | (u[i + 4] & 0xfff);
        a[u[i + 5] >> HS_LOW] += one | (u[i + 5] & 0xfff);
        a[u[i + 6] >> HS_LOW] += one | (u[i + 6] & 0xfff);
        a[u[i + 7] >> HS_LOW] += one | (u[i + 7] & 0xfff);
    }
    for (; i < n; i++) a[u[i] >> HS_LOW] += one | (u[i] & 0xfff);
}

/* What the low bits add, squared, is an integer below 2^24 in units of the float's last place squared. */
static void add_square(struct hs_hist *h, uint32_t bits, uint64_t count)
{
    uint64_t low = bits & 0xfff;
    int e = (int)(bits >> 23 & 0xff);
    hs_wide_add_scaled(&h->squares, (hs_u128)(low * low) * count, 2 * ((e ? e : 1) - 150));
}

/* With E the largest exponent of the block, such a square is below 2^(2 E - 22) and a multiple of 2^(2 e - 46): 2^12 of
 * them from E - 8 up fit 53 bits, so the block's sum in double is exact; likewise the next nine octaves. What lies deeper
 * goes one by one. */
static void block_squares(struct hs_hist *h, const struct hs_summary_kernels *k, const float *x, size_t n, float top,
                          float least)
{
    int e;
    frexpf(top, &e);
    if (top == 0) return;
    const float t[2] = {ldexpf(1, e - 9), ldexpf(1, e - 18)};
    double sum[2];
    k->squares(x, n, t, sum);
    hs_wide_add(&h->squares, sum[0]);
    hs_wide_add(&h->squares, sum[1]);
    if (least >= t[1]) return;
    uint16_t at[HS_BLOCK];
    size_t m = k->below(x, n, t[1], at);
    for (size_t i = 0; i < m; i++) {
        uint32_t u;
        memcpy(&u, &x[at[i]], sizeof u);
        add_square(h, u, 1);
    }
}

static void count_tiny(struct hs_hist *h, const uint32_t *u, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t a = u[i] & 0x7fffffffu;
        h->tiny[u[i] >> 31] += a && a >> HS_LOW == 0;
    }
}

/* Octaves between two magnitudes, on the sides where values can be, and that of 0. */
static enum hs_status meet_all(struct hs_hist *h, const struct hs_bits *b, uint32_t smallest, uint32_t largest,
                               struct hs_err *e)
{
    for (int side = 0; side < 2; side++) {
        if (side ? !(b->high >> 31) : b->top < 0) continue;
        HS_TRY(meet(h, side ? 256 : 0, e));
        if (smallest == 0xffffffffu) continue;
        for (uint32_t o = (smallest + 1) >> 23; o <= largest >> 23; o++) HS_TRY(meet(h, (side ? 256 : 0) + o, e));
    }
    return HS_OK;
}

enum hs_status hs_hist_block(struct hs_hist *h, const struct hs_summary_kernels *k, const struct hs_bits *b, const float *x,
                             size_t n, struct hs_err *e)
{
    const uint32_t *u = (const uint32_t *)(const void *)x;
    struct hs_low_bits l;
    union { uint32_t u; float f; } top, least;
    k->low_bits(u, n, &l);
    top.u = b->high >> 31 ? b->high & 0x7fffffffu : 0;
    if (b->top > 0 && (uint32_t)b->top > top.u) top.u = (uint32_t)b->top;
    least.u = l.smallest == 0xffffffffu ? 0x7f800000u : l.smallest + 1;
    HS_TRY(meet_all(h, b, l.smallest, top.u, e));
    if (h->pending + n > FAST_MOST) hs_hist_settle(h);
    h->pending += n, h->any |= l.any;
    bool repeated = n > SAMPLE && k->repeats(u, SAMPLE) > MANY_REPEATS;
    if (repeated) scatter(u, n, h->fast[0], h->fast[1]); else scatter_once(u, n, h->fast[0]);
    if (l.any & 0xfff) block_squares(h, k, x, n, top.f, least.f);
    if (least.u >> HS_LOW == 0) count_tiny(h, u, n);
    return HS_OK;
}

enum hs_status hs_hist_add(struct hs_hist *h, uint32_t bits, uint64_t count, struct hs_err *e)
{
    uint32_t key = bits >> HS_LOW;
    HS_TRY(meet(h, key >> 11, e));
    h->octave[key >> 11]->count[key & 2047] += count;
    h->octave[key >> 11]->low[key & 2047] += count * (bits & 0xfff);
    h->any |= bits;
    if (bits << 1 && (bits & 0x7fffffffu) >> HS_LOW == 0) h->tiny[bits >> 31] += count;
    add_square(h, bits, count);
    return HS_OK;
}

enum hs_status hs_hist_plus(struct hs_hist *h, const struct hs_hist *from, struct hs_err *e)
{
    hs_hist_settle(h);
    for (uint32_t o = 0; o < HS_OCTAVES; o++) {
        const struct hs_octave *f = from->octave[o];
        if (!f) continue;
        HS_TRY(meet(h, o, e));
        struct hs_octave *to = h->octave[o];
        for (size_t k = 0; k < HS_OCTAVE; k++) to->count[k] += f->count[k], to->low[k] += f->low[k];
        for (int t = 0; from->pending && t < 2; t++) {
            const uint64_t *fast = from->fast[t] + o * HS_OCTAVE;
            for (size_t k = 0; k < HS_OCTAVE; k++) to->count[k] += fast[k] >> COUNT_SHIFT, to->low[k] += fast[k] & low_mask;
        }
    }
    h->any |= from->any;
    h->tiny[0] += from->tiny[0], h->tiny[1] += from->tiny[1];
    hs_wide_plus(&h->squares, &from->squares);
    return HS_OK;
}

/* x = s (A + low) with A the key's part of the significand and s the float's last place: sums of A, A^2 and A low are
 * integers over an octave. */
void hs_hist_sums(const struct hs_hist *h, double *sum, double *magnitude, double *square)
{
    struct hs_wide side[2] = {0}, squares = h->squares;
    for (uint32_t o = 0; o < HS_OCTAVES; o++) {
        hs_u128 first = 0, second = 0;
        uint32_t field = o & 255;
        if (!h->octave[o]) continue;
        for (uint32_t k = 0; k < HS_OCTAVE; k++) {
            uint64_t a = (field ? 1u << 23 : 0) + (k << HS_LOW), n = h->octave[o]->count[k], low = h->octave[o]->low[k];
            if (!n) continue;
            first += (hs_u128)a * n + low;
            second += (hs_u128)(a * a) * n + (hs_u128)(2 * a) * low;
        }
        int place = (int)(field ? field : 1) - 150;
        hs_wide_add_scaled(&side[o >> 8], first, place);
        hs_wide_add_scaled(&squares, second, 2 * place);
    }
    *square = hs_wide_round(&squares);
    struct hs_wide difference = side[0];
    hs_wide_minus(&difference, &side[1]);
    *sum = hs_wide_round(&difference);
    hs_wide_plus(&side[0], &side[1]);
    *magnitude = hs_wide_round(&side[0]);
}

size_t hs_hist_memory(const struct hs_hist *h)
{
    size_t octaves = 0;
    for (int o = 0; o < HS_OCTAVES; o++) octaves += h->octave[o] != NULL;
    return sizeof *h + octaves * (sizeof(struct hs_octave) + 2 * HS_OCTAVE * sizeof **h->fast);
}
