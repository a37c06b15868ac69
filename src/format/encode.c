/* encode.c - codes, what they cost, and what a compressor could make of them. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/mem.h"
#include "format/parts.h"
#include "format/walk.h"

struct io {
    const float *x;
    float *y;
    int32_t *code;
    uint64_t *count;
};

static void encode(void *ctx, const struct hs_rule *r, size_t at, size_t n, uint64_t index)
{
    const struct io *io = ctx;
    for (size_t i = at; i < at + n; i++) hs_round_slow(hs_scaled(io->x[i], r), r, index + (i - at), &io->code[i]);
}

void hs_grid_encode(const struct hs_grid *g, const float *x, int32_t *code, size_t n, size_t first)
{
    struct io io = {.x = x, .code = code};
    hs_grid_walk(g, x, n, first, encode, &io);
}

static void decode(void *ctx, const struct hs_rule *r, size_t at, size_t n, uint64_t index)
{
    const struct io *io = ctx;
    (void)index;
    for (size_t i = at; i < at + n; i++)
        io->y[i] = (float)(r->scale * (hs_format_value(r->format, io->code[i]) - r->zero));
}

void hs_grid_decode(const struct hs_grid *g, const int32_t *code, float *y, size_t n, size_t first)
{
    struct io io = {.y = y, .code = (int32_t *)code};
    hs_grid_walk(g, NULL, n, first, decode, &io);
}

static void count(void *ctx, const struct hs_rule *r, size_t at, size_t n, uint64_t index)
{
    const struct io *io = ctx;
    int32_t q;
    for (size_t i = at; i < at + n; i++) {
        hs_round_slow(hs_scaled(io->x[i], r), r, index + (i - at), &q);
        io->count[q & 0xffff]++;
    }
}

enum hs_status hs_grid_entropy(const struct hs_grid *g, const float *x, size_t n, size_t first, double *bits,
                               struct hs_err *e)
{
    struct io io = {.x = x, .count = hs_alloc_zeroed(0x10000, sizeof *io.count)};
    if (!io.count) return HS_OUT_OF_MEMORY(e);
    hs_grid_walk(g, x, n, first, count, &io);
    *bits = 0;
    for (size_t i = 0; i < 0x10000; i++)
        if (io.count[i]) *bits -= (double)io.count[i] / (double)n * log2((double)io.count[i] / (double)n);
    *bits += 0; /* -0 where there is one code */
    hs_free(io.count);
    return HS_OK;
}

static double metadata(const struct hs_grid *g, size_t n)
{
    const struct hs_format *f = g->format;
    size_t total = hs_parts_total(&g->parts), each = hs_parts_count(&g->parts);
    double parts = g->dynamic && total && g->parts.granularity != HS_PER_CHANNEL
                       ? (double)each * ((double)n / (double)total) : (double)each;
    double scale = f->cast ? 0 : f->scale_kind == HS_SCALE_FLOAT32 ? 32 : 8, zero = 0;
    if (f->kind == HS_INTEGER && !f->block && (g->zero || (g->dynamic && !g->symmetric))) zero = f->bits;
    for (size_t i = 0; g->zero && i < g->n && zero; i++)
        if (g->zero[i] != rintf(g->zero[i])) zero = 32;
    return parts * (scale + zero) + (f->scale_kind == HS_SCALE_E4M3 ? 32 : 0);
}

double hs_grid_bits(const struct hs_grid *g, size_t n) { return g->format->bits + (n ? metadata(g, n) / (double)n : 0); }

size_t hs_grid_packed(const struct hs_grid *g, size_t n)
{
    return hs_format_packed(g->format, n) + (size_t)((metadata(g, n) + 7) / 8);
}
