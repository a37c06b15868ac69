/* run.c - hands trials to threads, each with a lab of its own, and stores what comes of them.
 */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "experiment/manifest.h"
#include "experiment/put.h"
#include "experiment/run.h"

#include "attribute/attribute.h"
#include "base/work.h"
#include "budget/run.h"
#include "propagate/walk.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MOST_IN_A_ROW = 32 };

/* A thread's lab: kept as long as the trials are about the same network and data. */
struct bench {
    struct hs_lab *lab;
    size_t network, draw, variant;
};
struct run {
    const struct hs_plan *plan;
    const struct hs_inputs *in;
    const struct hs_run_options *o;
    struct hs_run_result *result;
    struct hs_progress *progress;
    size_t pending, row; /* trials to run, in an order that lets neighbours share; how many a
                            thread takes at once */
    const struct hs_trial **trial;
    struct bench *bench; /* one a thread */
    size_t memory;
    pthread_mutex_t lock; /* guards result, fatal */
    struct hs_err *fatal; /* nothing more can be stored */
    atomic_bool ended;
};

void hs_trial_text(const struct hs_trial *t, struct hs_text *text)
{
    for (size_t i = 0; i < t->levels; i++)
        if (t->level[i].varies)
            hs_text_add(text, "%s%s = %s", text->n ? ", " : "", t->level[i].factor,
                        t->level[i].level);
    if (!text->n) hs_text_add(text, "the only trial");
}

size_t hs_run_memory(int threads)
{
    const size_t most = (size_t)1 << 30;
    long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    size_t all = pages > 0 && page > 0 ? (size_t)pages * (size_t)page : most;
    size_t share = all / 4 / (size_t)(threads > 0 ? threads : 1);
    return share < most ? share : most;
}

static bool stops(const struct run *r)
{
    return atomic_load(&r->ended) || (r->o->stop && *r->o->stop);
}

static void failed(struct run *r, const struct hs_trial *t, const struct hs_err *why)
{
    struct hs_text what = {0};
    hs_trial_text(t, &what);
    hs_progress_note(r->progress, 1, "halfstep run: trial %.12s (%s): %s%s%s%s", t->id,
                     what.s ? what.s : "", why->what, why->where[0] ? " (" : "", why->where,
                     why->where[0] ? ")" : "");
    hs_text_free(&what);
    pthread_mutex_lock(&r->lock);
    r->result->failed++;
    pthread_mutex_unlock(&r->lock);
}

static void ended(struct run *r, const struct hs_err *why)
{
    pthread_mutex_lock(&r->lock);
    if (r->fatal->status == HS_OK) *r->fatal = *why;
    pthread_mutex_unlock(&r->lock);
    atomic_store(&r->ended, true);
}

/* The record's own texts: what this plan calls the trial. */
static enum hs_status name_record(const struct run *r, const struct hs_trial *t,
                                  struct hs_record *record, struct hs_err *e)
{
    record->number = t->number, record->levels = t->levels, record->level = t->level;
    memcpy(record->id, t->id, sizeof record->id);
    record->repro = hs_arena_text(record->arena, "%s --only %s",
                                  r->o->repro ? r->o->repro : "halfstep run CONFIG", t->id);
    return record->repro ? HS_OK : HS_OUT_OF_MEMORY(e);
}

static enum hs_status lab_for(struct run *r, struct bench *b, const struct hs_trial *t,
                              struct hs_err *e)
{
    if (b->lab && b->network == t->network && b->draw == t->draw && b->variant == t->variant)
        return HS_OK;
    hs_lab_close(b->lab);
    b->lab = NULL, b->network = t->network, b->draw = t->draw, b->variant = t->variant;
    return hs_lab_open(t->net, hs_inputs_calibration(r->in, t->network, t->draw),
                       r->in->evaluation[t->network], r->memory, &b->lab, e);
}

/* Counted as if each trial had been run alone: the same however the run was cut or spread. */
static void take_work(struct run *r, const struct hs_trace *t)
{
    pthread_mutex_lock(&r->lock);
    r->result->calibrations += t->calibrations, r->result->evaluations += t->evaluations;
    pthread_mutex_unlock(&r->lock);
}

static void run_trial(struct run *r, struct bench *b, const struct hs_trial *t)
{
    struct hs_err why = {0};
    struct hs_record record = {.arena = hs_arena_open()};
    enum hs_status st =
        record.arena ? name_record(r, t, &record, &why) : HS_OUT_OF_MEMORY(&why);
    if (st == HS_OK) st = lab_for(r, b, t, &why);
    if (st == HS_OK) st = hs_walk(b->lab, &t->spec, &record.trace, &why);
    if (st == HS_OK)
        st = hs_attribute(b->lab, &t->spec, t->spec.analysis, t->spec.analyses, &record.trace,
                          &why);
    if (st == HS_OK)
        st = hs_budget(b->lab, &t->spec, t->spec.budget, &record.trace, &why);
    if (st == HS_OK) take_work(r, &record.trace);
    if (st != HS_OK) {
        failed(r, t, &why);
    } else if (hs_record_write(r->o->dir, &record, &why) != HS_OK) {
        ended(r, &why);
    } else {
        struct hs_text what = {0};
        hs_trial_text(t, &what);
        hs_progress_step(r->progress, what.s ? what.s : "");
        hs_text_free(&what);
        pthread_mutex_lock(&r->lock);
        r->result->ran++;
        pthread_mutex_unlock(&r->lock);
    }
    hs_record_close(&record);
}

static void job(void *ctx, size_t i, int worker)
{
    struct run *r = ctx;
    for (size_t k = i * r->row; k < r->pending && k < (i + 1) * r->row && !stops(r); k++)
        run_trial(r, &r->bench[worker], r->trial[k]);
}

static bool same_names(const struct hs_record *a, const struct hs_trial *t, const char *repro)
{
    bool same = a->number == t->number && a->levels == t->levels && !strcmp(a->repro, repro);
    for (size_t i = 0; same && i < t->levels; i++)
        same = !strcmp(a->level[i].factor, t->level[i].factor) &&
               !strcmp(a->level[i].level, t->level[i].level) &&
               a->level[i].varies == t->level[i].varies;
    return same;
}

/* Whether a trial is stored already. One from another plan keeps its figures and gets this
 * plan's names. */
static bool is_stored(struct run *r, const struct hs_trial *t, struct hs_err *e)
{
    struct hs_record record;
    struct hs_err why = {0};
    enum hs_status st = hs_record_read(r->o->dir, t->id, &record, &why);
    if (st == HS_EDATA)
        hs_progress_note(r->progress, 0, "halfstep run: %s; it is computed again", why.what);
    if (st != HS_OK) return false;
    struct hs_record named = record;
    if (name_record(r, t, &named, e) == HS_OK && !same_names(&record, t, named.repro))
        hs_record_write(r->o->dir, &named, e);
    hs_record_close(&record);
    return e->status == HS_OK;
}

static bool is_mine(const struct run *r, const struct hs_trial *t)
{
    const struct hs_run_options *o = r->o;
    if (o->only && strncmp(t->id, o->only, strlen(o->only))) return false;
    return o->shards < 2 || t->number * o->shards / r->plan->trials == o->shard;
}

static int by_lab(const void *pa, const void *pb)
{
    const struct hs_trial *a = *(const struct hs_trial *const *)pa,
                          *b = *(const struct hs_trial *const *)pb;
    if (a->network != b->network) return a->network < b->network ? -1 : 1;
    if (a->draw != b->draw) return a->draw < b->draw ? -1 : 1;
    if (a->variant != b->variant) return a->variant < b->variant ? -1 : 1;
    return a->number < b->number ? -1 : a->number > b->number;
}

static enum hs_status find_pending(struct run *r, struct hs_err *e)
{
    for (size_t i = 0; i < r->plan->trials && e->status == HS_OK; i++) {
        const struct hs_trial *t = &r->plan->trial[i];
        if (!is_mine(r, t)) continue;
        r->result->trials++;
        if (is_stored(r, t, e))
            r->result->kept++;
        else
            r->trial[r->pending++] = t;
    }
    if (e->status != HS_OK) return e->status;
    if (r->pending) qsort(r->trial, r->pending, sizeof *r->trial, by_lab);
    if (!r->result->trials && r->o->only)
        return HS_FAIL(e, HS_EUSAGE, "no trial of this plan has an id that begins with '%s'",
                       r->o->only);
    return HS_OK;
}

static void work(struct run *r)
{
    int threads = r->o->threads < 1 ? 1 : r->o->threads;
    size_t share = r->pending / (8 * (size_t)threads);
    r->row = share < 1 ? 1 : share > MOST_IN_A_ROW ? MOST_IN_A_ROW : share;
    r->memory = r->o->memory ? r->o->memory : hs_run_memory(threads);
    r->progress = hs_progress_open(stderr, r->o->verbosity, r->result->trials, r->result->kept);
    hs_work((r->pending + r->row - 1) / r->row, threads, job, r);
    for (int i = 0; i < threads; i++) hs_lab_close(r->bench[i].lab);
    hs_progress_close(r->progress);
}

static enum hs_status run_all(struct run *r, struct hs_err *e)
{
    const struct hs_run_options *o = r->o;
    struct hs_run_result *result = r->result;
    struct hs_manifest_time time_of = {
        .began = (double)time(NULL), .seconds = -1, .threads = o->threads};
    double start = hs_work_now();
    r->progress = hs_progress_open(stderr, o->verbosity, 0, 0);
    enum hs_status st = find_pending(r, e);
    hs_progress_close(r->progress);
    if (st == HS_OK)
        st = hs_manifest_write(o->dir, r->plan, r->in, r->pending ? &time_of : NULL, e);
    if (st != HS_OK || !r->pending) return st;
    work(r);
    result->stopped =
        o->stop && *o->stop && result->kept + result->ran + result->failed < result->trials;
    time_of.seconds = result->seconds = hs_work_now() - start;
    time_of.calibrations = result->calibrations, time_of.evaluations = result->evaluations;
    if (e->status != HS_OK || result->stopped) return e->status;
    return hs_manifest_write(o->dir, r->plan, r->in, &time_of, e);
}

enum hs_status hs_run(const struct hs_plan *plan, const struct hs_inputs *in,
                      const struct hs_run_options *o, struct hs_run_result *result,
                      struct hs_err *e)
{
    struct hs_text trials = {0};
    struct run r = {.plan = plan, .in = in, .o = o, .result = result, .fatal = e};
    *result = (struct hs_run_result){0};
    hs_text_add(&trials, "%s/trials", o->dir);
    r.trial = hs_alloc(plan->trials, sizeof *r.trial);
    r.bench = hs_alloc_zeroed((size_t)(o->threads < 1 ? 1 : o->threads), sizeof *r.bench);
    pthread_mutex_init(&r.lock, NULL);
    enum hs_status st = trials.failed || !r.trial || !r.bench ? HS_OUT_OF_MEMORY(e)
                                                              : hs_store_folder(trials.s, e);
    if (st == HS_OK) st = run_all(&r, e);
    pthread_mutex_destroy(&r.lock);
    hs_text_free(&trials);
    hs_free(r.trial), hs_free(r.bench);
    return st;
}
