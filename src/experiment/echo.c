/* echo.c - from settings back to the mapping that a config would write. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/echo.h"
#include "experiment/decode.h"

#include "order/order.h"

#include <string.h>

/* What a lone entry of a list is. */
static json_t *names_json(const char *const *names)
{
    json_t *list = json_array();
    for (; names && *names; names++) json_array_append_new(list, json_string(*names));
    return list;
}

static json_t *knobs_json(const struct hs_pick_from *from, const struct hs_datum *v)
{
    const struct hs_knob *k = from->knob ? from->knob(v->member) : NULL;
    json_t *map = json_object();
    if (v->file) json_object_set_new(map, "file", json_string(v->file));
    for (int i = 0; k && k[i].name; i++)
        if (v->knobs_given & 1u << i)
            json_object_set_new(map, k[i].name,
                                k[i].words ? json_string(k[i].words[(int)v->knob[i]])
                                : hs_knob_is_flag(&k[i], v->knob[i])
                                    ? json_boolean(v->knob[i] > 0)
                                    : json_real(v->knob[i]));
    return map;
}

static bool same_pick(const struct hs_datum *a, const struct hs_datum *b)
{
    return a->member == b->member && a->knobs_given == b->knobs_given && a->file == b->file &&
           !memcmp(a->knob, b->knob, sizeof a->knob);
}

/* One entry; *at moves past the values that it stands for: {random: {count: 5}} is five. */
static json_t *pick(const struct hs_row *row, const struct hs_setting *s, size_t *at)
{
    const struct hs_datum *v = &s->value[(*at)++];
    if (!v->member) return json_string("none");
    const struct hs_order_type *order = row->from == &hs_pick_order ? v->member : NULL;
    bool counted = order && order->takes_count;
    json_int_t count = 1;
    for (; counted && *at < s->n && same_pick(v, &s->value[*at]); ++*at) count++;
    if (!v->knobs_given && !v->names && !v->file && !counted)
        return json_string(row->from->name(v->member));
    json_t *inside = v->names ? names_json(v->names) : knobs_json(row->from, v);
    if (counted) json_object_set_new(inside, "count", json_integer(count));
    json_t *map = json_object();
    json_object_set_new(map, row->from->name(v->member), inside);
    return map;
}

static json_t *value(const struct hs_row *row, const struct hs_setting *s, size_t *at)
{
    if (row->kind == HS_VALUE_PICK) return pick(row, s, at);
    const struct hs_datum *v = &s->value[(*at)++];
    if (row->kind == HS_VALUE_FLAG) return json_boolean(v->flag);
    if (row->kind == HS_VALUE_REAL) return json_real(v->real);
    if (row->kind == HS_VALUE_COUNT) return json_integer((json_int_t)v->count);
    if (row->kind != HS_VALUE_SEED) return json_string(v->label);
    /* JSON integers end at 2^63 - 1 for most readers */
    return v->count <= INT64_MAX ? json_integer((json_int_t)v->count)
                                 : json_sprintf("0x%llx", (unsigned long long)v->count);
}

static json_t *setting(const struct hs_row *row, const struct hs_setting *s)
{
    json_t *list = json_array();
    for (size_t at = 0; at < s->n;) json_array_append_new(list, value(row, s, &at));
    if (row->many == HS_LIST || json_array_size(list) != 1) return list;
    json_t *one = json_incref(json_array_get(list, 0));
    json_decref(list);
    return one;
}

/* Puts a value at a dotted path, making objects on the way. Takes the reference. */
static void put(json_t *root, const char *path, json_t *item)
{
    const char *dot;
    char name[64];
    for (; (dot = strchr(path, '.')); path = dot + 1) {
        snprintf(name, sizeof name, "%.*s", (int)(dot - path), path);
        json_t *down = json_object_get(root, name);
        if (!down) json_object_set_new(root, name, down = json_object());
        root = down;
    }
    json_object_set_new(root, path, item);
}

static json_t *rows(const struct hs_setting *settings, int from, int to, const char *prefix)
{
    json_t *root = json_object();
    for (int i = from; i < to; i++)
        if (settings[i].n)
            put(root, hs_schema[i].path + strlen(prefix), setting(&hs_schema[i], &settings[i]));
    return root;
}

static json_t *ties(const struct hs_config *c)
{
    json_t *list = json_array();
    for (size_t i = 0; i < c->ties; i++) {
        json_t *tie = json_array();
        for (size_t k = 0; k < c->tie[i].n; k++)
            json_array_append_new(tie, json_string(hs_schema[c->tie[i].row[k]].path));
        json_array_append_new(list, tie);
    }
    return list;
}

static json_t *exclusions(const struct hs_config *c)
{
    static const struct hs_row draw = {.kind = HS_VALUE_COUNT};
    json_t *list = json_array();
    for (size_t i = 0; i < c->exclusions; i++) {
        const struct hs_exclusion *x = &c->exclusion[i];
        json_t *map = json_object();
        for (size_t k = 0; k < x->n; k++) {
            const struct hs_row *row =
                x->row[k] == HS_ROW_DRAWS ? &draw : &hs_schema[x->row[k]];
            json_object_set_new(map, hs_schema[x->row[k]].path, setting(row, &x->level[k]));
        }
        json_array_append_new(list, map);
    }
    return list;
}

static void blocks(const struct hs_config *c, json_t *root)
{
    json_t *rules = json_array(), *sites = json_object();
    for (size_t i = 0; i < c->rules; i++)
        json_array_append_new(
            rules, rows(c->rule[i].setting, HS_ROW_RULE, HS_ROW_SITE, "scheme.overrides[]."));
    for (size_t i = 0; i < c->sites; i++)
        json_object_set_new(sites, c->site[i].match,
                            rows(c->site[i].setting, HS_ROW_SITE, HS_ROWS, "scheme.sites.*."));
    if (c->rules) put(root, "scheme.overrides", json_incref(rules));
    if (c->sites) put(root, "scheme.sites", json_incref(sites));
    json_decref(rules), json_decref(sites);
}

json_t *hs_config_echo(const struct hs_config *c)
{
    struct hs_setting shown[HS_ROWS];
    memcpy(shown, c->setting, sizeof shown);
    for (int i = HS_ROW_CALIBRATION; i <= HS_ROW_DRAWS; i++)
        if (!c->setting[HS_ROW_CALIBRATION].given)
            shown[i].n = 0; /* none means none, not the defaults */
    if (shown[HS_ROW_ROUNDING].n || shown[HS_ROW_ZERO_POINT].n || shown[HS_ROW_DIVIDE].n)
        shown[HS_ROW_CONVENTION].n = 0;
    json_t *root = rows(shown, 0, HS_ROW_RULE, "");
    blocks(c, root);
    if (c->ties) put(root, "zip", ties(c));
    if (c->exclusions) put(root, "exclude", exclusions(c));
    return root;
}
