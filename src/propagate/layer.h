/* layer.h - which nodes a spec makes layers, and how each of their sites is quantized. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_PROPAGATE_LAYER_H
#define HS_PROPAGATE_LAYER_H
#include "net/net.h"
#include "propagate/spec.h"

struct hs_layer {
    int node;
    bool weights;      /* the parameters marked as weights are sites */
    int inputs;        /* how many of the first inputs are sites */
    bool output;
    struct hs_side weight_side, input_side, output_side;
    const struct hs_weights_type *method;
    const double *method_knob;
    const struct hs_given *method_given;
};

/* False where the node carries no site under this spec. */
bool hs_layer_resolve(const struct hs_net *, const struct hs_spec *, int node, struct hs_layer *);
/* Scales that are fixed beforehand, from the weight itself or from calibration data. Token, block and (activations)
 * group granularity take them from the values at run time. */
bool hs_side_is_static(const struct hs_side *, bool is_weight);
bool hs_side_equal(const struct hs_side *, const struct hs_side *);
void hs_side_hash(struct hs_hash *, const struct hs_side *);
/* How a weight falls into parts. */
struct hs_parts hs_weight_parts(const struct hs_tensor *weight, int channel_axis, const struct hs_side *);
/* How one sample of an activation falls into parts: the channel axis is the last one in memory. */
struct hs_parts hs_activation_parts(const struct hs_shape *, const struct hs_side *);

#endif
