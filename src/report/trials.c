/* trials.c - the main tables: one row a trial, one row an entry, and the ranking. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/tables.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

/* clang-format off */
static const struct {
    const char *metric, *heading;
    enum hs_show show;
} looks[] = {
    {"accuracy", "accuracy (%)", HS_SHOW_PERCENT}, {"agreement", "agreement (%)", HS_SHOW_PERCENT},
    {"flips", "flips (%)", HS_SHOW_PERCENT},       {"sqnr", "SQNR (dB)", HS_SHOW_DB},
    {"cosine", "cosine", HS_SHOW_COSINE},          {"kl", "KL (nat)", HS_SHOW_ERROR},
    {"loss", "loss (nat)", HS_SHOW_RANGE},         {"perplexity", "perplexity", HS_SHOW_RANGE},
    {"relative-error", "relative error", HS_SHOW_ERROR}, {"max-error", "largest error", HS_SHOW_ERROR},
};
/* clang-format on */

struct hs_sheet_column hs_tables_metric(const struct hs_view *v, size_t m)
{
    char *name = hs_arena_text(v->arena, "%s", v->metric[m]);
    for (char *p = name; p && *p; p++)
        if (!isalnum((unsigned char)*p)) *p = '_';
    struct hs_sheet_column c = {.name = name ? name : "",
                                .heading = v->metric[m],
                                .show = HS_SHOW_ERROR,
                                .interval = true};
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++)
        if (!strcmp(looks[i].metric, v->metric[m]))
            c.heading = looks[i].heading, c.show = looks[i].show;
    c.aside =
        !strcmp(v->metric[m], "relative-error"); /* stands there already, for every trial */
    return c;
}

void hs_tables_factors(const struct hs_view *v, enum hs_scope scope, struct hs_sheet *t)
{
    for (size_t f = 0; f < v->factors; f++)
        if (v->factor[f].varies || scope == HS_SCOPE_STORE)
            hs_sheet_column(t, (struct hs_sheet_column){.name = v->factor[f].column,
                                                        .heading = v->factor[f].heading});
}

struct hs_sheet_cell *hs_tables_levels(const struct hs_view *v, enum hs_scope scope,
                                       size_t trial, struct hs_sheet_cell *c)
{
    for (size_t f = 0; f < v->factors; f++) {
        if (!v->factor[f].varies && scope != HS_SCOPE_STORE) continue;
        size_t l = v->level[trial * v->factors + f];
        const char *const *names =
            scope == HS_SCOPE_PEOPLE ? v->factor[f].shown : v->factor[f].level;
        (c++)->text = l == SIZE_MAX ? "" : names[l];
    }
    return c;
}

static bool is_sqnr(const struct hs_view *v, size_t m) { return !strcmp(v->metric[m], "sqnr"); }

/* The task's own figure stands beside the error, before the rest. */
static void figure_columns(const struct hs_view *v, struct hs_sheet *t)
{
    size_t task = hs_view_task(v);
    hs_sheet_column(
        t, (struct hs_sheet_column){
               .name = "sqnr", .heading = "SQNR (dB)", .show = HS_SHOW_DB, .interval = true});
    if (task != SIZE_MAX) hs_sheet_column(t, hs_tables_metric(v, task));
    hs_sheet_column(t, (struct hs_sheet_column){.name = "output_error",
                                                .heading = "output error",
                                                .show = HS_SHOW_ERROR,
                                                .interval = true});
    for (size_t m = 0; m < v->metrics; m++)
        if (m != task && !is_sqnr(v, m)) hs_sheet_column(t, hs_tables_metric(v, m));
}

static void put(struct hs_sheet_cell *c, struct hs_value x, bool bold)
{
    c->x = x.x, c->lo = x.lo, c->hi = x.hi, c->bold = bold;
}

static double decibels(double x) { return -10 * log10(x); }

/* The SQNR is the output error in other units: one interval serves both. Where no output was
 * kept, the metric's own. */
static struct hs_value sqnr(const struct hs_view *v, struct hs_value relative,
                            const struct hs_value *metric)
{
    for (size_t m = 0; m < v->metrics && isnan(relative.x); m++)
        if (is_sqnr(v, m)) return metric[m];
    return (struct hs_value){decibels(relative.x), decibels(relative.hi),
                             decibels(relative.lo)};
}

static struct hs_sheet_cell *figure_cells(const struct hs_view *v, struct hs_value relative,
                                          const struct hs_value *metric, bool bold,
                                          struct hs_sheet_cell *c)
{
    size_t task = hs_view_task(v);
    put(c++, sqnr(v, relative, metric), bold);
    if (task != SIZE_MAX) put(c++, metric[task], false);
    put(c++, relative, bold);
    for (size_t m = 0; m < v->metrics; m++)
        if (m != task && !is_sqnr(v, m)) put(c++, metric[m], false);
    return c;
}

static void unquantized_columns(const struct hs_view *v, struct hs_sheet *t)
{
    for (size_t m = 0; m < v->metrics; m++) {
        if (!v->type[m] || !v->type[m]->needs_target) continue;
        struct hs_sheet_column c = hs_tables_metric(v, m);
        const char *name = hs_arena_text(v->arena, "%s_float", c.name);
        hs_sheet_column(t, (struct hs_sheet_column){.name = name ? name : "",
                                                    .heading = "float",
                                                    .show = c.show,
                                                    .aside = true});
    }
}

/* clang-format off */
static const struct hs_sheet_column beside[] = {
    {"clipping_share", "clipping (%)", HS_SHOW_PERCENT, false, false, true},
    {"ratio_to_optimum", "error / optimum", HS_SHOW_RATIO, false, false, true},
    {"weight_bits", "bits / weight", HS_SHOW_RANGE, false, false, true},
    {"warnings", "warnings", HS_SHOW_COUNT, false, false, true},
    {"layers", "layers", HS_SHOW_COUNT, false, true, true},
    {"samples", "samples", HS_SHOW_COUNT, false, true, true},
    {"calibrations", "calibrations", HS_SHOW_COUNT, false, true, true},
    {"evaluations", "evaluations", HS_SHOW_COUNT, false, true, true},
    {"order_evaluations", "order evaluations", HS_SHOW_COUNT, false, true, true},
};
/* clang-format on */

/* "Best" is said of an entry, and only where the lead is sure. */
static bool best(const struct hs_view *v, size_t entry)
{
    const struct hs_group *g = &v->group[v->entry[entry].group];
    return g->next.sure && g->entry[0] == entry;
}

static void trial_cells(const struct hs_view *v, enum hs_scope scope, size_t i,
                        struct hs_sheet_cell *c)
{
    const struct hs_outcome *o = &v->trial[i];
    (c++)->text = o->record->id;
    c = hs_tables_levels(v, scope, i, c);
    c = figure_cells(v, o->relative, o->metric,
                     v->entry[o->entry].trials == 1 && best(v, o->entry), c);
    for (size_t m = 0; m < v->metrics; m++)
        if (v->type[m] && v->type[m]->needs_target) (c++)->x = o->unquantized[m];
    const struct hs_trace *x = &o->record->trace;
    const double rest[] = {o->clipping,     o->optimum,        o->bits,
                           o->warnings,     (double)x->layers, (double)x->samples,
                           x->calibrations, x->evaluations,    x->order_evaluations};
    for (size_t k = 0; k < sizeof rest / sizeof *rest; k++) (c++)->x = rest[k];
}

static const char *caption(const struct hs_view *v, struct hs_sheet *t, const char *what)
{
    const char *same = hs_view_constants(v), *text;
    bool many = v->about->planned > v->trials, bold = false;
    for (size_t g = 0; g < v->groups; g++) bold |= v->group[g].next.sure;
    text = hs_arena_text(
        t->arena, "%s%s%s%s%s%s", what, same && *same ? " Constant: " : "", same ? same : "",
        same && *same ? "." : "",
        bold ? " Bold: less output error than the runner-up of the same network and format "
               "(paired bootstrap over samples, 95 %, and in every draw)."
             : "",
        many ? " Some trials of the plan are missing." : "");
    return text ? text : "";
}

enum hs_status hs_tables_trials(const struct hs_view *v, enum hs_scope scope,
                                struct hs_sheet *t, struct hs_err *e)
{
    HS_TRY(hs_sheet_open(t, "trials", e));
    t->caption = caption(v, t, "One row a trial; intervals of 95 % over samples.");
    hs_sheet_column(
        t, (struct hs_sheet_column){.name = "trial", .heading = "trial", .aside = true});
    hs_tables_factors(v, scope, t);
    figure_columns(v, t);
    unquantized_columns(v, t);
    for (size_t k = 0; k < sizeof beside / sizeof *beside; k++) hs_sheet_column(t, beside[k]);
    for (size_t i = 0; i < v->trials; i++) {
        struct hs_sheet_cell *c;
        HS_TRY(hs_sheet_row(t, &c, e));
        trial_cells(v, scope, i, c);
    }
    return HS_OK;
}

static void entry_columns(const struct hs_view *v, enum hs_scope scope, struct hs_sheet *t)
{
    for (size_t f = 0; f < v->factors; f++)
        if (v->factor[f].varies && v->factor[f].role != HS_ROLE_DRAW)
            hs_sheet_column(t, (struct hs_sheet_column){.name = v->factor[f].column,
                                                        .heading = v->factor[f].heading});
    figure_columns(v, t);
    if (!hs_view_varies(v, HS_ROLE_BIT(DRAW))) return;
    hs_sheet_column(t, (struct hs_sheet_column){"output_error_sd", "sd over draws",
                                                HS_SHOW_ERROR, false, false, true});
    hs_sheet_column(t, (struct hs_sheet_column){"draws", "draws", HS_SHOW_COUNT, false, false,
                                                scope == HS_SCOPE_PEOPLE});
}

static void entry_cells(const struct hs_view *v, enum hs_scope scope, size_t i,
                        struct hs_sheet_cell *c)
{
    const struct hs_entry *n = &v->entry[i];
    for (size_t f = 0; f < v->factors; f++) {
        if (!v->factor[f].varies || v->factor[f].role == HS_ROLE_DRAW) continue;
        size_t l = v->level[n->trial[0] * v->factors + f];
        const char *const *names =
            scope == HS_SCOPE_PEOPLE ? v->factor[f].shown : v->factor[f].level;
        (c++)->text = l == SIZE_MAX ? "" : names[l];
    }
    c = figure_cells(v, n->relative, n->metric, best(v, i), c);
    if (!hs_view_varies(v, HS_ROLE_BIT(DRAW))) return;
    (c++)->x = n->spread;
    (c++)->x = (double)n->trials;
}

enum hs_status hs_tables_summary(const struct hs_view *v, enum hs_scope scope,
                                 struct hs_sheet *t, struct hs_err *e)
{
    HS_TRY(hs_sheet_open(t, "summary", e));
    t->caption = caption(v, t, "Means over calibration draws; intervals of 95 % over samples.");
    entry_columns(v, scope, t);
    for (size_t i = 0; i < v->entries; i++) {
        struct hs_sheet_cell *c;
        HS_TRY(hs_sheet_row(t, &c, e));
        entry_cells(v, scope, i, c);
    }
    return HS_OK;
}

enum hs_status hs_tables_ranking(const struct hs_view *v, size_t most, struct hs_sheet *t,
                                 struct hs_err *e)
{
    HS_TRY(hs_sheet_open(t, "ranking", e));
    entry_columns(v, HS_SCOPE_PEOPLE, t);
    for (size_t g = 0; g < v->groups; g++)
        for (size_t i = 0; i < v->group[g].entries && i < most; i++) {
            struct hs_sheet_cell *c;
            HS_TRY(hs_sheet_row(t, &c, e));
            entry_cells(v, HS_SCOPE_PEOPLE, v->group[g].entry[i], c);
        }
    return HS_OK;
}
