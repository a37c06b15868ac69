/* loss.c - the error of a grid on values, in double, taken apart into clipping and rounding. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "format/kernel.h"
#include "format/walk.h"

struct state {
    const struct hs_grid_kernels *kernels;
    const float *x;
    struct hs_loss loss;
};

static void visit(void *ctx, const struct hs_rule *r, size_t at, size_t n, uint64_t index)
{
    struct state *s = ctx;
    if (!hs_rule_is_slow(r)) {
        s->kernels->loss(r, s->x + at, n, &s->loss);
        return;
    }
    double lo = r->scale * (r->how == HS_HOW_REAL ? r->qmin - (double)r->zero : (double)r->lo);
    double hi = r->scale * (r->how == HS_HOW_REAL ? r->qmax - (double)r->zero : (double)r->hi);
    int32_t q;
    for (size_t i = at; i < at + n; i++) {
        double x = s->x[i], d = x - r->scale * hs_round_slow(hs_scaled(s->x[i], r), r, index + (i - at), &q);
        bool clipped = x < lo || x > hi;
        s->loss.power += x * x;
        *(clipped ? &s->loss.clipping : &s->loss.rounding) += d * d;
        s->loss.clipped += clipped;
        s->loss.largest = fmax(s->loss.largest, fabs(d));
    }
}

struct hs_loss hs_grid_loss(const struct hs_grid *g, const float *x, size_t n, size_t first)
{
    struct state s = {.kernels = hs_grid_kernels(hs_isa()), .x = x};
    hs_grid_walk(g, x, n, first, visit, &s);
    s.loss.squared = s.loss.clipping + s.loss.rounding;
    return s.loss;
}
