/* record.c - a trial as a file: one line of JSON, float64 arrays, and a checksum of both.
 *
 *   {"halfstep_trial": 2, ... "samples": n, "arrays": ["loss", ...]} \n
 *   n little-endian float64 for each of the arrays
 *   the numbers of the tables (record_tables.c)
 *   XXH3-128 of all that precedes it, 32 hexadecimal digits, \n */
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

/* JSON has no NaN and no infinity: they are written as words. */
static json_t *real_json(double x)
{
    return isfinite(x) ? json_real(x) : json_string(isnan(x) ? "nan" : x > 0 ? "inf" : "-inf");
}

static json_t *field_json(const struct hs_record_field *f, const char *row)
{
    const char *text;
    if (f->kind == HS_FIELD_INT) return json_integer(*(const int *)(const void *)(row + f->at));
    if (f->kind == HS_FIELD_REAL)
        return real_json(*(const double *)(const void *)(row + f->at));
    memcpy(&text, row + f->at, sizeof text);
    return json_string(text ? text : "");
}

/* The names first, so that the file explains itself and another version of the table is
 * noticed. */
static json_t *rows_json(const struct hs_record_rows *r, const void *rows, size_t n)
{
    json_t *list = json_array(), *names = json_array();
    for (const struct hs_record_field *f = r->field; f->name; f++)
        json_array_append_new(names, json_string(f->name));
    json_array_append_new(list, names);
    for (size_t i = 0; i < n; i++) {
        json_t *row = json_array();
        for (const struct hs_record_field *f = r->field; f->name; f++)
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
    for (size_t i = 0; i < HS_RECORD_ARRAYS; i++)
        if (*hs_record_array(t, i))
            json_array_append_new(names, json_string(hs_record_arrays[i]));
    if (t->cluster) json_array_append_new(names, json_string("cluster"));
    json_array_append_new(work, real_json(t->calibrations));
    json_array_append_new(work, real_json(t->evaluations));
    json_array_append_new(work, real_json(t->order_evaluations));
    json_object_set_new(head, "halfstep_trial", json_integer(HS_RECORD_LAYOUT));
    json_object_set_new(head, "id", json_string(r->id));
    json_object_set_new(head, "number", json_integer((json_int_t)r->number));
    json_object_set_new(head, "repro", json_string(r->repro ? r->repro : ""));
    json_object_set_new(head, "levels", levels_json(r));
    json_object_set_new(head, "order", order);
    json_object_set_new(head, hs_record_sites.name,
                        rows_json(&hs_record_sites, t->site, t->sites));
    json_object_set_new(head, hs_record_nodes.name,
                        rows_json(&hs_record_nodes, t->node, t->nodes));
    json_object_set_new(head, hs_record_figures.name,
                        rows_json(&hs_record_figures, t->figure, t->figures));
    json_object_set_new(head, "work", work);
    json_object_set_new(head, "samples", json_integer((json_int_t)t->samples));
    json_object_set_new(head, "arrays", names);
    json_object_set_new(head, "tables", hs_record_tables_json(t));
    return head;
}

void hs_record_put_real(struct hs_text *to, double x)
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
    for (size_t i = 0; i < HS_RECORD_ARRAYS; i++)
        for (size_t k = 0; *hs_record_array(t, i) && k < t->samples; k++)
            hs_record_put_real(&file, (*hs_record_array(t, i))[k]);
    for (size_t k = 0; t->cluster && k < t->samples; k++)
        hs_record_put_real(&file, t->cluster[k]);
    hs_record_tables_put(t, &file);
    hs_key_hex(hs_hash_bytes(file.s, file.n), hex);
    hex[HS_RECORD_TRAILER - 1] = '\n';
    hs_text_put(&file, hex, HS_RECORD_TRAILER);
    snprintf(name, sizeof name, "%s.trial", r->id);
    struct hs_text folder = {0};
    hs_text_add(&folder, "%s/trials", dir);
    enum hs_status st = file.failed || folder.failed
                            ? HS_OUT_OF_MEMORY(e)
                            : hs_store_put(folder.s, name, file.s, file.n, e);
    hs_text_free(&file), hs_text_free(&folder);
    return st;
}
