/* keras_model.c - lists every use of a layer in a Sequential or functional model, and in the models in it. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dump/keras_use.h"

#include <string.h>

enum hs_status hs_keras_odd(const char *what, struct hs_err *e)
{
    return HS_FAIL(e, HS_EDATA, "the model's configuration is not one that Keras writes: %s", what);
}

static const char *name_of(const json_t *layer)
{
    return hs_keras_text(json_object_get(layer, "config"), "name", hs_keras_text(layer, "name", NULL));
}

/* ["dense", 0, 0] */
static bool read_source(const json_t *v, struct hs_keras_source *s)
{
    const json_t *name = json_array_get(v, 0);
    *s = (struct hs_keras_source){.name = json_string_value(name), .call = (int)json_integer_value(json_array_get(v, 1)),
                         .tensor = (int)json_integer_value(json_array_get(v, 2))};
    return s->name != NULL;
}

/* A list of those, or a single one. */
static bool read_sources(const json_t *v, struct hs_keras_source *to, size_t most, size_t *n)
{
    *n = 0;
    if (json_is_string(json_array_get(v, 0))) return *n = 1, read_source(v, to);
    for (size_t i = 0; i < json_array_size(v); i++)
        if (*n == most || !read_source(json_array_get(v, i), &to[(*n)++])) return false;
    return true;
}

/* Keras 3 writes the arguments of the call, with tensors somewhere in them. */
static bool read_arguments(const json_t *v, struct hs_keras_use *u, int depth)
{
    if (depth > 8) return false;
    const char *class_name = hs_keras_text(v, "class_name", NULL);
    if (class_name && !strcmp(class_name, "__keras_tensor__")) {
        const json_t *from = json_object_get(json_object_get(v, "config"), "keras_history");
        return u->inputs < HS_MAX_INPUTS && read_source(from, &u->in[u->inputs++]);
    }
    for (size_t i = 0; i < json_array_size(v); i++)
        if (!read_arguments(json_array_get(v, i), u, depth + 1)) return false;
    return true;
}

/* Tensors that are given by name, as attention takes them. Keras 2: ["value", 0, 0]. */
static bool read_named(struct hs_keras_use *u)
{
    static const char *const names[] = {"query", "value", "key", NULL};
    for (const char *const *name = names; *name && hs_keras_attends(u->layer.class_name); name++) {
        const json_t *v = json_object_get(u->layer.arguments, *name);
        if (json_is_string(json_array_get(v, 0))) {
            if (u->inputs == HS_MAX_INPUTS || !read_source(v, &u->in[u->inputs++])) return false;
        } else if (!read_arguments(v, u, 0)) return false;
    }
    return true;
}

/* The arguments by name stand beside the tensors; in Keras 2, behind the first: [["dense", 0, 0, {}]]. */
static bool read_inbound(const json_t *v, struct hs_keras_use *u)
{
    const json_t *first = json_is_string(json_array_get(v, 0)) ? v : json_array_get(v, 0);
    u->layer.arguments = json_is_object(v) ? json_object_get(v, "kwargs") : json_array_get(first, 3);
    if (json_is_object(v) ? !read_arguments(json_object_get(v, "args"), u, 0) : !read_sources(v, u->in, HS_MAX_INPUTS, &u->inputs))
        return false;
    return read_named(u);
}

static bool is_model(const json_t *layer)
{
    static const char *const names[] = {"Sequential", "Functional", "Model", NULL};
    const json_t *config = json_object_get(layer, "config");
    for (const char *const *n = names; *n; n++)
        if (!strcmp(hs_keras_text(layer, "class_name", ""), *n))
            return json_is_array(json_is_array(config) ? config : json_object_get(config, "layers"));
    return false;
}

/* In HDF5 all weights of a model inside the model are in the group of the outermost; Keras writes the layers' names into
 * theirs. Nodes are named "model/layer". */
static enum hs_status place_inside(struct hs_keras_model *w, const json_t *layer, struct hs_keras_layer *l, int uses, struct hs_err *e)
{
    const struct hs_keras_layer *outer = w->outer ? &w->outer->layer : NULL;
    const char *group = outer ? outer->group : "", *own = l->name;
    if (w->k->archive) l->group = hs_keras_archived(w->k, group, w->layers, layer);
    else l->group = outer ? group : hs_arena_text(w->k->a, "%s/%s", w->k->weights, own);
    if (outer && !w->k->archive) l->among = own;
    if (outer && !(l->name = hs_arena_text(w->k->a, "%s/%s", outer->name, own))) return HS_OUT_OF_MEMORY(e);
    if (outer) l->call += outer->call * uses;
    return l->group ? HS_OK : HS_OUT_OF_MEMORY(e);
}

enum { MOST_DEPTH = 16, MOST_USES = 100000 };

static enum hs_status add_use(struct hs_keras_model *w, const json_t *layer, int call, struct hs_keras_use **to, struct hs_err *e)
{
    struct hs_keras_use *u = &w->use[w->uses++];
    u->layer = (struct hs_keras_layer){.class_name = hs_keras_text(layer, "class_name", NULL), .name = name_of(layer),
                                       .config = json_object_get(layer, "config"), .call = call};
    if (!u->layer.class_name || !u->layer.name || !u->layer.config) return hs_keras_odd("a layer without class or name", e);
    if (++w->k->uses > MOST_USES) return hs_keras_odd("more uses of layers than can be meant", e);
    u->is_input = !strcmp(u->layer.class_name, "InputLayer");
    u->own = u->layer.name, u->local = call;
    size_t uses = json_array_size(json_object_get(layer, "inbound_nodes"));
    HS_TRY(place_inside(w, layer, &u->layer, uses ? (int)uses : 1, e));
    *to = u;
    if (!is_model(layer)) return HS_OK;
    if (w->depth == MOST_DEPTH) return hs_keras_odd("models inside models, too deep", e);
    if (!(u->model = HS_NEW(w->k->a, 1, struct hs_keras_model))) return HS_OUT_OF_MEMORY(e);
    *u->model = (struct hs_keras_model){.k = w->k, .outer = u, .depth = w->depth + 1};
    return hs_keras_list(u->model, layer, e);
}

static enum hs_status list_functional(struct hs_keras_model *w, const json_t *config, struct hs_err *e)
{
    const json_t *layer;
    size_t i, room = 0;
    json_array_foreach(w->layers, i, layer) room += json_array_size(json_object_get(layer, "inbound_nodes")) + 1;
    w->use = HS_NEW(w->k->a, room, struct hs_keras_use);
    w->outputs = HS_NEW(w->k->a, HS_MAX_INPUTS, struct hs_keras_source);
    w->first = HS_NEW(w->k->a, HS_MAX_INPUTS, struct hs_keras_source);
    if (!w->use || !w->outputs || !w->first) return HS_OUT_OF_MEMORY(e);
    json_array_foreach(w->layers, i, layer) {
        const json_t *inbound = json_object_get(layer, "inbound_nodes");
        struct hs_keras_use *u;
        if (!json_array_size(inbound)) HS_TRY(add_use(w, layer, 0, &u, e));
        for (size_t c = 0; c < json_array_size(inbound); c++) {
            HS_TRY(add_use(w, layer, (int)c, &u, e));
            if (!read_inbound(json_array_get(inbound, c), u)) return hs_keras_odd("inbound_nodes of a layer", e);
        }
    }
    if (!read_sources(json_object_get(config, "output_layers"), w->outputs, HS_MAX_INPUTS, &w->n_outputs) ||
        !read_sources(json_object_get(config, "input_layers"), w->first, HS_MAX_INPUTS, &w->n_first))
        return hs_keras_odd("input_layers or output_layers", e);
    return HS_OK;
}

/* The layer that says what shape it reads: of models, the first in them. */
static const json_t *foremost(const json_t *layer)
{
    for (int depth = 0; is_model(layer) && depth < MOST_DEPTH; depth++) {
        const json_t *config = json_object_get(layer, "config");
        const json_t *first = json_array_get(json_is_array(config) ? config : json_object_get(config, "layers"), 0);
        if (!json_is_object(first)) break;
        layer = first;
    }
    return layer;
}

/* The input that a Sequential model leaves to its first layer's options. */
static enum hs_status add_input(struct hs_keras_model *w, const json_t *layer, struct hs_err *e)
{
    struct hs_keras_use *u = &w->use[w->uses++];
    *u = (struct hs_keras_use){.is_input = true};
    u->layer = (struct hs_keras_layer){.class_name = "InputLayer", .config = json_object_get(foremost(layer), "config")};
    const char *name = name_of(layer);
    if (!name || !u->layer.config) return hs_keras_odd("a layer without class or name", e);
    u->own = u->layer.name = hs_arena_text(w->k->a, "%s_input", name);
    return u->own ? HS_OK : HS_OUT_OF_MEMORY(e);
}

/* A Sequential model may leave its input to the first layer's options. */
static enum hs_status list_sequential(struct hs_keras_model *w, struct hs_err *e)
{
    const json_t *layer;
    size_t i, n = json_array_size(w->layers);
    w->use = HS_NEW(w->k->a, n + 1, struct hs_keras_use);
    w->outputs = HS_NEW(w->k->a, 1, struct hs_keras_source);
    if (!w->use || !w->outputs) return HS_OUT_OF_MEMORY(e);
    json_array_foreach(w->layers, i, layer) {
        struct hs_keras_use *u;
        if (!i && strcmp(hs_keras_text(layer, "class_name", ""), "InputLayer")) HS_TRY(add_input(w, layer, e));
        HS_TRY(add_use(w, layer, 0, &u, e));
        if (w->uses < 2) continue;
        u->inputs = 1;
        u->in[0].name = w->use[w->uses - 2].own;
    }
    if (!w->uses) return hs_keras_odd("a model without layers", e);
    w->outputs[0].name = w->use[w->uses - 1].own, w->n_outputs = 1;
    return HS_OK;
}

enum hs_status hs_keras_list(struct hs_keras_model *w, const json_t *model, struct hs_err *e)
{
    const json_t *config = json_object_get(model, "config");
    w->layers = json_is_array(config) ? config : json_object_get(config, "layers");
    if (!json_is_array(w->layers)) return hs_keras_odd("no list of layers", e);
    return json_object_get(config, "output_layers") ? list_functional(w, config, e) : list_sequential(w, e);
}
