/* apply.c - quantize and dequantize at once. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "format/walk.h"

struct io {
    const float *x;
    float *y;
};

static void visit(void *ctx, const struct hs_rule *r, size_t at, size_t n, uint64_t index)
{
    const struct io *io = ctx;
    int32_t q;
    for (size_t i = at; i < at + n; i++)
        io->y[i] = (float)(r->scale * hs_round_slow(hs_scaled(io->x[i], r), r, index + (i - at), &q));
}

void hs_grid_apply(const struct hs_grid *g, const float *x, float *y, size_t n, size_t first)
{
    struct io io = {x, y};
    hs_grid_walk(g, x, n, first, visit, &io);
}

static void visit_error(void *ctx, const struct hs_rule *r, size_t at, size_t n, uint64_t index)
{
    const struct io *io = ctx;
    double *sum = (double *)io->y;
    int32_t q;
    for (size_t i = at; i < at + n; i++) {
        float y = (float)(r->scale * hs_round_slow(hs_scaled(io->x[i], r), r, index + (i - at), &q)), d = io->x[i] - y;
        *sum += (double)d * d;
    }
}

double hs_grid_apply_loss(const struct hs_grid *g, const float *x, float *y, size_t n, size_t first)
{
    double sum = 0;
    struct io io = {x, (float *)(void *)&sum};
    hs_grid_walk(g, x, n, first, visit_error, &io);
    if (y) hs_grid_apply(g, x, y, n, first);
    return sum;
}
