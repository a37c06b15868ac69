/* search.c - branch and bound: exact, although there are thousands of local minima. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/search.h"

#include "base/mem.h"

#include <float.h>
#include <math.h>

struct hs_search hs_search_defaults(const struct hs_curve *c, bool exact, double tolerance,
                                    double budget)
{
    double most = budget > 0 ? budget : fmax(0x1p24 / (double)c->n, 64);
    return (struct hs_search){.tolerance = exact ? tolerance : fmax(tolerance, 1e-4),
                              .budget = (long)most,
                              .clipping = 1};
}

struct span {
    double zero, s1, e1, s2, e2; /* the errors at both ends */
    double at, bound;            /* where the bound is lowest, and how low */
};

struct state {
    const struct hs_curve *curve;
    struct hs_found *best;
    struct span *heap; /* least bound first */
    size_t n, room;
    double gap; /* absolute: differences below it do not count */
    double clipping;
};

static struct hs_loss evaluate(struct state *b, double scale, double zero)
{
    struct hs_loss loss;
    hs_curve_at(b->curve, scale, zero, &loss);
    loss.clipping *= b->clipping;
    loss.squared = loss.clipping + loss.rounding;
    b->best->candidates++;
    if (loss.squared < b->best->error) {
        b->best->error = loss.squared;
        b->best->scale = scale;
        b->best->zero = zero;
    }
    return loss;
}

/* The least value of chord - C (S - S1)(S2 - S). */
static void bound_span(const struct state *b, struct span *p)
{
    double r = (sqrt(b->curve->power) + sqrt(fmax(p->e1, 0))) / p->s1,
           curvature = b->clipping * r * r;
    double w = p->s2 - p->s1;
    double slope = (p->e2 - p->e1) / w, t = 0.5 * (w - slope / curvature);
    t = fmin(fmax(t, 0), w);
    p->bound = p->e1 + slope * t - curvature * t * (w - t);
    p->at = p->s1 + fmin(fmax(t, 0.1 * w), 0.9 * w);
}

static void sink(struct span *h, size_t n, size_t i)
{
    for (size_t k; (k = 2 * i + 1) < n; i = k) {
        if (k + 1 < n && h[k + 1].bound < h[k].bound) k++;
        if (h[i].bound <= h[k].bound) return;
        struct span s = h[i];
        h[i] = h[k];
        h[k] = s;
    }
}

static enum hs_status push(struct state *b, double zero, double s1, double e1, double s2,
                           double e2, struct hs_err *e)
{
    struct span p = {.zero = zero, .s1 = s1, .e1 = e1, .s2 = s2, .e2 = e2};
    bound_span(b, &p);
    if (p.bound >= b->best->error - b->gap) return HS_OK;
    if (b->n == b->room) {
        size_t room = b->room ? 2 * b->room : 256;
        struct span *more = hs_realloc(b->heap, room, sizeof *more);
        if (!more) return HS_OUT_OF_MEMORY(e);
        b->heap = more;
        b->room = room;
    }
    size_t i = b->n++;
    for (; i && b->heap[(i - 1) / 2].bound > p.bound; i = (i - 1) / 2)
        b->heap[i] = b->heap[(i - 1) / 2];
    b->heap[i] = p;
    return HS_OK;
}

/* Above this scale the grid is never better than one of a smaller scale. Integer codes and
 * minifloats: half the scale has all the levels in use as long as none is in the outer half of
 * the codes. A codebook: all values become 0. */
static double widest(const struct hs_curve *c, double zero)
{
    double amax = fmax(c->hi, -c->lo);
    if (c->level) {
        if (c->format->kind == HS_FLOATING) return 2 * amax / c->format->max;
        double near = INFINITY;
        for (size_t i = 0; i < c->n; i++)
            if (c->level[i] != 0) near = fmin(near, fabs(c->level[i]));
        return 2 * amax / near;
    }
    double up = c->qmax - zero, down = zero - c->qmin, s = 0;
    if (up > 0) s = fmax(s, c->hi / (floor(up / 2) + 0.5));
    if (down > 0) s = fmax(s, -c->lo / (floor(down / 2) + 0.5));
    return s;
}

/* From the widest scale down until clipping alone costs more than the best error. */
static enum hs_status scan(struct state *b, double zero, struct hs_err *e)
{
    const double step = exp2(-1.0 / 8);
    double s2 = fmax(widest(b->curve, zero), FLT_MIN), e2 = evaluate(b, s2, zero).squared;
    while (s2 > FLT_MIN) {
        double s1 = fmax(s2 * step, FLT_MIN);
        struct hs_loss loss = evaluate(b, s1, zero);
        HS_TRY(push(b, zero, s1, loss.squared, s2, e2, e));
        if (loss.clipping >= b->best->error) break;
        s2 = s1;
        e2 = loss.squared;
    }
    return HS_OK;
}

static enum hs_status refine(struct state *b, const struct hs_search *how, struct hs_err *e)
{
    while (b->n && b->best->candidates < how->budget) {
        struct span p = b->heap[0];
        b->heap[0] = b->heap[--b->n];
        sink(b->heap, b->n, 0);
        b->gap = fmax(how->tolerance * b->best->error, 0x1p-48 * b->curve->power);
        if (p.bound >= b->best->error - b->gap) {
            b->n = 0; /* the least bound of all: nothing is left */
            break;
        }
        if (p.at <= p.s1 || p.at >= p.s2) continue; /* no number between them */
        double at = evaluate(b, p.at, p.zero).squared;
        HS_TRY(push(b, p.zero, p.s1, p.e1, p.at, at, e));
        HS_TRY(push(b, p.zero, p.at, at, p.s2, p.e2, e));
    }
    return HS_OK;
}

/* On a histogram the error is smooth: from within its tolerance the vertex of a parabola, four
 * times closer each time. */
static void polish(struct state *b)
{
    struct hs_found *f = b->best;
    for (double h = 4e-3; h > 1e-5; h /= 4) {
        double s = f->scale, zero = f->zero, e0 = f->error;
        double up = evaluate(b, s * (1 + h), zero).squared - e0,
               down = evaluate(b, s * (1 - h), zero).squared - e0;
        if (up + down > 0) evaluate(b, s * (1 + 0.5 * h * (down - up) / (up + down)), zero);
    }
}

/* The best float32 near the best double: at many bits one unit in the last place of S shows. */
static void settle(struct state *b)
{
    struct hs_found *f = b->best;
    float s = fmaxf((float)f->scale, FLT_MIN), up = nextafterf(s, FLT_MAX),
          down = fmaxf(nextafterf(s, 0), FLT_MIN);
    double zero = f->zero;
    f->error = INFINITY;
    evaluate(b, s, zero);
    evaluate(b, up, zero);
    evaluate(b, down, zero);
}

enum hs_status hs_search_scale(const struct hs_curve *c, const struct hs_search *how,
                               struct hs_found *found, struct hs_err *e)
{
    *found = (struct hs_found){.error = INFINITY};
    struct state b = {.curve = c, .best = found, .clipping = how->clipping};
    enum hs_status st = HS_OK;
    int lo = c->affine ? c->qmin : 0, hi = c->affine ? c->qmax : 0;
    /* The zero-point of the full range first: a good error early prunes all others. */
    double span = fmax(c->hi, 0) - fmin(c->lo, 0);
    double guess =
        c->affine && span > 0 ? rint(c->qmin - fmin(c->lo, 0) / span * (c->qmax - c->qmin)) : 0;
    st = scan(&b, guess, e);
    for (int z = lo; z <= hi && st == HS_OK; z++)
        if (z != guess) st = scan(&b, z, e);
    if (st == HS_OK) st = refine(&b, how, e);
    found->bound =
        b.n ? fmin(b.heap[0].bound, found->error) : found->error - fmin(b.gap, found->error);
    if (st == HS_OK && !c->exact && found->scale > FLT_MIN * 2) polish(&b);
    settle(&b);
    hs_free(b.heap);
    return st;
}
