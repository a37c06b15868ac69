/* combine.c - zip and exclude: which factors go together, and which combinations are left out.
 */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/decode.h"

#include <string.h>

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
    else
        hs_complain(d->c, name->at, "no factor '%.60s'%s", name->text,
                    hs_decode_hint(d, name->text, list));
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
        hs_complain(d->c, y->at,
                    "zip ties two or more factors together: [[scheme.weights.format, method]]");
        return;
    }
    if (!(t->row = hs_complaints_take(d->c, y->n, sizeof *t->row))) return;
    for (size_t i = 0; i < y->n; i++) {
        enum hs_row_name row = factor(d, y->item[i]);
        if (row == HS_ROWS) continue;
        if (tied(c, at + 1, row))
            hs_complain(d->c, y->item[i]->at, "'%s' is tied already", hs_schema[row].path);
        else if (t->n && levels(c, row) != levels(c, t->row[0]))
            hs_complain(d->c, y->item[i]->at,
                        "zip needs equally many levels: %s has %zu, %s has %zu",
                        hs_schema[row].path, levels(c, row), hs_schema[t->row[0]].path,
                        levels(c, t->row[0]));
        else
            t->row[t->n++] = row;
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
    return named->member && named->member == level->member && !named->knobs_given && !named->file &&
           !named->names;
}

static bool matches_some(const struct hs_config *c, enum hs_row_name row,
                         const struct hs_datum *v)
{
    const struct hs_setting *s = &c->setting[row];
    if (row == HS_ROW_DRAWS) return v->count < levels(c, row);
    for (size_t i = 0; i < s->n; i++)
        if (hs_config_covers(v, &s->value[i])) return true;
    return false;
}

static void exclude_levels(struct hs_decoder *d, enum hs_row_name row, const struct hs_yaml *y,
                           struct hs_setting *s)
{
    static const struct hs_row draw = {.path = "data.calibration.draws",
                                       .kind = HS_VALUE_COUNT,
                                       .many = HS_FACTOR,
                                       .max = 1e9};
    const char *known = "";
    const struct hs_setting *has = &d->config->setting[row];
    hs_decode_row(d, row == HS_ROW_DRAWS ? &draw : &hs_schema[row], y, s);
    if (row == HS_ROW_DRAWS)
        known = hs_complaints_text(d->c, " 0 to %zu", levels(d->config, row) - 1);
    else
        for (size_t i = 0; i < has->n && known; i++)
            known = hs_complaints_text(d->c, "%s %s", known, has->value[i].label);
    for (size_t i = 0; i < s->n; i++)
        if (!matches_some(d->config, row, &s->value[i]))
            hs_complain(d->c, s->value[i].at, "'%s' is no level of %s; there are:%s",
                        s->value[i].label, hs_schema[row].path, known ? known : "");
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
