/* calibrate_fit.c - every strategy for every format, part by part, and the rows of the table.
 */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/calibrate.h"

#include "base/mem.h"
#include "calib/given.h"
#include "base/work.h"

#include <math.h>
#include <string.h>

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

enum { CHUNK = 256 };

/* One strategy for one format, over the parts of a tensor. */
struct tally {
    double lo, hi, squared, clipping, rounding, power, clipped, optimum, candidates, scale,
        zero, bits, entropy;
    size_t warned;
    char warning[160];
};

/* What one part gave; [format][strategy]. */
struct outcome {
    struct hs_fit fit, best;
    struct hs_loss loss;
    double optimum;
    double bits, entropy; /* of all elements of the part: with metadata; of the codes */
    bool fitted; /* a strategy may have nothing to say about a width */
    char why[160];
};

struct part {
    size_t at, n;
};

struct job {
    const struct hs_calibrate_ask *ask;
    const struct hs_calibrate_tensor *data;
    size_t first; /* part of the chunk that outcome[0] belongs to */
    struct outcome *outcome;
    struct hs_err *e; /* one a part of the chunk */
};

static size_t parts_of(const struct hs_calibrate_tensor *t)
{
    return t->whole ? 1 : (t->n / t->row) * ((t->row + t->run - 1) / t->run);
}

static struct part part_at(const struct hs_calibrate_tensor *t, size_t p)
{
    size_t each = (t->row + t->run - 1) / t->run, at = p % each * t->run;
    return (struct part){p / each * t->row + at, at + t->run < t->row ? t->run : t->row - at};
}

/* The knobs of a strategy for a part: its own, or what a file says of the tensor, with or without its first slash. */
static enum hs_status knobs_for(const struct job *j, const struct hs_calibrate_pick *p, size_t part, double *knob,
                                struct hs_err *e)
{
    const char *name = j->data->name;
    memcpy(knob, p->knob, HS_MAX_KNOBS * sizeof *knob);
    if (!p->given) return HS_OK;
    const struct hs_given_site *s = hs_given_find(p->given, name, NULL);
    if (!s && *name == '/') s = hs_given_find(p->given, name + 1, NULL);
    if (!s) return HS_FAIL(e, HS_ECONFIG, "no scale of this tensor in %s", p->given->path);
    if (s->n != 1 && s->n != parts_of(j->data))
        return HS_FAIL(e, HS_ECONFIG, "%zu scales for %zu parts in %s", s->n, parts_of(j->data), p->given->path);
    hs_given_knobs(s, part, knob);
    return HS_OK;
}

/* What the codes cost as they are, scale and zero-point included, and what a lossless compressor of single codes could
 * make of them: their entropy, from the masses between the edges of the levels. */
static enum hs_status measure_codes(struct hs_summary *s, const struct hs_target *t, struct outcome *o, struct hs_err *e)
{
    size_t n = hs_format_count(t->format);
    double *edge = hs_alloc(n, sizeof *edge);
    struct hs_mass *below = hs_alloc(n, sizeof *below), all = hs_summary_below(s, INFINITY);
    if (edge && below) {
        hs_format_values(t->format, edge);
        for (size_t i = 0; i < n; i++) edge[i] = o->fit.scale * (edge[i] - o->fit.zero);
        for (size_t i = 0; i + 1 < n; i++) edge[i] = 0.5 * (edge[i] + edge[i + 1]);
        hs_summary_below_all(s, edge, n - 1, below);
        below[n - 1] = all;
        for (size_t i = 0; i < n && all.count > 0; i++) {
            double p = (below[i].count - (i ? below[i - 1].count : 0)) / all.count;
            if (p > 0) o->entropy -= all.count * p * log2(p);
        }
        double zero = t->format->kind == HS_INTEGER && !t->symmetric ? t->format->bits : 0;
        if (all.count > 0) o->bits = all.count * hs_format_bits(t->format, all.count, t->format->cast ? 0 : 32, zero);
    } else {
        HS_OUT_OF_MEMORY(e);
    }
    hs_free(edge), hs_free(below);
    return e->status;
}

/* The optimum of a target once, then each strategy beside it. */
static enum hs_status fit_target(const struct job *j, struct hs_summary *s, size_t part,
                                 const struct hs_format *format, struct outcome *o,
                                 struct hs_err *e)
{
    const struct hs_calibrate_ask *a = j->ask;
    struct hs_target t = {
        .format = format, .symmetric = a->symmetric, .restricted = a->restricted};
    struct hs_fit best;
    struct hs_loss least;
    HS_TRY(hs_calib_optimum(s, &t, &best, &least, e));
    for (size_t k = 0; k < a->strategies; k++) {
        struct hs_err own = {0};
        double knob[HS_MAX_KNOBS];
        enum hs_status st = knobs_for(j, &a->strategy[k], part, knob, &own);
        if (st == HS_OK) st = hs_calib_fit(a->strategy[k].type, s, &t, knob, &o[k].fit, &own);
        if (st == HS_ECONFIG) { /* it has no answer for this format: the row says so */
            snprintf(o[k].why, sizeof o[k].why, "%.150s", own.what);
            continue;
        }
        if (st != HS_OK) return *e = own, st;
        HS_TRY(hs_calib_loss(s, &t, &o[k].fit, &o[k].loss, e));
        o[k].optimum = least.squared;
        o[k].best = best;
        o[k].fitted = true;
        HS_TRY(measure_codes(s, &t, &o[k], e));
    }
    return HS_OK;
}

static enum hs_status fit_part(const struct job *j, struct hs_summary *s, size_t part, struct outcome *o,
                               struct hs_err *e)
{
    struct hs_facts f;
    const struct hs_calibrate_ask *a = j->ask;
    HS_TRY(hs_summary_facts(s, &f, e));
    if (f.nonfinite && !a->allow_nonfinite)
        return HS_FAIL(
            e, HS_EDATA,
            "%s holds %llu values that are NaN or infinite, the first at index %llu; "
            "--allow-nonfinite leaves them out",
            j->data->name, (unsigned long long)f.nonfinite,
            (unsigned long long)f.first_nonfinite);
    for (size_t i = 0; i < a->formats; i++)
        if (!a->format[i]->block)
            HS_TRY(fit_target(j, s, part, a->format[i], o + i * a->strategies, e));
    return HS_OK;
}

static void work(void *ctx, size_t i, int worker)
{
    struct job *j = ctx;
    struct outcome *o = j->outcome + i * j->ask->formats * j->ask->strategies;
    (void)worker;
    if (j->data->whole) {
        fit_part(j, j->data->whole, 0, o, &j->e[i]);
        return;
    }
    struct part p = part_at(j->data, j->first + i);
    struct hs_summary *s = hs_summary_open(NULL);
    if (!s)
        HS_OUT_OF_MEMORY(&j->e[i]);
    else if (hs_calibrate_observe(s, j->data->x + p.at, p.n, j->ask->batch, &j->e[i]) == HS_OK)
        fit_part(j, s, j->first + i, o, &j->e[i]);
    hs_summary_close(s);
}

static void add(struct tally *t, const struct outcome *o, bool first)
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

static void row(struct hs_table *t, const struct job *j, const struct hs_format *f,
                const char *strategy, const struct tally *s, double parts, bool fitted)
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
static enum hs_status block_row(struct hs_table *t, const struct job *j,
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
    struct tally s = {.lo = NAN,
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

static enum hs_status plot(const struct job *j, const struct hs_format *f,
                           const struct outcome *o, struct hs_err *e)
{
    struct hs_fit fit[HS_CALIBRATE_MOST];
    double error[HS_CALIBRATE_MOST];
    const struct hs_fit *best = NULL;
    for (size_t k = 0; k < j->ask->strategies; k++) {
        fit[k] = o[k].fit;
        error[k] = o[k].fitted ? o[k].loss.squared : NAN;
        if (o[k].fitted) best = &o[k].best;
    }
    return best ? hs_calibrate_draw(j->ask, j->data->name, f, j->data->whole, best, fit, error,
                                    e)
                : HS_OK;
}

/* Chunk by chunk: parts in any order on any thread, their sums in the order of the parts. */
static enum hs_status sum_parts(struct job *j, size_t parts, struct tally *sum, size_t *fitted,
                                struct hs_err *e)
{
    size_t each = j->ask->formats * j->ask->strategies;
    for (j->first = 0; j->first < parts; j->first += CHUNK) {
        size_t n = parts - j->first < CHUNK ? parts - j->first : CHUNK;
        memset(j->outcome, 0, n * each * sizeof *j->outcome);
        memset(j->e, 0, n * sizeof *j->e);
        hs_work(n, j->ask->threads, work, j);
        for (size_t p = 0; p < n; p++) {
            if (j->e[p].status) return (*e = j->e[p]).status;
            for (size_t k = 0; k < each; k++) {
                const struct outcome *o = &j->outcome[p * each + k];
                add(&sum[k], o, fitted[k] == 0);
                fitted[k] += o->fitted;
            }
        }
    }
    return HS_OK;
}

static enum hs_status rows(const struct job *j, size_t parts, const struct tally *sum,
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
        if (j->ask->plot && j->data->whole)
            HS_TRY(plot(j, f, j->outcome + i * j->ask->strategies, e));
    }
    return HS_OK;
}

enum hs_status hs_calibrate_fit(const struct hs_calibrate_ask *a,
                                const struct hs_calibrate_tensor *data, struct hs_table *t,
                                struct hs_err *e)
{
    size_t parts = parts_of(data), each = a->formats * a->strategies;
    struct tally *sum = hs_alloc_zeroed(each, sizeof *sum);
    size_t *fitted = hs_alloc_zeroed(each, sizeof *fitted);
    struct job j = {.ask = a, .data = data};
    j.outcome = hs_alloc(CHUNK * each, sizeof *j.outcome);
    j.e = hs_alloc(CHUNK, sizeof *j.e);
    enum hs_status st = sum && fitted && j.outcome && j.e ? HS_OK : HS_OUT_OF_MEMORY(e);
    if (st == HS_OK) st = sum_parts(&j, parts, sum, fitted, e);
    if (st == HS_OK) st = rows(&j, parts, sum, fitted, t, e);
    hs_free(sum);
    hs_free(fitted);
    hs_free(j.outcome);
    hs_free(j.e);
    return st;
}
