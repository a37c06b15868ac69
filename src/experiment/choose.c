/* choose.c - a member of a roster in a config: its name, or {name: {knob: value}}. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/decode.h"

#include "calib/calib.h"
#include "dump/given.h"
#include "order/order.h"
#include "weights/weights.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MEMBERS = 256, MOST_ORDERS = 10000 };

/* Names of all members, for suggestions. */
static const char *const *names_of(struct hs_decoder *d, const struct hs_pick_from *from)
{
    static const char *const nobody[] = {NULL};
    const char **list = hs_complaints_take(d->c, MEMBERS + 2, sizeof *list);
    size_t n = 0;
    if (!list) return nobody;
    for (const void *m; n < MEMBERS && (m = from->at(n)); n++) list[n] = from->name(m);
    if (from->none) list[n] = "none";
    return list;
}

static const void *find(struct hs_decoder *d, const struct hs_pick_from *from,
                        const struct hs_yaml *name)
{
    const void *m;
    for (size_t i = 0; (m = from->at(i)); i++)
        if (!strcmp(from->name(m), name->text)) return m;
    hs_complain(d->c, name->at, "no %s '%.60s'%s", from->what, name->text,
                hs_decode_hint(d, name->text, names_of(d, from)));
    return NULL;
}

static const struct hs_knob *knobs_of(const struct hs_pick_from *from, const void *member)
{
    static const struct hs_knob none[1];
    const struct hs_knob *k = from->knob ? from->knob(member) : NULL;
    return k ? k : none;
}

/* With as few digits as give the same number again. */
static const char *shortest(struct hs_decoder *d, double x)
{
    char text[40];
    if (x > -1e6 && x < 1e6 && x == (double)(long)x) /* 100 rather than 1e+02 */
        return hs_complaints_text(d->c, "%ld", (long)x);
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, x);
        if (strtod(text, NULL) == x) break;
    }
    return hs_complaints_text(d->c, "%s", text);
}

/* "percentile(p=99.99)": the knobs that were written, in the member's order, however they were
 * written. */
static void label_knobs(struct hs_decoder *d, const struct hs_knob *k, struct hs_datum *v)
{
    const char *label = v->label, *comma = "(";
    for (int i = 0; k[i].name && label; i++) {
        if (!(v->knobs_given & 1u << i)) continue;
        const char *value = k[i].words ? k[i].words[(int)v->knob[i]]
                            : hs_knob_is_flag(&k[i], v->knob[i])
                                ? (v->knob[i] > 0 ? "true" : "false")
                                : shortest(d, v->knob[i]);
        label =
            hs_complaints_text(d->c, "%s%s%s=%s", label, comma, k[i].name, value ? value : "");
        comma = ", ";
    }
    if (v->knobs_given && label) label = hs_complaints_text(d->c, "%s)", label);
    if (label) v->label = label;
}

static void word_knob(struct hs_decoder *d, struct hs_datum *v, const struct hs_knob *k,
                      size_t at, const struct hs_yaml *y)
{
    if (y->kind != HS_YAML_SCALAR) {
        hs_decode_expected(d, y, "a word");
        return;
    }
    for (int w = 0; k->words[w]; w++)
        if (!strcmp(k->words[w], y->text)) {
            v->knob[at] = w;
            return;
        }
    hs_complain(d->c, y->at, "no '%.60s' for the knob %s%s", y->text, k->name,
                hs_decode_hint(d, y->text, k->words));
}

bool hs_knob_is_flag(const struct hs_knob *k, double x)
{
    return k->min == 0 && k->max == 1 && (k->value == 0 || k->value == 1) && (x == 0 || x == 1);
}

static bool as_number(const struct hs_knob *k, const struct hs_yaml *y, double *x)
{
    char *end;
    if (y->kind != HS_YAML_SCALAR || !y->plain || !*y->text) return false;
    if (hs_knob_is_flag(k, 0) && (!strcmp(y->text, "true") || !strcmp(y->text, "false")))
        return *x = *y->text == 't', true;
    if (y->text[strspn(y->text, "+-.0123456789eE")]) return false;
    *x = strtod(y->text, &end);
    return !*end && isfinite(*x);
}

static void number_knob(struct hs_decoder *d, struct hs_datum *v, const struct hs_knob *k,
                        size_t at, const struct hs_yaml *y)
{
    double x;
    if (!as_number(k, y, &x))
        hs_decode_expected(d, y, "a number");
    else if (!(x >= k->min && x <= k->max))
        hs_complain(d->c, y->at, "%s = %s is out of range: %.9g to %.9g", k->name, y->text,
                    k->min, k->max);
    else
        v->knob[at] = x;
}

static void knob(struct hs_decoder *d, struct hs_datum *v, const struct hs_pick_from *from,
                 const struct hs_yaml *key, const struct hs_yaml *y)
{
    const struct hs_knob *k = knobs_of(from, v->member);
    const char *names[HS_MAX_KNOBS + 2] = {0};
    for (size_t i = 0; k[i].name; i++) {
        names[i] = k[i].name;
        if (strcmp(k[i].name, key->text)) continue;
        v->knobs_given |= 1u << i;
        if (k[i].words)
            word_knob(d, v, &k[i], i, y);
        else
            number_knob(d, v, &k[i], i, y);
        return;
    }
    if (!names[0])
        hs_complain(d->c, key->at, "%s has no knobs", from->name(v->member));
    else
        hs_complain(d->c, key->at, "%s has no knob '%.60s'%s", from->name(v->member), key->text,
                    hs_decode_hint(d, key->text, names));
}

/* explicit: the layers by name. */
static void take_names(struct hs_decoder *d, struct hs_datum *v, const struct hs_yaml *y)
{
    const char **names = NULL;
    if (!y || y->kind != HS_YAML_LIST || !y->n) {
        hs_complain(d->c, y ? y->at : v->at,
                    "an explicit order lists its layers: {explicit: [conv1, fc1]}");
        return;
    }
    names = hs_complaints_take(d->c, y->n + 1, sizeof *names);
    for (size_t i = 0; names && i < y->n; i++) {
        const struct hs_yaml *name = y->item[i];
        if (name->kind != HS_YAML_SCALAR || hs_yaml_null(name))
            hs_decode_expected(d, name, "the name of a layer");
        names[i] = name->text;
        for (size_t j = 0; j < i; j++)
            if (!strcmp(names[j], names[i]))
                hs_complain(d->c, name->at, "'%.60s' is in this list twice", names[i]);
        const char *label = i ? hs_complaints_text(d->c, "%.*s, %s)", (int)strlen(v->label) - 1,
                                                   v->label, names[i])
                              : hs_complaints_text(d->c, "%s(%s)", v->label, names[i]);
        if (label) v->label = label;
    }
    v->names = names;
}

/* random: {count: 5} is five levels, one stream each, so that a larger count keeps the first
 * ones. */
static uint64_t take_count(struct hs_decoder *d, const struct hs_yaml *y)
{
    struct hs_setting s = {0};
    static const struct hs_row row = {
        .path = "order.random.count", .kind = HS_VALUE_COUNT, .min = 1, .max = MOST_ORDERS};
    hs_decode_value(d, &row, y, &s);
    return s.n ? s.value[0].count : 0;
}

static void unfold(struct hs_decoder *d, struct hs_datum *v, uint64_t count,
                   struct hs_setting *s)
{
    const char *name = v->label;
    for (uint64_t i = 0; i < count; i++) {
        v->index = (int)i;
        v->label = hs_complaints_text(d->c, "%s-%d", name, (int)i + 1);
        if (v->label) hs_decode_add(d, s, v);
    }
}

static bool takes_file(const struct hs_pick_from *from, const void *member)
{
    if (from == &hs_pick_calib) return ((const struct hs_calib_type *)member)->takes_file;
    return from == &hs_pick_method && ((const struct hs_weights_type *)member)->takes_file;
}

/* {given: {file: outside.json}}: read at once, so that what is wrong with it is said here. */
static void take_file(struct hs_decoder *d, struct hs_datum *v, const struct hs_yaml *y)
{
    struct hs_setting s = {0};
    struct hs_err why = {0};
    static const struct hs_row row = {.path = "given.file", .kind = HS_VALUE_FILE};
    size_t mistakes = d->c->n;
    hs_decode_value(d, &row, y, &s);
    if (!s.n || d->c->n > mistakes) return;
    if (hs_given_read(s.value[0].text, d->config->arena, &v->given, &why))
        hs_complain(d->c, y->at, "%s", why.what);
    v->file = s.value[0].label;
    const char *label = hs_complaints_text(d->c, "%s(file=%s)", v->label, v->file);
    if (label) v->label = label;
}

void hs_decode_pick(struct hs_decoder *d, const struct hs_row *row, const struct hs_yaml *y,
                    struct hs_setting *s)
{
    const struct hs_pick_from *from = row->from;
    struct hs_datum v = {.at = y->at};
    bool map = y->kind == HS_YAML_MAP && y->n == 1;
    const struct hs_yaml *name = map ? y->key[0] : y, *inside = map ? y->item[0] : NULL;
    uint64_t count = 1;
    size_t mistakes = d->c->n;
    if (hs_yaml_null(y)) {
        hs_complain(d->c, y->at, "%s has no value", row->path);
        return;
    }
    if (name->kind != HS_YAML_SCALAR) {
        hs_decode_expected(d, y, from->knob ? "a name, or {name: {knob: value}}" : "a name");
        return;
    }
    v.label = name->text;
    if (from->none && !map && !strcmp(name->text, "none")) {
        hs_decode_add(d, s, &v);
        return;
    }
    if (!(v.member = find(d, from, name))) return;
    const struct hs_order_type *order = from == &hs_pick_order ? v.member : NULL;
    for (size_t i = 0; knobs_of(from, v.member)[i].name; i++)
        v.knob[i] = knobs_of(from, v.member)[i].value;
    if (order && order->takes_names) {
        take_names(d, &v, inside);
        inside = NULL;
    } else if (inside && inside->kind != HS_YAML_MAP && !hs_yaml_null(inside)) {
        hs_decode_expected(d, inside, "{knob: value}");
    }
    for (size_t i = 0; inside && inside->kind == HS_YAML_MAP && i < inside->n; i++)
        if (order && order->takes_count && !strcmp(inside->key[i]->text, "count"))
            count = take_count(d, inside->item[i]);
        else if (takes_file(from, v.member) && !strcmp(inside->key[i]->text, "file"))
            take_file(d, &v, inside->item[i]);
        else
            knob(d, &v, from, inside->key[i], inside->item[i]);
    if (d->c->n > mistakes)
        return; /* what is half read is no level: nothing else is to be said about it */
    if (from == &hs_pick_method && takes_file(from, v.member) && !v.given) {
        hs_complain(d->c, y->at, "%s takes the rounded weights from a file: {%s: {file: FILE}}", v.label, v.label);
        return;
    }
    label_knobs(d, knobs_of(from, v.member), &v);
    if (order && order->takes_count)
        unfold(d, &v, count, s);
    else
        hs_decode_add(d, s, &v);
}
