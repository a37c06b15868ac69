/* summary_hist.c - filling the histogram, exactly, and adding two of them. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tensor/summary_hist.h"

#include "base/mem.h"
#include "tensor/summary_count.h"

#include <math.h>
#include <string.h>

enum { SAMPLE = 512, MANY_REPEATS = 32, KEYS = HS_OCTAVES * HS_OCTAVE };

struct hs_hist *hs_hist_open(void)
{
    struct hs_hist *h = hs_alloc_zeroed(1, sizeof *h);
    if (!h) return NULL;
    for (int i = 0; i < 2; i++) h->wide[i] = hs_alloc(KEYS, sizeof **h->wide); /* pages come when an octave is met */
    h->narrow = hs_alloc(KEYS, sizeof *h->narrow);
    if (h->wide[0] && h->wide[1] && h->narrow) return h;
    hs_hist_close(h);
    return NULL;
}

void hs_hist_close(struct hs_hist *h)
{
    if (!h) return;
    for (int o = 0; o < HS_OCTAVES; o++) hs_free(h->octave[o]);
    hs_free(h->wide[0]), hs_free(h->wide[1]), hs_free(h->narrow);
    hs_free(h);
}

static enum hs_status meet(struct hs_hist *h, uint32_t octave, struct hs_err *e)
{
    if (h->octave[octave]) return HS_OK;
    if (!(h->octave[octave] = hs_alloc_zeroed(1, sizeof **h->octave))) return HS_OUT_OF_MEMORY(e);
    hs_count_clear(h, octave);
    return HS_OK;
}

/* What the low bits add, squared, is an integer below 2^24 in units of the float's last place squared. */
static void add_square(struct hs_hist *h, uint32_t bits, uint64_t count)
{
    uint64_t low = bits & 0xfff;
    int e = (int)(bits >> 23 & 0xff);
    hs_wide_add_scaled(&h->squares, (hs_u128)(low * low) * count, 2 * ((e ? e : 1) - 150));
}

/* The kernel takes some octaves below the largest magnitude at once; what lies deeper goes one by one, and so does a block
 * whose squares float32 might not hold. */
static void block_squares(struct hs_hist *h, const struct hs_summary_kernels *k, const float *x, size_t n, float top,
                          uint32_t smallest)
{
    struct hs_squares s = {.deep = INFINITY};
    uint32_t deepest;
    uint16_t at[HS_BLOCK];
    if (top >= 0x1p-30f && top < 0x1p60f) k->squares(x, n, ilogbf(top), &s);
    for (int i = 0; i < 2; i++)
        if (s.sum[i]) hs_wide_add_scaled(&h->squares, s.sum[i], s.exponent[i]);
    memcpy(&deepest, &s.deep, sizeof deepest);
    if (smallest >= deepest) return;
    size_t m = k->below(x, n, s.deep, at);
    for (size_t i = 0; i < m; i++) {
        uint32_t u;
        memcpy(&u, &x[at[i]], sizeof u);
        if (u & 0xfff) add_square(h, u, 1);
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
    union { uint32_t u; float f; } top;
    top.u = b->high >> 31 ? b->high & 0x7fffffffu : 0;
    if (b->top > 0 && (uint32_t)b->top > top.u) top.u = (uint32_t)b->top;
    if ((b->any & 0xfff) && b->smallest != 0xffffffffu) block_squares(h, k, x, n, top.f, b->smallest + 1);
    HS_TRY(meet_all(h, b, b->smallest, top.u, e));
    h->any |= b->any;
    hs_count_add(h, u, n, n > SAMPLE && k->repeats(u, SAMPLE) > MANY_REPEATS);
    if (b->smallest != 0xffffffffu && (b->smallest + 1) >> HS_LOW == 0) count_tiny(h, u, n);
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

enum hs_status hs_hist_put(struct hs_hist *h, uint32_t key, uint64_t count, uint64_t low, struct hs_err *e)
{
    HS_TRY(meet(h, key >> 11, e));
    h->octave[key >> 11]->count[key & 2047] += count;
    h->octave[key >> 11]->low[key & 2047] += low;
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
        hs_count_pour(from, o, to);
    }
    h->any |= from->any;
    h->tiny[0] += from->tiny[0], h->tiny[1] += from->tiny[1];
    hs_wide_plus(&h->squares, &from->squares);
    return HS_OK;
}

/* x = s (A + 4096 k + low) in bucket k of an octave, A = 2^23 or 0, s the float's last place: all sums over the octave are
 * integers, and fit 64 bits up to 2^40 values. */
static void octave_sums(const struct hs_octave *o, uint64_t a, hs_u128 *first, hs_u128 *second)
{
    uint64_t n = 0, low = 0, kn = 0, kkn = 0, klow = 0;
    for (uint64_t k = 0; k < HS_OCTAVE; k++) {
        n += o->count[k], kn += k * o->count[k], kkn += k * k * o->count[k];
        low += o->low[k], klow += k * o->low[k];
    }
    *first = (hs_u128)a * n + ((hs_u128)kn << HS_LOW) + low;
    *second = (hs_u128)(a * a) * n + ((hs_u128)(2 * a) * kn << HS_LOW) + ((hs_u128)kkn << 2 * HS_LOW) +
              (hs_u128)(2 * a) * low + ((hs_u128)klow << (HS_LOW + 1));
}

void hs_hist_sums(const struct hs_hist *h, double *sum, double *magnitude, double *square)
{
    struct hs_wide side[2] = {{{0}}, {{0}}}, squares = h->squares;
    for (uint32_t o = 0; o < HS_OCTAVES; o++) {
        hs_u128 first, second;
        uint32_t field = o & 255;
        if (!h->octave[o]) continue;
        octave_sums(h->octave[o], field ? 1u << 23 : 0, &first, &second);
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
    return sizeof *h + octaves * (sizeof(struct hs_octave) +
                                HS_OCTAVE * ((size_t)h->tables * sizeof **h->wide + sizeof *h->narrow));
}
