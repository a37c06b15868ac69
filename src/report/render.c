/* render.c - records -> every file of the report, one after the other. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/put.h"
#include "propagate/table.h"
#include "report/draw.h"
#include "report/page.h"
#include "report/report.h"
#include "report/store.h"
#include "report/tables.h"

#include <stdio.h>
#include <string.h>

typedef enum hs_status maker(const struct hs_view *, enum hs_scope, struct hs_sheet *,
                             struct hs_err *);

/* The tables that a run of this shape has. */
static size_t makers(const struct hs_view *v, bool summary, bool figures, maker **make)
{
    size_t n = 0;
    make[n++] = hs_tables_trials, make[n++] = hs_tables_layers, make[n++] = hs_tables_nodes;
    if (summary) make[n++] = hs_tables_summary;
    if (figures) make[n++] = hs_tables_figures;
    if (v->differences) make[n++] = hs_tables_differences;
    if (v->rankings) make[n++] = hs_tables_ranks;
    if (v->layouts) make[n++] = hs_tables_order_variance, make[n++] = hs_tables_order_transfer;
    return n;
}
enum { MAKERS = 9 };

static enum hs_status store(const char *dir, const struct hs_view *v, struct hs_err *e)
{
    maker *make[MAKERS];
    const char *name;
    size_t made = makers(v, false, true, make), n = made;
    while (hs_tables_extra_name(v, n - made)) n++;
    struct hs_sheet *sheet = HS_NEW(v->arena, n, struct hs_sheet);
    const struct hs_sheet **all = HS_NEW(v->arena, n, const struct hs_sheet *);
    enum hs_status st = sheet && all ? HS_OK : HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < n && st == HS_OK; i++) {
        if (i < made)
            st = make[i](v, HS_SCOPE_STORE, &sheet[i], e);
        else if ((name = hs_tables_extra_name(v, i - made)))
            st = hs_tables_extra(v, HS_SCOPE_STORE, name, &sheet[i], e);
        all[i] = &sheet[i];
    }
    if (st == HS_OK) st = hs_results_write(dir, all, n, e);
    for (size_t i = 0; sheet && i < n; i++) hs_sheet_close(&sheet[i]);
    return st;
}

/* Of a table that leaves the folder: the config and the program's version, where they are known. */
static const char *source_of(const struct hs_view *v)
{
    for (size_t i = 0; i < v->about->facts; i++)
        if (!strcmp(v->about->fact[i].key, "versions.halfstep"))
            return hs_arena_text(v->arena, "Config: %s; halfstep %s.", v->about->name, v->about->fact[i].text);
    return NULL;
}

static enum hs_status put_table(const char *folder, const struct hs_view *v, struct hs_sheet *s,
                                const struct hs_notation *n, struct hs_err *e)
{
    char name[128];
    struct hs_text t = {0};
    s->source = source_of(v);
    snprintf(name, sizeof name, "%s.%s", s->name, n->name);
    n->write(s, &t);
    enum hs_status st =
        t.failed ? HS_OUT_OF_MEMORY(e) : hs_store_put(folder, name, t.s, t.n, e);
    hs_text_free(&t);
    return st;
}

static enum hs_status extra_tables(const char *folder, const struct hs_view *v,
                                   const struct hs_notation *how, struct hs_err *e)
{
    const char *name;
    bool csv = how == &hs_notation_csv;
    for (size_t i = 0; (name = hs_tables_extra_name(v, i)); i++) {
        struct hs_sheet s = {0};
        enum hs_status st =
            hs_tables_extra(v, csv ? HS_SCOPE_ALL : HS_SCOPE_PEOPLE, name, &s, e);
        if (st == HS_OK && (csv || s.rows <= HS_TABLES_LONG)) st = put_table(folder, v, &s, how, e);
        hs_sheet_close(&s);
        HS_TRY(st);
    }
    return HS_OK;
}

static enum hs_status tables(const char *dir, const struct hs_view *v, struct hs_err *e)
{
    maker *make[MAKERS];
    size_t n = makers(v, hs_view_varies(v, HS_ROLE_BIT(DRAW)), false, make); /* one draw: trials say it all */
    const char *folder = hs_arena_text(v->arena, "%s/tables", dir);
    if (!folder) return HS_OUT_OF_MEMORY(e);
    if (v->about->tables) HS_TRY(hs_store_folder(folder, e));
    for (size_t f = 0; f < v->about->tables; f++) {
        const struct hs_notation *how = hs_notation_find(v->about->table[f]);
        if (!how)
            return HS_FAIL(e, HS_ECONFIG, "no table format '%s'; there are: csv md tex",
                           v->about->table[f]);
        for (size_t i = 0; i < n; i++) {
            struct hs_sheet s = {0};
            enum hs_status st =
                make[i](v, how == &hs_notation_csv ? HS_SCOPE_ALL : HS_SCOPE_PEOPLE, &s, e);
            if (st == HS_OK) st = put_table(folder, v, &s, how, e);
            hs_sheet_close(&s);
            HS_TRY(st);
        }
        HS_TRY(extra_tables(folder, v, how, e));
    }
    return HS_OK;
}

/* What searches for an order cost. */
static void print_searches(const struct hs_view *v)
{
    enum { MOST = 12 };
    size_t shown = 0;
    for (size_t i = 0; i < v->trials; i++) {
        const struct hs_trace_table *t = hs_trace_find(&v->trial[i].record->trace, "order_search");
        if (!t || !t->rows || shown++ >= MOST) continue;
        const char *label = hs_view_label(v, i, ~0u);
        printf("%s%s: %.0f orders, %.0f networks measured, %.0f layer calibrations, %.0f node evaluations\n",
               label && *label ? label : t->cell[0].text, label && *label ? "" : " order", t->cell[1].x, t->cell[2].x,
               t->cell[3].x, t->cell[4].x);
    }
    if (shown > MOST) printf("... and %zu more searches: tables/order_search.csv\n", shown - MOST);
}

/* The terminal gets the ranking, and of many entries the best of each group. */
static enum hs_status print(const struct hs_view *v, struct hs_err *e)
{
    enum { ALL = 40, SOME = 5 };
    struct hs_sheet s = {0};
    struct hs_text t = {0};
    bool some = v->entries > ALL;
    enum hs_status st = hs_tables_ranking(v, some ? SOME : ALL, &s, e);
    if (st == HS_OK) hs_notation_text.write(&s, &t);
    if (st == HS_OK && t.failed) st = HS_OUT_OF_MEMORY(e);
    if (st == HS_OK) {
        fputs(t.s, stdout);
        print_searches(v);
        if (some)
            printf("The best %d of each network and format are shown, of %zu.\n", SOME,
                   v->entries);
        if (v->about->planned > v->trials)
            printf("%zu of %zu trials are there; the rest is missing.\n", v->trials,
                   v->about->planned);
    }
    hs_text_free(&t);
    hs_sheet_close(&s);
    return st;
}

typedef enum hs_status plotter(const struct hs_view *, struct hs_figures *, struct hs_err *);

static enum hs_status figures_and_page(const char *dir, const struct hs_view *v,
                                       struct hs_figures *all, struct hs_text *svg,
                                       struct hs_err *e)
{
    static plotter *const plot[] = {hs_figure_strategies, hs_figure_orders,
                                    hs_figure_propagation, hs_figure_sites, hs_figure_layers,
                                    hs_figure_interactions, hs_figure_budget, hs_figure_ranks};
    struct hs_text trouble = {0};
    enum hs_status st = HS_OK;
    for (size_t i = 0; i < sizeof plot / sizeof *plot && st == HS_OK; i++)
        st = plot[i](v, all, e);
    if (st == HS_OK) st = hs_figures_draw(dir, v->about, all, svg, &trouble, e);
    if (trouble.n) fprintf(stderr, "halfstep: %s\n", trouble.s);
    if (st == HS_OK) st = hs_page_write(dir, v, all, svg, trouble.s ? trouble.s : "", e);
    hs_text_free(&trouble);
    return st;
}

enum hs_status hs_report_render(const char *dir, const struct hs_report_about *about,
                                const struct hs_record *r, size_t n, struct hs_err *e)
{
    struct hs_view v;
    struct hs_figures all = {0};
    struct hs_text svg[HS_FIGURES] = {{0}};
    HS_TRY(hs_store_folder(dir, e));
    HS_TRY(hs_view_open(&v, about, r, n, e));
    enum hs_status st = store(dir, &v, e);
    if (st == HS_OK) st = tables(dir, &v, e);
    if (st == HS_OK) st = figures_and_page(dir, &v, &all, svg, e);
    if (st == HS_OK) st = print(&v, e);
    for (size_t i = 0; i < HS_FIGURES; i++) hs_text_free(&svg[i]);
    hs_figures_close(&all);
    hs_view_close(&v);
    return st;
}
