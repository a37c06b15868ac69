/* value.c - one scalar of a config: text, file, number, flag, word, rows, granularity. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/decode.h"

#include "format/grid.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void hs_decode_expected(struct hs_decoder *d, const struct hs_yaml *y, const char *what)
{
    hs_complain(d->c, y->at, "expected %s, got %s", what, hs_yaml_what(y, d->c));
}

const char *hs_decode_hint(struct hs_decoder *d, const char *word, const char *const *list)
{
    const char *near = hs_text_nearest(word, list), *hint = "; there are:";
    if (near)
        hint = hs_complaints_text(d->c, "; did you mean '%s'?", near);
    else
        for (; *list && hint; list++) hint = hs_complaints_text(d->c, "%s %s", hint, *list);
    return hint ? hint : "";
}

void hs_decode_add(struct hs_decoder *d, struct hs_setting *s, const struct hs_datum *v)
{
    for (size_t i = 0; i < s->n; i++)
        if (!strcmp(s->value[i].label, v->label)) {
            hs_complain(d->c, v->at, "'%s' is in this list twice", v->label);
            return;
        }
    if (s->n == s->room) {
        size_t room = s->room ? 2 * s->room : 4;
        struct hs_datum *value = hs_complaints_take(d->c, room, sizeof *value);
        if (!value) return;
        if (s->n) memcpy(value, s->value, s->n * sizeof *value);
        s->value = value, s->room = room;
    }
    s->value[s->n++] = *v;
}

typedef bool decode(struct hs_decoder *, const struct hs_row *, const struct hs_yaml *,
                    struct hs_datum *);

static bool decode_text(struct hs_decoder *d, const struct hs_row *row, const struct hs_yaml *y,
                        struct hs_datum *v)
{
    (void)row;
    if (y->kind != HS_YAML_SCALAR || !*y->text || hs_yaml_null(y))
        return hs_decode_expected(d, y, "a text"), false;
    v->text = v->label = y->text;
    return true;
}

static bool decode_name(struct hs_decoder *d, const struct hs_row *row, const struct hs_yaml *y,
                        struct hs_datum *v)
{
    if (!decode_text(d, row, y, v)) return false;
    size_t n = strlen(v->text),
           good = strspn(v->text,
                         "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-");
    if (good == n && n < 128 && *v->text != '.' && *v->text != '-') return true;
    hs_complain(d->c, y->at,
                "a name becomes a folder: letters, digits, '.', '_', '+', '-', the first one a "
                "letter or digit");
    return false;
}

static bool decode_file(struct hs_decoder *d, const struct hs_row *row, const struct hs_yaml *y,
                        struct hs_datum *v)
{
    struct stat st;
    if (!decode_text(d, row, y, v)) return false;
    v->text = hs_complaints_text(d->c, "%s%s", *y->text == '/' ? "" : d->folder, y->text);
    if (!v->text) return false;
    errno = 0;
    if (stat(v->text, &st) == 0 && S_ISDIR(st.st_mode))
        hs_complain_missing(d->c, y->at, "%s is a folder, not a file", v->text);
    else if (errno || access(v->text, R_OK))
        hs_complain_missing(d->c, y->at, "%s: %s", v->text, strerror(errno));
    return true;
}

/* Decimal, or 0x and up to 16 digits (which may be quoted: JSON cannot hold them otherwise). */
static bool decode_seed(struct hs_decoder *d, const struct hs_row *row, const struct hs_yaml *y,
                        struct hs_datum *v)
{
    (void)row;
    bool hex = y->kind == HS_YAML_SCALAR && !strncmp(y->text, "0x", 2);
    const char *digits = y->text + (hex ? 2 : 0);
    if (y->kind != HS_YAML_SCALAR || !(y->plain || hex) || !*digits ||
        digits[strspn(digits, hex ? "0123456789abcdefABCDEF" : "0123456789")])
        return hs_decode_expected(d, y, "a whole number from 0 to 18446744073709551615"), false;
    errno = 0;
    v->count = strtoull(digits, NULL, hex ? 16 : 10);
    if (errno) hs_complain(d->c, y->at, "%s is more than 64 bits hold", y->text);
    v->label = hs_complaints_text(d->c, "%llu", (unsigned long long)v->count);
    return !errno && v->label;
}

static bool decode_count(struct hs_decoder *d, const struct hs_row *row,
                         const struct hs_yaml *y, struct hs_datum *v)
{
    char *end = (char *)"x";
    errno = 0;
    if (y->kind == HS_YAML_SCALAR && y->plain && *y->text && strchr("-+0123456789", *y->text))
        v->count = (uint64_t)strtoll(y->text, &end, 10);
    if (*end) return hs_decode_expected(d, y, "a whole number"), false;
    double x = (double)(int64_t)v->count;
    if (errno || x < row->min || x > row->max) {
        hs_complain(d->c, y->at, "%s is out of range: %.0f to %.0f", y->text, row->min,
                    row->max);
        return false;
    }
    v->label = hs_complaints_text(d->c, "%llu", (unsigned long long)v->count);
    return v->label;
}

static bool decode_real(struct hs_decoder *d, const struct hs_row *row, const struct hs_yaml *y,
                        struct hs_datum *v)
{
    char *end = (char *)"x";
    bool number = y->kind == HS_YAML_SCALAR && y->plain && *y->text &&
                  !y->text[strspn(y->text, "+-.0123456789eE")];
    if (number) v->real = strtod(y->text, &end);
    if (*end) return hs_decode_expected(d, y, "a number"), false;
    if (!(v->real >= row->min && v->real <= row->max)) {
        hs_complain(d->c, y->at, "%s is out of range: %.9g to %.9g", y->text, row->min,
                    row->max);
        return false;
    }
    v->label = hs_complaints_text(d->c, "%.9g", v->real);
    return v->label;
}

static bool decode_flag(struct hs_decoder *d, const struct hs_row *row, const struct hs_yaml *y,
                        struct hs_datum *v)
{
    (void)row;
    bool word = y->kind == HS_YAML_SCALAR && y->plain;
    v->flag = word && !strcmp(y->text, "true");
    v->label = v->flag ? "true" : "false";
    if (v->flag || (word && !strcmp(y->text, "false"))) return true;
    return hs_decode_expected(d, y, "true or false"), false;
}

static bool decode_word(struct hs_decoder *d, const struct hs_row *row, const struct hs_yaml *y,
                        struct hs_datum *v)
{
    if (y->kind != HS_YAML_SCALAR) {
        const char *list = "one of";
        for (const char *const *w = row->words; *w && list; w++)
            list = hs_complaints_text(d->c, "%s %s", list, *w);
        return hs_decode_expected(d, y, list ? list : "a word"), false;
    }
    for (v->word = 0; row->words[v->word]; v->word++)
        if (!strcmp(row->words[v->word], y->text)) {
            v->label = y->text;
            return true;
        }
    hs_complain(d->c, y->at, "no '%.60s' for %s%s", y->text, row->path,
                hs_decode_hint(d, y->text, row->words));
    return false;
}

static bool decode_range(struct hs_decoder *d, const struct hs_row *row,
                         const struct hs_yaml *y, struct hs_datum *v)
{
    (void)row;
    const char *colon = y->kind == HS_YAML_SCALAR ? strchr(y->text, ':') : NULL;
    char *end_begin = NULL, *end_end = NULL;
    if (!colon || y->text[strspn(y->text, "0123456789:")] || strlen(y->text) > 30)
        return hs_decode_expected(d, y, "rows as \"begin:end\""), false;
    v->begin = strtoull(y->text, &end_begin, 10), v->end = strtoull(colon + 1, &end_end, 10);
    if (end_begin != colon || *end_end)
        return hs_decode_expected(d, y, "rows as \"begin:end\""), false;
    if (colon[1] && v->end <= v->begin) {
        hs_complain(d->c, y->at, "no rows: %s ends before it begins", y->text);
        return false;
    }
    v->label = y->text;
    return true;
}

/* Words in the order of enum hs_granularity. */
static const char *const granularities[] = {"tensor", "channel", "group:N",
                                            "token",  "block",   NULL};

static bool decode_granularity(struct hs_decoder *d, const struct hs_row *row,
                               const struct hs_yaml *y, struct hs_datum *v)
{
    (void)row;
    char *end;
    if (y->kind != HS_YAML_SCALAR)
        return hs_decode_expected(d, y, "tensor, channel, token, block or group:N"), false;
    v->label = y->text;
    for (v->word = 0; granularities[v->word]; v->word++)
        if (v->word != HS_PER_GROUP && !strcmp(granularities[v->word], y->text)) return true;
    if (!strncmp(y->text, "group:", 6)) {
        v->word = HS_PER_GROUP;
        errno = 0;
        v->group = strchr("0123456789", y->text[6]) ? strtoull(y->text + 6, &end, 10) : 0;
        if (v->group >= 2 && !*end && !errno && v->group <= 1u << 20) return true;
        hs_complain(d->c, y->at, "group:N needs a whole N from 2 to 1048576, got '%.40s'",
                    y->text);
        return false;
    }
    hs_complain(d->c, y->at, "no granularity '%.60s'%s", y->text,
                hs_decode_hint(d, y->text, granularities));
    return false;
}

static decode *const by_kind[] = {
    [HS_VALUE_TEXT] = decode_text,
    [HS_VALUE_NAME] = decode_name,
    [HS_VALUE_FILE] = decode_file,
    [HS_VALUE_SEED] = decode_seed,
    [HS_VALUE_COUNT] = decode_count,
    [HS_VALUE_REAL] = decode_real,
    [HS_VALUE_FLAG] = decode_flag,
    [HS_VALUE_WORD] = decode_word,
    [HS_VALUE_RANGE] = decode_range,
    [HS_VALUE_GRANULARITY] = decode_granularity,
};

void hs_decode_value(struct hs_decoder *d, const struct hs_row *row, const struct hs_yaml *y,
                     struct hs_setting *s)
{
    if (y->refused) return;
    if (row->kind == HS_VALUE_PICK) {
        hs_decode_pick(d, row, y, s);
        return;
    }
    struct hs_datum v = {.at = y->at};
    if (hs_yaml_null(y))
        hs_complain(d->c, y->at, "%s has no value", row->path);
    else if (by_kind[row->kind](d, row, y, &v))
        hs_decode_add(d, s, &v);
}

void hs_decode_row(struct hs_decoder *d, const struct hs_row *row, const struct hs_yaml *y,
                   struct hs_setting *s)
{
    s->given = true, s->at = y->at;
    if (y->kind == HS_YAML_LIST && row->many != HS_ONE) {
        if (!y->n && row->many == HS_FACTOR)
            hs_complain(d->c, y->at, "an empty list: %s needs a value", row->path);
        for (size_t i = 0; i < y->n; i++) hs_decode_value(d, row, y->item[i], s);
    } else if (y->kind == HS_YAML_LIST) {
        hs_complain(d->c, y->at, "%s takes one value, not a list", row->path);
    } else {
        hs_decode_value(d, row, y, s);
    }
}
