/* lp.c - least mean |error|^p: small p forgives outliers, large p chases them. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "calib/curve.h"
#include "calib/elementary.h"
#include "calib/points.h"

#include <math.h>

enum { P, STEPS };
static const struct hs_knob knobs[] = {
    [P] = {.name = "p",
           .value = 2.4,
           .min = 0.1,
           .max = 100,
           .meaning = "the norm (LAPQ: 2 to 4; llm-compressor: 2.4; 1: the mean magnitude)"},
    [STEPS] = {.name = "steps",
               .value = 16,
               .min = 1,
               .max = 1024,
               .meaning = "candidates an octave of the coarse scan; each best one is then "
                          "refined by golden section"},
    {0}};

struct job {
    const struct hs_points *points;
    const struct hs_curve *curve;
    const struct hs_facts *facts;
    const struct hs_target *target;
    double p;
    long tried;
};

#ifdef HS_X86_KERNELS
#define CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define CLONES
#endif

enum { LANES = 8, RUN = 512 };

/* Errors of integer grids; n a multiple of LANES. */
CLONES static void round_off(const struct hs_curve *c, struct hs_point g, const double *x,
                             size_t n, double *error)
{
    const double bottom = c->qmin, top = c->qmax, scale = g.scale, zero = g.zero;
    for (size_t i = 0; i < n; i++) {
        double q = x[i] / scale + zero;
        q = q < bottom ? bottom : q > top ? top : q;
        q = (q + 0x1.8p52) - 0x1.8p52;
        error[i] = x[i] - scale * (q - zero);
    }
}

/* Of any list of levels: the first one whose upper neighbour is farther away. */
static void round_to_levels(const struct hs_curve *c, double scale, const double *x, size_t n,
                            double *error)
{
    for (size_t i = 0; i < n; i++) {
        size_t lo = 0, hi = c->n - 1;
        double v = x[i] / scale;
        while (lo < hi) {
            size_t m = (lo + hi) / 2;
            if (v > 0.5 * (c->level[m] + c->level[m + 1]))
                lo = m + 1;
            else
                hi = m;
        }
        error[i] = x[i] - scale * c->level[lo];
    }
}

/* sum w |e / unit|^p in fixed order; n a multiple of LANES. Below 1e-30 of the unit nothing
 * counts. */
CLONES static double powers(const double *error, const double *weight, size_t n, double unit,
                            double p)
{
    double lane[LANES] = {0}, sum = 0;
    for (size_t i = 0; i < n; i += LANES)
        for (size_t j = 0; j < LANES; j++) {
            double a = error[i + j] / unit;
            a = a < 0 ? -a : a;
            double log = p * hs_logarithm(a > 1e-30 ? a : 1);
            log = log < -700 ? -700 : log > 700 ? 700 : log;
            double power = hs_exponential(log);
            lane[j] += a > 1e-30 ? weight[i + j] * power : 0;
        }
    for (int j = 0; j < LANES; j++) sum += lane[j];
    return sum;
}

/* The error of the grid that the range, shrunk by a factor, becomes; relative to the largest
 * value, against overflow. */
static double error(struct job *j, double factor)
{
    const struct hs_facts *f = j->facts;
    double amax = fmax(f->hi, -f->lo), off[RUN], sum = 0;
    struct hs_point g = hs_grid_point(j->target->format, j->target->symmetric,
                                      j->target->restricted, factor * f->lo, factor * f->hi);
    for (size_t i = 0; i < j->points->n; i += RUN) {
        size_t n = j->points->n - i < RUN ? j->points->n - i : RUN;
        if (j->curve->level)
            round_to_levels(j->curve, g.scale, j->points->x + i, n, off);
        else
            round_off(j->curve, g, j->points->x + i, n, off);
        sum += powers(off, j->points->weight + i, n, amax, j->p);
    }
    j->tried++;
    return sum;
}

static double golden(struct job *j, double a, double b, double *least)
{
    const double g = 0.6180339887498949;
    double x1 = b - g * (b - a), x2 = a + g * (b - a), f1 = error(j, x1), f2 = error(j, x2);
    for (int i = 0; i < 24; i++) {
        if (f1 < f2) {
            b = x2, x2 = x1, f2 = f1;
            x1 = b - g * (b - a);
            f1 = error(j, x1);
        } else {
            a = x1, x1 = x2, f1 = f2;
            x2 = a + g * (b - a);
            f2 = error(j, x2);
        }
    }
    *least = fmin(f1, f2);
    return f1 < f2 ? x1 : x2;
}

/* From twice the range down, until the error is 16 times the least or three octaves brought
 * nothing: clipping rules. */
static double search(struct job *j, double steps)
{
    double best = 1, least = INFINITY, ratio = exp2(-1 / steps);
    for (double f = 2; f > 0x1p-24; f *= ratio) {
        double now = error(j, f);
        if (now < least)
            least = now, best = f;
        else if (now > 16 * least || 8 * f < best)
            break;
    }
    double refined, at = golden(j, best * ratio, best / ratio, &refined);
    return refined < least ? at : best;
}

static enum hs_status fit(const struct hs_summary *s, const struct hs_facts *f,
                          const struct hs_target *t, const double *knob, struct hs_fit *out,
                          bool *has_grid, struct hs_err *e)
{
    struct hs_curve c;
    struct hs_points p;
    HS_TRY(hs_curve_open(&c, s, f, t, e));
    if (hs_points_open(&p, s, f, e) != HS_OK) {
        hs_curve_close(&c);
        return e->status;
    }
    struct job j = {.points = &p, .curve = &c, .facts = f, .target = t, .p = knob[P]};
    double factor = search(&j, knob[STEPS]);
    hs_points_free(&p);
    hs_curve_close(&c);
    (void)has_grid;
    out->lo = factor * f->lo;
    out->hi = factor * f->hi;
    out->candidates = j.tried;
    return HS_OK;
}

const struct hs_calib_type hs_calib_lp = {
    .name = "lp",
    .summary = "the min-max range times the factor of least mean |error|^p",
    .cite = "Nahshan et al. 2021 (LAPQ), arXiv:1911.07190, section 3",
    .version = 1,
    .keeps = HS_KEEPS_SCALE | HS_KEEPS_ORDER | HS_KEEPS_SPLIT,
    .knob = knobs,
    .fit = fit,
};
