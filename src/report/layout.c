/* layout.c - errors of orders x draws x networks, from the trials' own or from what an exhaustive search measured. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/layout.h"

#include "propagate/table.h"

#include <math.h>
#include <string.h>

enum { ALIKE = HS_ROLE_BIT(FORMAT) | HS_ROLE_BIT(STRATEGY), NETWORK = HS_ROLE_BIT(NETWORK), DRAW = HS_ROLE_BIT(DRAW),
       ORDER = HS_ROLE_BIT(ORDER) };

/* Levels seen so far, each by its first trial: the number of this trial's. */
static size_t level(const struct hs_view *v, size_t trial, unsigned role, size_t *seen, size_t *n)
{
    for (size_t i = 0; i < *n; i++)
        if (hs_view_same(v, seen[i], trial, role)) return i;
    seen[*n] = trial;
    return (*n)++;
}

static size_t column(const struct hs_trace_table *t, const char *name)
{
    size_t c = 0;
    while (c < t->columns && strcmp(t->column[c].name, name)) c++;
    return c;
}

struct reading {
    const struct hs_view *v;
    struct hs_layout *l;
    size_t *order, *draw, *network; /* trials that stand for the levels */
    size_t cells;                   /* filled so far */
    bool searched;                  /* orders are rows of the search's table */
};

static const struct hs_trace_table *searched(const struct hs_view *v, size_t trial)
{
    return hs_trace_find(&v->trial[trial].record->trace, "orders");
}

static bool fill(struct hs_layout *l, size_t at, double error, double chosen, size_t *cells)
{
    if (!isnan(l->error[at]) || !(error > 0) || !isfinite(error)) return false;
    l->error[at] = error, l->chosen[at] = chosen;
    return ++*cells;
}

/* An exhaustive search: every order of the first trial, in the same sequence in each. */
static bool fill_searched(struct reading *r, size_t trial, size_t draw, size_t network)
{
    const struct hs_trace_table *t = searched(r->v, trial);
    if (!t || t->rows != r->l->orders) return false;
    size_t name = column(t, "permutation"), seen = column(t, "calibration_error"), got = column(t, "evaluation_error");
    if (name == t->columns || seen == t->columns || got == t->columns) return false;
    for (size_t o = 0; o < t->rows; o++) {
        const struct hs_trace_cell *c = t->cell + o * t->columns;
        if (!r->l->order[o]) r->l->order[o] = c[name].text;
        if (strcmp(r->l->order[o], c[name].text)) return false;
        if (!fill(r->l, hs_layout_cell(r->l, o, draw, network), c[got].x, c[seen].x, &r->cells)) return false;
    }
    return true;
}

static bool fill_all(struct reading *r)
{
    struct hs_layout *l = r->l;
    size_t draws = l->draws, networks = l->networks, orders = l->orders;
    for (size_t i = 0; i < r->v->trials; i++) {
        if (!hs_view_same(r->v, i, l->trial, ALIKE)) continue;
        size_t d = level(r->v, i, DRAW, r->draw, &draws), n = level(r->v, i, NETWORK, r->network, &networks);
        if (r->searched) {
            if (!fill_searched(r, i, d, n)) return false;
            continue;
        }
        size_t o = level(r->v, i, ORDER, r->order, &orders);
        if (!l->order[o] && !(l->order[o] = hs_view_label(r->v, i, ORDER))) return false;
        if (!fill(l, hs_layout_cell(l, o, d, n), r->v->trial[i].relative.x, NAN, &r->cells)) return false;
    }
    return r->cells == l->orders * l->draws * l->networks;
}

static void count(struct reading *r)
{
    struct hs_layout *l = r->l;
    for (size_t i = 0; i < r->v->trials; i++) {
        if (!hs_view_same(r->v, i, l->trial, ALIKE)) continue;
        level(r->v, i, DRAW, r->draw, &l->draws);
        level(r->v, i, NETWORK, r->network, &l->networks);
        level(r->v, i, ORDER, r->order, &l->orders);
    }
    const struct hs_trace_table *t = searched(r->v, l->trial);
    if ((r->searched = l->orders == 1 && t)) l->orders = t->rows;
}

static enum hs_status components(struct hs_layout *l, struct hs_err *e)
{
    size_t cells = l->orders * l->draws * l->networks;
    const size_t levels[] = {l->orders, l->draws, l->networks};
    double *y = hs_alloc(cells, sizeof *y);
    if (!y) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < cells; i++) y[i] = log(l->error[i]);
    enum hs_status st = hs_stats_components(y, levels, l->networks > 1 ? 3 : 2, 1, 0.95, l->part, e);
    hs_free(y);
    return st;
}

enum hs_status hs_layout_read(const struct hs_view *v, size_t trial, struct hs_layout *l, struct hs_err *e)
{
    *l = (struct hs_layout){.trial = trial};
    struct reading r = {.v = v, .l = l};
    size_t *seen = HS_NEW(v->arena, 3 * v->trials, size_t);
    if (!seen) return HS_OUT_OF_MEMORY(e);
    r.order = seen, r.draw = seen + v->trials, r.network = seen + 2 * v->trials, l->network = r.network;
    count(&r);
    size_t cells = l->orders * l->draws * l->networks;
    bool full = l->orders > 1 && l->draws > 1;
    if (full) {
        l->order = HS_NEW(v->arena, l->orders, const char *);
        l->error = HS_NEW(v->arena, cells, double), l->chosen = HS_NEW(v->arena, cells, double);
        if (!l->order || !l->error || !l->chosen) return HS_OUT_OF_MEMORY(e);
        for (size_t i = 0; i < cells; i++) l->error[i] = NAN;
        full = fill_all(&r);
    }
    if (!full) return l->orders = 0, HS_OK;
    if (!r.searched) l->chosen = NULL;
    return components(l, e);
}

/* Configurations in the order of their first trials. */
enum hs_status hs_view_layouts(struct hs_view *v, struct hs_err *e)
{
    if (!hs_view_varies(v, DRAW)) return HS_OK;
    v->layout = HS_NEW(v->arena, v->trials, struct hs_layout);
    if (!v->layout) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < v->trials; i++) {
        bool known = false;
        for (size_t k = 0; k < i && !known; k++) known = hs_view_same(v, i, k, ALIKE);
        if (known) continue;
        HS_TRY(hs_layout_read(v, i, &v->layout[v->layouts], e));
        v->layouts += v->layout[v->layouts].orders > 0;
    }
    return HS_OK;
}
