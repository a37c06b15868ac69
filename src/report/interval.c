/* interval.c - relative errors with their bootstrap intervals, side by side. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/interval.h"

#include "base/rng.h"
#include "base/work.h"
#include "stats/stats.h"

#include <math.h>
#include <string.h>

static double ratio(const double *sum) { return hs_view_share(sum[0], sum[1]); }

/* Resamples are shared between all trials that have the same samples: their intervals can be
 * compared. */
struct drawn {
    struct hs_resamples *resamples;
    size_t samples;
    const uint32_t *cluster;
};

static enum hs_status draw(struct drawn *d, size_t n, const uint32_t *cluster, struct hs_err *e)
{
    bool same = d->resamples && d->samples == n && !d->cluster == !cluster &&
                (!cluster || !memcmp(cluster, d->cluster, n * sizeof *cluster));
    if (same) return HS_OK;
    hs_resamples_close(d->resamples);
    *d = (struct drawn){.samples = n, .cluster = cluster};
    gsl_rng *g = hs_rng_open(0, "report/samples");
    if (!g) return HS_OUT_OF_MEMORY(e);
    enum hs_status st =
        hs_resamples_open(n, cluster, &(struct hs_bootstrap){.level = 0.95, .resamples = 2000},
                          g, &d->resamples, e);
    gsl_rng_free(g);
    return st;
}

struct batch {
    const struct hs_wanted *wanted;
    const struct hs_resamples *resamples;
    double **pairs; /* one a worker */
    struct hs_err *e; /* one a worker */
};

static void relative(void *batch, size_t i, int worker)
{
    struct batch *b = batch;
    const struct hs_wanted *w = &b->wanted[i];
    double sum[2] = {0, 0}, *pairs = b->pairs[worker];
    for (size_t s = 0; s < w->samples; s++) {
        sum[0] += pairs[2 * s] = w->squared[s];
        sum[1] += pairs[2 * s + 1] = w->reference[s];
    }
    w->out->x = ratio(sum);
    hs_resamples_bca(b->resamples, pairs, 2, ratio, &w->out->lo, &w->out->hi, &b->e[worker]);
}

static bool same_samples(const struct hs_wanted *a, const struct hs_wanted *b)
{
    return a->samples == b->samples && !a->cluster == !b->cluster &&
           (!a->cluster || !memcmp(a->cluster, b->cluster, a->samples * sizeof *a->cluster));
}

/* Thousands of bootstraps take most of a report's time: those over the same samples are done side by side. */
enum hs_status hs_view_intervals(const struct hs_view *v, const struct hs_wanted *w, size_t n, size_t most,
                                 struct hs_err *e)
{
    struct drawn d = {0};
    size_t workers = (size_t)hs_work_cores();
    struct batch b = {.pairs = HS_NEW(v->arena, workers, double *),
                      .e = HS_NEW(v->arena, workers, struct hs_err)};
    enum hs_status st = b.pairs && b.e ? HS_OK : HS_OUT_OF_MEMORY(e);
    for (size_t k = 0; k < workers && st == HS_OK; k++)
        if (!(b.pairs[k] = HS_NEW(v->arena, 2 * most, double))) st = HS_OUT_OF_MEMORY(e);
    for (size_t i = 0, run; i < n && st == HS_OK; i += run) {
        for (run = 1; i + run < n && same_samples(&w[i], &w[i + run]); run++) continue;
        if ((st = draw(&d, w[i].samples, w[i].cluster, e)) != HS_OK) break;
        b.wanted = w + i, b.resamples = d.resamples;
        hs_work(run, (int)workers, relative, &b);
        for (size_t k = 0; k < workers && st == HS_OK; k++)
            if (b.e[k].status != HS_OK) *e = b.e[k], st = e->status;
    }
    hs_resamples_close(d.resamples);
    return st;
}
