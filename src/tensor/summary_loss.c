/* summary_loss.c - the squared error of a grid on everything that was observed, without looking at it again. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tensor/summary_state.h"

#include <math.h>

/* sum (x - level)^2 of what lies between two points: Q - 2 l S + l^2 n, twofold because its terms cancel. */
static double cell(const struct hs_prefix *a, const struct hs_prefix *b, double level)
{
    double n = b->count - a->count;
    if (n == 0) return 0;
    struct hs_two q = hs_two_minus(b->square, a->square), s = hs_two_minus(b->sum, a->sum);
    struct hs_two square = hs_two_times(hs_two_product(level, level), n);
    double sum = hs_two_plus(hs_two_minus(q, hs_two_times(s, 2 * level)), square).hi;
    return sum > 0 ? sum : 0;
}

static double level_of_list(const void *ctx, size_t k) { return ((const double *)ctx)[k]; }

struct integers { double scale, first; };
static double level_of_grid(const void *ctx, size_t k)
{
    const struct integers *g = ctx;
    return g->scale * (g->first + (double)k);
}

static void total(const struct hs_summary *s, double (*level)(const void *, size_t), const void *ctx, size_t n,
                  struct hs_loss *loss)
{
    struct hs_prefix low, high, end, a, b;
    double bottom = level(ctx, 0), top = level(ctx, n - 1);
    hs_summary_prefix(s, bottom, false, &low);
    hs_summary_prefix(s, top, true, &high);
    hs_summary_prefix(s, INFINITY, true, &end);
    *loss = (struct hs_loss){.power = s->facts.sum_squares, .clipped = low.count + end.count - high.count};
    loss->clipping = cell(&(struct hs_prefix){0}, &low, bottom) + cell(&high, &end, top);
    a = low;
    for (size_t k = 0; k < n && a.count < high.count; k++) {
        double here = level(ctx, k);
        if (k + 1 < n)
            hs_summary_prefix(s, here + .5 * (level(ctx, k + 1) - here), false, &b);
        else
            b = high;
        loss->rounding += cell(&a, &b, here);
        a = b;
    }
    loss->squared = loss->clipping + loss->rounding;
}

void hs_summary_grid_loss(const struct hs_summary *s, double scale, double zero, int qmin, int qmax, struct hs_loss *loss)
{
    struct integers g = {scale, qmin - zero};
    total(s, level_of_grid, &g, (size_t)(qmax - qmin) + 1, loss);
}

void hs_summary_levels_loss(const struct hs_summary *s, const double *level, size_t n, struct hs_loss *loss)
{
    total(s, level_of_list, level, n, loss);
}
