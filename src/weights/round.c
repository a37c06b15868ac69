/* round.c - refuses what no method could make sense of, then hands the problem over. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weights/weights.h"

#include <math.h>

static bool finite(const double *x, size_t n)
{
    double sum = 0;
    for (size_t i = 0; x && i < n; i++) sum += x[i] * 0; /* NaN once a NaN or an infinity came by */
    return sum == 0;
}

enum hs_status hs_weights_round(const struct hs_weights_type *t, const struct hs_weights_problem *p, float *out,
                                const double *knob, struct hs_err *e)
{
    size_t n = p->groups * p->rows * p->columns, square = p->groups * p->columns * p->columns;
    if (t->check) HS_TRY(t->check(p->rows, p->columns, knob, e));
    for (size_t i = 0; i < n; i++)
        if (!isfinite(p->w[i])) return HS_FAIL(e, HS_ENUM, "weight %zu of %zu is not finite", i, n);
    if (!finite(p->moments, square) || !finite(p->cross, square) || !finite(p->mean, p->groups * p->columns) ||
        !finite(p->float_mean, p->groups * p->columns))
        return HS_FAIL(e, HS_ENUM, "the moments of the inputs are not finite");
    return t->round(p, out, knob, e);
}
