/* slide_clipping.c - "Accuracy loss: rounding and clipping errors": as the range shrinks, one falls and the other rises;
 * over a Gaussian, a Laplacian and their ReLU, or over a real tensor. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "literature/literature.h"

#include "base/rng.h"
#include "dump/stream.h"
#include "format/grid.h"
#include "tensor/summary.h"

#include <gsl/gsl_randist.h>
#include <math.h>

enum { DRAWS = 1 << 17, STEPS = 40 };
static const int widths[] = {8, 4};

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

static enum hs_status read(const char *file, const char *dataset, struct hs_summary *to, struct hs_err *e)
{
    struct hs_stream *s;
    const float *x;
    size_t n;
    enum hs_status st;
    HS_TRY(hs_stream_open(file, dataset, &s, e));
    while ((st = hs_stream_next(s, &x, &n, e)) == HS_OK && (st = hs_summary_observe(to, x, n, e)) == HS_OK) continue;
    hs_stream_close(s);
    return st == HS_DONE ? HS_OK : st;
}

struct sweep {
    struct hs_summary *of;
    struct hs_facts facts;
    const struct hs_format *format;
    int qmin, qmax;
    double lo, hi; /* the whole range, containing 0 */
};

/* The affine grid of a share of the range: both ends move towards 0. */
static struct hs_loss at(const struct sweep *s, double share)
{
    struct hs_point p = hs_grid_point(s->format, false, false, share * s->lo, share * s->hi);
    struct hs_loss loss;
    hs_summary_grid_loss(s->of, (double)(float)p.scale, p.zero, s->qmin, s->qmax, &loss);
    return loss;
}

static double share_of(int i) { return (double)(STEPS - i) / STEPS; }

static void row(struct hs_table *t, const struct sweep *s, const char *name, double share, bool best)
{
    struct hs_loss l = at(s, share);
    double deviation = sqrt(l.power / (double)s->facts.count);
    hs_table_text(t, "%s", name);
    hs_table_number(t, "%.0f", s->format->bits);
    hs_table_number(t, "%.3f", share);
    hs_table_number(t, "%.3f", share * fmax(-s->lo, s->hi) / deviation);
    hs_table_number(t, "%.3e", l.rounding / l.power);
    hs_table_number(t, "%.3e", l.clipping / l.power);
    hs_table_number(t, "%.3e", l.squared / l.power);
    hs_table_number(t, "%.2f", -10 * log10(l.squared / l.power));
    hs_table_number(t, "%.4f", 100 * l.clipped / (double)s->facts.count);
    hs_table_text(t, "%s", best ? "best" : share == 1 ? "min-max" : "");
}

static enum hs_status sweep(struct hs_table *t, const char *name, struct hs_summary *of, int bits, struct hs_err *e)
{
    struct sweep s = {.of = of, .format = hs_format_find(bits == 8 ? "int8" : "int4", e)};
    if (!s.format) return e->status;
    HS_TRY(hs_summary_facts(of, &s.facts, e));
    s.lo = fmin(s.facts.lo, 0), s.hi = fmax(s.facts.hi, 0);
    if (!(s.hi > s.lo)) return HS_FAIL(e, HS_ENUM, "'%s' holds nothing but zeros: there is no range to shrink", name);
    hs_grid_codes(s.format, false, &s.qmin, &s.qmax);
    int best = 0;
    for (int i = 1; i < STEPS; i++)
        if (at(&s, share_of(i)).squared < at(&s, share_of(best)).squared) best = i;
    for (int i = 0; i < STEPS; i++) row(t, &s, name, share_of(i), i == best);
    return HS_OK;
}

static enum hs_status one(const struct hs_table_ask *ask, const struct source *s, struct hs_table *t, struct hs_err *e)
{
    struct hs_summary *of = hs_summary_open(NULL);
    if (!of) return HS_OUT_OF_MEMORY(e);
    enum hs_status st = s ? draw(s, of, e) : read(ask->file, ask->dataset, of, e);
    for (size_t i = 0; i < sizeof widths / sizeof *widths && st == HS_OK; i++)
        st = sweep(t, s ? s->name : ask->dataset, of, widths[i], e);
    hs_summary_close(of);
    return st;
}

static enum hs_status run(const struct hs_table_ask *ask, struct hs_answer *a, struct hs_err *e)
{
    static const struct hs_column column[] = {{"values", false}, {"bits", true}, {"range_share", true},
                                              {"range_rms", true}, {"rounding", true}, {"clipping", true},
                                              {"squared", true}, {"sqnr_db", true}, {"clipped_percent", true},
                                              {"note", false}};
    struct hs_table *t = hs_answer_table(a, "clipping", "Errors as the range shrinks, relative to the values' power; "
                                         "range_rms: its larger end in units of their root mean square",
                                         HS_COLUMNS(column));
    if (ask->file) return one(ask, NULL, t, e);
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) HS_TRY(one(ask, &sources[i], t, e));
    return HS_OK;
}

const struct hs_table_type hs_table_slide_clipping = {
    .name = "clipping",
    .summary = "rounding against clipping error as the range shrinks, at 8 and 4 bits",
    .cite = "Banner et al. 2019; Sakr et al. 2022",
    .kind = HS_SLIDE,
    .takes_file = true,
    .run = run,
};
