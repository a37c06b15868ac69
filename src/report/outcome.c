/* outcome.c - the figures of each trial, and of the trials that only differ in the draw. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/interval.h"
#include "stats/stats.h"

#include <math.h>
#include <string.h>

static const struct hs_metric_type *find(const char *name)
{
    for (const struct hs_metric_type *const *m = hs_metric_roster; *m; m++)
        if (!strcmp((*m)->name, name)) return *m;
    return NULL;
}

static size_t place(const struct hs_view *v, const char *metric)
{
    size_t m = 0;
    while (m < v->metrics && strcmp(v->metric[m], metric)) m++;
    return m;
}

static enum hs_status metrics(struct hs_view *v, struct hs_err *e)
{
    size_t most = 0;
    for (size_t t = 0; t < v->trials; t++) most += v->trial[t].record->trace.figures;
    v->metric = HS_NEW(v->arena, most, const char *);
    v->type = HS_NEW(v->arena, most, const struct hs_metric_type *);
    if (!v->metric || !v->type) return HS_OUT_OF_MEMORY(e);
    for (size_t t = 0; t < v->trials; t++) {
        const struct hs_trace *x = &v->trial[t].record->trace;
        for (size_t i = 0; i < x->figures; i++)
            if (place(v, x->figure[i].metric) == v->metrics) {
                v->metric[v->metrics] = x->figure[i].metric;
                v->type[v->metrics++] = find(x->figure[i].metric);
            }
    }
    return HS_OK;
}

static void figures(const struct hs_view *v, struct hs_outcome *o)
{
    const struct hs_trace *x = &o->record->trace;
    for (size_t i = 0; i < x->nodes; i++)
        if (x->node[i].step > o->last) o->last = x->node[i].step;
    for (size_t i = 0; i < x->figures; i++)
        if (x->figure[i].step > o->last) o->last = x->figure[i].step;
    for (size_t i = 0; i < x->figures; i++) {
        const struct hs_figure_row *r = &x->figure[i];
        size_t m = place(v, r->metric);
        if (r->step == o->last) o->metric[m] = (struct hs_value){r->value, r->lo, r->hi};
        if (r->step == 0) o->unquantized[m] = r->value;
    }
}

static void totals(struct hs_outcome *o)
{
    const struct hs_trace *x = &o->record->trace;
    double squared = 0, clipping = 0, rounding = 0, optimum = 0, beside = 0, bits = 0,
           elements = 0;
    for (size_t i = 0; i < x->sites; i++) {
        const struct hs_site_row *s = &x->site[i];
        if (isfinite(s->squared))
            squared += s->squared, clipping += s->clipping, rounding += s->rounding;
        if (isfinite(s->optimum) && isfinite(s->squared))
            optimum += s->optimum, beside += s->squared;
        if (!strcmp(s->site, "weight")) bits += s->bits * s->elements, elements += s->elements;
        o->warnings += *s->warning != '\0';
    }
    o->clipping = squared > 0 ? clipping / squared : NAN;
    o->rounding = squared > 0 ? rounding / squared : NAN;
    o->optimum = optimum > 0 ? beside / optimum : NAN;
    o->bits = elements > 0 ? bits / elements : NAN;
}

enum hs_status hs_view_outcomes(struct hs_view *v, struct hs_err *e)
{
    HS_TRY(metrics(v, e));
    for (size_t t = 0; t < v->trials; t++) {
        struct hs_outcome *o = &v->trial[t];
        o->metric = HS_NEW(v->arena, v->metrics, struct hs_value);
        o->unquantized = HS_NEW(v->arena, v->metrics, double);
        if (!o->metric || !o->unquantized) return HS_OUT_OF_MEMORY(e);
        for (size_t m = 0; m < v->metrics; m++) {
            o->metric[m] = (struct hs_value){NAN, NAN, NAN};
            o->unquantized[m] = NAN;
        }
        figures(v, o);
        totals(o);
        o->relative = (struct hs_value){NAN, NAN, NAN};
    }
    return HS_OK;
}

/* Where no sample was kept, the last node in execution order speaks for the output. */
static double from_nodes(const struct hs_outcome *o)
{
    const struct hs_node_row *end = NULL;
    const struct hs_trace *x = &o->record->trace;
    for (size_t i = 0; i < x->nodes; i++)
        if (x->node[i].step == o->last && (!end || x->node[i].position > end->position))
            end = &x->node[i];
    return end ? hs_view_share(end->total, end->reference) : NAN;
}

/* The only draw lends its arrays; several are averaged, sample by sample. */
static enum hs_status gather(const struct hs_view *v, struct hs_entry *me, struct hs_err *e)
{
    const struct hs_trace *first = &v->trial[me->trial[0]].record->trace;
    for (size_t i = 0; i < me->trials; i++) {
        const struct hs_trace *x = &v->trial[me->trial[i]].record->trace;
        if (x->samples != first->samples || !x->squared || !x->reference) return HS_OK;
    }
    me->samples = first->samples, me->cluster = first->cluster;
    me->squared = first->squared, me->reference = first->reference;
    if (me->trials == 1) return HS_OK;
    double *squared = HS_NEW(v->arena, me->samples, double),
           *reference = HS_NEW(v->arena, me->samples, double);
    if (!squared || !reference) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < me->trials; i++) {
        const struct hs_trace *x = &v->trial[me->trial[i]].record->trace;
        for (size_t s = 0; s < me->samples; s++) {
            squared[s] += x->squared[s] / (double)me->trials;
            reference[s] += x->reference[s] / (double)me->trials;
        }
    }
    me->squared = squared, me->reference = reference;
    return HS_OK;
}

/* An interval over samples of a mean over draws is at most as wide as the mean of the draws'
 * intervals. */
static enum hs_status average(const struct hs_view *v, struct hs_entry *me, struct hs_err *e)
{
    double *x = HS_NEW(v->arena, me->trials, double), mean, lo, hi, square = 0,
           n = (double)me->trials;
    me->metric = HS_NEW(v->arena, v->metrics, struct hs_value);
    if (!x || !me->metric) return HS_OUT_OF_MEMORY(e);
    for (size_t m = 0; m < v->metrics; m++)
        for (size_t i = 0; i < me->trials; i++) {
            const struct hs_value *one = &v->trial[me->trial[i]].metric[m];
            me->metric[m].x += one->x / n, me->metric[m].lo += one->lo / n,
                me->metric[m].hi += one->hi / n;
        }
    for (size_t i = 0; i < me->trials; i++) x[i] = v->trial[me->trial[i]].relative.x;
    hs_stats_t(x, me->trials, 0.95, &mean, &lo, &hi);
    for (size_t i = 0; i < me->trials; i++) square += (x[i] - mean) * (x[i] - mean);
    me->spread = me->trials > 1 ? sqrt(square / (n - 1)) : NAN;
    if (!me->samples) me->relative = (struct hs_value){me->trials == 1 ? x[0] : mean, NAN, NAN};
    return HS_OK;
}

static enum hs_status measure(struct hs_view *v, struct hs_err *e)
{
    size_t most = 0, n = 0;
    struct hs_wanted *w = HS_NEW(v->arena, v->trials + v->entries, struct hs_wanted);
    if (!w) return HS_OUT_OF_MEMORY(e);
    for (size_t t = 0; t < v->trials; t++) {
        const struct hs_trace *x = &v->trial[t].record->trace;
        if (x->samples > most) most = x->samples;
        if (x->samples && x->squared && x->reference)
            w[n++] = (struct hs_wanted){x->squared, x->reference, x->samples, x->cluster,
                                     &v->trial[t].relative};
        else
            v->trial[t].relative.x = from_nodes(&v->trial[t]);
    }
    for (size_t i = 0; i < v->entries; i++) {
        const struct hs_entry *me = &v->entry[i];
        if (me->trials > 1 && me->samples)
            w[n++] = (struct hs_wanted){me->squared, me->reference, me->samples, me->cluster,
                                     &v->entry[i].relative};
    }
    HS_TRY(hs_view_intervals(v, w, n, most, e));
    for (size_t i = 0; i < v->entries; i++) {
        if (v->entry[i].trials == 1)
            v->entry[i].relative = v->trial[v->entry[i].trial[0]].relative;
        HS_TRY(average(v, &v->entry[i], e));
    }
    return HS_OK;
}

/* A level that the plan made by chance: "random", "random 3", "random/3" ... */
static bool by_chance(const struct hs_view *v, size_t trial)
{
    for (size_t f = 0; f < v->factors; f++)
        if (v->factor[f].role == HS_ROLE_ORDER &&
            !strncmp(hs_view_level(v, trial, f), "random", 6))
            return true;
    return false;
}

/* Two passes: the first counts, so that every list has its own size. */
enum hs_status hs_view_entries(struct hs_view *v, struct hs_err *e)
{
    v->entry = HS_NEW(v->arena, v->trials, struct hs_entry);
    size_t *first = HS_NEW(v->arena, v->trials, size_t);
    if (!v->entry || !first) return HS_OUT_OF_MEMORY(e);
    for (size_t t = 0; t < v->trials; t++) {
        size_t i = 0;
        while (i < v->entries && !hs_view_same(v, t, first[i], HS_ROLES_ENTRY)) i++;
        if (i == v->entries) first[v->entries++] = t;
        v->trial[t].entry = i;
        v->entry[i].trials++;
    }
    for (size_t i = 0; i < v->entries; i++) {
        v->entry[i].trial = HS_NEW(v->arena, v->entry[i].trials, size_t);
        if (!v->entry[i].trial) return HS_OUT_OF_MEMORY(e);
        v->entry[i].trials = 0;
        v->entry[i].random_order = by_chance(v, first[i]);
        v->entry[i].strategy = hs_view_label(v, first[i], HS_ROLE_BIT(STRATEGY));
        v->entry[i].order = hs_view_label(v, first[i], HS_ROLE_BIT(ORDER));
        if (!v->entry[i].strategy || !v->entry[i].order) return HS_OUT_OF_MEMORY(e);
    }
    for (size_t t = 0; t < v->trials; t++) {
        struct hs_entry *me = &v->entry[v->trial[t].entry];
        me->trial[me->trials++] = t;
    }
    for (size_t i = 0; i < v->entries; i++) HS_TRY(gather(v, &v->entry[i], e));
    return measure(v, e);
}
