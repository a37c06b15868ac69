/* record.c - a trial as a file: one line of JSON, float64 arrays, and a checksum of both.
 *
 *   {"halfstep_trial": 1, ... "samples": n, "arrays": ["loss", ...]} \n
 *   n little-endian float64 for each of the arrays
 *   XXH3-128 of all that precedes it, 32 hexadecimal digits, \n */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "experiment/put.h"
#include "experiment/record.h"

#include "base/text.h"

#include <endian.h>
#include <jansson.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { LAYOUT = 1, TRAILER = HS_KEY_HEX };

/* A row of the trace as a JSON list: its members in the order of these tables. */
enum kind { TEXT, INT, REAL };
struct field {
    const char *name;
    enum kind kind;
    size_t at;
};
struct rows {
    const char *name;
    size_t size;
    const struct field *field; /* ends with a NULL name */
};
#define T(s, m)                                                                                \
    {                                                                                          \
#m, TEXT, offsetof(struct s, m)                                                        \
    }
#define I(s, m)                                                                                \
    {                                                                                          \
#m, INT, offsetof(struct s, m)                                                         \
    }
#define R(s, m)                                                                                \
    {                                                                                          \
#m, REAL, offsetof(struct s, m)                                                        \
    }
/* clang-format off */
static const struct field site_fields[] = {
    T(hs_site_row, layer), T(hs_site_row, site), T(hs_site_row, format), T(hs_site_row, granularity),
    T(hs_site_row, strategy), I(hs_site_row, step), R(hs_site_row, parts), R(hs_site_row, lo), R(hs_site_row, hi),
    R(hs_site_row, scale), R(hs_site_row, zero), R(hs_site_row, squared), R(hs_site_row, clipping),
    R(hs_site_row, rounding), R(hs_site_row, power), R(hs_site_row, optimum), R(hs_site_row, candidates),
    R(hs_site_row, bits), R(hs_site_row, elements), T(hs_site_row, warning), {0}};
static const struct field node_fields[] = {
    T(hs_node_row, node), I(hs_node_row, step), I(hs_node_row, position), R(hs_node_row, reference),
    R(hs_node_row, total), R(hs_node_row, fresh), R(hs_node_row, inherited), R(hs_node_row, cross),
    R(hs_node_row, solo), R(hs_node_row, largest), R(hs_node_row, dot), R(hs_node_row, got),
    R(hs_node_row, amplification), R(hs_node_row, predicted), {0}};
static const struct field figure_fields[] = {
    T(hs_figure_row, metric), I(hs_figure_row, step), R(hs_figure_row, value), R(hs_figure_row, lo),
    R(hs_figure_row, hi), {0}};
/* clang-format on */
static const struct rows site_rows = {"sites", sizeof(struct hs_site_row), site_fields},
                         node_rows = {"nodes", sizeof(struct hs_node_row), node_fields},
                         figure_rows = {"figures", sizeof(struct hs_figure_row), figure_fields};

/* Per-sample arrays of a trace; cluster, which is not made of doubles, comes after them. */
static const struct {
    const char *name;
    size_t at;
} arrays[] = {
    {"loss", offsetof(struct hs_trace, loss)},
    {"float_loss", offsetof(struct hs_trace, float_loss)},
    {"correct", offsetof(struct hs_trace, correct)},
    {"float_correct", offsetof(struct hs_trace, float_correct)},
    {"squared", offsetof(struct hs_trace, squared)},
    {"reference", offsetof(struct hs_trace, reference)},
};
enum { ARRAYS = sizeof arrays / sizeof *arrays };

static double **array_of(const struct hs_trace *t, size_t i)
{
    return (double **)((char *)(uintptr_t)t + arrays[i].at);
}

/* JSON has no NaN and no infinity: they are written as words. */
static json_t *real_json(double x)
{
    return isfinite(x) ? json_real(x) : json_string(isnan(x) ? "nan" : x > 0 ? "inf" : "-inf");
}

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

static json_t *field_json(const struct field *f, const char *row)
{
    const char *text;
    if (f->kind == INT) return json_integer(*(const int *)(const void *)(row + f->at));
    if (f->kind == REAL) return real_json(*(const double *)(const void *)(row + f->at));
    memcpy(&text, row + f->at, sizeof text);
    return json_string(text ? text : "");
}

/* The names first, so that the file explains itself and another version of the table is
 * noticed. */
static json_t *rows_json(const struct rows *r, const void *rows, size_t n)
{
    json_t *list = json_array(), *names = json_array();
    for (const struct field *f = r->field; f->name; f++)
        json_array_append_new(names, json_string(f->name));
    json_array_append_new(list, names);
    for (size_t i = 0; i < n; i++) {
        json_t *row = json_array();
        for (const struct field *f = r->field; f->name; f++)
            json_array_append_new(row, field_json(f, (const char *)rows + i * r->size));
        json_array_append_new(list, row);
    }
    return list;
}

static json_t *levels_json(const struct hs_record *r)
{
    json_t *list = json_array();
    for (size_t i = 0; i < r->levels; i++)
        json_array_append_new(list, json_pack("[s, s, b]", r->level[i].factor,
                                              r->level[i].level, r->level[i].varies));
    return list;
}

static json_t *head_json(const struct hs_record *r)
{
    const struct hs_trace *t = &r->trace;
    json_t *head = json_object(), *order = json_array(), *names = json_array(),
           *work = json_array();
    for (size_t i = 0; i < t->layers; i++)
        json_array_append_new(order, json_string(t->order[i]));
    for (size_t i = 0; i < ARRAYS; i++)
        if (*array_of(t, i)) json_array_append_new(names, json_string(arrays[i].name));
    if (t->cluster) json_array_append_new(names, json_string("cluster"));
    json_array_append_new(work, real_json(t->calibrations));
    json_array_append_new(work, real_json(t->evaluations));
    json_array_append_new(work, real_json(t->order_evaluations));
    json_object_set_new(head, "halfstep_trial", json_integer(LAYOUT));
    json_object_set_new(head, "id", json_string(r->id));
    json_object_set_new(head, "number", json_integer((json_int_t)r->number));
    json_object_set_new(head, "repro", json_string(r->repro ? r->repro : ""));
    json_object_set_new(head, "levels", levels_json(r));
    json_object_set_new(head, "order", order);
    json_object_set_new(head, site_rows.name, rows_json(&site_rows, t->site, t->sites));
    json_object_set_new(head, node_rows.name, rows_json(&node_rows, t->node, t->nodes));
    json_object_set_new(head, figure_rows.name, rows_json(&figure_rows, t->figure, t->figures));
    json_object_set_new(head, "work", work);
    json_object_set_new(head, "samples", json_integer((json_int_t)t->samples));
    json_object_set_new(head, "arrays", names);
    return head;
}

static void put_real(struct hs_text *to, double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    bits = htole64(bits);
    hs_text_put(to, (const char *)&bits, sizeof bits);
}

enum hs_status hs_record_write(const char *dir, const struct hs_record *r, struct hs_err *e)
{
    struct hs_text file = {0};
    char hex[HS_KEY_HEX], name[HS_KEY_HEX + 8];
    const struct hs_trace *t = &r->trace;
    json_t *head = head_json(r);
    char *line = json_dumps(head, JSON_COMPACT | JSON_REAL_PRECISION(17));
    json_decref(head);
    if (!line) return HS_OUT_OF_MEMORY(e);
    hs_text_put(&file, line, strlen(line));
    hs_text_put(&file, "\n", 1);
    free(line);
    for (size_t i = 0; i < ARRAYS; i++)
        for (size_t k = 0; *array_of(t, i) && k < t->samples; k++)
            put_real(&file, (*array_of(t, i))[k]);
    for (size_t k = 0; t->cluster && k < t->samples; k++) put_real(&file, t->cluster[k]);
    hs_key_hex(hs_hash_bytes(file.s, file.n), hex);
    hex[TRAILER - 1] = '\n';
    hs_text_put(&file, hex, TRAILER);
    snprintf(name, sizeof name, "%s.trial", r->id);
    struct hs_text folder = {0};
    hs_text_add(&folder, "%s/trials", dir);
    enum hs_status st = file.failed || folder.failed
                            ? HS_OUT_OF_MEMORY(e)
                            : hs_store_put(folder.s, name, file.s, file.n, e);
    hs_text_free(&file), hs_text_free(&folder);
    return st;
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

static bool read_field(struct reader *r, const struct field *f, const json_t *j, char *row)
{
    const char *text;
    if (f->kind == REAL) return real_of(j, (double *)(void *)(row + f->at));
    if (f->kind == INT)
        return *(int *)(void *)(row + f->at) = (int)json_integer_value(j), json_is_integer(j);
    if (!text_of(r, r->record->trace.arena, j, &text)) return false;
    memcpy(row + f->at, &text, sizeof text);
    return true;
}

static bool read_rows(struct reader *r, const struct rows *table, void *out, size_t *n)
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
    if (json_integer_value(json_object_get(r->head, "halfstep_trial")) != LAYOUT) return false;
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
           read_rows(r, &site_rows, &t->site, &t->sites) &&
           read_rows(r, &node_rows, &t->node, &t->nodes) &&
           read_rows(r, &figure_rows, &t->figure, &t->figures);
}

static double *read_array(struct hs_arena *arena, const char *bytes, size_t n)
{
    double *x = HS_NEW(arena, n, double);
    for (size_t i = 0; x && i < n; i++) {
        uint64_t bits;
        memcpy(&bits, bytes + 8 * i, sizeof bits);
        bits = le64toh(bits);
        memcpy(&x[i], &bits, sizeof bits);
    }
    return x;
}

static bool read_arrays(struct reader *r, const char *bytes, size_t size)
{
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
        while (name && i < ARRAYS && strcmp(arrays[i].name, name)) i++;
        if (!name || !x || (i == ARRAYS && strcmp(name, "cluster"))) return false;
        if (i < ARRAYS) {
            *array_of(t, i) = x;
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
    const char *line = n > TRAILER ? memchr(bytes, '\n', n - TRAILER) : NULL;
    if (!line) return HS_FAIL(e, HS_EDATA, "%s is damaged: it ends early", name);
    hs_key_hex(hs_hash_bytes(bytes, n - TRAILER), hex);
    hex[TRAILER - 1] = '\n';
    if (memcmp(hex, bytes + n - TRAILER, TRAILER))
        return HS_FAIL(e, HS_EDATA, "%s is damaged: its checksum is wrong", name);
    struct reader r = {.record = record,
                       .head = json_loadb(bytes, (size_t)(line - bytes), 0, NULL),
                       .what = "its head"};
    bool good = json_is_object(r.head) && read_head(&r, id) &&
                read_arrays(&r, line + 1, n - TRAILER - (size_t)(line + 1 - bytes));
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
