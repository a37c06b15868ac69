/* point.c - the scale and zero-point that a range becomes. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/mem.h"
#include "format/grid.h"
#include "format/value.h"

#include <float.h>
#include <math.h>

enum hs_status hs_grid_alloc(struct hs_grid *g, size_t n, bool with_zero, struct hs_err *e)
{
    g->n = n;
    g->scale = hs_alloc_zeroed(n, sizeof *g->scale);
    g->zero = with_zero ? hs_alloc_zeroed(n, sizeof *g->zero) : NULL;
    if (g->scale && (g->zero || !with_zero)) return HS_OK;
    hs_grid_free(g);
    return HS_OUT_OF_MEMORY(e);
}

void hs_grid_free(struct hs_grid *g)
{
    hs_free(g->scale);
    hs_free(g->zero);
    g->scale = g->zero = NULL;
    g->n = 0;
}

void hs_grid_codes(const struct hs_format *f, bool restricted, int *qmin, int *qmax)
{
    *qmin = f->code_min + (restricted && f->is_signed && f->kind == HS_INTEGER);
    *qmax = f->code_max;
}

/* float32, so that what is stored is what was computed with; never subnormal: x / S would lose its digits. */
static double storable(double s) { return fmin(fmax((double)(float)s, FLT_MIN), FLT_MAX); }

/* OCP MX 1.0, section 6.3: X = 2^(floor(log2 max|x|) - emax), emax the exponent of the largest element. */
static double power_of_two(const struct hs_format *f, double top)
{
    int e, emax;
    if (f->kind == HS_INTEGER)
        emax = f->bits - 2; /* 1 / 64 of the element is in the scale */
    else
        emax = ilogb(f->max);
    frexp(top, &e);
    return ldexp(1, e - 1 - emax);
}

double hs_grid_block_scale(const struct hs_format *f, double top, double tensor_scale)
{
    if (!(top > 0)) return 1;
    if (f->scale_kind == HS_SCALE_E8M0) return storable(power_of_two(f, top));
    if (f->scale_kind == HS_SCALE_E4M3) {
        double s = hs_value_nearest_even(fmin(top / f->max / tensor_scale, 448), 3, -6);
        return storable(fmax(s, 0x1p-9) * tensor_scale);
    }
    return storable(top / f->max);
}

struct hs_point hs_grid_point(const struct hs_format *f, bool symmetric, bool restricted, double lo, double hi)
{
    int qmin, qmax;
    double top = fmax(fabs(lo), fabs(hi));
    if (f->cast) return (struct hs_point){1, 0};
    if (f->kind != HS_INTEGER || f->block) return (struct hs_point){hs_grid_block_scale(f, top, 1), 0};
    hs_grid_codes(f, restricted, &qmin, &qmax);
    if (symmetric) {
        if (!f->is_signed) top = fmax(hi, 0);
        return (struct hs_point){top > 0 ? storable(top / qmax) : 1, 0};
    }
    lo = fmin(lo, 0), hi = fmax(hi, 0);
    if (!(hi > lo)) return (struct hs_point){1, round(fmin(fmax(0, qmin), qmax))};
    double levels = (double)qmax - qmin, s = storable((hi - lo) / levels);
    /* Not from the rounded S: half of a step in lo then is an exact tie, as in the formula. */
    double zero = round(qmin - (s == FLT_MIN ? lo / s : lo * levels / (hi - lo)));
    return (struct hs_point){s, fmin(fmax(zero, qmin), qmax)};
}
