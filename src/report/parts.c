/* parts.c - the tables inside a trial: its quantizers, its nodes, its figures step by step. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/tables.h"

#include <math.h>
#include <string.h>

enum { MANY = 120 }; /* rows that people still read */

/* Where a column's value comes from. */
enum from { TEXT, INT, REAL, SHARE }; /* SHARE: of the row's power */
struct field {
    struct hs_sheet_column column;
    enum from from;
    size_t offset;
};
#define SITE(m) offsetof(struct hs_site_row, m)
#define NODE(m) offsetof(struct hs_node_row, m)

/* clang-format off */
static const struct field sites[] = {
    {{"layer", "layer", HS_SHOW_TEXT, false, false, false}, TEXT, SITE(layer)},
    {{"site", "site", HS_SHOW_TEXT, false, false, false}, TEXT, SITE(site)},
    {{"step", "step", HS_SHOW_COUNT, false, false, true}, INT, SITE(step)},
    {{"format", "format", HS_SHOW_TEXT, false, false, false}, TEXT, SITE(format)},
    {{"granularity", "granularity", HS_SHOW_TEXT, false, false, true}, TEXT, SITE(granularity)},
    {{"strategy", "strategy", HS_SHOW_TEXT, false, false, true}, TEXT, SITE(strategy)},
    {{"parts", "scales", HS_SHOW_COUNT, false, false, true}, REAL, SITE(parts)},
    {{"elements", "elements", HS_SHOW_COUNT, false, true, true}, REAL, SITE(elements)},
    {{"bits", "bits", HS_SHOW_RANGE, false, true, true}, REAL, SITE(bits)},
    {{"lo", "from", HS_SHOW_RANGE, false, false, false}, REAL, SITE(lo)},
    {{"hi", "to", HS_SHOW_RANGE, false, false, false}, REAL, SITE(hi)},
    {{"scale", "scale", HS_SHOW_RANGE, false, false, false}, REAL, SITE(scale)},
    {{"zero", "zero", HS_SHOW_RANGE, false, false, false}, REAL, SITE(zero)},
    {{"power", "power", HS_SHOW_RANGE, false, true, true}, REAL, SITE(power)},
    {{"error", "error", HS_SHOW_ERROR, false, false, false}, SHARE, SITE(squared)},
    {{"clipping", "clipping", HS_SHOW_ERROR, false, false, false}, SHARE, SITE(clipping)},
    {{"rounding", "rounding", HS_SHOW_ERROR, false, false, false}, SHARE, SITE(rounding)},
};

static const struct field nodes[] = {
    {{"node", "node", HS_SHOW_TEXT, false, false, false}, TEXT, NODE(node)},
    {{"position", "position", HS_SHOW_COUNT, false, true, true}, INT, NODE(position)},
    {{"step", "step", HS_SHOW_COUNT, false, true, true}, INT, NODE(step)},
    {{"power", "power", HS_SHOW_RANGE, false, true, true}, REAL, NODE(reference)},
    {{"total", "total", HS_SHOW_ERROR, false, false, false}, SHARE, NODE(total)},
    {{"fresh", "fresh", HS_SHOW_ERROR, false, false, false}, SHARE, NODE(fresh)},
    {{"inherited", "inherited", HS_SHOW_ERROR, false, false, false}, SHARE, NODE(inherited)},
    {{"cross", "cross", HS_SHOW_ERROR, false, false, true}, SHARE, NODE(cross)},
    {{"solo", "solo", HS_SHOW_ERROR, false, false, false}, SHARE, NODE(solo)},
    {{"predicted", "predicted", HS_SHOW_ERROR, false, true, true}, SHARE, NODE(predicted)},
    {{"amplification", "amplification", HS_SHOW_RATIO, false, false, false}, REAL, NODE(amplification)},
    {{"largest_error", "largest error", HS_SHOW_ERROR, false, false, true}, REAL, NODE(largest)},
};
/* clang-format on */

static struct hs_sheet_cell *fill(const struct field *f, size_t n, const void *row,
                                  double power, struct hs_sheet_cell *c)
{
    for (size_t i = 0; i < n; i++, c++) {
        const char *at = (const char *)row + f[i].offset;
        if (f[i].from == TEXT) memcpy(&c->text, at, sizeof c->text);
        if (f[i].from == INT) {
            int k;
            memcpy(&k, at, sizeof k);
            c->x = k;
        }
        if (f[i].from < REAL) continue;
        memcpy(&c->x, at, sizeof c->x);
        if (f[i].from == SHARE) c->x = hs_view_share(c->x, power);
    }
    return c;
}

static double nodes_after_last_step(const struct hs_view *v)
{
    double n = 0;
    for (size_t t = 0; t < v->trials; t++) {
        const struct hs_trace *x = &v->trial[t].record->trace;
        for (size_t i = 0; i < x->nodes; i++) n += x->node[i].step == v->trial[t].last;
    }
    return n;
}

static double all_sites(const struct hs_view *v)
{
    double n = 0;
    for (size_t t = 0; t < v->trials; t++) n += (double)v->trial[t].record->trace.sites;
    return n;
}

/* The first draw of the best entry of its group. */
static bool chosen(const struct hs_view *v, size_t t)
{
    const struct hs_group *g = &v->group[v->entry[v->trial[t].entry].group];
    return v->entry[g->entry[0]].trial[0] == t;
}

static const char *caption(struct hs_sheet *t, const char *what, bool some)
{
    const char *s = hs_arena_text(
        t->arena, "%s%s", what,
        some ? " Of the best trial of each network and format; the csv file has every trial."
             : "");
    return s ? s : "";
}

static void begin(const struct hs_view *v, enum hs_scope scope, struct hs_sheet *t,
                  const struct field *f, size_t n)
{
    hs_sheet_column(
        t, (struct hs_sheet_column){.name = "trial", .heading = "trial", .aside = true});
    hs_tables_factors(v, scope, t);
    for (size_t i = 0; i < n; i++) hs_sheet_column(t, f[i].column);
}

enum hs_status hs_tables_layers(const struct hs_view *v, enum hs_scope scope,
                                struct hs_sheet *t, struct hs_err *e)
{
    enum { N = sizeof sites / sizeof *sites };
    bool some = scope == HS_SCOPE_PEOPLE && all_sites(v) > MANY;
    HS_TRY(hs_sheet_open(t, "layers", e));
    t->caption = caption(t,
                         "Each quantizer: its range and grid, and its squared error as a share "
                         "of the tensor's power, on "
                         "the calibration data.",
                         some);
    begin(v, scope, t, sites, N);
    hs_sheet_column(t, (struct hs_sheet_column){"ratio_to_optimum", "error / optimum",
                                                HS_SHOW_RATIO, false, false, true});
    hs_sheet_column(t, (struct hs_sheet_column){"candidates", "candidates", HS_SHOW_COUNT,
                                                false, false, true});
    hs_sheet_column(
        t, (struct hs_sheet_column){"warning", "warning", HS_SHOW_TEXT, false, false, true});
    for (size_t i = 0; i < v->trials; i++) {
        const struct hs_record *r = v->trial[i].record;
        for (size_t s = 0; s < r->trace.sites && (!some || chosen(v, i)); s++) {
            const struct hs_site_row *row = &r->trace.site[s];
            struct hs_sheet_cell *c;
            HS_TRY(hs_sheet_row(t, &c, e));
            (c++)->text = r->id;
            c = fill(sites, N, row, row->power, hs_tables_levels(v, scope, i, c));
            c[0].x = row->squared == row->optimum ? 1 : row->squared / row->optimum;
            c[1].x = row->candidates;
            c[2].text = row->warning;
        }
    }
    return HS_OK;
}

static double cosine(const struct hs_node_row *n)
{
    return n->reference > 0 && n->got > 0 ? n->dot / (sqrt(n->reference) * sqrt(n->got)) : NAN;
}

/* People and csv see the nodes after the last step; results.h5 has every step. */
enum hs_status hs_tables_nodes(const struct hs_view *v, enum hs_scope scope, struct hs_sheet *t,
                               struct hs_err *e)
{
    enum { N = sizeof nodes / sizeof *nodes };
    bool some = scope == HS_SCOPE_PEOPLE && nodes_after_last_step(v) > MANY;
    HS_TRY(hs_sheet_open(t, "nodes", e));
    t->caption = caption(t,
                         "Squared error at each node as a share of its power, after the last "
                         "layer was quantized: total = "
                         "fresh + inherited + cross; solo: with this layer alone quantized.",
                         some);
    begin(v, scope, t, nodes, N);
    hs_sheet_column(
        t, (struct hs_sheet_column){"sqnr", "SQNR (dB)", HS_SHOW_DB, false, false, true});
    hs_sheet_column(
        t, (struct hs_sheet_column){"cosine", "cosine", HS_SHOW_COSINE, false, true, true});
    for (size_t i = 0; i < v->trials; i++) {
        const struct hs_record *r = v->trial[i].record;
        for (size_t k = 0; k < r->trace.nodes && (!some || chosen(v, i)); k++) {
            const struct hs_node_row *row = &r->trace.node[k];
            struct hs_sheet_cell *c;
            if (scope != HS_SCOPE_STORE && row->step != v->trial[i].last) continue;
            HS_TRY(hs_sheet_row(t, &c, e));
            (c++)->text = r->id;
            c = fill(nodes, N, row, row->reference, hs_tables_levels(v, scope, i, c));
            c[0].x = -10 * log10(hs_view_share(row->total, row->reference));
            c[1].x = cosine(row);
        }
    }
    return HS_OK;
}

enum hs_status hs_tables_figures(const struct hs_view *v, enum hs_scope scope,
                                 struct hs_sheet *t, struct hs_err *e)
{
    HS_TRY(hs_sheet_open(t, "figures", e));
    begin(v, scope, t, NULL, 0);
    hs_sheet_column(t, (struct hs_sheet_column){.name = "metric", .heading = "metric"});
    hs_sheet_column(
        t, (struct hs_sheet_column){.name = "step", .heading = "step", .show = HS_SHOW_COUNT});
    hs_sheet_column(
        t, (struct hs_sheet_column){
               .name = "value", .heading = "value", .show = HS_SHOW_ERROR, .interval = true});
    for (size_t i = 0; i < v->trials; i++) {
        const struct hs_record *r = v->trial[i].record;
        for (size_t k = 0; k < r->trace.figures; k++) {
            const struct hs_figure_row *row = &r->trace.figure[k];
            struct hs_sheet_cell *c;
            HS_TRY(hs_sheet_row(t, &c, e));
            (c++)->text = r->id;
            c = hs_tables_levels(v, scope, i, c);
            c[0].text = row->metric;
            c[1].x = row->step;
            c[2].x = row->value, c[2].lo = row->lo, c[2].hi = row->hi;
        }
    }
    return HS_OK;
}
