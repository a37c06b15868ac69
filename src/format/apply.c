/* apply.c - quantize and dequantize at once, and the error of it. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "format/many.h"
#include "format/parts.h"
#include "format/walk.h"

#include <string.h>

struct io {
    const struct hs_grid_kernels *kernels;
    const float *x;
    float *y;      /* or NULL */
    double *error; /* or NULL */
};

static void one_by_one(const struct io *io, const struct hs_rule *r, size_t at, size_t n, uint64_t index)
{
    double sum = 0;
    int32_t q;
    for (size_t i = at; i < at + n; i++) {
        float v = (float)(r->scale * hs_round_slow(hs_scaled(io->x[i], r), r, index + (i - at), &q)), d = io->x[i] - v;
        if (io->y) io->y[i] = v;
        sum += (double)d * d;
    }
    if (io->error) *io->error += sum;
}

static void visit(void *ctx, const struct hs_rule *r, size_t at, size_t n, uint64_t index)
{
    const struct io *io = ctx;
    if (hs_rule_is_slow(r))
        one_by_one(io, r, at, n, index);
    else
        io->kernels->run(r, NULL, io->x + at, io->y ? io->y + at : NULL, n, io->error);
}

/* Channels of a few neighbouring values each: those of one channel are brought together, so that the loops are long. */
static void gathered(const struct hs_grid *g, const struct io *io, size_t n)
{
    const struct hs_parts *p = &g->parts;
    size_t period = p->channels * p->inner, most = HS_CHUNK / p->inner;
    float buffer[HS_CHUNK];
    struct hs_rule r;
    hs_rule_begin(&r, g);
    for (size_t c = 0; c < p->channels; c++) {
        hs_rule_part(&r, g, c);
        for (size_t at = c * p->inner; at < n; at += most * period) {
            size_t m = 0;
            for (size_t i = at; m < most && i < n; m++, i += period)
                for (size_t j = 0; j < p->inner; j++) buffer[m * p->inner + j] = io->x[i + j];
            io->kernels->run(&r, NULL, buffer, io->y ? buffer : NULL, m * p->inner, io->error);
            if (!io->y) continue;
            for (size_t k = 0, i = at; k < m; k++, i += period)
                for (size_t j = 0; j < p->inner; j++) io->y[i + j] = buffer[k * p->inner + j];
        }
    }
}

static bool all_fast(const struct hs_grid *g)
{
    struct hs_rule r;
    hs_rule_begin(&r, g);
    for (size_t i = 0; i < g->n; i++) {
        hs_rule_part(&r, g, i);
        if (hs_rule_is_slow(&r)) return false;
    }
    return true;
}

static void go(const struct hs_grid *g, const struct io *io, size_t n, size_t first)
{
    size_t period = hs_parts_total(&g->parts);
    if (hs_many_fits(g)) {
        hs_many_run(g, io->kernels, io->x, io->y, n, first, io->error);
    } else if (!g->dynamic && g->parts.granularity == HS_PER_CHANNEL && g->parts.inner < 64 && period && n % period == 0 &&
               all_fast(g)) {
        gathered(g, io, n);
    } else {
        hs_grid_walk(g, io->x, n, first, visit, (void *)io);
    }
}

void hs_grid_apply(const struct hs_grid *g, const float *x, float *y, size_t n, size_t first)
{
    struct io io = {.kernels = hs_grid_kernels(hs_isa()), .x = x, .y = y};
    go(g, &io, n, first);
}

/* float32 squares neither under- nor overflow while the mean one is between these. */
static bool trusted(double sum, size_t n) { return sum > 0x1p-80 * (double)n && sum < 0x1p100; }

double hs_grid_apply_loss(const struct hs_grid *g, const float *x, float *y, size_t n, size_t first)
{
    double sum = 0;
    struct io io = {.kernels = hs_grid_kernels(hs_isa()), .x = x, .error = &sum};
    if (x != y) io.y = y;
    go(g, &io, n, first);
    if (!trusted(sum, n)) sum = hs_grid_loss(g, x, n, first).squared;
    if (y && y == x) hs_grid_apply(g, x, y, n, first);
    return sum;
}
