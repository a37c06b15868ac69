/* calibrate_fit.c - every strategy for every format, part by part. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/calibrate_part.h"

#include "base/mem.h"
#include "base/work.h"
#include "calib/given.h"

#include <math.h>
#include <string.h>

enum { CHUNK = 256 };

struct part {
    size_t at, n;
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
static enum hs_status knobs_for(const struct hs_calibrate_job *j, const struct hs_calibrate_pick *p, size_t part, double *knob,
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
static enum hs_status measure_codes(struct hs_summary *s, const struct hs_target *t, struct hs_calibrate_outcome *o, struct hs_err *e)
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
static enum hs_status fit_target(const struct hs_calibrate_job *j, struct hs_summary *s, size_t part,
                                 const struct hs_format *format, struct hs_calibrate_outcome *o,
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

static enum hs_status fit_part(const struct hs_calibrate_job *j, struct hs_summary *s, size_t part, struct hs_calibrate_outcome *o,
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
    struct hs_calibrate_job *j = ctx;
    struct hs_calibrate_outcome *o = j->outcome + i * j->ask->formats * j->ask->strategies;
    (void)worker;
    if (j->data->whole) {
        fit_part(j, j->data->whole, 0, o, &j->e[i]);
        return;
    }
    struct part p = part_at(j->data, j->first + i);
    struct hs_summary *s = hs_summary_open(NULL);
    if (!s)
        HS_OUT_OF_MEMORY(&j->e[i]);
    else if (hs_calibrate_observe(s, j->data->x + p.at, p.n, j->ask->batch, 1, &j->e[i]) == HS_OK)
        fit_part(j, s, j->first + i, o, &j->e[i]);
    hs_summary_close(s);
}

/* Chunk by chunk: parts in any order on any thread, their sums in the order of the parts. */
static enum hs_status sum_parts(struct hs_calibrate_job *j, size_t parts, struct hs_calibrate_tally *sum, size_t *fitted,
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
                const struct hs_calibrate_outcome *o = &j->outcome[p * each + k];
                hs_calibrate_add(&sum[k], o, fitted[k] == 0);
                fitted[k] += o->fitted;
            }
        }
    }
    return HS_OK;
}

enum hs_status hs_calibrate_fit(const struct hs_calibrate_ask *a,
                                const struct hs_calibrate_tensor *data, struct hs_table *t,
                                struct hs_err *e)
{
    size_t parts = parts_of(data), each = a->formats * a->strategies;
    struct hs_calibrate_tally *sum = hs_alloc_zeroed(each, sizeof *sum);
    size_t *fitted = hs_alloc_zeroed(each, sizeof *fitted);
    struct hs_calibrate_job j = {.ask = a, .data = data};
    j.outcome = hs_alloc(CHUNK * each, sizeof *j.outcome);
    j.e = hs_alloc(CHUNK, sizeof *j.e);
    enum hs_status st = sum && fitted && j.outcome && j.e ? HS_OK : HS_OUT_OF_MEMORY(e);
    if (st == HS_OK) st = sum_parts(&j, parts, sum, fitted, e);
    if (st == HS_OK) st = hs_calibrate_rows(&j, parts, sum, fitted, t, e);
    hs_free(sum);
    hs_free(fitted);
    hs_free(j.outcome);
    hs_free(j.e);
    return st;
}
