/* decode.c - a mapping of a config: which row each key belongs to, and what is said of keys
 * that have none. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/decode.h"

#include <string.h>

/* The rest of `path` after `prefix` and a dot, or NULL. */
static const char *below(const char *path, const char *prefix)
{
    size_t n = strlen(prefix);
    if (!n) return path;
    return !strncmp(path, prefix, n) && path[n] == '.' ? path + n + 1 : NULL;
}

/* The keys directly below a prefix, NULL-ended. */
static const char *const *keys_of(struct hs_decoder *d, const char *prefix)
{
    static const char *const none[] = {NULL};
    const char **list = hs_complaints_take(d->c, HS_ROWS + 1, sizeof *list);
    size_t n = 0;
    if (!list) return none;
    for (int i = 0; i < HS_ROWS; i++) {
        const char *rest = below(hs_schema[i].path, prefix);
        if (!rest || strstr(hs_schema[i].path + strlen(prefix), "[]")) continue;
        const char *key = hs_complaints_text(d->c, "%.*s", (int)strcspn(rest, "."), rest);
        size_t k = 0;
        if (!key) return none;
        while (k < n && strcmp(list[k], key)) k++;
        if (k == n && strcmp(key, "*")) list[n++] = key;
    }
    return list;
}

/* A key that is known elsewhere: its path there. */
static const char *elsewhere(const char *key)
{
    for (int i = 0; i < HS_ROW_RULE; i++) {
        const char *dot = strrchr(hs_schema[i].path, '.');
        if (dot && !strcmp(dot + 1, key)) return hs_schema[i].path;
    }
    return NULL;
}

static void unknown(struct hs_decoder *d, const char *prefix, const struct hs_yaml *key)
{
    const char *const *list = keys_of(d, prefix);
    const char *other = elsewhere(key->text), *where = *prefix ? " in " : "";
    if (!hs_text_nearest(key->text, list) && other)
        hs_complain(d->c, key->at, "no key '%.60s'%s%s; did you mean '%s'?", key->text, where,
                    prefix, other);
    else
        hs_complain(d->c, key->at, "no key '%.60s'%s%s%s", key->text, where, prefix,
                    hs_decode_hint(d, key->text, list));
}

/* scheme.weights: none is short for {format: none}. */
static void section(struct hs_decoder *d, const char *path, enum hs_row_name row,
                    const struct hs_yaml *y, struct hs_setting *settings)
{
    const char *format = hs_complaints_text(d->c, "%s.format", path);
    enum hs_row_name at = format ? hs_schema_find(format) : HS_ROWS;
    if (row < HS_ROWS) settings[row].given = true, settings[row].at = y->at;
    if (y->kind == HS_YAML_MAP) {
        hs_decode_map(d, path, y, settings);
    } else if (at < HS_ROWS && y->kind == HS_YAML_SCALAR && y->plain &&
               !strcmp(y->text, "none")) {
        settings[at].given = true;
        hs_decode_value(d, &hs_schema[at], y, &settings[at]);
    } else {
        hs_decode_expected(d, y, at < HS_ROWS ? "a mapping, or none" : "a mapping");
    }
}

static bool is_section(const char *path)
{
    for (int i = 0; i < HS_ROWS; i++)
        if (below(hs_schema[i].path, path)) return true;
    return false;
}

void hs_decode_map(struct hs_decoder *d, const char *prefix, const struct hs_yaml *y,
                   struct hs_setting *settings)
{
    for (size_t i = 0; i < y->n; i++) {
        const char *key = y->key[i]->text, *dot = *prefix ? "." : "";
        const char *path = hs_complaints_text(d->c, "%s%s%s", prefix, dot, key);
        if (!path) return;
        enum hs_row_name row = hs_schema_find(path);
        enum hs_value_kind kind = row < HS_ROWS ? hs_schema[row].kind : HS_VALUE_SECTION;
        bool known = row < HS_ROWS || (is_section(path) && !strpbrk(key, ".[*"));
        if (!known || (strpbrk(key, ".[*") && *key))
            unknown(d, prefix, y->key[i]);
        else if (kind == HS_VALUE_SECTION)
            section(d, path, row, y->item[i], settings);
        else if (kind == HS_VALUE_RULES)
            hs_decode_rules(d, y->item[i]);
        else if (kind == HS_VALUE_SITES)
            hs_decode_sites(d, y->item[i]);
        else if (kind < HS_VALUE_RULES)
            hs_decode_row(d, &hs_schema[row], y->item[i], &settings[row]);
    }
}

static struct hs_block *blocks(struct hs_decoder *d, size_t n)
{
    struct hs_block *b = hs_complaints_take(d->c, n, sizeof *b);
    for (size_t i = 0; b && i < n; i++)
        if (!(b[i].setting = hs_complaints_take(d->c, HS_ROWS, sizeof *b[i].setting)))
            return NULL;
    return b;
}

void hs_decode_rules(struct hs_decoder *d, const struct hs_yaml *y)
{
    if (y->kind != HS_YAML_LIST) {
        hs_decode_expected(d, y, "a list of {match: glob, ...}");
        return;
    }
    struct hs_block *rule = blocks(d, y->n);
    for (size_t i = 0; rule && i < y->n; i++) {
        const struct hs_yaml *item = y->item[i];
        struct hs_setting *match = &rule[i].setting[HS_ROW_RULE_MATCH];
        rule[i].at = item->at;
        if (item->kind != HS_YAML_MAP) {
            hs_decode_expected(d, item, "{match: glob, ...}");
            continue;
        }
        hs_decode_map(d, "scheme.overrides[]", item, rule[i].setting);
        if (match->n)
            rule[i].match = match->value[0].text;
        else if (!match->given)
            hs_complain(d->c, item->at, "an override needs a 'match'");
        if (match->n && item->n == 1)
            hs_complain(d->c, item->at, "this override changes nothing");
    }
    if (rule) d->config->rule = rule, d->config->rules = y->n;
}

void hs_decode_sites(struct hs_decoder *d, const struct hs_yaml *y)
{
    if (y->kind != HS_YAML_MAP) {
        hs_decode_expected(d, y, "a mapping from node globs to {format: ..., ...}");
        return;
    }
    struct hs_block *site = blocks(d, y->n);
    for (size_t i = 0; site && i < y->n; i++) {
        site[i].at = y->key[i]->at, site[i].match = y->key[i]->text;
        if (y->item[i]->kind == HS_YAML_MAP)
            hs_decode_map(d, "scheme.sites.*", y->item[i], site[i].setting);
        else
            hs_decode_expected(d, y->item[i], "{format: ..., ...}");
    }
    if (site) d->config->site = site, d->config->sites = y->n;
}
