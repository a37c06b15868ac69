/* fit.c - the checked door to every strategy, and the errors of what it chose. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/curve.h"
#include "calib/roster.h"

#include <float.h>
#include <math.h>

/* Constant data (all zero among them) has one grid that every strategy would want: the one that
 * holds it exactly. */
static bool constant(const struct hs_facts *f) { return f->lo == f->hi; }

static void finish(const struct hs_target *t, struct hs_fit *fit, bool has_grid)
{
    if (!has_grid) {
        struct hs_point p =
            hs_grid_point(t->format, t->symmetric, t->restricted, fit->lo, fit->hi);
        fit->scale = p.scale;
        fit->zero = p.zero + 0.0; /* no -0 */
        return;
    }
    fit->scale = fmin(fmax((double)(float)fit->scale, FLT_MIN), FLT_MAX);
    if (t->format->kind == HS_INTEGER) { /* the range is what the grid can hold */
        int qmin, qmax;
        hs_grid_codes(t->format, t->restricted, &qmin, &qmax);
        fit->lo = fit->scale * (qmin - fit->zero);
        fit->hi = fit->scale * (qmax - fit->zero);
    } else {
        fit->hi = fit->scale * t->format->max;
        fit->lo = -fit->hi;
    }
}

static void defaults(const struct hs_knob *k, double value[HS_MAX_KNOBS])
{
    for (size_t i = 0; i < HS_MAX_KNOBS; i++) value[i] = 0;
    for (size_t i = 0; k && k[i].name && i < HS_MAX_KNOBS; i++) value[i] = k[i].value;
}

static enum hs_status look(struct hs_summary *s, struct hs_facts *f, struct hs_err *e)
{
    HS_TRY(hs_summary_facts(s, f, e));
    if (f->count == 0) return HS_FAIL(e, HS_ENUM, "no finite value to calibrate on");
    return HS_OK;
}

enum hs_status hs_calib_fit(const struct hs_calib_type *type, struct hs_summary *s,
                            const struct hs_target *t, const double *knob, struct hs_fit *fit,
                            struct hs_err *e)
{
    struct hs_facts f;
    double value[HS_MAX_KNOBS];
    bool has_grid = false;
    HS_TRY(look(s, &f, e));
    *fit = (struct hs_fit){.lo = f.lo, .hi = f.hi, .candidates = 1};
    defaults(type->knob, value);
    if (!constant(&f) && type->fit(s, &f, t, knob ? knob : value, fit, &has_grid, e) != HS_OK)
        return hs_err_where(e, "strategy %s", type->name);
    finish(t, fit, has_grid);
    return HS_OK;
}

enum hs_status hs_calib_loss(struct hs_summary *s, const struct hs_target *t,
                             const struct hs_fit *fit, struct hs_loss *loss, struct hs_err *e)
{
    struct hs_facts f;
    struct hs_curve c;
    HS_TRY(look(s, &f, e));
    if (t->format->block) { /* the scales follow the values' neighbours, which a distribution
                               forgets */
        *loss = (struct hs_loss){NAN, NAN, NAN, f.sum_squares, NAN, NAN};
        return HS_OK;
    }
    if (t->format->kind == HS_INTEGER) {
        int qmin, qmax;
        hs_grid_codes(t->format, t->restricted, &qmin, &qmax);
        hs_summary_grid_loss(s, fit->scale, fit->zero, qmin, qmax, loss);
        return HS_OK;
    }
    HS_TRY(hs_curve_open(&c, s, &f, t, e));
    for (size_t i = 0; i < c.n; i++) c.scaled[i] = c.level[i] * fit->scale;
    hs_summary_levels_loss(s, c.scaled, c.n, loss);
    hs_curve_close(&c);
    return HS_OK;
}

enum hs_status hs_calib_optimum(struct hs_summary *s, const struct hs_target *t,
                                struct hs_fit *fit, struct hs_loss *loss, struct hs_err *e)
{
    const struct hs_calib_type *mse = hs_calib_find("mse", e);
    HS_TRY(mse ? hs_calib_fit(mse, s, t, NULL, fit, e) : e->status);
    return hs_calib_loss(s, t, fit, loss, e);
}
