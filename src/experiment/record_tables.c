/* record_tables.c - the tables of a trial in its record: words in the head, numbers behind it. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "experiment/record_rows.h"
#include "propagate/table.h"

#include <string.h>

static bool is_text(const struct hs_trace_column *c) { return c->unit == HS_UNIT_TEXT; }

static json_t *texts_json(const struct hs_trace_table *t, size_t c)
{
    json_t *list = json_array();
    for (size_t r = 0; r < t->rows; r++)
        json_array_append_new(list, json_string(t->cell[r * t->columns + c].text));
    return list;
}

static json_t *columns_json(const struct hs_trace_table *t)
{
    json_t *list = json_array();
    for (size_t c = 0; c < t->columns; c++) {
        const struct hs_trace_column *k = &t->column[c];
        json_t *column = json_pack("{s:s, s:s, s:s, s:b}", "name", k->name, "heading",
                                   k->heading, "unit", hs_unit_names[k->unit], "interval",
                                   k->interval && !is_text(k));
        if (is_text(k)) json_object_set_new(column, "texts", texts_json(t, c));
        json_array_append_new(list, column);
    }
    return list;
}

json_t *hs_record_tables_json(const struct hs_trace *trace)
{
    json_t *list = json_array();
    for (size_t i = 0; i < trace->tables; i++) {
        const struct hs_trace_table *t = trace->table[i];
        json_array_append_new(list, json_pack("{s:s, s:s, s:I, s:o}", "name", t->name,
                                              "caption", t->caption, "rows",
                                              (json_int_t)t->rows, "columns", columns_json(t)));
    }
    return list;
}

void hs_record_tables_put(const struct hs_trace *trace, struct hs_text *to)
{
    for (size_t i = 0; i < trace->tables; i++) {
        const struct hs_trace_table *t = trace->table[i];
        for (size_t c = 0; c < t->columns; c++) {
            if (is_text(&t->column[c])) continue;
            for (size_t r = 0; r < t->rows; r++) {
                const struct hs_trace_cell *x = &t->cell[r * t->columns + c];
                hs_record_put_real(to, x->x);
                if (t->column[c].interval)
                    hs_record_put_real(to, x->lo), hs_record_put_real(to, x->hi);
            }
        }
    }
}

static size_t reals(const json_t *column)
{
    if (json_object_get(column, "texts")) return 0;
    return json_is_true(json_object_get(column, "interval")) ? 3 : 1;
}

size_t hs_record_tables_size(const json_t *tables)
{
    size_t size = 0;
    if (!json_is_array(tables)) return SIZE_MAX;
    for (size_t i = 0; i < json_array_size(tables); i++) {
        const json_t *t = json_array_get(tables, i), *columns = json_object_get(t, "columns");
        json_int_t rows = json_integer_value(json_object_get(t, "rows"));
        if (rows < 0 || rows > 1 << 28) return SIZE_MAX;
        for (size_t c = 0; c < json_array_size(columns); c++)
            size += 8 * (size_t)rows * reals(json_array_get(columns, c));
    }
    return size;
}

static bool column_of(const json_t *j, struct hs_trace_column *c)
{
    const char *unit = json_string_value(json_object_get(j, "unit"));
    *c = (struct hs_trace_column){.name = json_string_value(json_object_get(j, "name")),
                                  .heading = json_string_value(json_object_get(j, "heading")),
                                  .interval = json_is_true(json_object_get(j, "interval"))};
    while (unit && c->unit < HS_UNITS && strcmp(hs_unit_names[c->unit], unit)) c->unit++;
    return unit && c->name && c->heading && c->unit < HS_UNITS &&
           is_text(c) == !!json_object_get(j, "texts");
}

static bool texts_of(struct hs_trace *trace, struct hs_trace_table *t, size_t c, const json_t *list)
{
    if (json_array_size(list) != t->rows) return false;
    for (size_t r = 0; r < t->rows; r++) {
        const char *s = json_string_value(json_array_get(list, r));
        char *copy = s ? hs_arena_text(trace->arena, "%s", s) : NULL;
        if (!copy) return false;
        t->cell[r * t->columns + c].text = copy;
    }
    return true;
}

static const char *reals_of(struct hs_trace_table *t, size_t c, const char *bytes)
{
    for (size_t r = 0; r < t->rows; r++) {
        struct hs_trace_cell *x = &t->cell[r * t->columns + c];
        x->x = hs_record_get_real(bytes), bytes += 8;
        if (!t->column[c].interval) continue;
        x->lo = hs_record_get_real(bytes), bytes += 8;
        x->hi = hs_record_get_real(bytes), bytes += 8;
    }
    return bytes;
}

static bool read_table(struct hs_trace *trace, const json_t *j, const char **bytes)
{
    const json_t *columns = json_object_get(j, "columns");
    const char *name = json_string_value(json_object_get(j, "name")),
               *caption = json_string_value(json_object_get(j, "caption"));
    size_t n = json_array_size(columns);
    json_int_t rows = json_integer_value(json_object_get(j, "rows"));
    struct hs_err e = {0};
    struct hs_trace_column *column = HS_NEW(trace->arena, n, struct hs_trace_column);
    if (!column || !name || !caption) return false;
    for (size_t c = 0; c < n; c++)
        if (!column_of(json_array_get(columns, c), &column[c])) return false;
    struct hs_trace_table *t = hs_trace_add_table(trace, name, caption, column, n, &e);
    for (json_int_t r = 0; t && r < rows; r++)
        if (!hs_trace_row(trace, t, &e)) return false;
    for (size_t c = 0; t && c < n; c++) {
        if (!is_text(&column[c]))
            *bytes = reals_of(t, c, *bytes);
        else if (!texts_of(trace, t, c, json_object_get(json_array_get(columns, c), "texts")))
            return false;
    }
    return t;
}

bool hs_record_tables_read(struct hs_trace *trace, const json_t *tables, const char *bytes,
                           size_t size)
{
    const char *end = bytes + size;
    for (size_t i = 0; i < json_array_size(tables); i++)
        if (!read_table(trace, json_array_get(tables, i), &bytes)) return false;
    return bytes == end;
}
