/* keras_use.h - what a configuration says of a model, listed, before anything is built. For keras_model.c and keras_graph.c. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_DUMP_KERAS_USE_H
#define HS_DUMP_KERAS_USE_H
#include "dump/keras.h"

struct hs_keras_source {
    const char *name;
    int call, tensor;
};
/* One use of a layer. */
struct hs_keras_use {
    struct hs_keras_layer layer;
    struct hs_keras_source in[HS_MAX_INPUTS];
    size_t inputs;
    bool done, is_input;
    int local;                   /* number of the use in its own model */
    const char *own;             /* the layer's name in its own model, by which others read it */
    struct hs_keras_model *model;          /* where the layer is a model: what is in it */
    struct hs_keras_tensor *out; /* and its results */
};
struct hs_keras_model {
    struct hs_keras *k;
    const struct hs_keras_use *outer; /* the use of this model as a layer; NULL: it is the whole */
    int depth;
    const json_t *layers;
    struct hs_keras_use *use;
    size_t uses;
    struct hs_keras_source *outputs, *first; /* first: the model's inputs, in its own order */
    size_t n_outputs, n_first;
};

enum hs_status hs_keras_odd(const char *what, struct hs_err *);
/* Lists all uses of layers, those of models inside the model too; k, outer and depth are set. */
enum hs_status hs_keras_list(struct hs_keras_model *, const json_t *model, struct hs_err *);

#endif
