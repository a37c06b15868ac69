/* hqq.c - half-quadratic quantization: the real zero-point that outliers do not pull. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/points.h"

#include <math.h>
#include <stdio.h>

enum { P, BETA, KAPPA, ITERATIONS };
static const struct hs_knob knobs[] = {
    [P] = {.name = "p",
           .value = 0.7,
           .min = 0.01,
           .max = 1,
           .meaning = "the norm below 1 (hqq: 0.7)"},
    [BETA] =
        {.name = "beta",
         .value = 10,
         .min = 1e-6,
         .max = 1e6,
         .meaning =
             "first weight of the quadratic term; it has the unit of the values (hqq: 10)"},
    [KAPPA] = {.name = "kappa",
               .value = 1.01,
               .min = 1,
               .max = 10,
               .meaning = "growth of beta a step (hqq: 1.01)"},
    [ITERATIONS] = {.name = "iterations",
                    .value = 20,
                    .min = 1,
                    .max = 1e6,
                    .meaning = "steps at most (hqq: 20)"},
    {0}};

/* sign(v) max(|v| - |v|^(p-1) / beta, 0): the proximal step of the p-norm, to first order. */
static double shrink(double v, double p, double beta)
{
    double a = fabs(v), less = a > 0 ? a - pow(a, p - 1) / beta : 0;
    return less > 0 ? copysign(less, v) : 0;
}

/* One step: the next zero-point, and the mean |error| of the present one. */
static double step(const struct hs_points *x, double scale, double zero, const int *code,
                   double p, double beta, double *error)
{
    double sum = 0, error_sum = 0, n = 0;
    for (size_t i = 0; i < x->n; i++) {
        double q = fmin(fmax(rint(x->x[i] / scale + zero), code[0]), code[1]);
        double v = x->x[i] - scale * (q - zero);
        sum += x->weight[i] * (q - (x->x[i] - shrink(v, p, beta)) / scale);
        error_sum += x->weight[i] * fabs(v);
        n += x->weight[i];
    }
    *error = error_sum / n;
    return sum / n;
}

static enum hs_status fit(const struct hs_summary *s, const struct hs_facts *f,
                          const struct hs_target *t, const double *knob, struct hs_fit *out,
                          bool *has_grid, struct hs_err *e)
{
    out->candidates = 1;
    out->lo = f->lo;
    out->hi = f->hi;
    if (t->format->kind != HS_INTEGER || t->symmetric) {
        snprintf(out->warning, sizeof out->warning, "no zero-point to choose: this is min-max");
        return HS_OK;
    }
    struct hs_points x;
    int code[2];
    HS_TRY(hs_points_open(&x, s, f, e));
    hs_grid_codes(t->format, t->restricted, &code[0], &code[1]);
    double scale = (double)(float)((f->hi - f->lo) / (code[1] - code[0])),
           zero = code[0] - f->lo / scale;
    double beta = knob[BETA], least = INFINITY, error;
    for (out->candidates = 0; out->candidates < knob[ITERATIONS]; out->candidates++) {
        double next = step(&x, scale, zero, code, knob[P], beta, &error);
        zero = next; /* as in the authors' code the last step is taken even where the error
                        stopped falling */
        if (!(error < least)) break;
        least = error;
        beta *= knob[KAPPA];
    }
    hs_points_free(&x);
    out->scale = scale;
    out->zero = (double)(float)zero;
    *has_grid = true;
    return HS_OK;
}

const struct hs_calib_type hs_calib_hqq = {
    .name = "hqq",
    .summary =
        "half-quadratic quantization: min-max scale, real zero-point by a proximal solver",
    .cite = "Badri and Shaji 2023, mobiusml.github.io/hqq_blog; hqq/core/optimize.py",
    .version = 1,
    .keeps = HS_KEEPS_ORDER | HS_KEEPS_SPLIT,
    .knob = knobs,
    .fit = fit,
};
