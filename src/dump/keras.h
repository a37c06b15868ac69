/* keras.h - how the files that read Keras networks work together. For the files of this room only.
 *
 * Layers are visited in an order in which their inputs are there. What cannot be read is noted, and the visit goes on,
 * so that one message names all of it; what depends on it is only checked, not built. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_DUMP_KERAS_H
#define HS_DUMP_KERAS_H
#include "base/text.h"
#include "dump/h5.h"
#include "net/net.h"

#include <jansson.h>

struct hs_keras_tensor {
    bool known;            /* false: it hangs on something that cannot be read */
    struct hs_ref ref;
    struct hs_shape shape; /* in the file's order, dim[0] = 0 */
};

struct hs_keras {
    const struct hs_h5 *h;
    struct hs_net *net;
    struct hs_arena *a;
    const char *weights; /* group that holds a group a layer: "/model_weights", or "" */
    bool archive;        /* a .keras archive: groups by class and number, arrays by number */
    int major;           /* version of Keras */
    bool theano;         /* its kernels are stored flipped */
    bool nchw;
    const char *format;   /* data_format of the first layer that has one; NULL: none had */
    size_t uses;          /* of layers so far: what nests may grow without bounds */
    struct hs_text wrong; /* one line a complaint */
};

struct hs_keras_layer {
    const char *class_name, *name;
    const json_t *config;
    const char *group;  /* with its weights */
    const char *within; /* archives: the group in it that a wrapper keeps the layer in; NULL: none */
    const char *among;  /* in a model inside the model: its weights are those with this name in theirs; NULL: all */
    const json_t *arguments; /* of this call, by name; NULL: none */
    int call; /* 0 for the first use of the layer; later ones share its parameters */
    size_t inputs;
    const struct hs_keras_tensor *in;
    struct hs_keras_tensor out; /* what build leaves */
};

/* A kind of layer. */
struct hs_keras_type {
    const char *class_name;
    void (*check)(struct hs_keras *, const struct hs_keras_layer *); /* options, without inputs; or NULL */
    enum hs_status (*build)(struct hs_keras *, struct hs_keras_layer *, struct hs_err *);
    const char *op; /* for builders that serve several kinds */
};
extern const struct hs_keras_type hs_keras_core[], hs_keras_conv[], hs_keras_pool[], hs_keras_activations[];
extern const struct hs_keras_type hs_keras_recurrent[], hs_keras_resize[], hs_keras_wrappers[], hs_keras_transpose[],
    hs_keras_norms[], hs_keras_scales[], hs_keras_lookups[], hs_keras_attentions[];
const struct hs_keras_type *hs_keras_find(const char *class_name); /* or NULL */

/* Notes what cannot be read: "layer 'x' (LSTM) is not supported". */
void hs_keras_complain(struct hs_keras *, const struct hs_keras_layer *, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Options. Booleans may be 0 and 1. A pair may be one number, or a list of `n`. */
bool hs_keras_bool(const json_t *config, const char *name, bool otherwise);
double hs_keras_real(const json_t *config, const char *name, double otherwise);
const char *hs_keras_text(const json_t *config, const char *name, const char *otherwise);
bool hs_keras_ints(const json_t *config, const char *name, size_t n, int64_t *to, int64_t otherwise);
/* 0 .. rank - 1 for an axis that may be counted from the end; -1 where it is none. */
int hs_keras_axis(const json_t *config, const char *name, int rank, int otherwise);

/* A node that reads `in`. part NULL: the layer's last node, which bears its name; else "layer/part". */
enum hs_status hs_keras_node(struct hs_keras *, const struct hs_keras_layer *, const char *part, const char *op,
                             struct hs_ref in, struct hs_err *);
struct hs_ref hs_keras_last(const struct hs_keras *); /* the node added last */
/* A parameter of the node added last; in a later use of the layer the first use's is shared instead. */
enum hs_status hs_keras_param(struct hs_keras *, const char *name, const struct hs_tensor *, struct hs_err *);

/* The weights of a layer in Keras' order, on an arena of their own; exactly n of them, or an error. */
struct hs_keras_weights {
    size_t n;
    struct hs_tensor value[24];
};
enum hs_status hs_keras_weights(struct hs_keras *, const struct hs_keras_layer *, size_t n, struct hs_keras_weights *,
                                struct hs_err *);
/* All that there are. within: the groups of an archive that hold them, NULL-ended; NULL: the layer's own. */
enum hs_status hs_keras_weights_all(struct hs_keras *, const struct hs_keras_layer *, const char *const *within,
                                    struct hs_keras_weights *, struct hs_err *);
void hs_keras_weights_free(struct hs_keras_weights *);

/* Of layers with a kernel: whether they have a bias, and what shape an array must have. */
bool hs_keras_biased(const struct hs_keras_layer *);
enum hs_status hs_keras_expect(const struct hs_keras_layer *, const char *what, const struct hs_tensor *,
                               const struct hs_shape *, struct hs_err *);
/* The parameter "weight" of the node added last: its axis i is axis order[i] of the kernel; then it is seen as `shape`,
 * or as it is where that is NULL. */
enum hs_status hs_keras_kernel(struct hs_keras *, const struct hs_tensor *kernel, const int *order,
                               const struct hs_shape *shape, struct hs_err *);
/* The activation, if there is one, and the layer's result, whose shape is set. */
enum hs_status hs_keras_finish(struct hs_keras *, struct hs_keras_layer *, const json_t *activation, struct hs_err *);

/* The function fused into a layer by its option `activation`. */
bool hs_keras_is_linear(const json_t *activation);
void hs_keras_check_activation(struct hs_keras *, const struct hs_keras_layer *, const json_t *activation);
/* Adds its node as the layer's last. */
enum hs_status hs_keras_activate(struct hs_keras *, const struct hs_keras_layer *, const json_t *activation,
                                 struct hs_ref in, struct hs_err *);

/* keras_archive.c: the group of a layer in a .keras archive, which Keras 3 names by class and number among `layers`:
 * /layers/dense, /layers/dense_1 ... inside that of the model, "" for the outermost. NULL: out of memory. */
char *hs_keras_archived(struct hs_keras *, const char *model, const json_t *layers, const json_t *layer);

/* keras_attention.c: arguments of a call that are not followed are complained about; whether query, value and key, given by
 * name, are a layer's inputs. */
void hs_keras_check_call(struct hs_keras *, const struct hs_keras_layer *);
bool hs_keras_attends(const char *class_name);

/* keras_graph.c: walks all layers of a configuration. */
enum hs_status hs_keras_walk(struct hs_keras *, const json_t *model, struct hs_err *);

#endif
