/* keras_graph.c - builds the listed uses of layers, each once its inputs are there, after all that cannot be read is named. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dump/keras_use.h"

#include <string.h>

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
static void check_all(struct hs_keras_model *w)
{
    struct hs_keras *k = w->k;
    for (size_t i = 0; i < w->uses; i++) {
        const struct hs_keras_layer *l = &w->use[i].layer;
        const struct hs_keras_type *t = hs_keras_find(l->class_name);
        hs_keras_check_call(k, l);
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

static enum hs_status add_port(struct hs_keras *k, struct hs_keras_use *u, struct hs_err *e)
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

static const struct hs_keras_use *find(const struct hs_keras_model *w, const struct hs_keras_source *s)
{
    for (size_t i = 0; i < w->uses; i++)
        if (w->use[i].local == s->call && !strcmp(w->use[i].own, s->name)) return &w->use[i];
    return NULL;
}

/* What a source stands for; NULL where there is none such. *done: it has been built. */
static const struct hs_keras_tensor *value_of(const struct hs_keras_model *w, const struct hs_keras_source *s, bool *done)
{
    const struct hs_keras_use *from = find(w, s);
    size_t results = from && from->model ? from->model->n_outputs : 1;
    if (!from || s->tensor < 0 || (size_t)s->tensor >= results) return NULL;
    *done = from->done;
    return from->model && from->done ? &from->out[s->tensor] : &from->layer.out;
}

static enum hs_status build_model(struct hs_keras_use *, struct hs_err *);

/* Builds one use of a layer if all its inputs are there. */
static enum hs_status try_use(struct hs_keras_model *w, struct hs_keras_use *u, struct hs_err *e)
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
static enum hs_status take_input(struct hs_keras_model *w, struct hs_keras_use *u, size_t *taken, struct hs_err *e)
{
    if (u->done) return HS_OK;
    if (!w->outer) return add_port(w->k, u, e);
    if (*taken == w->outer->layer.inputs)
        return HS_FAIL(e, HS_EDATA, "model '%s' has more inputs than it is given", w->outer->layer.name);
    u->layer.out = w->outer->layer.in[(*taken)++];
    u->done = true;
    return HS_OK;
}

static enum hs_status build_all(struct hs_keras_model *w, struct hs_err *e)
{
    size_t left = w->uses, before = left + 1, taken = 0;
    for (size_t i = 0; i < w->n_first; i++) {
        struct hs_keras_use *u = (struct hs_keras_use *)find(w, &w->first[i]);
        if (!u || !u->is_input) return hs_keras_odd("input_layers", e);
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
    return left ? hs_keras_odd("layers that read each other in a circle", e) : HS_OK;
}

/* A node that does nothing bears the model's name: what it results in is found under it. */
static enum hs_status build_model(struct hs_keras_use *u, struct hs_err *e)
{
    struct hs_keras_model *w = u->model;
    u->out = HS_NEW(w->k->a, w->n_outputs + 1, struct hs_keras_tensor);
    if (!u->out) return HS_OUT_OF_MEMORY(e);
    HS_TRY(build_all(w, e));
    for (size_t i = 0; i < w->n_outputs; i++) {
        bool done = false;
        const struct hs_keras_tensor *from = value_of(w, &w->outputs[i], &done);
        if (!from || !done) return hs_keras_odd("output_layers", e);
        u->out[i] = *from;
    }
    if (!w->n_outputs || !u->out[0].known) return HS_OK;
    HS_TRY(hs_keras_node(w->k, &u->layer, NULL, "identity", u->out[0].ref, e));
    return u->out[0].ref = hs_keras_last(w->k), HS_OK;
}

static enum hs_status put_outputs(struct hs_keras_model *w, struct hs_err *e)
{
    for (size_t i = 0; i < w->n_outputs; i++) {
        bool done = false;
        const struct hs_keras_tensor *from = value_of(w, &w->outputs[i], &done);
        if (!from || !done) return hs_keras_odd("output_layers", e);
        if (from->known) HS_TRY(hs_net_output(w->k->net, from->ref, e));
    }
    return HS_OK;
}

static enum hs_status complaints(struct hs_keras *k, struct hs_err *e)
{
    if (k->wrong.failed) return HS_OUT_OF_MEMORY(e);
    return k->wrong.n ? HS_FAIL(e, HS_EDATA, "%s", k->wrong.s) : HS_OK;
}

enum hs_status hs_keras_walk(struct hs_keras *k, const json_t *model, struct hs_err *e)
{
    struct hs_keras_model w = {.k = k};
    HS_TRY(hs_keras_list(&w, model, e));
    check_all(&w);
    HS_TRY(complaints(k, e));
    k->net->nchw = k->nchw = k->format && !strcmp(k->format, "channels_first");
    HS_TRY(build_all(&w, e));
    HS_TRY(complaints(k, e));
    return put_outputs(&w, e);
}
