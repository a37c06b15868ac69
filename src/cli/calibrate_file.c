/* calibrate_file.c - one look at each tensor of a file, then every strategy for every format on what was seen. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/calibrate.h"

#include "base/mem.h"
#include "base/text.h"
#include "base/work.h"
#include "dump/stream.h"

#include <math.h>
#include <string.h>

const struct hs_column hs_calibrate_column[] = {
    {"tensor", false},     {"values", true},    {"format", false},    {"grid", false},      {"parts", true},
    {"strategy", false},   {"lo", true},        {"hi", true},         {"scale", true},      {"zero_point", true},
    {"squared_error", true}, {"clipping", true}, {"rounding", true},  {"sqnr_db", true},    {"ratio_to_optimum", true},
    {"clipped_percent", true}, {"candidates", true}, {"warning", false},
};
const size_t hs_calibrate_columns = sizeof hs_calibrate_column / sizeof *hs_calibrate_column;

enum { CHUNK = 256, MOST_IN_MEMORY = 1 << 28 };

/* One strategy for one format, over the parts of a tensor. */
struct tally {
    double lo, hi, squared, clipping, rounding, power, clipped, optimum, candidates, scale, zero;
    size_t warned;
    char warning[160];
};

/* What one part gave; [format][strategy]. */
struct outcome {
    struct hs_fit fit;
    struct hs_loss loss;
    double optimum;
    bool fitted; /* a strategy may have nothing to say about a width */
    char why[160];
};

struct part { size_t at, n; };

struct job {
    const struct hs_calibrate_ask *ask;
    const char *name;
    struct hs_summary *whole; /* one part, already seen; or NULL */
    const float *x;           /* all values in memory, or NULL */
    size_t n, row, run;       /* values; values a row; values a part of a row */
    size_t first;             /* part of the chunk that outcome[0] belongs to */
    struct outcome *outcome;
    struct hs_err *e; /* one a part of the chunk */
};

static size_t parts_of(const struct job *j) { return j->whole ? 1 : (j->n / j->row) * ((j->row + j->run - 1) / j->run); }

static struct part part_at(const struct job *j, size_t p)
{
    size_t each = (j->row + j->run - 1) / j->run, at = p % each * j->run;
    return (struct part){p / each * j->row + at, at + j->run < j->row ? j->run : j->row - at};
}

static enum hs_status observe(struct hs_summary *s, const float *x, size_t n, size_t batch, struct hs_err *e)
{
    for (size_t i = 0, step = batch ? batch : n; i < n; i += step) {
        HS_TRY(hs_summary_observe(s, x + i, i + step < n ? step : n - i, e));
        HS_TRY(hs_summary_end_batch(s, e));
    }
    return HS_OK;
}

/* The optimum of a target once, then each strategy beside it. */
static enum hs_status fit_target(const struct job *j, struct hs_summary *s, const struct hs_format *format,
                                 struct outcome *o, struct hs_err *e)
{
    const struct hs_calibrate_ask *a = j->ask;
    struct hs_target t = {.format = format, .symmetric = a->symmetric, .restricted = a->restricted};
    struct hs_fit best;
    struct hs_loss least;
    HS_TRY(hs_calib_optimum(s, &t, &best, &least, e));
    for (size_t k = 0; k < a->strategies; k++) {
        struct hs_err own = {0};
        enum hs_status st = hs_calib_fit(a->strategy[k].type, s, &t, a->strategy[k].knob, &o[k].fit, &own);
        if (st == HS_ECONFIG) { /* it has no answer for this format: the row says so */
            snprintf(o[k].why, sizeof o[k].why, "%.150s", own.what);
            continue;
        }
        if (st != HS_OK) return *e = own, st;
        HS_TRY(hs_calib_loss(s, &t, &o[k].fit, &o[k].loss, e));
        o[k].optimum = least.squared;
        o[k].fitted = true;
    }
    return HS_OK;
}

static enum hs_status fit_part(const struct job *j, struct hs_summary *s, struct outcome *o, struct hs_err *e)
{
    struct hs_facts f;
    const struct hs_calibrate_ask *a = j->ask;
    HS_TRY(hs_summary_facts(s, &f, e));
    if (f.nonfinite && !a->allow_nonfinite)
        return HS_FAIL(e, HS_EDATA, "%s holds %llu values that are NaN or infinite, the first at index %llu; "
                       "--allow-nonfinite leaves them out", j->name, (unsigned long long)f.nonfinite,
                       (unsigned long long)f.first_nonfinite);
    for (size_t i = 0; i < a->formats; i++)
        if (!a->format[i]->block) HS_TRY(fit_target(j, s, a->format[i], o + i * a->strategies, e));
    return HS_OK;
}

static void work(void *ctx, size_t i, int worker)
{
    struct job *j = ctx;
    struct outcome *o = j->outcome + i * j->ask->formats * j->ask->strategies;
    (void)worker;
    if (j->whole) {
        fit_part(j, j->whole, o, &j->e[i]);
        return;
    }
    struct part p = part_at(j, j->first + i);
    struct hs_summary *s = hs_summary_open(NULL);
    if (!s) HS_OUT_OF_MEMORY(&j->e[i]);
    else if (observe(s, j->x + p.at, p.n, j->ask->batch, &j->e[i]) == HS_OK) fit_part(j, s, o, &j->e[i]);
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
    const char *w = o->fitted ? o->fit.warning : o->why;
    if (w[0] && !t->warned++) snprintf(t->warning, sizeof t->warning, "%s", w);
}

static void row(struct hs_table *t, const struct job *j, const struct hs_format *f, const char *strategy,
                const struct tally *s, double parts, bool fitted)
{
    double none = fitted ? 0 : NAN;
    hs_table_text(t, "%s", j->name);
    hs_table_number(t, "%.0f", (double)j->n);
    hs_table_text(t, "%s", f->name);
    hs_table_text(t, "%s", f->block ? "block" : f->kind != HS_INTEGER || j->ask->symmetric ? "symmetric" : "affine");
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
    hs_table_number(t, "%.6f", s->optimum > 0 ? s->squared / s->optimum + none : s->squared > 0 ? NAN : 1 + none);
    hs_table_number(t, "%.4g", 100 * s->clipped / (double)j->n + none);
    hs_table_number(t, "%.0f", s->candidates + none);
    if (s->warned > 1) hs_table_text(t, "%s (%zu parts)", s->warning, s->warned);
    else hs_table_text(t, "%s", s->warning);
}

/* Block formats carry their scales with the values: no strategy chooses, and the order of the values counts. */
static enum hs_status block_row(struct hs_table *t, const struct job *j, const struct hs_format *f, struct hs_err *e)
{
    struct hs_grid g = {.format = f, .dynamic = true, .symmetric = true};
    (void)e;
    g.parts = (struct hs_parts){.granularity = HS_PER_BLOCK, .outer = 1, .channels = j->n / j->row, .inner = j->row,
                                .group = f->block};
    hs_grid_codes(f, false, &g.qmin, &g.qmax);
    struct hs_loss l = hs_grid_loss(&g, j->x, j->n, 0);
    struct tally s = {.lo = NAN, .hi = NAN, .scale = NAN, .zero = NAN, .squared = l.squared, .clipping = l.clipping,
                      .rounding = l.rounding, .power = l.power, .clipped = l.clipped, .candidates = NAN};
    row(t, j, f, "block absmax", &s, (double)((j->row + f->block - 1) / f->block * (j->n / j->row)), true);
    return HS_OK;
}

static enum hs_status fit_all(struct job *j, struct hs_table *t, struct hs_err *e)
{
    size_t parts = parts_of(j), each = j->ask->formats * j->ask->strategies;
    struct tally *sum = hs_alloc_zeroed(each, sizeof *sum);
    size_t *fitted = hs_alloc_zeroed(each, sizeof *fitted);
    j->outcome = hs_alloc(CHUNK * each, sizeof *j->outcome);
    j->e = hs_alloc(CHUNK, sizeof *j->e);
    enum hs_status st = sum && fitted && j->outcome && j->e ? HS_OK : HS_OUT_OF_MEMORY(e);
    for (j->first = 0; j->first < parts && st == HS_OK; j->first += CHUNK) {
        size_t n = parts - j->first < CHUNK ? parts - j->first : CHUNK;
        memset(j->outcome, 0, n * each * sizeof *j->outcome);
        memset(j->e, 0, n * sizeof *j->e);
        hs_work(n, j->ask->threads, work, j);
        for (size_t p = 0; p < n && st == HS_OK; p++) {
            if (j->e[p].status) st = (*e = j->e[p]).status;
            for (size_t k = 0; k < each && st == HS_OK; k++) {
                const struct outcome *o = &j->outcome[p * each + k];
                add(&sum[k], o, fitted[k] == 0);
                fitted[k] += o->fitted;
            }
        }
    }
    for (size_t i = 0; i < j->ask->formats && st == HS_OK; i++) {
        const struct hs_format *f = j->ask->format[i];
        if (f->block) st = block_row(t, j, f, e);
        for (size_t k = 0; k < j->ask->strategies && st == HS_OK && !f->block; k++) {
            size_t at = i * j->ask->strategies + k;
            row(t, j, f, j->ask->strategy[k].label, &sum[at], (double)parts, fitted[at] > 0);
        }
    }
    hs_free(sum);
    hs_free(fitted);
    hs_free(j->outcome);
    hs_free(j->e);
    return st;
}

/* ---- reading ---- */

/* Only a distribution is needed: a tensor of any size, seen block by block. */
static enum hs_status stream(struct hs_stream *s, const struct hs_calibrate_ask *a, struct hs_summary *to, struct hs_err *e)
{
    const float *x;
    size_t n, in_batch = 0;
    enum hs_status st;
    while ((st = hs_stream_next(s, &x, &n, e)) == HS_OK)
        while (n) {
            size_t take = a->batch && a->batch - in_batch < n ? a->batch - in_batch : n;
            HS_TRY(hs_summary_observe(to, x, take, e));
            x += take, n -= take, in_batch += take;
            if (in_batch < a->batch || !a->batch) continue;
            HS_TRY(hs_summary_end_batch(to, e));
            in_batch = 0;
        }
    return st != HS_DONE ? st : in_batch ? hs_summary_end_batch(to, e) : HS_OK;
}

static enum hs_status load(struct hs_stream *s, float *to, size_t room, struct hs_err *e)
{
    const float *x;
    size_t n, at = 0;
    enum hs_status st;
    while ((st = hs_stream_next(s, &x, &n, e)) == HS_OK) {
        if (n > room - at) return HS_FAIL(e, HS_EDATA, "more values than its shape says");
        memcpy(to + at, x, n * sizeof *x);
        at += n;
    }
    return st != HS_DONE ? st : at == room ? HS_OK : HS_FAIL(e, HS_EDATA, "fewer values than its shape says");
}

static bool needs_values(const struct hs_calibrate_ask *a)
{
    for (size_t i = 0; i < a->formats; i++)
        if (a->format[i]->block) return true;
    return a->granularity != HS_PER_TENSOR;
}

/* A row is what lies under one index of the channel axis, gathered in C order; a tensor of one axis is one row. */
static enum hs_status cut(struct job *j, const struct hs_tensor_info *info, int *axis, struct hs_err *e)
{
    const struct hs_calibrate_ask *a = j->ask;
    *axis = a->axis < 0 ? info->rank + a->axis : a->axis;
    j->row = j->n;
    if (info->rank >= 2) {
        if (*axis < 0 || *axis >= info->rank)
            return HS_FAIL(e, HS_EUSAGE, "axis %d of a tensor with %d axes", a->axis, info->rank);
        j->row = j->n / (size_t)info->dim[*axis];
    }
    j->run = a->granularity == HS_PER_CHANNEL ? j->row : a->granularity == HS_PER_GROUP ? a->group : j->n;
    return HS_OK;
}

/* (outer, channels, inner) -> (channels, outer, inner). */
static enum hs_status rows_first(float **x, const struct hs_tensor_info *info, int axis, struct hs_err *e)
{
    size_t outer = 1, inner = 1, channels = (size_t)info->dim[axis];
    for (int i = 0; i < axis; i++) outer *= (size_t)info->dim[i];
    for (int i = axis + 1; i < info->rank; i++) inner *= (size_t)info->dim[i];
    if (outer == 1) return HS_OK;
    float *to = hs_alloc(outer * channels * inner, sizeof *to);
    if (!to) return HS_OUT_OF_MEMORY(e);
    for (size_t o = 0; o < outer; o++)
        for (size_t c = 0; c < channels; c++)
            memcpy(to + (c * outer + o) * inner, *x + (o * channels + c) * inner, inner * sizeof *to);
    hs_free(*x);
    *x = to;
    return HS_OK;
}

static enum hs_status tensor(const struct hs_calibrate_ask *a, const struct hs_tensor_info *info, struct hs_table *t,
                             struct hs_err *e)
{
    struct job j = {.ask = a, .name = info->path, .n = (size_t)info->count};
    struct hs_stream *s = NULL;
    float *x = NULL;
    bool memory = needs_values(a);
    int axis = 0;
    HS_TRY(cut(&j, info, &axis, e));
    if (memory && info->count > MOST_IN_MEMORY)
        return HS_FAIL(e, HS_EDATA, "%s has %llu values: parts and block formats are limited to %d", info->path,
                       (unsigned long long)info->count, MOST_IN_MEMORY);
    enum hs_status st = hs_stream_open(a->path, info->path, &s, e);
    if (st == HS_OK && memory) {
        if (!(x = hs_alloc(j.n, sizeof *x))) st = HS_OUT_OF_MEMORY(e);
        else st = load(s, x, j.n, e);
        if (st == HS_OK && info->rank >= 2) st = rows_first(&x, info, axis, e);
        j.x = x;
    }
    if (st == HS_OK && a->granularity == HS_PER_TENSOR) {
        if (!(j.whole = hs_summary_open(NULL))) st = HS_OUT_OF_MEMORY(e);
        else st = memory ? observe(j.whole, x, j.n, a->batch, e) : stream(s, a, j.whole, e);
    }
    hs_stream_close(s);
    if (st == HS_OK) st = fit_all(&j, t, e);
    hs_summary_close(j.whole);
    hs_free(x);
    return st == HS_OK ? HS_OK : hs_err_where(e, "%s in %s", info->path, a->path);
}

static bool wanted(const struct hs_calibrate_ask *a, const char *path)
{
    bool yes = a->globs == 0;
    for (size_t i = 0; i < a->globs; i++) {
        const char *g = a->glob[i];
        yes |= hs_text_match(g, path) || (g[0] != '/' && hs_text_match(g, path + 1));
    }
    return yes;
}

enum hs_status hs_calibrate_file(const struct hs_calibrate_ask *a, struct hs_table *t, struct hs_err *e)
{
    struct hs_tensor_list list;
    size_t found = 0;
    HS_TRY(hs_tensor_list_read(a->path, &list, e));
    enum hs_status st = HS_OK;
    for (size_t i = 0; i < list.n && st == HS_OK; i++) {
        const struct hs_tensor_info *info = &list.info[i];
        if (!wanted(a, info->path) || info->count == 0) continue;
        found++;
        if (info->refused && a->globs) st = HS_FAIL(e, HS_EDATA, "%s: %s", info->path, info->refused);
        else if (!info->refused) st = tensor(a, info, t, e);
    }
    if (st == HS_OK && !found)
        st = HS_FAIL(e, HS_EDATA, "no numeric tensor with values%s in %s: halfstep inspect lists what there is",
                     a->globs ? " of that name" : "", a->path);
    hs_tensor_list_free(&list);
    return st;
}
