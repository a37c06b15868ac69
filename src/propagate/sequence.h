/* sequence.h - the layers of a spec, quantized one after the other in its order. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_PROPAGATE_SEQUENCE_H
#define HS_PROPAGATE_SEQUENCE_H
#include "propagate/lab.h"

struct hs_sequence {
    struct hs_lab *l;
    const struct hs_spec *spec;
    struct hs_arena *arena;      /* owns the arrays; the caller's */
    struct hs_state state;       /* the network so far */
    struct hs_layer *layer;      /* execution order */
    struct hs_quant *quant;      /* of each layer, once it is frozen */
    size_t layers, done_layers, *perm;
    bool *done;
    size_t *taken;               /* layers in the order in which they were frozen */
    size_t *shared_before;       /* of each layer: how many inputs had a grid when it was calibrated */
    struct hs_state *context;    /* of each layer, when it was calibrated; NULL: not kept */
    double *error;
    struct hs_shared_inputs shared;
    double evaluations;          /* networks evaluated to find the order */
    struct hs_trace *trace;      /* where a search writes down what it asked for; or NULL */
};

enum hs_status hs_sequence_open(struct hs_sequence *, struct hs_lab *, const struct hs_spec *, struct hs_arena *,
                                struct hs_err *);
void hs_sequence_close(struct hs_sequence *); /* {0} is fine */
/* Settles the order, where it does not depend on the steps. */
enum hs_status hs_sequence_arrange(struct hs_sequence *, struct hs_err *);
/* Picks the next layer, calibrates it in the context and freezes it. report: with the figures of its sites. */
enum hs_status hs_sequence_step(struct hs_sequence *, bool report, size_t *layer, struct hs_err *);
/* All of it: opened, arranged, every layer frozen, without figures. Closed by the caller, after a failure too. */
enum hs_status hs_sequence_whole(struct hs_sequence *, struct hs_lab *, const struct hs_spec *, struct hs_arena *,
                                 struct hs_err *);

#endif
