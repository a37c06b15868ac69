/* decode.c - a mapping of a config: which row each key belongs to, and what is said of keys that have none. */
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
        hs_complain(d->c, key->at, "no key '%.60s'%s%s; did you mean '%s'?", key->text, where, prefix, other);
    else hs_complain(d->c, key->at, "no key '%.60s'%s%s%s", key->text, where, prefix,
                     hs_decode_hint(d, key->text, list));
}

/* scheme.weights: none is short for {format: none}. */
static void section(struct hs_decoder *d, const char *path, enum hs_row_name row, const struct hs_yaml *y,
                    struct hs_setting *settings)
{
    const char *format = hs_complaints_text(d->c, "%s.format", path);
    enum hs_row_name at = format ? hs_schema_find(format) : HS_ROWS;
    if (row < HS_ROWS) settings[row].given = true, settings[row].at = y->at;
    if (y->kind == HS_YAML_MAP) {
        hs_decode_map(d, path, y, settings);
    } else if (at < HS_ROWS && y->kind == HS_YAML_SCALAR && y->plain && !strcmp(y->text, "none")) {
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

void hs_decode_map(struct hs_decoder *d, const char *prefix, const struct hs_yaml *y, struct hs_setting *settings)
{
    for (size_t i = 0; i < y->n; i++) {
        const char *key = y->key[i]->text, *dot = *prefix ? "." : "";
        const char *path = hs_complaints_text(d->c, "%s%s%s", prefix, dot, key);
        if (!path) return;
        enum hs_row_name row = hs_schema_find(path);
        enum hs_value_kind kind = row < HS_ROWS ? hs_schema[row].kind : HS_VALUE_SECTION;
        bool known = row < HS_ROWS || (is_section(path) && !strpbrk(key, ".[*"));
        if (!known || (strpbrk(key, ".[*") && *key)) unknown(d, prefix, y->key[i]);
        else if (kind == HS_VALUE_SECTION) section(d, path, row, y->item[i], settings);
        else if (kind == HS_VALUE_RULES) hs_decode_rules(d, y->item[i]);
        else if (kind == HS_VALUE_SITES) hs_decode_sites(d, y->item[i]);
        else if (kind < HS_VALUE_RULES) hs_decode_row(d, &hs_schema[row], y->item[i], &settings[row]);
    }
}

static struct hs_block *blocks(struct hs_decoder *d, size_t n)
{
    struct hs_block *b = hs_complaints_take(d->c, n, sizeof *b);
    for (size_t i = 0; b && i < n; i++)
        if (!(b[i].setting = hs_complaints_take(d->c, HS_ROWS, sizeof *b[i].setting))) return NULL;
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
        if (match->n) rule[i].match = match->value[0].text;
        else if (!match->given) hs_complain(d->c, item->at, "an override needs a 'match'");
        if (match->n && item->n == 1) hs_complain(d->c, item->at, "this override changes nothing");
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
        if (y->item[i]->kind == HS_YAML_MAP) hs_decode_map(d, "scheme.sites.*", y->item[i], site[i].setting);
        else hs_decode_expected(d, y->item[i], "{format: ..., ...}");
    }
    if (site) d->config->site = site, d->config->sites = y->n;
}

/* The row of a factor named in zip or exclude, or HS_ROWS. */
static enum hs_row_name factor(struct hs_decoder *d, const struct hs_yaml *name)
{
    const char *list[HS_ROWS + 1] = {0};
    size_t n = 0;
    if (name->kind != HS_YAML_SCALAR) {
        hs_decode_expected(d, name, "the path of a factor");
        return HS_ROWS;
    }
    for (int i = 0; i < HS_ROW_RULE; i++) {
        if (hs_schema[i].many != HS_FACTOR && i != HS_ROW_DRAWS) continue;
        if (!strcmp(hs_schema[i].path, name->text)) return (enum hs_row_name)i;
        list[n++] = hs_schema[i].path;
    }
    if (hs_schema_find(name->text) < HS_ROWS)
        hs_complain(d->c, name->at, "'%s' is not a factor", name->text);
    else hs_complain(d->c, name->at, "no factor '%.60s'%s", name->text, hs_decode_hint(d, name->text, list));
    return HS_ROWS;
}

static size_t levels(const struct hs_config *c, enum hs_row_name row)
{
    const struct hs_setting *s = &c->setting[row];
    return row == HS_ROW_DRAWS && s->n ? (size_t)s->value[0].count : s->n;
}

static bool tied(const struct hs_config *c, size_t ties, enum hs_row_name row)
{
    for (size_t i = 0; i < ties; i++)
        for (size_t k = 0; k < c->tie[i].n; k++)
            if (c->tie[i].row[k] == row) return true;
    return false;
}

static void tie(struct hs_decoder *d, const struct hs_yaml *y, size_t at)
{
    struct hs_config *c = d->config;
    struct hs_tie *t = &c->tie[at];
    t->at = y->at;
    if (y->kind != HS_YAML_LIST || y->n < 2) {
        hs_complain(d->c, y->at, "zip ties two or more factors together: [[scheme.weights.format, method]]");
        return;
    }
    if (!(t->row = hs_complaints_take(d->c, y->n, sizeof *t->row))) return;
    for (size_t i = 0; i < y->n; i++) {
        enum hs_row_name row = factor(d, y->item[i]);
        if (row == HS_ROWS) continue;
        if (tied(c, at + 1, row)) hs_complain(d->c, y->item[i]->at, "'%s' is tied already", hs_schema[row].path);
        else if (t->n && levels(c, row) != levels(c, t->row[0]))
            hs_complain(d->c, y->item[i]->at, "zip needs equally many levels: %s has %zu, %s has %zu", hs_schema[row].path,
                        levels(c, row), hs_schema[t->row[0]].path, levels(c, t->row[0]));
        else t->row[t->n++] = row;
    }
}

void hs_decode_ties(struct hs_decoder *d, const struct hs_yaml *y)
{
    struct hs_config *c = d->config;
    if (y->kind != HS_YAML_LIST) {
        hs_decode_expected(d, y, "a list of lists of factors");
        return;
    }
    if (!(c->tie = hs_complaints_take(d->c, y->n, sizeof *c->tie))) return;
    for (size_t i = 0; i < y->n; i++) {
        tie(d, y->item[i], i);
        c->ties = i + 1;
    }
}

bool hs_config_covers(const struct hs_datum *named, const struct hs_datum *level)
{
    if (!strcmp(named->label, level->label)) return true;
    return named->member && named->member == level->member && !named->knobs_given && !named->names;
}

static bool matches_some(const struct hs_config *c, enum hs_row_name row, const struct hs_datum *v)
{
    const struct hs_setting *s = &c->setting[row];
    if (row == HS_ROW_DRAWS) return v->count < levels(c, row);
    for (size_t i = 0; i < s->n; i++)
        if (hs_config_covers(v, &s->value[i])) return true;
    return false;
}

static void exclude_levels(struct hs_decoder *d, enum hs_row_name row, const struct hs_yaml *y, struct hs_setting *s)
{
    static const struct hs_row draw = {.path = "data.calibration.draws", .kind = HS_VALUE_COUNT, .many = HS_FACTOR, .max = 1e9};
    const char *known = "";
    const struct hs_setting *has = &d->config->setting[row];
    hs_decode_row(d, row == HS_ROW_DRAWS ? &draw : &hs_schema[row], y, s);
    if (row == HS_ROW_DRAWS) known = hs_complaints_text(d->c, " 0 to %zu", levels(d->config, row) - 1);
    else for (size_t i = 0; i < has->n && known; i++) known = hs_complaints_text(d->c, "%s %s", known, has->value[i].label);
    for (size_t i = 0; i < s->n; i++)
        if (!matches_some(d->config, row, &s->value[i]))
            hs_complain(d->c, s->value[i].at, "'%s' is no level of %s; there are:%s", s->value[i].label,
                        hs_schema[row].path, known ? known : "");
}

static void exclusion(struct hs_decoder *d, const struct hs_yaml *y, struct hs_exclusion *x)
{
    x->at = y->at;
    if (y->kind != HS_YAML_MAP || !y->n) {
        hs_decode_expected(d, y, "{factor: level, ...}");
        return;
    }
    x->row = hs_complaints_take(d->c, y->n, sizeof *x->row);
    x->level = hs_complaints_take(d->c, y->n, sizeof *x->level);
    for (size_t i = 0; x->row && x->level && i < y->n; i++) {
        enum hs_row_name row = factor(d, y->key[i]);
        if (row == HS_ROWS) continue;
        exclude_levels(d, row, y->item[i], &x->level[x->n]);
        x->row[x->n++] = row;
    }
}

void hs_decode_exclusions(struct hs_decoder *d, const struct hs_yaml *y)
{
    struct hs_config *c = d->config;
    if (y->kind != HS_YAML_LIST) {
        hs_decode_expected(d, y, "a list of {factor: level, ...}");
        return;
    }
    if (!(c->exclusion = hs_complaints_take(d->c, y->n, sizeof *c->exclusion))) return;
    for (size_t i = 0; i < y->n; i++) exclusion(d, y->item[i], &c->exclusion[i]);
    c->exclusions = y->n;
}
