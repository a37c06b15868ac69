/* finding.c - the comparison in sentences; every number in them is in a table too. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/finding.h"

#include "report/sheet.h"
#include "report/tables.h"

#include <math.h>
#include <string.h>

static void number(struct hs_text *t, enum hs_show show, struct hs_value x)
{
    hs_sheet_show(t, &(struct hs_sheet_column){.show = show, .interval = true},
                  &(struct hs_sheet_cell){.x = x.x, .lo = x.lo, .hi = x.hi});
}

static void plain(struct hs_text *t, enum hs_show show, double x)
{
    number(t, show, (struct hs_value){x, NAN, NAN});
}

static void name(struct hs_text *t, const struct hs_entry *n)
{
    if (*n->strategy) hs_text_add(t, "%s", n->strategy);
    if (*n->order) hs_text_add(t, "%s%s order", *n->strategy ? ", " : "", n->order);
    if (!*n->strategy && !*n->order) hs_text_add(t, "the quantized network");
}

static void error_of(const struct hs_view *v, struct hs_text *t, const struct hs_entry *n)
{
    size_t task = hs_view_task(v);
    hs_text_add(t, "relative squared error of the output ");
    number(t, HS_SHOW_ERROR, n->relative);
    hs_text_add(t, " (SQNR ");
    plain(t, HS_SHOW_DB, -10 * log10(n->relative.x));
    hs_text_add(t, " dB)");
    if (task == SIZE_MAX || isnan(n->metric[task].x)) return;
    enum hs_show show = hs_tables_metric(v, task).show;
    double was = v->trial[n->trial[0]].unquantized[task];
    hs_text_add(t, ", %s ", v->metric[task]);
    plain(t, show, n->metric[task].x);
    hs_text_add(t, "%s", show == HS_SHOW_PERCENT ? " %" : "");
    if (isnan(was)) return;
    hs_text_add(t, " (float network: ");
    plain(t, show, was);
    hs_text_add(t, "%s)", show == HS_SHOW_PERCENT ? " %" : "");
}

static void percent_less(struct hs_text *t, struct hs_value ratio)
{
    plain(t, HS_SHOW_RATIO, 100 * (1 - ratio.x));
    hs_text_add(t, " %%");
    if (isnan(ratio.lo)) return;
    hs_text_add(t, " [");
    plain(t, HS_SHOW_RATIO, 100 * (1 - ratio.hi));
    hs_text_add(t, ", ");
    plain(t, HS_SHOW_RATIO, 100 * (1 - ratio.lo));
    hs_text_add(t, "]");
}

/* "2.47 % [1.54, 3.43] less squared error than x" */
static void lead(const struct hs_view *v, struct hs_text *t, const struct hs_duel *d)
{
    percent_less(t, d->ratio);
    hs_text_add(t, " less squared error than ");
    name(t, &v->entry[d->other]);
}

static void doubt(const struct hs_view *v, struct hs_text *t, const struct hs_duel *d)
{
    const struct hs_entry *b = &v->entry[d->other];
    hs_text_add(t, isnan(d->ratio.lo) ? "its lead has no interval over " : "not significantly less than ");
    name(t, b);
    if (isnan(d->ratio.lo)) {
        hs_text_add(t, " (too few samples for a bootstrap)");
        return;
    }
    hs_text_add(t, " (ratio of squared errors ");
    number(t, HS_SHOW_RANGE, d->ratio);
    hs_text_add(t, "%s)", d->ratio.hi < 1 ? ", but not ahead in every draw" : "");
}

static bool ties(const struct hs_view *v, const struct hs_group *g, size_t entry)
{
    return v->entry[entry].relative.x == v->entry[g->entry[0]].relative.x;
}

static void equal(const struct hs_view *v, const struct hs_group *g, struct hs_text *headline)
{
    size_t n = 1;
    while (n < g->contenders && ties(v, g, g->entry[n])) n++;
    hs_text_add(headline, "%zu of %zu lose exactly the same, ", n, g->contenders);
    name(headline, &v->entry[g->entry[0]]);
    hs_text_add(headline, " among them%s.", n < g->contenders ? "; the rest loses more" : "");
}

/* What competes are strategies; where none varies, orders. */
static void verdict(const struct hs_view *v, const struct hs_group *g, struct hs_text *headline)
{
    const struct hs_duel *d = g->rival.other == SIZE_MAX ? &g->next : &g->rival;
    if (ties(v, g, d->other)) {
        equal(v, g, headline);
        return;
    }
    name(headline, &v->entry[g->entry[0]]);
    hs_text_add(headline, d->sure ? " loses least: " : " has the least error, but ");
    (d->sure ? lead : doubt)(v, headline, d);
    hs_text_add(headline, ".");
}

static void detail(const struct hs_view *v, const struct hs_group *g, struct hs_text *t)
{
    const struct hs_entry *a = &v->entry[g->entry[0]],
                          *z = &v->entry[g->entry[g->contenders - 1]];
    name(t, a);
    hs_text_add(t, ": ");
    error_of(v, t, a);
    hs_text_add(t, ".");
    if (g->rival.other != SIZE_MAX &&
        g->next.other != g->rival.other) { /* the runner-up differs in the order alone */
        hs_text_add(t, g->next.sure ? " It has " : " It is ");
        (g->next.sure ? lead : doubt)(v, t, &g->next);
        hs_text_add(t, ".");
    }
    if (a->samples && g->contenders > 1)
        hs_text_add(t, " Paired bootstrap over %zu samples%s.", a->samples,
                    a->trials > 1 ? ", and draw by draw" : "");
    if (g->contenders < 3 || !(z->relative.x > a->relative.x) || !(a->relative.x > 0)) return;
    hs_text_add(t, " The last of %zu, ", g->contenders);
    name(t, z);
    hs_text_add(t, ", loses ");
    plain(t, HS_SHOW_RATIO, z->relative.x / a->relative.x);
    hs_text_add(t, " times as much.");
}

void hs_finding_best(const struct hs_view *v, size_t group, struct hs_text *headline,
                     struct hs_text *t)
{
    const struct hs_group *g = &v->group[group];
    if (!g->contenders) {
        hs_text_add(headline, "No trial with a named order has a finite error.");
        return;
    }
    if (g->contenders > 1) verdict(v, g, headline);
    detail(v, g, t);
}

struct path {
    const struct hs_node_row *first, *last, *fresh, *gain;
};

static double share(const struct hs_node_row *n, double x)
{
    return hs_view_share(x, n->reference);
}

static struct path follow(const struct hs_outcome *o)
{
    struct path p = {0};
    const struct hs_trace *x = &o->record->trace;
    for (size_t i = 0; i < x->nodes; i++) {
        const struct hs_node_row *n = &x->node[i];
        if (n->step != o->last) continue;
        if (n->total > 0 && (!p.first || n->position < p.first->position)) p.first = n;
        if (!p.last || n->position > p.last->position) p.last = n;
        if (n->fresh > 0 && (!p.fresh || share(n, n->fresh) > share(p.fresh, p.fresh->fresh)))
            p.fresh = n;
        if (isfinite(n->amplification) && (!p.gain || n->amplification > p.gain->amplification))
            p.gain = n;
    }
    return p;
}

void hs_finding_growth(const struct hs_view *v, size_t group, struct hs_text *t)
{
    const struct hs_group *g = &v->group[group];
    const struct hs_entry *n = &v->entry[g->entry[0]];
    struct path p = follow(&v->trial[n->trial[0]]);
    if (!p.first || !p.last || !p.fresh) return;
    hs_text_add(t, "Most enters at %s: its own quantization adds ", p.fresh->node);
    plain(t, HS_SHOW_ERROR, share(p.fresh, p.fresh->fresh));
    hs_text_add(t, " of its power.");
    if (p.first != p.last) {
        double from = share(p.first, p.first->total), to = share(p.last, p.last->total);
        hs_text_add(t, " The relative error %s from ", to > from ? "grows" : "falls");
        plain(t, HS_SHOW_ERROR, from);
        hs_text_add(t, " at %s to ", p.first->node);
        plain(t, HS_SHOW_ERROR, to);
        hs_text_add(t, " at %s", p.last->node);
        hs_text_add(t, p.gain ? "; " : ".");
    }
    if (!p.gain) return;
    if (p.gain->amplification > 1) {
        hs_text_add(t, "%s amplifies what it is handed most, ", p.gain->node);
        plain(t, HS_SHOW_RATIO, p.gain->amplification);
        hs_text_add(t, " times.");
    } else
        hs_text_add(t, "no node amplifies what it is handed.");
}
