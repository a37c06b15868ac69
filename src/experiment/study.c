/* study.c - opens a study, and says beforehand what it will cost. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "experiment/run.h"
#include "experiment/study.h"

#include "base/work.h"
#include "propagate/walk.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FEW = 16, MORE = 64 }; /* samples that costs are measured on */

/* All that comes after the config, whose status is `st`. */
static enum hs_status open_rest(struct hs_study *s, enum hs_status st, struct hs_text *mistakes,
                                struct hs_err *e)
{
    if (st == HS_OK) st = hs_plan_unfold(&s->config, &s->plan, e);
    if (st == HS_OK) st = hs_inputs_open(&s->config, &s->inputs, mistakes, e);
    if (st == HS_OK) st = hs_plan_bind(&s->plan, &s->inputs, mistakes, e);
    if (st != HS_OK) hs_study_close(s);
    return st;
}

enum hs_status hs_study_open(const char *file, const char *const *set, size_t sets,
                             struct hs_study *s, struct hs_text *mistakes, struct hs_err *e)
{
    *s = (struct hs_study){0};
    return open_rest(s, hs_config_read(file, set, sets, &s->config, mistakes, e), mistakes, e);
}

enum hs_status hs_study_parse(const char *name, const char *folder, const char *text, size_t n,
                              struct hs_study *s, struct hs_text *mistakes, struct hs_err *e)
{
    *s = (struct hs_study){0};
    return open_rest(s, hs_config_parse(name, folder, text, n, &s->config, mistakes, e), mistakes,
                     e);
}

void hs_study_close(struct hs_study *s)
{
    hs_inputs_close(&s->inputs);
    hs_plan_close(&s->plan);
    hs_config_close(&s->config);
}

/* The first few samples of some data: a view, with tensors of its own but the same values. */
struct few {
    struct hs_data data;
    struct hs_tensor *port;
};

static bool take_few(struct few *f, const struct hs_data *d, size_t most)
{
    f->data = *d;
    f->data.n = d->n < most ? d->n : most;
    f->port = hs_alloc(d->ports, sizeof *f->port);
    for (size_t i = 0; f->port && i < d->ports; i++) {
        f->port[i] = d->input[i];
        f->port[i].shape.dim[0] = f->data.n;
    }
    f->data.input = f->port;
    return f->port;
}

/* Seconds of a trial in a new lab and of another one after it, which finds much of its work
 * done, on at most `most` samples of each split; and how many samples those were. */
struct timing {
    double samples, first, next;
};

static bool walk(struct hs_lab *lab, const struct hs_trial *t, double *seconds)
{
    struct hs_trace trace = {0};
    struct hs_err e = {0};
    double start = hs_work_now();
    bool good = hs_walk(lab, &t->spec, &trace, &e) == HS_OK;
    *seconds = hs_work_now() - start;
    hs_trace_close(&trace);
    return good;
}

static bool measure(const struct hs_study *s, const struct hs_trial *t,
                    const struct hs_trial *next, size_t most, struct timing *out)
{
    const struct hs_inputs *in = &s->inputs;
    const struct hs_data *calibration = hs_inputs_calibration(in, t->network, t->draw);
    struct few cal = {0}, eval = {0};
    struct hs_err e = {0};
    struct hs_lab *lab = NULL;
    double start = hs_work_now();
    bool good = take_few(&eval, in->evaluation[t->network], most) &&
                (!calibration || take_few(&cal, calibration, most)) &&
                !hs_lab_open(t->net, calibration ? &cal.data : NULL, &eval.data,
                             hs_run_memory(1), &lab, &e);
    double opening = hs_work_now() - start;
    good = good && walk(lab, t, &out->first) && walk(lab, next, &out->next);
    out->samples = (double)(eval.data.n + cal.data.n), out->first += opening;
    hs_lab_close(lab);
    hs_free(cal.port), hs_free(eval.port);
    return good;
}

/* A straight line through two measurements: what a trial costs whatever the samples, and what
 * each sample costs. */
static double extend(double few, double t_few, double more, double t_more, double all)
{
    double slope = more > few && t_more > t_few ? (t_more - t_few) / (more - few) : 0;
    return t_more + slope * (all - more);
}

static double predict(const struct hs_study *s, const struct hs_trial *t,
                      const struct hs_trial *next, size_t alike)
{
    const struct hs_inputs *in = &s->inputs;
    struct timing few, more;
    double all = (double)in->evaluation[t->network]->n;
    if (in->draws) all += (double)in->calibration[t->network * in->draws + t->draw]->n;
    if (!measure(s, t, next, FEW, &few) || !measure(s, t, next, MORE, &more)) return NAN;
    double first = extend(few.samples, few.first, more.samples, more.first, all),
           later = extend(few.samples, few.next, more.samples, more.next, all);
    return first + (double)(alike - 1) * later;
}

/* Trials of one network and kind of order cost alike. */
static bool are_alike(const struct hs_trial *a, const struct hs_trial *b)
{
    return a->network == b->network && a->transform == b->transform && a->spec.order.type == b->spec.order.type;
}

double hs_study_seconds(const struct hs_study *s)
{
    double sum = 0;
    for (size_t i = 0; i < s->plan.trials; i++) {
        const struct hs_trial *t = &s->plan.trial[i], *next = t;
        bool seen = false;
        for (size_t k = 0; k < i && !seen; k++) seen = are_alike(&s->plan.trial[k], t);
        if (seen) continue;
        size_t alike = 0;
        for (size_t k = i; k < s->plan.trials; k++) {
            if (!are_alike(&s->plan.trial[k], t)) continue;
            alike++;
            if (next == t && k > i) next = &s->plan.trial[k];
        }
        sum += predict(s, t, next, alike);
    }
    return sum;
}

static double data_bytes(const struct hs_data *d)
{
    double bytes =
        (double)d->n *
        (double)(d->target_width * !!d->target + d->mask_width * !!d->mask + !!d->cluster) * 4;
    for (size_t p = 0; p < d->ports; p++)
        bytes += (double)hs_shape_count(&d->input[p].shape) * 4;
    return bytes;
}

double hs_study_bytes(const struct hs_study *s)
{
    double bytes = 0;
    for (size_t i = 0; i < s->inputs.stored; i++) bytes += data_bytes(&s->inputs.store[i]);
    for (size_t i = 0; i < s->inputs.networks; i++)
        for (size_t k = 0; k < s->inputs.net[i].nodes; k++)
            for (size_t p = 0; p < s->inputs.net[i].node[k].params; p++)
                bytes +=
                    (double)hs_shape_count(&s->inputs.net[i].node[k].param[p].value.shape) * 4;
    return bytes;
}

static int by_key(const void *pa, const void *pb)
{
    const struct hs_key *a = pa, *b = pb;
    if (a->hi != b->hi) return a->hi < b->hi ? -1 : 1;
    return a->lo < b->lo ? -1 : a->lo > b->lo;
}

size_t hs_study_outcomes(const struct hs_study *s)
{
    size_t n = s->plan.trials, different = n > 0;
    struct hs_key *key = hs_alloc(n, sizeof *key);
    if (!key) return n;
    for (size_t i = 0; i < n; i++) key[i] = s->plan.trial[i].outcome;
    qsort(key, n, sizeof *key, by_key);
    for (size_t i = 1; i < n; i++) different += by_key(&key[i], &key[i - 1]) != 0;
    hs_free(key);
    return different;
}
