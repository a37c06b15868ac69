/* slide_clipping.c - "Accuracy loss: rounding and clipping errors": as the range shrinks, one
 * falls and the other rises; over a Gaussian, a Laplacian and a rectified Gaussian, or over a
 * real tensor. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "literature/clipping.h"
#include "literature/literature.h"

#include "base/rng.h"
#include "dump/stream.h"
#include "format/grid.h"

#include <gsl/gsl_randist.h>
#include <math.h>

enum { DRAWS = 1 << 17 };
static const char *const formats[] = {"int8", "int4"};

static double gaussian(const gsl_rng *r) { return gsl_ran_gaussian_ziggurat(r, 1); }
static double laplace(const gsl_rng *r) { return gsl_ran_laplace(r, sqrt(.5)); }
static double rectified(const gsl_rng *r) { return fmax(gaussian(r), 0); }
static const struct source {
    const char *name, *stream;
    double (*draw)(const gsl_rng *);
} sources[] = {
    {"Gaussian", "slides/clipping/gaussian", gaussian},
    {"Laplace", "slides/clipping/laplace", laplace},
    {"ReLU of Gaussian", "slides/clipping/relu", rectified},
};

/* From a named stream: the same on every machine up to the last bits of log and exp. */
static enum hs_status draw(const struct source *s, struct hs_summary *to, struct hs_err *e)
{
    gsl_rng *r = hs_rng_open(1, s->stream);
    float *x = hs_alloc(DRAWS, sizeof *x);
    enum hs_status st = r && x ? HS_OK : HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < DRAWS && st == HS_OK; i++) x[i] = (float)s->draw(r);
    if (st == HS_OK) st = hs_summary_observe(to, x, DRAWS, e);
    hs_free(x);
    if (r) gsl_rng_free(r);
    return st;
}

static enum hs_status read(const char *file, const char *dataset, struct hs_summary *to,
                           struct hs_err *e)
{
    struct hs_stream *s;
    const float *x;
    size_t n;
    enum hs_status st;
    HS_TRY(hs_stream_open(file, dataset, &s, e));
    while ((st = hs_stream_next(s, &x, &n, e)) == HS_OK &&
           (st = hs_summary_observe(to, x, n, e)) == HS_OK)
        continue;
    hs_stream_close(s);
    return st == HS_DONE ? HS_OK : st;
}

/* Affine grids of a share of the range: both ends move towards 0. */
static enum hs_status sweep(struct hs_summary *of, const char *format, struct hs_clipping *c,
                            struct hs_err *e)
{
    struct hs_facts facts;
    const struct hs_format *f = hs_format_find(format, e);
    int qmin, qmax;
    if (!f) return e->status;
    HS_TRY(hs_summary_facts(of, &facts, e));
    double lo = fmin(facts.lo, 0), hi = fmax(facts.hi, 0);
    if (facts.nonfinite)
        return HS_FAIL(e, HS_ENUM,
                       "'%s' holds %llu values that are not finite, the first at %llu", c->name,
                       (unsigned long long)facts.nonfinite,
                       (unsigned long long)facts.first_nonfinite);
    if (!(hi > lo))
        return HS_FAIL(e, HS_ENUM, "'%s' holds nothing but zeros: there is no range to shrink",
                       c->name);
    hs_grid_codes(f, false, &qmin, &qmax);
    for (int i = 0; i < HS_CLIPPING_STEPS; i++) {
        c->share[i] = (double)(HS_CLIPPING_STEPS - i) / HS_CLIPPING_STEPS;
        struct hs_point p = hs_grid_point(f, false, false, c->share[i] * lo, c->share[i] * hi);
        hs_summary_grid_loss(of, (double)(float)p.scale, p.zero, qmin, qmax, &c->loss[i]);
        if (c->loss[i].squared < c->loss[c->best].squared) c->best = i;
    }
    c->bits = f->bits, c->count = (double)facts.count;
    c->end = fmax(-lo, hi) / sqrt(c->loss[0].power / c->count);
    return HS_OK;
}

static enum hs_status curves(const struct hs_table_ask *ask, const struct source *s,
                             struct hs_clipping *c, size_t *n, struct hs_err *e)
{
    struct hs_summary *of = hs_summary_open(NULL);
    if (!of) return HS_OUT_OF_MEMORY(e);
    enum hs_status st = s ? draw(s, of, e) : read(ask->file, ask->dataset, of, e);
    for (size_t i = 0; i < sizeof formats / sizeof *formats && st == HS_OK; i++) {
        c[*n] = (struct hs_clipping){.name = s ? s->name : ask->dataset};
        st = sweep(of, formats[i], &c[(*n)++], e);
    }
    hs_summary_close(of);
    return st;
}

static void rows(struct hs_table *t, const struct hs_clipping *c)
{
    for (int i = 0; i < HS_CLIPPING_STEPS; i++) {
        const struct hs_loss *l = &c->loss[i];
        hs_table_text(t, "%s", c->name);
        hs_table_number(t, "%.0f", c->bits);
        hs_table_number(t, "%.3f", c->share[i]);
        hs_table_number(t, "%.3f", c->share[i] * c->end);
        hs_table_number(t, "%.3e", l->rounding / l->power);
        hs_table_number(t, "%.3e", l->clipping / l->power);
        hs_table_number(t, "%.3e", l->squared / l->power);
        hs_table_number(t, "%.2f", -10 * log10(l->squared / l->power));
        hs_table_number(t, "%.4f", 100 * l->clipped / c->count);
        hs_table_text(t, "%s", i == c->best ? "best" : i == 0 ? "min-max" : "");
    }
}

static enum hs_status run(const struct hs_table_ask *ask, struct hs_answer *a, struct hs_err *e)
{
    static const struct hs_column column[] = {{"values", false},         {"bits", true},
                                              {"range_share", true},     {"range_rms", true},
                                              {"rounding", true},        {"clipping", true},
                                              {"squared", true},         {"sqnr_db", true},
                                              {"clipped_percent", true}, {"note", false}};
    struct hs_clipping *c = HS_NEW(a->arena, HS_CLIPPING_MOST, struct hs_clipping);
    size_t n = 0;
    if (!c) return HS_OUT_OF_MEMORY(e);
    struct hs_table *t =
        hs_answer_table(a, "clipping",
                        "Errors as the range shrinks, relative to the values' power; "
                        "range_rms: its larger end in units of their root mean square",
                        HS_COLUMNS(column));
    if (ask->file) HS_TRY(curves(ask, NULL, c, &n, e));
    for (size_t i = 0; i < sizeof sources / sizeof *sources && !ask->file; i++)
        HS_TRY(curves(ask, &sources[i], c, &n, e));
    for (size_t i = 0; i < n; i++) rows(t, &c[i]);
    return ask->figure ? hs_clipping_draw(ask->figure, c, n, e) : HS_OK;
}

const struct hs_table_type hs_table_slide_clipping = {
    .name = "clipping",
    .summary = "rounding against clipping error as the range shrinks, at 8 and 4 bits",
    .cite = "Banner et al. 2019; Sakr et al. 2022",
    .kind = HS_SLIDE,
    .has_figure = true,
    .takes_file = true,
    .run = run,
};
