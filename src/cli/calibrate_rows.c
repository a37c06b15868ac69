/* calibrate_rows.c - sums over the parts of a tensor, and the rows and figures that they become. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/calibrate_part.h"

#include <math.h>
#include <stdio.h>

const struct hs_column hs_calibrate_column[] = {
    {"tensor", false},
    {"values", true},
    {"format", false},
    {"grid", false},
    {"parts", true},
    {"strategy", false},
    {"lo", true},
    {"hi", true},
    {"scale", true},
    {"zero_point", true},
    {"squared_error", true},
    {"clipping", true},
    {"rounding", true},
    {"sqnr_db", true},
    {"ratio_to_optimum", true},
    {"clipped_percent", true},
    {"candidates", true},
    {"bits", true},
    {"code_entropy", true},
    {"warning", false},
};
const size_t hs_calibrate_columns = sizeof hs_calibrate_column / sizeof *hs_calibrate_column;

void hs_calibrate_add(struct hs_calibrate_tally *t, const struct hs_calibrate_outcome *o, bool first)
{
    t->lo = first ? o->fit.lo : fmin(t->lo, o->fit.lo);
    t->hi = first ? o->fit.hi : fmax(t->hi, o->fit.hi);
    t->scale = first ? o->fit.scale : NAN; /* of one part only */
    t->zero = first ? o->fit.zero : NAN;
    t->squared += o->loss.squared;
    t->clipping += o->loss.clipping;
    t->rounding += o->loss.rounding;
    t->power += o->loss.power;
    t->clipped += o->loss.clipped;
    t->optimum += o->optimum;
    t->candidates += (double)o->fit.candidates;
    t->bits += o->bits, t->entropy += o->entropy;
    const char *w = o->fitted ? o->fit.warning : o->why;
    if (w[0] && !t->warned++) snprintf(t->warning, sizeof t->warning, "%s", w);
}

static void row(struct hs_table *t, const struct hs_calibrate_job *j, const struct hs_format *f,
                const char *strategy, const struct hs_calibrate_tally *s, double parts, bool fitted)
{
    double none = fitted ? 0 : NAN;
    hs_table_text(t, "%s", j->data->name);
    hs_table_number(t, "%.0f", (double)j->data->n);
    hs_table_text(t, "%s", f->name);
    hs_table_text(t, "%s",
                  f->block                                     ? "block"
                  : f->kind != HS_INTEGER || j->ask->symmetric ? "symmetric"
                                                               : "affine");
    hs_table_number(t, "%.0f", parts);
    hs_table_text(t, "%s", strategy);
    hs_table_number(t, "%.7g", s->lo + none);
    hs_table_number(t, "%.7g", s->hi + none);
    hs_table_number(t, "%.7g", s->scale + none);
    hs_table_number(t, "%.7g", s->zero + none);
    hs_table_number(t, "%.6g", s->squared + none);
    hs_table_number(t, "%.6g", s->clipping + none);
    hs_table_number(t, "%.6g", s->rounding + none);
    hs_table_number(t, "%.3f", s->squared > 0 ? 10 * log10(s->power / s->squared) + none : NAN);
    hs_table_number(t, "%.6f",
                    s->optimum > 0   ? s->squared / s->optimum + none
                    : s->squared > 0 ? NAN
                                     : 1 + none);
    hs_table_number(t, "%.4g", 100 * s->clipped / (double)j->data->n + none);
    hs_table_number(t, "%.0f", s->candidates + none);
    hs_table_number(t, "%.4g", s->bits / (double)j->data->n + none);
    hs_table_number(t, "%.4g", s->entropy / (double)j->data->n + none + 0);
    if (s->warned > 1)
        hs_table_text(t, "%s (%zu parts)", s->warning, s->warned);
    else
        hs_table_text(t, "%s", s->warning);
}

/* Block formats carry their scales with the values: no strategy chooses, and the order of the
 * values counts. */
static enum hs_status block_row(struct hs_table *t, const struct hs_calibrate_job *j,
                                const struct hs_format *f, struct hs_err *e)
{
    struct hs_grid g = {.format = f, .dynamic = true, .symmetric = true};
    for (size_t i = 0; i < j->data->n; i++)
        if (!isfinite(j->data->x[i]))
            return HS_FAIL(e, HS_EDATA,
                           "%s: block formats take finite values only, and index %zu holds %g",
                           j->data->name, i, j->data->x[i]);
    g.parts = (struct hs_parts){.granularity = HS_PER_BLOCK,
                                .outer = 1,
                                .channels = j->data->n / j->data->row,
                                .inner = j->data->row,
                                .group = f->block};
    hs_grid_codes(f, false, &g.qmin, &g.qmax);
    struct hs_loss l = hs_grid_loss(&g, j->data->x, j->data->n, 0);
    struct hs_calibrate_tally s = {.lo = NAN,
                      .hi = NAN,
                      .scale = NAN,
                      .zero = NAN,
                      .squared = l.squared,
                      .clipping = l.clipping,
                      .rounding = l.rounding,
                      .power = l.power,
                      .clipped = l.clipped,
                      .candidates = NAN,
                      .bits = (double)j->data->n * hs_grid_bits(&g, j->data->n)};
    HS_TRY(hs_grid_entropy(&g, j->data->x, j->data->n, 0, &s.entropy, e));
    s.entropy *= (double)j->data->n;
    row(t, j, f, "block absmax", &s,
        (double)((j->data->row + f->block - 1) / f->block * (j->data->n / j->data->row)), true);
    return HS_OK;
}

static enum hs_status plot(const struct hs_calibrate_job *j, const struct hs_format *f,
                           const struct hs_calibrate_outcome *o, struct hs_err *e)
{
    struct hs_fit fit[HS_CALIBRATE_MOST];
    double error[HS_CALIBRATE_MOST];
    const struct hs_fit *best = NULL;
    for (size_t k = 0; k < j->ask->strategies; k++) {
        fit[k] = o[k].fit;
        error[k] = o[k].fitted ? o[k].loss.squared : NAN;
        if (o[k].fitted) best = &o[k].best;
    }
    if (best && j->ask->plot) HS_TRY(hs_calibrate_draw(j->ask, j->data->name, f, j->data->whole, best, fit, error, e));
    return best && j->ask->histogram ? hs_calibrate_histogram(j->ask, j->data->name, f, j->data->whole, fit, error, e) : HS_OK;
}

enum hs_status hs_calibrate_rows(const struct hs_calibrate_job *j, size_t parts, const struct hs_calibrate_tally *sum,
                           const size_t *fitted, struct hs_table *t, struct hs_err *e)
{
    for (size_t i = 0; i < j->ask->formats; i++) {
        const struct hs_format *f = j->ask->format[i];
        if (f->block) {
            HS_TRY(block_row(t, j, f, e));
            continue;
        }
        for (size_t k = 0, at = i * j->ask->strategies; k < j->ask->strategies; k++, at++)
            row(t, j, f, j->ask->strategy[k].label, &sum[at], (double)parts, fitted[at] > 0);
        if ((j->ask->plot || j->ask->histogram) && j->data->whole)
            HS_TRY(plot(j, f, j->outcome + i * j->ask->strategies, e));
    }
    return HS_OK;
}
