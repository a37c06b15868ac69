/* transfer.c - an order that is chosen on one draw of calibration data, scored on the others. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/layout.h"

#include <math.h>
#include <string.h>

/* Share of the others that are worse. */
static double beats(const double *error, size_t n, size_t one)
{
    size_t worse = 0;
    for (size_t i = 0; i < n; i++) worse += error[i] > error[one];
    return (double)worse / (double)(n - 1);
}

static size_t smallest(const double *x, size_t n)
{
    size_t best = 0;
    for (size_t i = 1; i < n; i++)
        if (x[i] < x[best]) best = i;
    return best;
}

/* The execution order's own permutation and its reverse have these places; the factor's levels these names. */
static size_t find(const struct hs_layout *l, const char *name, size_t place)
{
    if (l->chosen) return place;
    for (size_t o = 0; o < l->orders; o++)
        if (!strcmp(l->order[o], name)) return o;
    return l->orders;
}

/* Whether a search's rows are all permutations, and so begin with the identity and end with its reverse. */
static bool complete(const struct hs_layout *l)
{
    size_t layers = 1, all = 1;
    if (!l->chosen) return true;
    for (const char *c = l->order[0]; *c; c++) layers += *c == ' ';
    for (size_t k = 2; k <= layers && all <= l->orders; k++) all *= k;
    return all == l->orders;
}

/* error[draw][order] of one network, from what is evaluated or chosen by. */
static void gather(const struct hs_layout *l, const double *from, size_t network, double *to)
{
    for (size_t d = 0; d < l->draws; d++)
        for (size_t o = 0; o < l->orders; o++) to[d * l->orders + o] = from[hs_layout_cell(l, o, d, network)];
}

static void of_means(const struct hs_layout *l, const double *error, double *mean, struct hs_transfer *t)
{
    size_t n = l->orders, at;
    double least = INFINITY, most = -INFINITY;
    for (size_t o = 0; o < n; o++) {
        mean[o] = 0;
        for (size_t d = 0; d < l->draws; d++) mean[o] += log(error[d * n + o]) / (double)l->draws;
        least = fmin(least, mean[o]), most = fmax(most, mean[o]);
    }
    t->spread = exp(most - least), t->forward = t->backward = NAN;
    if (complete(l) && (at = find(l, "forward", 0)) < n) t->forward = beats(mean, n, at);
    if (complete(l) && (at = find(l, "backward", n - 1)) < n) t->backward = beats(mean, n, at);
}

static enum hs_status of_pairs(const struct hs_layout *l, const double *error, const double *by, struct hs_transfer *t,
                               struct hs_err *e)
{
    size_t n = l->orders, pairs = l->draws * (l->draws - 1);
    t->chosen = t->correlation = 0;
    for (size_t i = 0; i < l->draws; i++)
        for (size_t j = 0; j < l->draws; j++) {
            if (i == j) continue;
            t->chosen += beats(error + j * n, n, smallest(by + i * n, n)) / (double)pairs;
            double rho = 0;
            if (j < i) HS_TRY(hs_stats_spearman(error + i * n, error + j * n, n, &rho, e));
            t->correlation += 2 * rho / (double)pairs;
        }
    return HS_OK;
}

enum hs_status hs_layout_transfer(const struct hs_layout *l, size_t network, struct hs_transfer *t, struct hs_err *e)
{
    size_t cells = l->draws * l->orders;
    double *room = hs_alloc(2 * cells + l->orders, sizeof *room), *error = room, *by = room + cells;
    if (!room) return HS_OUT_OF_MEMORY(e);
    gather(l, l->error, network, error);
    gather(l, l->chosen ? l->chosen : l->error, network, by);
    of_means(l, error, room + 2 * cells, t);
    enum hs_status st = of_pairs(l, error, by, t, e);
    hs_free(room);
    return st;
}
