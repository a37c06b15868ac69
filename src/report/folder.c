/* folder.c - reads a run's folder: what the manifest says, and the trials that it lists. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "report/folder.h"

#include "experiment/put.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *keep(struct hs_folder *d, const char *s)
{
    return hs_arena_text(d->arena, "%s", s ? s : "");
}

/* A list of objects (the networks and their data) is read member by member. */
static bool of_objects(const json_t *j) { return json_is_object(json_array_get(j, 0)); }

static size_t scalars(const json_t *j)
{
    const char *key;
    json_t *value;
    size_t n = 0, i;
    if (of_objects(j)) {
        json_array_foreach(j, i, value) n += scalars(value);
        return n + 1; /* a config's list is one fact */
    }
    if (!json_is_object(j)) return 1;
    json_object_foreach((json_t *)j, key, value) n += scalars(value);
    return n;
}

static const char *joined(struct hs_folder *d, const json_t *list)
{
    json_t *value;
    size_t i;
    const char *text = "";
    json_array_foreach(list, i, value)
    {
        if (!json_is_string(value)) return NULL;
        text = hs_arena_text(d->arena, "%s%s%s", text, i ? ", " : "", json_string_value(value));
        if (!text) return NULL;
    }
    return text;
}

/* What is no object: words as they are, lists of words with commas, the rest as JSON. */
static enum hs_status fact(struct hs_folder *d, const char *path, const json_t *j, struct hs_err *e)
{
    bool config = !strncmp(path, "config.", 7); /* a list there is one of the language of configs */
    struct hs_report_fact *f = &d->fact[d->facts++];
    f->key = path;
    f->text = json_is_string(j) ? keep(d, json_string_value(j)) : json_is_array(j) && !config ? joined(d, j) : NULL;
    if (!f->text) {
        char *text = json_dumps(j, JSON_ENCODE_ANY | JSON_REAL_PRECISION(9));
        f->text = keep(d, text);
        free(text);
    }
    return f->text ? HS_OK : HS_OUT_OF_MEMORY(e);
}

/* Every scalar of the manifest is a fact, known by its dotted path. */
static enum hs_status facts(struct hs_folder *d, const char *path, const json_t *j,
                            struct hs_err *e)
{
    const char *key, *sub;
    json_t *value;
    size_t i;
    if (of_objects(j) && strncmp(path, "config.", 7)) { /* one needs no number */
        json_array_foreach(j, i, value)
        {
            sub = json_array_size(j) > 1 ? hs_arena_text(d->arena, "%s.%zu", path, i + 1) : path;
            if (!sub) return HS_OUT_OF_MEMORY(e);
            HS_TRY(facts(d, sub, value, e));
        }
        return HS_OK;
    }
    if (json_is_object(j)) {
        json_object_foreach((json_t *)j, key, value)
        {
            if (!*path && !strcmp(key, "trials")) continue;
            sub = hs_arena_text(d->arena, "%s%s%s", path, *path ? "." : "", key);
            if (!sub) return HS_OUT_OF_MEMORY(e);
            HS_TRY(facts(d, sub, value, e));
        }
        return HS_OK;
    }
    return fact(d, path, j, e);
}

static enum hs_status words(struct hs_folder *d, const json_t *list, const char *const **out,
                            size_t *n, struct hs_err *e)
{
    const char **w = HS_NEW(d->arena, json_array_size(list), const char *);
    if (!w) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *s = json_string_value(json_array_get(list, i));
        if (!s)
            return HS_FAIL(e, HS_EDATA, "manifest.json: a list of words holds something else");
        if (!(w[i] = keep(d, s))) return HS_OUT_OF_MEMORY(e);
    }
    *out = w, *n = json_array_size(list);
    return HS_OK;
}

static const json_t *look(const json_t *root, const char *key)
{
    const json_t *config = json_object_get(root, "config"), *v = json_object_get(config, key);
    return v ? v : json_object_get(root, key);
}

static enum hs_status understand(struct hs_folder *d, const json_t *root, struct hs_err *e)
{
    const json_t *report = look(root, "report"), *trials = json_object_get(root, "trials");
    d->about.name = keep(d, json_string_value(look(root, "name")));
    d->about.question = keep(d, json_string_value(look(root, "question")));
    d->fact = HS_NEW(d->arena, scalars(root), struct hs_report_fact);
    if (!d->about.name || !d->about.question || !d->fact) return HS_OUT_OF_MEMORY(e);
    HS_TRY(words(d, json_object_get(report, "tables"), &d->about.table, &d->about.tables, e));
    HS_TRY(
        words(d, json_object_get(report, "figures"), &d->about.figure, &d->about.figures, e));
    const char *width = json_string_value(json_object_get(report, "width")); /* older runs have none */
    d->about.narrow = width && !strcmp(width, "column");
    if (json_is_array(trials)) {
        HS_TRY(words(d, trials, (const char *const **)&d->id, &d->ids, e));
        d->about.planned = d->ids;
        d->listed = true;
    }
    HS_TRY(facts(d, "", root, e));
    d->about.fact = d->fact, d->about.facts = d->facts;
    return HS_OK;
}

static enum hs_status manifest(struct hs_folder *d, const char *dir, struct hs_err *e)
{
    char *bytes;
    size_t n;
    json_error_t why;
    HS_TRY(hs_store_get(dir, "manifest.json", &bytes, &n, e));
    json_t *root = json_loadb(bytes, n, JSON_REJECT_DUPLICATES, &why);
    enum hs_status st;
    hs_free(bytes);
    if (!json_is_object(root))
        st = HS_FAIL(e, HS_EDATA, "%s/manifest.json: %s (line %d)", dir,
                     root ? "not an object" : why.text, root ? 1 : why.line);
    else
        st = understand(d, root, e);
    json_decref(root);
    return st;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Every ID.trial there is. */
static enum hs_status list(struct hs_folder *d, const char *dir, struct hs_err *e)
{
    size_t room = 0;
    const char *path = hs_arena_text(d->arena, "%s/trials", dir);
    DIR *open = path ? opendir(path) : NULL;
    if (!path) return HS_OUT_OF_MEMORY(e);
    if (!open) return HS_FAIL(e, HS_ENOINPUT, "cannot open %s: %s", path, strerror(errno));
    for (struct dirent *f; (f = readdir(open)) && e->status == HS_OK;) {
        size_t n = strlen(f->d_name);
        if (n <= 6 || strcmp(f->d_name + n - 6, ".trial")) continue;
        if (d->ids == room) {
            const char **more = HS_NEW(d->arena, room = 2 * room + 64, const char *);
            if (more && d->ids) memcpy(more, d->id, d->ids * sizeof *more);
            if (!(d->id = more)) {
                HS_OUT_OF_MEMORY(e);
                break;
            }
        }
        if (!(d->id[d->ids++] = hs_arena_text(d->arena, "%.*s", (int)(n - 6), f->d_name)))
            HS_OUT_OF_MEMORY(e);
    }
    closedir(open);
    if (e->status == HS_OK) qsort(d->id, d->ids, sizeof *d->id, by_name);
    return e->status;
}

/* A listed trial that is not there yet is missing; one that is damaged is an error. */
static enum hs_status records(struct hs_folder *d, const char *dir, struct hs_err *e)
{
    d->record = HS_NEW(d->arena, d->ids, struct hs_record);
    if (!d->record) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < d->ids; i++) {
        struct hs_err why = {0};
        enum hs_status st = hs_record_read(dir, d->id[i], &d->record[d->records], &why);
        if (st == HS_ENOINPUT) continue;
        if (st != HS_OK) {
            *e = why;
            return hs_err_where(e, "trial %s in %s", d->id[i], dir);
        }
        if (d->listed)
            d->record[d->records].number =
                i; /* a reused trial keeps the number of its first plan */
        d->records++;
    }
    return HS_OK;
}

enum hs_status hs_folder_open(struct hs_folder *d, const char *dir, struct hs_err *e)
{
    *d = (struct hs_folder){.arena = hs_arena_open()};
    enum hs_status st = d->arena ? manifest(d, dir, e) : HS_OUT_OF_MEMORY(e);
    if (st == HS_OK && !d->listed) st = list(d, dir, e);
    if (st == HS_OK) st = records(d, dir, e);
    if (st == HS_OK && !d->records)
        st = HS_FAIL(e, HS_ENOINPUT, "no trial is finished in %s", dir);
    if (st != HS_OK) hs_folder_close(d);
    return st;
}

void hs_folder_close(struct hs_folder *d)
{
    for (size_t i = 0; i < d->records; i++) hs_record_close(&d->record[i]);
    hs_arena_close(d->arena);
    *d = (struct hs_folder){0};
}
