/* whole.h - a network whose layers run in whole numbers, held against the simulation layer by layer.
 *
 * Each layer reads codes (its input, put on the input's grid), sums them in int32 and rescales once (layer.h). What lies
 * between two layers - ReLU, pooling, sums, batch norm, softmax - works on the rescaled float32 values, by the operators that
 * the simulation uses; the next layer puts its input on its own grid. Layers that cannot run in integers run as simulated. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_INTEGER_WHOLE_H
#define HS_INTEGER_WHOLE_H
#include "propagate/walk.h"

/* What was seen of a layer, over all evaluation samples. */
struct hs_int_seen {
    const struct hs_node *node;
    const char *refusal;         /* why it runs as simulated, a sentence without its name; or NULL */
    size_t products;             /* a sum */
    /* Given the simulation's own input codes: */
    double sums, sums_differ;    /* int32 sums; those that the simulation's operator does not give on the same codes */
    double largest_sum;          /* magnitude */
    double rescaled_ulp;         /* largest distance of the output from float32(S_x S_w) sum + bias, all in float32, in units in
                                    the last place of the larger of the two terms */
    double simulated_ulp;        /* largest distance from the simulation's output, which sums float32 products, in units in the
                                    last place of the layer's largest output */
    double output_differs, outputs; /* outputs beyond 2 of the latter */
    /* Over the whole network: */
    double codes, codes_differ;  /* input codes; those that are not the simulation's */
    double largest_step;         /* by which one of them differs */
    /* The same, where every layer before reads the simulation's codes: what arises here, not what was amplified. */
    double fresh_differ, fresh_step;
};
struct hs_int_whole {
    size_t layers, samples;
    struct hs_int_seen *layer;   /* execution order; of the arena */
    double rows, top_differ;     /* rows of the first output; those with another largest value. NaN: no classification */
    double difference, largest;  /* of that output: largest distance from the simulation's; its largest magnitude */
};
enum hs_status hs_int_whole(struct hs_lab *, const struct hs_spec *, struct hs_arena *, struct hs_int_whole *,
                            struct hs_err *);

#endif
