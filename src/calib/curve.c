/* curve.c - every strategy that looks at errors, and every report of one, asks here. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/curve.h"

#include "base/mem.h"
#include "calib/direct.h"

#include <math.h>
#include <string.h>

/* Positive values of a floating format: subnormals m 2^(e0 - M), then 2^M mantissas an
 * exponent, up to max. */
static size_t positive(const struct hs_format *f, double *out)
{
    size_t n = 0, mantissas = (size_t)1 << f->mantissa_bits;
    double ulp = ldexp(1, f->min_exponent - f->mantissa_bits);
    for (size_t m = 1; m < mantissas && m * ulp <= f->max; m++, n++)
        if (out) out[n] = m * ulp;
    for (int e = f->min_exponent; ldexp(1, e) <= f->max; e++)
        for (size_t m = mantissas; m < 2 * mantissas; m++) {
            double v = ldexp((double)m, e - f->mantissa_bits);
            if (v > f->max) break;
            if (out) out[n] = v;
            n++;
        }
    return n;
}

static enum hs_status floating(const struct hs_format *f, double **level, size_t *n,
                               struct hs_err *e)
{
    size_t p = positive(f, NULL);
    *n = 2 * p + 1;
    if (!(*level = hs_alloc(*n, sizeof **level))) return HS_OUT_OF_MEMORY(e);
    positive(f, *level + p + 1);
    (*level)[p] = 0;
    for (size_t i = 0; i < p; i++) (*level)[i] = -(*level)[2 * p - i];
    return HS_OK;
}

enum hs_status hs_curve_levels(const struct hs_format *f, double **level, size_t *n,
                               struct hs_err *e)
{
    if (f->kind == HS_FLOATING) return floating(f, level, n, e);
    *n = f->kind == HS_CODEBOOK ? f->values : (size_t)(f->code_max - f->code_min + 1);
    if (!(*level = hs_alloc(*n, sizeof **level))) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < *n; i++)
        (*level)[i] = f->kind == HS_CODEBOOK ? (double)f->value[i] : f->code_min + (double)i;
    return HS_OK;
}

/* One look at a value costs about 1/48 of one look-up of a level; measured with 256 levels. */
static enum hs_status few(struct hs_curve *c, struct hs_err *e)
{
    size_t n;
    const uint64_t *count;
    const float *value = hs_summary_values(c->summary, &n, &count);
    if (!value || count || n > 48 * c->n || n > 16384) return HS_OK;
    c->values = (n + HS_DIRECT_LANES - 1) / HS_DIRECT_LANES * HS_DIRECT_LANES;
    if (!(c->x = hs_alloc_zeroed(c->values, sizeof *c->x))) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < n; i++) c->x[i] = value[i];
    return HS_OK;
}

enum hs_status hs_curve_open(struct hs_curve *c, const struct hs_summary *s,
                             const struct hs_facts *facts, const struct hs_target *t,
                             struct hs_err *e)
{
    *c = (struct hs_curve){.summary = s,
                           .format = t->format,
                           .power = facts->sum_squares,
                           .lo = facts->lo,
                           .hi = facts->hi,
                           .exact = facts->exact,
                           .count = (double)facts->count};
    if (t->format->kind == HS_INTEGER) {
        c->affine = !t->symmetric;
        hs_grid_codes(t->format, t->restricted, &c->qmin, &c->qmax);
        c->n = (size_t)(c->qmax - c->qmin + 1);
        return few(c, e);
    }
    HS_TRY(hs_curve_levels(t->format, &c->level, &c->n, e));
    if (!(c->scaled = hs_alloc(c->n, sizeof *c->scaled))) {
        hs_curve_close(c);
        return HS_OUT_OF_MEMORY(e);
    }
    return HS_OK;
}

void hs_curve_close(struct hs_curve *c)
{
    hs_free(c->level);
    hs_free(c->scaled);
    hs_free(c->x);
    c->level = c->scaled = c->x = NULL;
}

static double level_at(const struct hs_curve *c, double scale, double zero, size_t i)
{
    return c->level ? scale * c->level[i] : scale * (c->qmin - zero + (double)i);
}

/* Of what lies between two points, on one level. */
static double cell(struct hs_mass a, struct hs_mass b, double level)
{
    double e =
        b.squares - a.squares - level * (2 * (b.sum - a.sum) - level * (b.count - a.count));
    return e > 0 ? e : 0;
}

/* Of a histogram the masses are known to 1e-16 of the whole, which is far finer than the
 * histogram itself: differences of plain doubles will do, and take a fifth of the time. */
enum { EDGES = 64 };
static void buckets_at(const struct hs_curve *c, double scale, double zero,
                       struct hs_loss *loss)
{
    double bottom = level_at(c, scale, zero, 0), top = level_at(c, scale, zero, c->n - 1);
    struct hs_mass none = {0}, all = hs_summary_below(c->summary, INFINITY);
    struct hs_mass low = c->lo < bottom ? hs_summary_below(c->summary, bottom) : none;
    struct hs_mass high = c->hi > top ? hs_summary_below(c->summary, top) : all, a = low;
    loss->clipping = cell(none, low, bottom) + cell(high, all, top);
    for (size_t i = 0; i < c->n;) { /* many edges at once: their look-ups do not wait for each other */
        double end[EDGES], here[EDGES];
        struct hs_mass mass[EDGES];
        size_t m = 0;
        bool last = false;
        for (; i < c->n && m < EDGES && !last; i++) {
            double next = i + 1 < c->n ? level_at(c, scale, zero, i + 1) : INFINITY;
            here[m] = level_at(c, scale, zero, i);
            end[m] = 0.5 * (here[m] + next);
            last = end[m] >= c->hi || i + 1 == c->n;
            m += end[m] > c->lo;
        }
        hs_summary_below_all(c->summary, end, m, mass);
        if (last && m) mass[m - 1] = high;
        for (size_t k = 0; k < m; k++)
            if (mass[k].count > a.count) loss->rounding += cell(a, mass[k], here[k]), a = mass[k];
        if (last) break;
    }
}

void hs_curve_at(const struct hs_curve *c, double scale, double zero, struct hs_loss *loss)
{
    if (c->x) {
        *loss = (struct hs_loss){.power = c->power};
        hs_direct_loss(c->x, c->values, scale, zero, c->qmin, c->qmax, &loss->clipping,
                       &loss->rounding);
        loss->squared = loss->clipping + loss->rounding;
        return;
    }
    if (!c->exact) {
        *loss = (struct hs_loss){.power = c->power};
        buckets_at(c, scale, zero, loss);
        loss->squared = loss->clipping + loss->rounding;
        return;
    }
    if (!c->level) {
        hs_summary_grid_loss(c->summary, scale, zero, c->qmin, c->qmax, loss);
        return;
    }
    for (size_t i = 0; i < c->n; i++) c->scaled[i] = c->level[i] * scale;
    hs_summary_levels_loss(c->summary, c->scaled, c->n, loss);
}

double hs_curve_top(const struct hs_curve *c)
{
    return c->level ? fmax(c->level[c->n - 1], -c->level[0]) : c->qmax;
}
