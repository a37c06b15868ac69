/* past.c - finds a trial of a run that was made earlier, and its study as it was. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "experiment/apply.h"
#include "experiment/put.h"

#include "metric/metric.h"

#include <ctype.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct hs_past {
    struct hs_arena *arena;
    const char *dir;
    json_t *root;
};

static const char *text_of(const json_t *map, const char *key)
{
    const char *s = json_string_value(json_object_get(map, key));
    return s ? s : "";
}

enum hs_status hs_past_open(const char *dir, struct hs_past **to, struct hs_err *e)
{
    char *bytes;
    size_t n;
    json_error_t why;
    HS_TRY(hs_store_get(dir, "manifest.json", &bytes, &n, e));
    json_t *root = json_loadb(bytes, n, 0, &why);
    hs_free(bytes);
    if (!root) return HS_FAIL(e, HS_EDATA, "%s/manifest.json, line %d: %s", dir, why.line, why.text);
    struct hs_past *p = *to = hs_alloc_zeroed(1, sizeof *p);
    struct hs_arena *a = hs_arena_open();
    if (!p || !a) json_decref(root), hs_arena_close(a), hs_free(p), HS_OUT_OF_MEMORY(e);
    else if (p->arena = a, p->root = root, !(p->dir = hs_arena_text(a, "%s", dir))) HS_OUT_OF_MEMORY(e);
    else if (!json_is_object(json_object_get(root, "config")) || !json_array_size(json_object_get(root, "trials")))
        HS_FAIL(e, HS_EDATA, "%s/manifest.json names no config with trials", dir);
    else return HS_OK;
    if (p && a) hs_past_close(p);
    *to = NULL;
    return e->status;
}

void hs_past_close(struct hs_past *p)
{
    if (!p) return;
    json_decref(p->root);
    hs_arena_close(p->arena);
    hs_free(p);
}

/* The metric after the last step; NaN where it was not measured. */
static double figure_of(const struct hs_trace *t, const char *metric)
{
    int last = -1;
    double value = NAN;
    for (size_t i = 0; i < t->figures; i++)
        if (!strcmp(t->figure[i].metric, metric) && t->figure[i].step >= last) {
            last = t->figure[i].step;
            value = t->figure[i].value;
        }
    return value;
}

static enum hs_status find_best(const struct hs_past *p, const struct hs_metric_type *m, char *id, struct hs_err *e)
{
    double best = NAN;
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(p->root, "trials"), i, one)
    {
        struct hs_record r;
        struct hs_err missing = {0};
        const char *name = json_string_value(one);
        if (!name || hs_record_read(p->dir, name, &r, &missing)) continue;
        double v = figure_of(&r.trace, m->name);
        if (!isnan(v) && (isnan(best) || (m->higher_is_better ? v > best : v < best))) {
            best = v;
            memcpy(id, r.id, HS_KEY_HEX);
        }
        hs_record_close(&r);
    }
    return isnan(best) ? HS_FAIL(e, HS_EUSAGE, "no stored trial of %s has the metric %s", p->dir, m->name) : HS_OK;
}

/* Digits that are fewer than an id's and below the number of trials are a number. */
static bool is_number(const char *word, size_t trials, size_t *number)
{
    size_t n = strspn(word, "0123456789");
    *number = strtoul(word, NULL, 10);
    return n && n < 7 && !word[n] && *number < trials;
}

enum hs_status hs_past_find(const struct hs_past *p, const char *word, char *id, struct hs_err *e)
{
    const json_t *list = json_object_get(p->root, "trials");
    size_t found = 0, i, number;
    json_t *one;
    if (!strcmp(word, "best")) word = "best:";
    if (!strncmp(word, "best:", 5)) {
        const json_t *metrics = json_object_get(json_object_get(p->root, "config"), "metrics");
        const char *first = json_string_value(json_array_get(metrics, 0));
        const struct hs_metric_type *m = hs_metric_find(word[5] ? word + 5 : first ? first : "sqnr", e);
        return m ? find_best(p, m, id, e) : e->status;
    }
    if (is_number(word, json_array_size(list), &number)) {
        memcpy(id, json_string_value(json_array_get(list, number)), HS_KEY_HEX);
        return HS_OK;
    }
    json_array_foreach(list, i, one)
    {
        const char *s = json_string_value(one);
        if (!s || strlen(s) != HS_KEY_HEX - 1 || !*word || strncmp(s, word, strlen(word))) continue;
        memcpy(id, s, HS_KEY_HEX);
        found++;
    }
    if (found > 1) return HS_FAIL(e, HS_EUSAGE, "%zu trials of %s have an id that begins with '%s'", found, p->dir, word);
    if (!found)
        return HS_FAIL(e, HS_EUSAGE, "%s has no trial '%s': a number below %zu, the beginning of an id, or best", p->dir, word,
                       json_array_size(list));
    return HS_OK;
}

static bool same_key(const json_t *map, const char *key, struct hs_key now)
{
    char hex[HS_KEY_HEX];
    hs_key_hex(now, hex);
    return !strcmp(text_of(map, key), hex);
}

/* What was read then and what is read now. */
static enum hs_status compare_inputs(const struct hs_past *p, const struct hs_inputs *in, struct hs_err *e)
{
    const json_t *list = json_object_get(p->root, "inputs");
    for (size_t i = 0; i < in->networks; i++) {
        const json_t *one = json_array_get(list, i), *draws = json_object_get(one, "calibration");
        const char *file = text_of(one, "file");
        if (!same_key(one, "network", in->net[i].digest))
            return HS_FAIL(e, HS_EDATA, "the network %s is not the one that was run: its digest has changed", file);
        if (!same_key(one, "evaluation", in->evaluation[i]->digest))
            return HS_FAIL(e, HS_EDATA, "the evaluation data for %s are not those of the run: their digest has changed", file);
        for (size_t d = 0; d < in->draws; d++) {
            char hex[HS_KEY_HEX];
            const char *then = json_string_value(json_array_get(draws, d));
            hs_key_hex(in->calibration[i * in->draws + d]->digest, hex);
            if (!then || strcmp(then, hex))
                return HS_FAIL(e, HS_EDATA, "the calibration data for %s are not those of the run: their digest has changed",
                               file);
        }
    }
    return HS_OK;
}

enum hs_status hs_past_study(const struct hs_past *p, const char *from, struct hs_study *s, struct hs_text *mistakes,
                             struct hs_err *e)
{
    const char *name = hs_arena_text(p->arena, "%s/manifest.json, config", p->dir);
    char *text = json_dumps(json_object_get(p->root, "config"), JSON_INDENT(2) | JSON_REAL_PRECISION(17));
    if (!text || !name) return free(text), HS_OUT_OF_MEMORY(e);
    enum hs_status st = hs_study_parse(name, from, text, strlen(text), s, mistakes, e);
    free(text);
    if (st == HS_ENOINPUT)
        return hs_err_where(e, "relative names begin in %s; --from names the folder of the config that was run",
                            *from ? from : "this folder");
    if (st == HS_OK && (st = compare_inputs(p, &s->inputs, e)) != HS_OK) hs_study_close(s);
    return st;
}

enum hs_status hs_past_trial(const struct hs_past *p, const struct hs_study *s, const char *id, const struct hs_trial **t,
                             struct hs_err *e)
{
    for (size_t i = 0; i < s->plan.trials; i++)
        if (!strcmp(s->plan.trial[i].id, id)) return *t = &s->plan.trial[i], HS_OK;
    return HS_FAIL(e, HS_EDATA,
                   "the same config and data make other trials now than when %s was run (by version %s; this is %s): something "
                   "that decides outcomes has changed in between", p->dir,
                   text_of(json_object_get(p->root, "versions"), "halfstep"), PACKAGE_VERSION);
}
