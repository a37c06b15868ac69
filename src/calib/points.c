/* points.c - exact where there are few values, buckets by the float's bits beyond. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/points.h"

#include "base/mem.h"

#include <math.h>
#include <string.h>

enum { EXACT = 65536, MANTISSA = 11, OCTAVES = 24 };

/* Whole lanes, by zeros of no weight. */
static void fill(struct hs_points *p)
{
    for (; p->n % HS_POINTS_LANES; p->n++) p->x[p->n] = p->weight[p->n] = 0;
}

static enum hs_status room(struct hs_points *p, size_t n, struct hs_err *e)
{
    n += HS_POINTS_LANES;
    if (!(p->x = hs_alloc(2 * n, sizeof *p->x))) return HS_OUT_OF_MEMORY(e);
    p->weight = p->x + n;
    p->n = 0;
    return HS_OK;
}

void hs_points_free(struct hs_points *p)
{
    hs_free(p->x);
    *p = (struct hs_points){0};
}

static void add(struct hs_points *p, struct hs_mass from, struct hs_mass to)
{
    if (to.count - from.count <= 0) return;
    p->x[p->n] = (to.sum - from.sum) / (to.count - from.count);
    p->weight[p->n++] = to.count - from.count;
}

/* The edge that lies k buckets below `top` going towards 0. */
static double edge(double top, size_t k)
{
    float f = (float)top;
    uint32_t u;
    memcpy(&u, &f, sizeof u);
    uint32_t step = UINT32_C(1) << (23 - MANTISSA), down = (uint32_t)k * step;
    u = (u & ~(step - 1)) + step;
    u = u > down ? u - down : 0;
    memcpy(&f, &u, sizeof f);
    return f;
}

static void buckets(struct hs_points *p, const struct hs_summary *s, const struct hs_facts *f)
{
    size_t n = (size_t)OCTAVES << MANTISSA;
    struct hs_mass before = {0}, all = {(double)f->count, f->sum, f->sum_squares};
    for (size_t k = 1; f->lo < 0 && k <= n; k++) {
        struct hs_mass now = hs_summary_below(s, -edge(-f->lo, k));
        add(p, before, now);
        before = now;
    }
    if (f->hi > 0) {
        for (size_t k = n; k > 0; k--) {
            struct hs_mass now = hs_summary_below(s, edge(f->hi, k));
            add(p, before, now);
            before = now;
        }
    }
    add(p, before, all);
}

enum hs_status hs_points_open(struct hs_points *p, const struct hs_summary *s,
                              const struct hs_facts *f, struct hs_err *e)
{
    size_t n = 0;
    const uint64_t *count = NULL;
    const float *value = hs_summary_values(s, &n, &count);
    if (!value || n > EXACT) {
        HS_TRY(room(p, ((size_t)OCTAVES << (MANTISSA + 1)) + 2, e));
        buckets(p, s, f);
        fill(p);
        return HS_OK;
    }
    HS_TRY(room(p, n, e));
    for (size_t i = 0; i < n; i++) {
        p->x[i] = value[i];
        p->weight[i] = count ? (double)count[i] : 1;
    }
    p->n = n;
    fill(p);
    return HS_OK;
}
