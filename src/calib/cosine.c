/* cosine.c - the range whose quantized values point most nearly the same way. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/curve.h"

#include <math.h>

enum { FROM, TO, STEPS };
static const struct hs_knob knobs[] = {
    [FROM] = {.name = "from",
              .value = 0.5,
              .min = 1e-6,
              .max = 1,
              .meaning = "least factor on min-max (EasyQuant: 0.5)"},
    [TO] = {.name = "to",
            .value = 2,
            .min = 1,
            .max = 100,
            .meaning = "largest factor (EasyQuant: 2)"},
    [STEPS] = {.name = "steps",
               .value = 100,
               .min = 1,
               .max = 1e6,
               .meaning = "factors tried, evenly (EasyQuant: 100)"},
    {0}};

/* cos(x, x') from the masses of the levels' cells: sum of x x' and of x'^2. */
static double cosine(const struct hs_curve *c, struct hs_point g)
{
    struct hs_mass before = {0};
    double inner = 0, square = 0;
    for (size_t i = 0; i < c->n; i++) {
        double level = g.scale * (c->level ? c->level[i] : c->qmin + (double)i - g.zero);
        double next = i + 1 == c->n ? INFINITY
                                    : g.scale * (c->level ? c->level[i + 1]
                                                          : c->qmin + (double)i + 1 - g.zero);
        struct hs_mass now = hs_summary_below(c->summary, 0.5 * (level + next));
        inner += level * (now.sum - before.sum);
        square += level * level * (now.count - before.count);
        before = now;
    }
    return square > 0 ? inner / sqrt(square * c->power) : 0;
}

static enum hs_status fit(const struct hs_summary *s, const struct hs_facts *f,
                          const struct hs_target *t, const double *knob, struct hs_fit *out,
                          bool *has_grid, struct hs_err *e)
{
    (void)has_grid;
    struct hs_curve c;
    HS_TRY(hs_curve_open(&c, s, f, t, e));
    double best = -INFINITY, factor = 1;
    long n = (long)knob[STEPS];
    for (long i = 0; i < n; i++) {
        double at =
            n > 1 ? knob[FROM] + (knob[TO] - knob[FROM]) * (double)i / (double)(n - 1) : 1;
        double now = cosine(
            &c, hs_grid_point(t->format, t->symmetric, t->restricted, at * f->lo, at * f->hi));
        if (now > best) best = now, factor = at;
    }
    hs_curve_close(&c);
    out->lo = factor * f->lo;
    out->hi = factor * f->hi;
    out->candidates = n;
    return HS_OK;
}

const struct hs_calib_type hs_calib_cosine = {
    .name = "cosine",
    .summary = "the min-max range times the factor of largest cosine between x and its "
               "quantized value",
    .cite =
        "Wu et al. 2020 (EasyQuant), arXiv:2006.16669, equation 5; here on the tensor itself",
    .version = 1,
    .keeps = HS_KEEPS_SCALE | HS_KEEPS_ORDER | HS_KEEPS_SPLIT,
    .knob = knobs,
    .fit = fit,
};
