/* keras_graph.c - walks the layers of a model and of those in it, each use of a layer once its inputs are there. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dump/keras.h"

#include <string.h>

struct source {
    const char *name;
    int call, tensor;
};
/* One use of a layer. */
struct use {
    struct hs_keras_layer layer;
    struct source in[HS_MAX_INPUTS];
    size_t inputs;
    bool done, is_input;
    int local;                   /* number of the use in its own model */
    const char *own;             /* the layer's name in its own model, by which others read it */
    struct walk *model;          /* where the layer is a model: what is in it */
    struct hs_keras_tensor *out; /* and its results */
};
struct walk {
    struct hs_keras *k;
    const struct use *outer; /* the use of this model as a layer; NULL: it is the whole */
    int depth;
    const json_t *layers;
    struct use *use;
    size_t uses;
    struct source *outputs, *first; /* first: the model's inputs, in its own order */
    size_t n_outputs, n_first;
};

static enum hs_status odd(const char *what, struct hs_err *e)
{
    return HS_FAIL(e, HS_EDATA, "the model's configuration is not one that Keras writes: %s", what);
}

static const char *name_of(const json_t *layer)
{
    return hs_keras_text(json_object_get(layer, "config"), "name", hs_keras_text(layer, "name", NULL));
}

/* ["dense", 0, 0] */
static bool read_source(const json_t *v, struct source *s)
{
    const json_t *name = json_array_get(v, 0);
    *s = (struct source){.name = json_string_value(name), .call = (int)json_integer_value(json_array_get(v, 1)),
                         .tensor = (int)json_integer_value(json_array_get(v, 2))};
    return s->name != NULL;
}

/* A list of those, or a single one. */
static bool read_sources(const json_t *v, struct source *to, size_t most, size_t *n)
{
    *n = 0;
    if (json_is_string(json_array_get(v, 0))) return *n = 1, read_source(v, to);
    for (size_t i = 0; i < json_array_size(v); i++)
        if (*n == most || !read_source(json_array_get(v, i), &to[(*n)++])) return false;
    return true;
}

/* Keras 3 writes the arguments of the call, with tensors somewhere in them. */
static bool read_arguments(const json_t *v, struct use *u, int depth)
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

static bool read_inbound(const json_t *v, struct use *u)
{
    if (json_is_object(v)) return read_arguments(json_object_get(v, "args"), u, 0);
    return read_sources(v, u->in, HS_MAX_INPUTS, &u->inputs);
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
static enum hs_status place_inside(struct walk *w, const json_t *layer, struct hs_keras_layer *l, int uses, struct hs_err *e)
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

static enum hs_status open_model(struct walk *, const json_t *model, struct hs_err *);
static enum hs_status add_use(struct walk *w, const json_t *layer, int call, struct use **to, struct hs_err *e)
{
    struct use *u = &w->use[w->uses++];
    u->layer = (struct hs_keras_layer){.class_name = hs_keras_text(layer, "class_name", NULL), .name = name_of(layer),
                                       .config = json_object_get(layer, "config"), .call = call};
    if (!u->layer.class_name || !u->layer.name || !u->layer.config) return odd("a layer without class or name", e);
    if (++w->k->uses > MOST_USES) return odd("more uses of layers than can be meant", e);
    u->is_input = !strcmp(u->layer.class_name, "InputLayer");
    u->own = u->layer.name, u->local = call;
    size_t uses = json_array_size(json_object_get(layer, "inbound_nodes"));
    HS_TRY(place_inside(w, layer, &u->layer, uses ? (int)uses : 1, e));
    *to = u;
    if (!is_model(layer)) return HS_OK;
    if (w->depth == MOST_DEPTH) return odd("models inside models, too deep", e);
    if (!(u->model = HS_NEW(w->k->a, 1, struct walk))) return HS_OUT_OF_MEMORY(e);
    *u->model = (struct walk){.k = w->k, .outer = u, .depth = w->depth + 1};
    return open_model(u->model, layer, e);
}

static enum hs_status list_functional(struct walk *w, const json_t *config, struct hs_err *e)
{
    const json_t *layer;
    size_t i, room = 0;
    json_array_foreach(w->layers, i, layer) room += json_array_size(json_object_get(layer, "inbound_nodes")) + 1;
    w->use = HS_NEW(w->k->a, room, struct use);
    w->outputs = HS_NEW(w->k->a, HS_MAX_INPUTS, struct source);
    w->first = HS_NEW(w->k->a, HS_MAX_INPUTS, struct source);
    if (!w->use || !w->outputs || !w->first) return HS_OUT_OF_MEMORY(e);
    json_array_foreach(w->layers, i, layer) {
        const json_t *inbound = json_object_get(layer, "inbound_nodes");
        struct use *u;
        if (!json_array_size(inbound)) HS_TRY(add_use(w, layer, 0, &u, e));
        for (size_t c = 0; c < json_array_size(inbound); c++) {
            HS_TRY(add_use(w, layer, (int)c, &u, e));
            if (!read_inbound(json_array_get(inbound, c), u)) return odd("inbound_nodes of a layer", e);
        }
    }
    if (!read_sources(json_object_get(config, "output_layers"), w->outputs, HS_MAX_INPUTS, &w->n_outputs) ||
        !read_sources(json_object_get(config, "input_layers"), w->first, HS_MAX_INPUTS, &w->n_first))
        return odd("input_layers or output_layers", e);
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
static enum hs_status add_input(struct walk *w, const json_t *layer, struct hs_err *e)
{
    struct use *u = &w->use[w->uses++];
    *u = (struct use){.is_input = true};
    u->layer = (struct hs_keras_layer){.class_name = "InputLayer", .config = json_object_get(foremost(layer), "config")};
    const char *name = name_of(layer);
    if (!name || !u->layer.config) return odd("a layer without class or name", e);
    u->own = u->layer.name = hs_arena_text(w->k->a, "%s_input", name);
    return u->own ? HS_OK : HS_OUT_OF_MEMORY(e);
}

/* A Sequential model may leave its input to the first layer's options. */
static enum hs_status list_sequential(struct walk *w, struct hs_err *e)
{
    const json_t *layer;
    size_t i, n = json_array_size(w->layers);
    w->use = HS_NEW(w->k->a, n + 1, struct use);
    w->outputs = HS_NEW(w->k->a, 1, struct source);
    if (!w->use || !w->outputs) return HS_OUT_OF_MEMORY(e);
    json_array_foreach(w->layers, i, layer) {
        struct use *u;
        if (!i && strcmp(hs_keras_text(layer, "class_name", ""), "InputLayer")) HS_TRY(add_input(w, layer, e));
        HS_TRY(add_use(w, layer, 0, &u, e));
        if (w->uses < 2) continue;
        u->inputs = 1;
        u->in[0].name = w->use[w->uses - 2].own;
    }
    if (!w->uses) return odd("a model without layers", e);
    w->outputs[0].name = w->use[w->uses - 1].own, w->n_outputs = 1;
    return HS_OK;
}

/* All layers share one data_format. */
static void check_format(struct hs_keras *k, const struct hs_keras_layer *l)
{
    const char *format = hs_keras_text(l->config, "data_format", NULL);
    if (!format || !strcmp(l->class_name, "Flatten")) return; /* Flatten has a layout of its own */
    if (!k->format) k->format = format;
    else if (strcmp(k->format, format))
        hs_keras_complain(k, l, "data_format %s beside layers with %s is not supported", format, k->format);
}

/* What cannot be read, all of it, before anything is built. */
static void check_all(struct walk *w)
{
    struct hs_keras *k = w->k;
    for (size_t i = 0; i < w->uses; i++) {
        const struct hs_keras_layer *l = &w->use[i].layer;
        const struct hs_keras_type *t = hs_keras_find(l->class_name);
        if (w->use[i].is_input || l->call) continue;
        if (w->use[i].model) {
            check_all(w->use[i].model);
            continue;
        }
        if (!t) hs_keras_complain(k, l, "this kind of layer is not supported");
        else if (t->check) t->check(k, l);
        if (t) check_format(k, l);
    }
}

static enum hs_status add_port(struct hs_keras *k, struct use *u, struct hs_err *e)
{
    struct hs_keras_layer *l = &u->layer;
    const char *dtype = hs_keras_text(l->config, "dtype", "float32");
    const json_t *v = json_object_get(l->config, "batch_input_shape");
    if (!v) v = json_object_get(l->config, "batch_shape");
    struct hs_shape shape = {.rank = (int)json_array_size(v)};
    double width = hs_keras_real(l->config, "input_dim", 0);
    if (!v && width >= 1 && width < 1e9) shape = (struct hs_shape){.rank = 2, .dim = {0, (size_t)width}};
    else if (!v || json_array_size(v) < 1 || json_array_size(v) > HS_MAX_RANK)
        return HS_FAIL(e, HS_EDATA, "the model does not say what shape its input '%s' has", l->name);
    for (int i = 1; i < shape.rank && v; i++) {
        json_int_t n = json_integer_value(json_array_get(v, (size_t)i));
        shape.dim[i] = n > 0 ? (size_t)n : 0;
    }
    for (int i = 1; i < shape.rank; i++) {
        char text[128];
        if (!shape.dim[i])
            return HS_FAIL(e, HS_ESHAPE, "input '%s' has the shape %s: besides the number of samples every axis needs a "
                           "fixed length", l->name, hs_shape_text(&shape, text));
    }
    HS_TRY(hs_net_add_port(k->net, l->name, &shape, !strncmp(dtype, "int", 3), e));
    l->out = (struct hs_keras_tensor){.known = true, .ref = {.node = -(int)k->net->ports}, .shape = shape};
    u->done = true;
    return HS_OK;
}

static const struct use *find(const struct walk *w, const struct source *s)
{
    for (size_t i = 0; i < w->uses; i++)
        if (w->use[i].local == s->call && !strcmp(w->use[i].own, s->name)) return &w->use[i];
    return NULL;
}

/* What a source stands for; NULL where there is none such. *done: it has been built. */
static const struct hs_keras_tensor *value_of(const struct walk *w, const struct source *s, bool *done)
{
    const struct use *from = find(w, s);
    size_t results = from && from->model ? from->model->n_outputs : 1;
    if (!from || s->tensor < 0 || (size_t)s->tensor >= results) return NULL;
    *done = from->done;
    return from->model && from->done ? &from->out[s->tensor] : &from->layer.out;
}

static enum hs_status build_model(struct use *, struct hs_err *);

/* Builds one use of a layer if all its inputs are there. */
static enum hs_status try_use(struct walk *w, struct use *u, struct hs_err *e)
{
    struct hs_keras_layer *l = &u->layer;
    struct hs_keras_tensor in[HS_MAX_INPUTS];
    bool known = u->inputs > 0;
    for (size_t i = 0; i < u->inputs; i++) {
        bool done = false;
        const struct hs_keras_tensor *from = value_of(w, &u->in[i], &done);
        if (!from)
            return HS_FAIL(e, HS_EDATA, "layer '%s' reads '%s', which the model does not have", l->name, u->in[i].name);
        if (!done) return HS_OK;
        in[i] = *from;
        known = known && in[i].known;
    }
    u->done = true;
    l->in = in, l->inputs = u->inputs;
    enum hs_status st = u->model ? build_model(u, e) : known ? hs_keras_find(l->class_name)->build(w->k, l, e) : HS_OK;
    l->in = NULL;
    return st;
}

/* The inputs of the whole are ports; those of a model inside it are what it is called with. */
static enum hs_status take_input(struct walk *w, struct use *u, size_t *taken, struct hs_err *e)
{
    if (u->done) return HS_OK;
    if (!w->outer) return add_port(w->k, u, e);
    if (*taken == w->outer->layer.inputs)
        return HS_FAIL(e, HS_EDATA, "model '%s' has more inputs than it is given", w->outer->layer.name);
    u->layer.out = w->outer->layer.in[(*taken)++];
    u->done = true;
    return HS_OK;
}

static enum hs_status build_all(struct walk *w, struct hs_err *e)
{
    size_t left = w->uses, before = left + 1, taken = 0;
    for (size_t i = 0; i < w->n_first; i++) {
        struct use *u = (struct use *)find(w, &w->first[i]);
        if (!u || !u->is_input) return odd("input_layers", e);
        HS_TRY(take_input(w, u, &taken, e));
    }
    for (size_t i = 0; i < w->uses; i++)
        if (w->use[i].is_input) HS_TRY(take_input(w, &w->use[i], &taken, e));
    if (w->outer && taken < w->outer->layer.inputs)
        return HS_FAIL(e, HS_EDATA, "model '%s' has %zu inputs, but is given %zu", w->outer->layer.name, taken,
                       w->outer->layer.inputs);
    while (left && left < before) {
        before = left, left = 0;
        for (size_t i = 0; i < w->uses; i++) {
            if (!w->use[i].done) HS_TRY(try_use(w, &w->use[i], e));
            left += !w->use[i].done;
        }
    }
    return left ? odd("layers that read each other in a circle", e) : HS_OK;
}

/* A node that does nothing bears the model's name: what it results in is found under it. */
static enum hs_status build_model(struct use *u, struct hs_err *e)
{
    struct walk *w = u->model;
    u->out = HS_NEW(w->k->a, w->n_outputs + 1, struct hs_keras_tensor);
    if (!u->out) return HS_OUT_OF_MEMORY(e);
    HS_TRY(build_all(w, e));
    for (size_t i = 0; i < w->n_outputs; i++) {
        bool done = false;
        const struct hs_keras_tensor *from = value_of(w, &w->outputs[i], &done);
        if (!from || !done) return odd("output_layers", e);
        u->out[i] = *from;
    }
    if (!w->n_outputs || !u->out[0].known) return HS_OK;
    HS_TRY(hs_keras_node(w->k, &u->layer, NULL, "identity", u->out[0].ref, e));
    return u->out[0].ref = hs_keras_last(w->k), HS_OK;
}

static enum hs_status put_outputs(struct walk *w, struct hs_err *e)
{
    for (size_t i = 0; i < w->n_outputs; i++) {
        bool done = false;
        const struct hs_keras_tensor *from = value_of(w, &w->outputs[i], &done);
        if (!from || !done) return odd("output_layers", e);
        if (from->known) HS_TRY(hs_net_output(w->k->net, from->ref, e));
    }
    return HS_OK;
}

static enum hs_status complaints(struct hs_keras *k, struct hs_err *e)
{
    if (k->wrong.failed) return HS_OUT_OF_MEMORY(e);
    return k->wrong.n ? HS_FAIL(e, HS_EDATA, "%s", k->wrong.s) : HS_OK;
}

static enum hs_status open_model(struct walk *w, const json_t *model, struct hs_err *e)
{
    const json_t *config = json_object_get(model, "config");
    w->layers = json_is_array(config) ? config : json_object_get(config, "layers");
    if (!json_is_array(w->layers)) return odd("no list of layers", e);
    return json_object_get(config, "output_layers") ? list_functional(w, config, e) : list_sequential(w, e);
}

enum hs_status hs_keras_walk(struct hs_keras *k, const json_t *model, struct hs_err *e)
{
    struct walk w = {.k = k};
    HS_TRY(open_model(&w, model, e));
    check_all(&w);
    HS_TRY(complaints(k, e));
    k->net->nchw = k->nchw = k->format && !strcmp(k->format, "channels_first");
    HS_TRY(build_all(&w, e));
    HS_TRY(complaints(k, e));
    return put_outputs(&w, e);
}
