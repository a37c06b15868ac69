/* keras_option.c - options of layers, nodes and complaints: what every reader of a layer needs. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "dump/keras.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void hs_keras_complain(struct hs_keras *k, const struct hs_keras_layer *l, const char *fmt, ...)
{
    char text[512];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    hs_text_add(&k->wrong, "%slayer '%s' (%s): %s", k->wrong.n ? "\n" : "", l->name, l->class_name, text);
}

bool hs_keras_bool(const json_t *config, const char *name, bool otherwise)
{
    const json_t *v = json_object_get(config, name);
    if (json_is_boolean(v)) return json_is_true(v);
    return json_is_number(v) ? json_number_value(v) != 0 : otherwise;
}

double hs_keras_real(const json_t *config, const char *name, double otherwise)
{
    const json_t *v = json_object_get(config, name);
    if (json_is_array(v) && json_array_size(v) == 1) v = json_array_get(v, 0);
    return json_is_number(v) ? json_number_value(v) : otherwise;
}

const char *hs_keras_text(const json_t *config, const char *name, const char *otherwise)
{
    const json_t *v = json_object_get(config, name);
    return json_is_string(v) ? json_string_value(v) : otherwise;
}

bool hs_keras_ints(const json_t *config, const char *name, size_t n, int64_t *to, int64_t otherwise)
{
    const json_t *v = json_object_get(config, name);
    for (size_t i = 0; i < n; i++) {
        const json_t *x = json_is_array(v) ? json_array_get(v, i) : v;
        if (!v || json_is_null(v)) to[i] = otherwise;
        else if (!json_is_integer(x) || (json_is_array(v) && json_array_size(v) != n)) return false;
        else to[i] = json_integer_value(x);
    }
    return true;
}

int hs_keras_axis(const json_t *config, const char *name, int rank, int otherwise)
{
    int64_t axis;
    const json_t *v = json_object_get(config, name);
    if (!json_is_array(v) || json_array_size(v) == 1) {
        if (!hs_keras_ints(config, name, 1, &axis, otherwise)) return -1;
    } else return -1;
    if (axis < 0) axis += rank;
    return axis < 0 || axis >= rank ? -1 : (int)axis;
}

static char *node_name(const struct hs_keras *k, const struct hs_keras_layer *l, const char *part, int call)
{
    return call ? hs_arena_text(k->a, "%s:%d%s%s", l->name, call, part ? "/" : "", part ? part : "")
                : hs_arena_text(k->a, "%s%s%s", l->name, part ? "/" : "", part ? part : "");
}

enum hs_status hs_keras_node(struct hs_keras *k, const struct hs_keras_layer *l, const char *part, const char *op,
                             struct hs_ref in, struct hs_err *e)
{
    char *name = node_name(k, l, part, l->call), *first = node_name(k, l, part, 0);
    if (!name || !first) return HS_OUT_OF_MEMORY(e);
    int tied = l->call ? hs_net_find(k->net, first) : -1;
    HS_TRY(hs_net_add_node(k->net, name, op, e));
    HS_TRY(hs_net_input(k->net, in, e));
    return tied >= 0 && k->net->node[tied].params ? hs_net_shares(k->net, tied, e) : HS_OK;
}

struct hs_ref hs_keras_last(const struct hs_keras *k) { return (struct hs_ref){.node = (int)k->net->nodes - 1}; }

enum hs_status hs_keras_param(struct hs_keras *k, const char *name, const struct hs_tensor *t, struct hs_err *e)
{
    return k->net->node[k->net->nodes - 1].shares >= 0 ? HS_OK : hs_net_param(k->net, name, t, e);
}
