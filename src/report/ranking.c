/* ranking.c - blocks out of trials, Friedman's test and Nemenyi's critical difference of what is ranked in them. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/ranking.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Which block a trial belongs to, and which trials are the blocks' first. */
struct blocks {
    size_t n, *of, *first;
    double *value; /* n * levels, NaN where missing */
};

static bool same_block(const struct hs_view *v, size_t a, size_t b, size_t factor, const bool *aside)
{
    for (size_t f = 0; f < v->factors; f++)
        if (f != factor && !(aside && aside[f]) && v->level[a * v->factors + f] != v->level[b * v->factors + f]) return false;
    return true;
}

static enum hs_status collect(const struct hs_view *v, size_t factor, const bool *aside, const double *value,
                              struct blocks *b, struct hs_err *e)
{
    size_t levels = v->factor[factor].levels;
    b->of = HS_NEW(v->arena, v->trials, size_t), b->first = HS_NEW(v->arena, v->trials, size_t);
    if (!b->of || !b->first) return HS_OUT_OF_MEMORY(e);
    for (size_t t = 0; t < v->trials; t++) {
        size_t i = b->n; /* neighbours in the plan are likely to belong together: the latest first */
        while (i > 0 && !same_block(v, t, b->first[i - 1], factor, aside)) i--;
        b->of[t] = i ? i - 1 : b->n;
        if (!i) b->first[b->n++] = t;
    }
    b->value = HS_NEW(v->arena, b->n * levels, double);
    if (!b->value) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < b->n * levels; i++) b->value[i] = NAN;
    for (size_t t = 0; t < v->trials; t++) {
        size_t l = v->level[t * v->factors + factor];
        if (l != SIZE_MAX) b->value[b->of[t] * levels + l] = value[t];
    }
    return HS_OK;
}

/* Complete blocks move to the front; a larger figure may be the better one. */
static size_t complete(struct blocks *b, size_t levels, bool higher)
{
    size_t kept = 0;
    for (size_t i = 0; i < b->n; i++) {
        bool whole = true;
        for (size_t l = 0; l < levels; l++) whole &= !isnan(b->value[i * levels + l]);
        for (size_t l = 0; l < levels && whole; l++)
            b->value[kept * levels + l] = (higher ? -1 : 1) * b->value[i * levels + l];
        kept += whole;
    }
    return kept;
}

static struct hs_value average_rank(const struct hs_ranking *r, const double *value, size_t level, double *each)
{
    struct hs_value out;
    for (size_t b = 0; b < r->blocks; b++) {
        const double *x = value + b * r->levels;
        each[b] = 0.5;
        for (size_t l = 0; l < r->levels; l++) each[b] += x[l] < x[level] ? 1 : x[l] == x[level] ? 0.5 : 0;
    }
    hs_stats_t(each, r->blocks, 0.95, &out.x, &out.lo, &out.hi);
    if (out.lo < 1) out.lo = 1; /* no rank lies beyond the ends */
    if (out.hi > (double)r->levels) out.hi = (double)r->levels;
    return out;
}

/* Insertion by the average rank: a factor has few levels. */
static void place(struct hs_ranking *r, const double *rank)
{
    for (size_t i = 0; i < r->levels; i++) {
        size_t j = i;
        for (; j > 0 && rank[r->level[j - 1]] > rank[i]; j--) r->level[j] = r->level[j - 1];
        r->level[j] = i;
    }
}

/* Largest runs of places that lie within the critical difference. */
static void find_bars(struct hs_ranking *r)
{
    size_t reached = 0;
    for (size_t i = 0, j = 0; i < r->levels; i++) {
        while (j + 1 < r->levels && r->rank[j + 1].x - r->rank[i].x < r->cd) j++;
        if (j < i) j = i;
        if (j > i && (!r->bars || j > reached)) {
            r->bar[r->bars][0] = i, r->bar[r->bars++][1] = j;
            reached = j;
        }
    }
}

/* Bars are called a, b ...; a level alone gets a letter of its own. */
static enum hs_status name_bars(const struct hs_view *v, struct hs_ranking *r, struct hs_err *e)
{
    size_t next = 0;
    char *own = HS_NEW(v->arena, r->bars + 1, char);
    if (!own) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < r->levels; i++) {
        char letters[64] = "";
        size_t n = 0;
        for (size_t b = 0; b < r->bars; b++) {
            if (i < r->bar[b][0] || i > r->bar[b][1]) continue;
            if (!own[b]) own[b] = (char)('a' + next++ % 26);
            if (n + 1 < sizeof letters) letters[n++] = own[b], letters[n] = '\0';
        }
        if (!n) letters[0] = (char)('a' + next++ % 26);
        if (!(r->letters[i] = hs_arena_text(v->arena, "%s", letters))) return HS_OUT_OF_MEMORY(e);
    }
    return HS_OK;
}

static enum hs_status fill(const struct hs_view *v, struct hs_ranking *r, const double *value, struct hs_err *e)
{
    double *room = HS_NEW(v->arena, r->levels + r->blocks, double);
    r->level = HS_NEW(v->arena, r->levels, size_t), r->rank = HS_NEW(v->arena, r->levels, struct hs_value);
    r->against_best = HS_NEW(v->arena, r->levels, double), r->letters = HS_NEW(v->arena, r->levels, const char *);
    r->bar = (size_t(*)[2])hs_arena_take(v->arena, r->levels, sizeof *r->bar);
    if (!room || !r->level || !r->rank || !r->against_best || !r->letters || !r->bar) return HS_OUT_OF_MEMORY(e);
    HS_TRY(hs_stats_friedman(value, r->blocks, r->levels, room, &r->test, e));
    r->cd = hs_stats_nemenyi_cd(r->levels, r->blocks, 0.95);
    place(r, room);
    for (size_t i = 0; i < r->levels; i++) {
        r->rank[i] = average_rank(r, value, r->level[i], room + r->levels);
        r->against_best[i] = i ? hs_stats_nemenyi_p(r->rank[i].x - r->rank[0].x, r->levels, r->blocks) : NAN;
    }
    find_bars(r);
    return name_bars(v, r, e);
}

enum hs_status hs_ranking_find(const struct hs_view *v, size_t factor, const bool *aside, const double *value, bool higher,
                               size_t least, struct hs_ranking *r, struct hs_err *e)
{
    struct blocks b = {0};
    *r = (struct hs_ranking){.factor = factor};
    HS_TRY(collect(v, factor, aside, value, &b, e));
    r->blocks = complete(&b, v->factor[factor].levels, higher);
    r->left_out = b.n - r->blocks;
    if (r->blocks < least || v->factor[factor].levels < 2) return HS_OK;
    r->levels = v->factor[factor].levels;
    return fill(v, r, b.value, e);
}

/* What competes, with three levels at least in five blocks: fewer say nothing that the tables do not. */
enum hs_status hs_view_rankings(struct hs_view *v, struct hs_err *e)
{
    enum { FEW = 3, MANY = 24, BLOCKS = 5 };
    double *value = HS_NEW(v->arena, v->trials, double);
    v->ranking = HS_NEW(v->arena, v->factors, struct hs_ranking);
    if (!value || !v->ranking) return HS_OUT_OF_MEMORY(e);
    for (size_t t = 0; t < v->trials; t++) value[t] = v->trial[t].relative.x;
    for (size_t f = 0; f < v->factors; f++) {
        const struct hs_factor *me = &v->factor[f];
        bool competes = me->role == HS_ROLE_STRATEGY || me->role == HS_ROLE_ORDER;
        if (!competes || me->levels < FEW || me->levels > MANY) continue;
        HS_TRY(hs_ranking_find(v, f, NULL, value, false, BLOCKS, &v->ranking[v->rankings], e));
        v->rankings += v->ranking[v->rankings].levels > 0;
    }
    return HS_OK;
}
