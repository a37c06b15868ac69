/* extra.c - the tables that analyses of trials left: those of one name become one table, with the trial in front. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/tables.h"

#include "propagate/table.h"

#include <string.h>

static const enum hs_show shows[HS_UNITS] = {
    [HS_UNIT_TEXT] = HS_SHOW_TEXT,   [HS_UNIT_COUNT] = HS_SHOW_COUNT,
    [HS_UNIT_ERROR] = HS_SHOW_ERROR, [HS_UNIT_VALUE] = HS_SHOW_RANGE,
    [HS_UNIT_PERCENT] = HS_SHOW_PERCENT, [HS_UNIT_DB] = HS_SHOW_DB,
    [HS_UNIT_RATIO] = HS_SHOW_RATIO};

static bool known(const struct hs_view *v, size_t trial, size_t table)
{
    const char *name = v->trial[trial].record->trace.table[table]->name;
    for (size_t i = 0; i < trial; i++)
        if (hs_trace_find(&v->trial[i].record->trace, name)) return true;
    return false;
}

/* Names in the order in which trials bring them. */
const char *hs_tables_extra_name(const struct hs_view *v, size_t i)
{
    for (size_t t = 0; t < v->trials; t++)
        for (size_t k = 0; k < v->trial[t].record->trace.tables; k++)
            if (!known(v, t, k) && i-- == 0) return v->trial[t].record->trace.table[k]->name;
    return NULL;
}

static size_t find(const struct hs_sheet *s, size_t from, const char *name)
{
    while (from < s->columns && strcmp(s->column[from].name, name)) from++;
    return from;
}

/* The union of the columns, by name. */
static void columns(const struct hs_view *v, const char *name, size_t first, struct hs_sheet *s)
{
    for (size_t i = 0; i < v->trials; i++) {
        const struct hs_trace_table *t = hs_trace_find(&v->trial[i].record->trace, name);
        for (size_t c = 0; t && c < t->columns; c++)
            if (find(s, first, t->column[c].name) == s->columns)
                hs_sheet_column(s, (struct hs_sheet_column){.name = t->column[c].name,
                                                            .heading = t->column[c].heading,
                                                            .show = shows[t->column[c].unit],
                                                            .interval = t->column[c].interval});
    }
}

static enum hs_status rows(const struct hs_view *v, enum hs_scope scope, size_t trial,
                           const struct hs_trace_table *t, size_t first, struct hs_sheet *s,
                           struct hs_err *e)
{
    for (size_t r = 0; r < t->rows; r++) {
        struct hs_sheet_cell *cell;
        HS_TRY(hs_sheet_row(s, &cell, e));
        cell->text = v->trial[trial].record->id;
        hs_tables_levels(v, scope, trial, cell + 1);
        for (size_t c = 0; c < t->columns; c++) {
            const struct hs_trace_cell *x = &t->cell[r * t->columns + c];
            size_t at = find(s, first, t->column[c].name);
            if (at < s->columns)
                cell[at] =
                    (struct hs_sheet_cell){.text = x->text, .x = x->x, .lo = x->lo, .hi = x->hi};
        }
    }
    return HS_OK;
}

enum hs_status hs_tables_extra(const struct hs_view *v, enum hs_scope scope, const char *name,
                               struct hs_sheet *s, struct hs_err *e)
{
    HS_TRY(hs_sheet_open(s, name, e));
    hs_sheet_column(s, (struct hs_sheet_column){
                           .name = "trial", .heading = "trial", .aside = true});
    hs_tables_factors(v, scope, s);
    size_t first = s->columns;
    columns(v, name, first, s);
    for (size_t i = 0; i < v->trials; i++) {
        const struct hs_trace_table *t = hs_trace_find(&v->trial[i].record->trace, name);
        if (!t) continue;
        if (!*s->caption) s->caption = t->caption;
        HS_TRY(rows(v, scope, i, t, first, s, e));
    }
    return HS_OK;
}
