/* record_read.c - a stored trial, taken back into memory only where it is whole. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "experiment/put.h"
#include "experiment/record_rows.h"

#include "base/text.h"

#include <endian.h>
#include <jansson.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

static bool real_of(const json_t *j, double *x)
{
    const char *word = json_string_value(j);
    if (json_is_number(j))
        *x = json_number_value(j);
    else if (word && !strcmp(word, "nan"))
        *x = NAN;
    else if (word && !strcmp(word, "inf"))
        *x = INFINITY;
    else if (word && !strcmp(word, "-inf"))
        *x = -INFINITY;
    else
        return false;
    return true;
}

/* Reading: `what` is what did not fit, for the message. */
struct reader {
    struct hs_record *record;
    const json_t *head;
    const char *what;
};

static bool text_of(struct reader *r, struct hs_arena *arena, const json_t *j,
                    const char **text)
{
    *text = json_is_string(j) ? hs_arena_text(arena, "%s", json_string_value(j)) : NULL;
    (void)r;
    return *text != NULL;
}

static bool read_field(struct reader *r, const struct hs_record_field *f, const json_t *j,
                       char *row)
{
    const char *text;
    if (f->kind == HS_FIELD_REAL) return real_of(j, (double *)(void *)(row + f->at));
    if (f->kind == HS_FIELD_INT)
        return *(int *)(void *)(row + f->at) = (int)json_integer_value(j), json_is_integer(j);
    if (!text_of(r, r->record->trace.arena, j, &text)) return false;
    memcpy(row + f->at, &text, sizeof text);
    return true;
}

static bool read_rows(struct reader *r, const struct hs_record_rows *table, void *out,
                      size_t *n)
{
    const json_t *list = json_object_get(r->head, table->name),
                 *names = json_array_get(list, 0);
    r->what = table->name;
    if (!json_is_array(list) || !json_array_size(list)) return false;
    *n = json_array_size(list) - 1;
    size_t fields = 0;
    for (; table->field[fields].name; fields++) {
        const char *name = json_string_value(json_array_get(names, fields));
        if (!name || strcmp(name, table->field[fields].name)) return false;
    }
    char *rows = hs_arena_take(r->record->trace.arena, *n, table->size);
    for (size_t i = 0; rows && i < *n; i++) {
        const json_t *row = json_array_get(list, i + 1);
        if (json_array_size(row) != fields) return false;
        for (size_t k = 0; k < fields; k++)
            if (!read_field(r, &table->field[k], json_array_get(row, k),
                            rows + i * table->size))
                return false;
    }
    memcpy(out, &rows, sizeof rows);
    return rows;
}

static bool read_levels(struct reader *r)
{
    struct hs_record *rec = r->record;
    const json_t *list = json_object_get(r->head, "levels");
    r->what = "levels";
    rec->levels = json_array_size(list);
    if (!(rec->level = HS_NEW(rec->arena, rec->levels, struct hs_level))) return false;
    for (size_t i = 0; i < rec->levels; i++) {
        const json_t *l = json_array_get(list, i);
        if (!text_of(r, rec->arena, json_array_get(l, 0), &rec->level[i].factor) ||
            !text_of(r, rec->arena, json_array_get(l, 1), &rec->level[i].level))
            return false;
        rec->level[i].varies = json_is_true(json_array_get(l, 2));
    }
    return json_is_array(list);
}

static bool read_head(struct reader *r, const char *id)
{
    struct hs_record *rec = r->record;
    struct hs_trace *t = &rec->trace;
    const json_t *order = json_object_get(r->head, "order"),
                 *work = json_object_get(r->head, "work");
    const char *own = json_string_value(json_object_get(r->head, "id"));
    r->what = "its version";
    if (json_integer_value(json_object_get(r->head, "halfstep_trial")) != HS_RECORD_LAYOUT)
        return false;
    r->what = "its id";
    if (!own || strcmp(own, id)) return false;
    snprintf(rec->id, sizeof rec->id, "%s", own);
    r->what = "repro";
    rec->number = (size_t)json_integer_value(json_object_get(r->head, "number"));
    if (!text_of(r, rec->arena, json_object_get(r->head, "repro"), &rec->repro) ||
        !read_levels(r))
        return false;
    r->what = "order";
    t->layers = json_array_size(order);
    if (!(t->order = HS_NEW(t->arena, t->layers, const char *))) return false;
    for (size_t i = 0; i < t->layers; i++)
        if (!text_of(r, t->arena, json_array_get(order, i), &t->order[i])) return false;
    r->what = "work";
    return real_of(json_array_get(work, 0), &t->calibrations) &&
           real_of(json_array_get(work, 1), &t->evaluations) &&
           real_of(json_array_get(work, 2), &t->order_evaluations) &&
           read_rows(r, &hs_record_sites, &t->site, &t->sites) &&
           read_rows(r, &hs_record_nodes, &t->node, &t->nodes) &&
           read_rows(r, &hs_record_figures, &t->figure, &t->figures);
}

double hs_record_get_real(const char *bytes)
{
    uint64_t bits;
    double x;
    memcpy(&bits, bytes, sizeof bits);
    bits = le64toh(bits);
    memcpy(&x, &bits, sizeof x);
    return x;
}

static double *read_array(struct hs_arena *arena, const char *bytes, size_t n)
{
    double *x = HS_NEW(arena, n, double);
    for (size_t i = 0; x && i < n; i++) x[i] = hs_record_get_real(bytes + 8 * i);
    return x;
}

/* The tables come last, and say themselves how long they are. */
static bool read_tables(struct reader *r, const char *bytes, size_t *size)
{
    const json_t *tables = json_object_get(r->head, "tables");
    size_t n = hs_record_tables_size(tables);
    r->what = "tables";
    if (n > *size) return false;
    *size -= n;
    return hs_record_tables_read(&r->record->trace, tables, bytes + *size, n);
}

static bool read_arrays(struct reader *r, const char *bytes, size_t size)
{
    if (!read_tables(r, bytes, &size)) return false;
    struct hs_trace *t = &r->record->trace;
    const json_t *names = json_object_get(r->head, "arrays");
    json_int_t samples = json_integer_value(json_object_get(r->head, "samples"));
    r->what = "samples";
    if (samples < 0 || (size_t)samples > size / 8 + 1 ||
        json_array_size(names) * 8 * (size_t)samples != size)
        return false;
    t->samples = (size_t)samples;
    for (size_t k = 0; k < json_array_size(names); k++, bytes += 8 * t->samples) {
        const char *name = json_string_value(json_array_get(names, k));
        double *x = read_array(t->arena, bytes, t->samples);
        size_t i = 0;
        while (name && i < HS_RECORD_ARRAYS && strcmp(hs_record_arrays[i], name)) i++;
        if (!name || !x || (i == HS_RECORD_ARRAYS && strcmp(name, "cluster"))) return false;
        if (i < HS_RECORD_ARRAYS) {
            *hs_record_array(t, i) = x;
            continue;
        }
        if (!(t->cluster = HS_NEW(t->arena, t->samples, uint32_t))) return false;
        for (size_t s = 0; s < t->samples; s++) t->cluster[s] = (uint32_t)x[s];
    }
    return true;
}

static enum hs_status read_file(const char *name, const char *id, const char *bytes, size_t n,
                                struct hs_record *record, struct hs_err *e)
{
    char hex[HS_KEY_HEX];
    const char *line =
        n > HS_RECORD_TRAILER ? memchr(bytes, '\n', n - HS_RECORD_TRAILER) : NULL;
    if (!line) return HS_FAIL(e, HS_EDATA, "%s is damaged: it ends early", name);
    hs_key_hex(hs_hash_bytes(bytes, n - HS_RECORD_TRAILER), hex);
    hex[HS_RECORD_TRAILER - 1] = '\n';
    if (memcmp(hex, bytes + n - HS_RECORD_TRAILER, HS_RECORD_TRAILER))
        return HS_FAIL(e, HS_EDATA, "%s is damaged: its checksum is wrong", name);
    struct reader r = {.record = record,
                       .head = json_loadb(bytes, (size_t)(line - bytes), 0, NULL),
                       .what = "its head"};
    bool good = json_is_object(r.head) && read_head(&r, id) &&
                read_arrays(&r, line + 1, n - HS_RECORD_TRAILER - (size_t)(line + 1 - bytes));
    json_decref((json_t *)(uintptr_t)r.head);
    return good ? HS_OK
                : HS_FAIL(e, HS_EDATA, "%s does not fit this version of halfstep: %s", name,
                          r.what);
}

enum hs_status hs_record_read(const char *dir, const char *id, struct hs_record *record,
                              struct hs_err *e)
{
    struct hs_text name = {0};
    char *bytes;
    size_t n;
    *record = (struct hs_record){.arena = hs_arena_open()};
    hs_text_add(&name, "trials/%s.trial", id);
    if (!record->arena || name.failed) {
        hs_arena_close(record->arena);
        *record = (struct hs_record){0};
        hs_text_free(&name);
        return HS_OUT_OF_MEMORY(e);
    }
    enum hs_status st = hs_store_get(dir, name.s, &bytes, &n, e);
    if (st == HS_OK) st = hs_trace_open(&record->trace, e);
    if (st == HS_OK) st = read_file(name.s, id, bytes, n, record, e);
    hs_free(bytes);
    hs_text_free(&name);
    if (st != HS_OK) hs_record_close(record);
    return st;
}

void hs_record_close(struct hs_record *r)
{
    hs_trace_close(&r->trace);
    hs_arena_close(r->arena);
    *r = (struct hs_record){0};
}
