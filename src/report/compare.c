/* compare.c - who loses least within a network and a format, and how sure that is. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/rng.h"
#include "report/view.h"
#include "stats/stats.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

static double ratio(const double *sum) { return sum[0] == sum[1] ? 1 : sum[0] / sum[1]; }

static bool may_win(const struct hs_entry *n)
{
    return !n->random_order && isfinite(n->relative.x);
}

static bool before(const struct hs_entry *a, const struct hs_entry *b)
{
    if (may_win(a) != may_win(b)) return may_win(a);
    return a->relative.x < b->relative.x;
}

/* Insertion keeps the plan's order among equals. */
static void sort(const struct hs_view *v, struct hs_group *g)
{
    for (size_t i = 1; i < g->entries; i++)
        for (size_t j = i; j > 0 && before(&v->entry[g->entry[j]], &v->entry[g->entry[j - 1]]);
             j--) {
            size_t swap = g->entry[j];
            g->entry[j] = g->entry[j - 1], g->entry[j - 1] = swap;
        }
    while (g->contenders < g->entries && may_win(&v->entry[g->entry[g->contenders]]))
        g->contenders++;
}

/* Draws are compared one by one as far as both have them. */
static bool leads_in_every_draw(const struct hs_view *v, const struct hs_entry *a,
                                const struct hs_entry *b)
{
    for (size_t i = 0; i < a->trials && i < b->trials; i++)
        if (!(v->trial[a->trial[i]].relative.x < v->trial[b->trial[i]].relative.x))
            return false;
    return true;
}

static enum hs_status fight(const struct hs_view *v, size_t best, size_t other,
                            struct hs_duel *d, struct hs_err *e)
{
    *d = (struct hs_duel){.other = other, .ratio = {NAN, NAN, NAN}};
    if (other == SIZE_MAX) return HS_OK;
    const struct hs_entry *a = &v->entry[best], *b = &v->entry[other];
    d->ratio.x = ratio((const double[]){a->relative.x, b->relative.x});
    if (!a->samples || a->samples != b->samples) return HS_OK;
    double *pairs = HS_NEW(v->arena, 2 * a->samples, double);
    gsl_rng *rng = hs_rng_open(0, "report/pairs");
    enum hs_status st = pairs && rng ? HS_OK : HS_OUT_OF_MEMORY(e);
    if (st == HS_OK) {
        for (size_t i = 0; i < a->samples; i++)
            pairs[2 * i] = a->squared[i], pairs[2 * i + 1] = b->squared[i];
        st = hs_stats_bca(pairs, a->samples, 2, a->cluster, ratio,
                          &(struct hs_bootstrap){.level = 0.95, .resamples = 2000}, rng,
                          &d->ratio.lo, &d->ratio.hi, e);
        d->sure = d->ratio.hi < 1 && leads_in_every_draw(v, a, b);
    }
    if (rng) gsl_rng_free(rng);
    return st;
}

static enum hs_status duels(const struct hs_view *v, struct hs_group *g, struct hs_err *e)
{
    size_t next = g->contenders > 1 ? g->entry[1] : SIZE_MAX, rival = SIZE_MAX;
    for (size_t i = g->contenders; i-- > 1;)
        if (strcmp(v->entry[g->entry[i]].strategy, v->entry[g->entry[0]].strategy))
            rival = g->entry[i];
    HS_TRY(fight(v, g->entry[0], next, &g->next, e));
    g->rival = g->next;
    return rival == next ? HS_OK : fight(v, g->entry[0], rival, &g->rival, e);
}

/* Two passes, as for the entries. */
enum hs_status hs_view_compare(struct hs_view *v, struct hs_err *e)
{
    v->group = HS_NEW(v->arena, v->entries, struct hs_group);
    size_t *first = HS_NEW(v->arena, v->entries, size_t);
    if (!v->group || !first) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < v->entries; i++) {
        size_t g = 0, t = v->entry[i].trial[0];
        while (g < v->groups && !hs_view_same(v, t, first[g], HS_ROLES_GROUP)) g++;
        if (g == v->groups) first[v->groups++] = t;
        v->entry[i].group = g;
        v->group[g].entries++;
    }
    for (size_t g = 0; g < v->groups; g++) {
        v->group[g].entry = HS_NEW(v->arena, v->group[g].entries, size_t);
        v->group[g].title = hs_view_label(v, first[g], HS_ROLES_GROUP);
        if (!v->group[g].entry || !v->group[g].title) return HS_OUT_OF_MEMORY(e);
        v->group[g].entries = 0;
    }
    for (size_t i = 0; i < v->entries; i++) {
        struct hs_group *g = &v->group[v->entry[i].group];
        g->entry[g->entries++] = i;
    }
    for (size_t g = 0; g < v->groups; g++) {
        sort(v, &v->group[g]);
        HS_TRY(duels(v, &v->group[g], e));
    }
    return HS_OK;
}
