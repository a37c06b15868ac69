/* keras_parts.h - nodes of layers that are made of several. For the files of this room only. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_DUMP_KERAS_PARTS_H
#define HS_DUMP_KERAS_PARTS_H
#include "dump/keras.h"

/* Of one input, or of two; part as in hs_keras_node. *to: the node. */
enum hs_status hs_keras_one(struct hs_keras *, const struct hs_keras_layer *, const char *part, const char *op, struct hs_ref,
                            struct hs_ref *to, struct hs_err *);
enum hs_status hs_keras_pair(struct hs_keras *, const struct hs_keras_layer *, const char *part, const char *op,
                             struct hs_ref, struct hs_ref, struct hs_ref *to, struct hs_err *);
/* A value shaped like a sample in the file's order, the same for all samples. */
enum hs_status hs_keras_constant(struct hs_keras *, const struct hs_keras_layer *, const char *part, const struct hs_tensor *,
                                 struct hs_ref *to, struct hs_err *);
/* keras_scale.c: x / sqrt(max(sum(x^2), 1e-12)) along an axis; the parts' names begin with prefix, the last node is `last`. */
enum hs_status hs_keras_unit(struct hs_keras *, const struct hs_keras_layer *, const char *prefix, const char *last,
                             const struct hs_keras_tensor *, int axis, struct hs_ref *to, struct hs_err *);

#endif
