/* difference.c - pairs of entries, sample by sample: intervals, rank tests, effect sizes. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/difference.h"

#include "base/rng.h"
#include "base/work.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double *column(const struct hs_trace *x, size_t offset)
{
    double *p;
    memcpy(&p, (const char *)x + offset, sizeof p);
    return p;
}

static const struct hs_trace *trace(const struct hs_view *v, const struct hs_entry *n, size_t draw)
{
    return &v->trial[n->trial[draw]].record->trace;
}

/* Every draw has the column, of equally many samples. */
static bool has(const struct hs_view *v, const struct hs_entry *n, const struct hs_sampled *m)
{
    for (size_t i = 0; i < n->trials; i++) {
        const struct hs_trace *x = trace(v, n, i);
        if (!x->samples || x->samples != trace(v, n, 0)->samples || !column(x, m->top) ||
            (m->bottom != SIZE_MAX && !column(x, m->bottom)))
            return false;
    }
    return n->trials > 0;
}

static bool same_clusters(const struct hs_trace *a, const struct hs_trace *b)
{
    return a->samples == b->samples && !a->cluster == !b->cluster &&
           (!a->cluster || !memcmp(a->cluster, b->cluster, a->samples * sizeof *a->cluster));
}

/* The float network's output has the same power on each sample, so they are the same samples, as far as one can see. */
static bool same_data(const struct hs_trace *a, const struct hs_trace *b)
{
    for (size_t i = 0; a->reference && b->reference && i < a->samples; i++)
        if (fabs(a->reference[i] - b->reference[i]) > 1e-3 * a->reference[i]) return false;
    return true;
}

static bool pairable(const struct hs_view *v, const struct hs_sampled *m, const struct hs_difference *d)
{
    const struct hs_entry *a = &v->entry[d->a], *b = &v->entry[d->b];
    return has(v, a, m) && has(v, b, m) && same_clusters(trace(v, a, 0), trace(v, b, 0)) &&
           (!hs_view_same(v, a->trial[0], b->trial[0], HS_ROLE_BIT(NETWORK)) || same_data(trace(v, a, 0), trace(v, b, 0)));
}

/* A sample's two columns, draws averaged; NaN where any has none. */
static void share(const struct hs_view *v, const struct hs_entry *n, const struct hs_sampled *m, size_t i, double *out)
{
    out[0] = out[1] = 0;
    for (size_t t = 0; t < n->trials; t++) {
        const struct hs_trace *x = trace(v, n, t);
        out[0] += column(x, m->top)[i] / (double)n->trials;
        out[1] += (m->bottom == SIZE_MAX ? 1 : column(x, m->bottom)[i]) / (double)n->trials;
    }
}

double hs_sampled_value(const struct hs_view *v, const struct hs_sampled *m, size_t entry)
{
    const struct hs_entry *n = &v->entry[entry];
    double sum[2] = {0}, one[2];
    if (!has(v, n, m)) return NAN;
    for (size_t i = 0; i < trace(v, n, 0)->samples; i++) {
        share(v, n, m, i, one);
        if (!isnan(one[0] + one[1])) sum[0] += one[0], sum[1] += one[1];
    }
    return sum[1] > 0 ? m->figure(sum) : NAN;
}

struct batch {
    const struct hs_view *v;
    const struct hs_sampled *metric;
    struct hs_difference *d;
    const struct hs_resamples *resamples;
    bool effects;
    struct hs_err *e; /* one a worker */
};

/* Rows of four columns; d: what each sample adds to the figures' difference, NaN where it has no figure. */
static void pair_up(const struct batch *k, struct hs_difference *d, double *rows, double *each, double *sum)
{
    const struct hs_entry *a = &k->v->entry[d->a], *b = &k->v->entry[d->b];
    size_t n = trace(k->v, a, 0)->samples;
    for (size_t i = 0; i < n; i++) {
        double *r = rows + 4 * i;
        share(k->v, a, k->metric, i, r), share(k->v, b, k->metric, i, r + 2);
        bool lacks = isnan(r[0] + r[1] + r[2] + r[3]);
        if (lacks) r[0] = r[1] = r[2] = r[3] = 0;
        for (size_t c = 0; c < 4; c++) sum[c] += r[c];
        each[i] = lacks ? NAN : 0;
        d->samples += !lacks;
    }
    for (size_t i = 0; i < n; i++)
        if (!isnan(each[i]))
            each[i] = (k->metric->turned ? -1 : 1) * (rows[4 * i] / sum[1] - rows[4 * i + 2] / sum[3]);
}

static void flips(const struct batch *k, struct hs_difference *d, const double *rows, const double *each)
{
    size_t n = trace(k->v, &k->v->entry[d->a], 0)->samples;
    d->flips = k->metric->flips && k->v->entry[d->a].trials == 1 && k->v->entry[d->b].trials == 1 &&
               !trace(k->v, &k->v->entry[d->a], 0)->cluster;
    for (size_t i = 0; i < n && d->flips; i++) {
        double a = rows[4 * i], b = rows[4 * i + 2];
        if (isnan(each[i])) continue;
        d->flips = (a == 0 || a == 1) && (b == 0 || b == 1);
        d->a_only += a > b, d->b_only += b > a;
    }
    d->mcnemar = d->flips ? hs_stats_mcnemar(d->a_only, d->b_only) : NAN;
}

/* Draws are compared one by one as far as both have them. */
static bool every_draw(const struct batch *k, const struct hs_difference *d)
{
    const struct hs_entry *a = &k->v->entry[d->a], *b = &k->v->entry[d->b];
    for (size_t t = 0; t < a->trials && t < b->trials; t++) {
        double sum[4] = {0}, one[2];
        for (size_t i = 0; i < trace(k->v, a, t)->samples; i++)
            for (size_t side = 0; side < 2; side++) {
                struct hs_entry alone = {.trials = 1, .trial = &(side ? b : a)->trial[t]};
                share(k->v, &alone, k->metric, i, one);
                if (!isnan(one[0])) sum[2 * side] += one[0], sum[2 * side + 1] += one[1];
            }
        if (!(k->metric->difference(sum) * d->difference.x > 0)) return false;
    }
    return true;
}

struct unit {
    uint32_t cluster;
    double x;
};

static int by_cluster(const void *a, const void *b)
{
    const struct unit *x = a, *y = b;
    return (x->cluster > y->cluster) - (x->cluster < y->cluster);
}

/* Of n differences those that are numbers, in front; those of a cluster added up: a rank test wants independent ones.
 * SIZE_MAX: no memory. */
static size_t independent(const struct hs_trace *t, double *x)
{
    size_t kept = 0, units = 0;
    struct unit *u = hs_alloc(t->samples, sizeof *u);
    if (!u) return SIZE_MAX;
    for (size_t i = 0; i < t->samples; i++)
        if (!isnan(x[i])) u[kept++] = (struct unit){t->cluster ? t->cluster[i] : (uint32_t)i, x[i]};
    if (t->cluster) qsort(u, kept, sizeof *u, by_cluster);
    for (size_t i = 0; i < kept; i++) {
        if (i == 0 || u[i].cluster != u[i - 1].cluster) x[units++] = 0;
        x[units - 1] += u[i].x;
    }
    hs_free(u);
    return units;
}

static enum hs_status measure(const struct batch *k, struct hs_difference *d, double *rows, double *each, size_t n,
                              struct hs_err *e)
{
    double sum[4] = {0};
    const struct hs_sampled *m = k->metric;
    pair_up(k, d, rows, each, sum);
    if (!d->samples) return HS_OK;
    d->value_a = m->figure(sum), d->value_b = m->figure(sum + 2), d->difference.x = m->difference(sum);
    d->every_draw = every_draw(k, d);
    flips(k, d, rows, each);
    if (m->ratio) {
        d->ratio.x = m->ratio(sum);
        HS_TRY(hs_resamples_bca(k->resamples, rows, 4, m->ratio, &d->ratio.lo, &d->ratio.hi, e));
    }
    if (k->effects || !m->ratio)
        HS_TRY(hs_resamples_bca(k->resamples, rows, 4, m->difference, &d->difference.lo, &d->difference.hi, e));
    if (k->effects) {
        HS_TRY(hs_stats_dominance(k->resamples, each, n, &d->dominance, e));
        HS_TRY(hs_stats_cohen(k->resamples, each, n, &d->cohen, e));
    }
    d->units = independent(trace(k->v, &k->v->entry[d->a], 0), each);
    return d->units == SIZE_MAX ? HS_OUT_OF_MEMORY(e) : hs_stats_wilcoxon(each, d->units, HS_WILCOXON_AUTO, &d->test, e);
}

static void one(void *batch, size_t i, int worker)
{
    struct batch *k = batch;
    struct hs_err *e = &k->e[worker];
    size_t n = trace(k->v, &k->v->entry[k->d[i].a], 0)->samples;
    double *room = hs_alloc(5 * n, sizeof *room);
    if (!room) HS_OUT_OF_MEMORY(e);
    else measure(k, &k->d[i], room, room + 4 * n, n, e);
    hs_free(room);
}

static void clear(struct hs_difference *d)
{
    const struct hs_value none = {NAN, NAN, NAN};
    const struct hs_effect nothing = {NAN, NAN, NAN};
    *d = (struct hs_difference){.a = d->a, .b = d->b, .group = d->group, .name_a = d->name_a, .name_b = d->name_b,
                                .value_a = NAN, .value_b = NAN, .difference = none, .ratio = none, .dominance = nothing,
                                .cohen = nothing, .test = {.p = NAN, .biserial = NAN}, .mcnemar = NAN, .adjusted = NAN,
                                .verdict = ""};
}

/* Pairs of the same samples share their resamples and are done side by side. */
static enum hs_status run(struct batch *k, struct hs_difference *d, size_t n, struct hs_err *e)
{
    const struct hs_trace *x = trace(k->v, &k->v->entry[d->a], 0);
    struct hs_resamples *r = NULL;
    gsl_rng *g = hs_rng_open(0, "report/differences");
    if (!g) return HS_OUT_OF_MEMORY(e);
    enum hs_status st = hs_resamples_open(x->samples, x->cluster, &(struct hs_bootstrap){.level = 0.95, .resamples = 2000}, g,
                                          &r, e);
    gsl_rng_free(g);
    k->d = d, k->resamples = r;
    if (st == HS_OK) hs_work(n, hs_work_cores(), one, k);
    for (int w = 0; w < hs_work_cores() && st == HS_OK; w++)
        if (k->e[w].status != HS_OK) *e = k->e[w], st = e->status;
    hs_resamples_close(r);
    return st;
}

enum hs_status hs_differences_find(const struct hs_view *v, const struct hs_sampled *m, struct hs_difference *d, size_t n,
                                   bool effects, struct hs_err *e)
{
    struct batch k = {.v = v, .metric = m, .effects = effects, .e = HS_NEW(v->arena, (size_t)hs_work_cores(), struct hs_err)};
    if (!k.e) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < n; i++) clear(&d[i]);
    for (size_t i = 0, end; i < n; i = end) {
        end = i + 1;
        if (!pairable(v, m, &d[i])) continue;
        const struct hs_trace *first = trace(v, &v->entry[d[i].a], 0);
        while (end < n && pairable(v, m, &d[end]) && same_clusters(first, trace(v, &v->entry[d[end].a], 0))) end++;
        HS_TRY(run(&k, d + i, end - i, e));
    }
    return HS_OK;
}
