/* table.c - tables of a trial grow in the trace's arena. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "propagate/table.h"

#include <math.h>
#include <string.h>

const char *const hs_unit_names[HS_UNITS] = {"text",    "count", "error", "value",
                                             "percent", "db",    "ratio"};

static bool copy_columns(struct hs_arena *a, struct hs_trace_table *t,
                         const struct hs_trace_column *column, size_t n)
{
    t->column = HS_NEW(a, n, struct hs_trace_column);
    for (size_t c = 0; t->column && c < n; c++) {
        t->column[c] = column[c];
        t->column[c].name = hs_arena_text(a, "%s", column[c].name);
        t->column[c].heading = hs_arena_text(a, "%s", column[c].heading);
        if (!t->column[c].name || !t->column[c].heading) return false;
    }
    t->columns = n;
    return t->column;
}

struct hs_trace_table *hs_trace_add_table(struct hs_trace *trace, const char *name, const char *caption,
                                const struct hs_trace_column *column, size_t columns,
                                struct hs_err *e)
{
    struct hs_arena *a = trace->arena;
    struct hs_trace_table **list = HS_NEW(a, trace->tables + 1, struct hs_trace_table *),
                    *t = HS_NEW(a, 1, struct hs_trace_table);
    if (list && t && (t->name = hs_arena_text(a, "%s", name)) &&
        (t->caption = hs_arena_text(a, "%s", caption)) && copy_columns(a, t, column, columns)) {
        if (trace->tables) memcpy(list, trace->table, trace->tables * sizeof *list);
        list[trace->tables++] = t;
        trace->table = list;
        return t;
    }
    HS_OUT_OF_MEMORY(e);
    return NULL;
}

struct hs_trace_cell *hs_trace_row(struct hs_trace *trace, struct hs_trace_table *t, struct hs_err *e)
{
    if (t->rows == t->room) {
        size_t room = 2 * t->room + 16;
        struct hs_trace_cell *more =
            HS_NEW(trace->arena, room * t->columns, struct hs_trace_cell);
        if (!more) {
            HS_OUT_OF_MEMORY(e);
            return NULL;
        }
        if (t->rows) memcpy(more, t->cell, t->rows * t->columns * sizeof *more);
        t->cell = more, t->room = room;
    }
    struct hs_trace_cell *first = t->cell + t->rows++ * t->columns;
    for (size_t c = 0; c < t->columns; c++)
        first[c] = (struct hs_trace_cell){.text = "", .x = NAN, .lo = NAN, .hi = NAN};
    return first;
}

const struct hs_trace_table *hs_trace_find(const struct hs_trace *trace, const char *name)
{
    for (size_t i = 0; i < trace->tables; i++)
        if (!strcmp(trace->table[i]->name, name)) return trace->table[i];
    return NULL;
}
