/* recurrent.h - what recurrent operators share: their parameters, and the walk along time. Private to this room. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_NET_RECURRENT_H
#define HS_NET_RECURRENT_H
#include "net/common.h"

/* Weights turned, so that one input value meets all gates in one run of memory. G gates. */
struct hs_packed {
    size_t inputs, width;            /* I, H */
    float *input, *recurrent;        /* (I, G H), (H, G H) */
    double *bias, *recurrent_bias;   /* G H each; zeros where the node has none */
};

/* What a step works on. h is float: the next step reads it, and so does the network. */
struct hs_cell_state {
    const struct hs_packed *p;
    double *sum, *more, *c; /* G H, G H, H; c lasts from step to step */
    float *h, *gated;       /* H; h lasts */
};

struct hs_recurrent;
struct hs_cell {
    size_t gates;
    void (*step)(const struct hs_recurrent *, const float *x, struct hs_cell_state *);
};

enum hs_squash { HS_TANH, HS_SIGMOID, HS_HARD_SIGMOID, HS_HARD_SIGMOID_SIXTH, HS_RELU, HS_LINEAR };
double hs_squash(enum hs_squash, double);

/* node->plan of a recurrent operator. */
struct hs_recurrent {
    const struct hs_cell *cell;
    bool sequences, backwards, in_time; /* in_time: outputs of a backward walk lie where their inputs lie */
    bool reset_after;
    enum hs_squash gate, activation;
};

enum hs_status hs_recurrent_bind(struct hs_net *, struct hs_node *, const struct hs_cell *, struct hs_err *);
enum hs_status hs_recurrent_shape(const struct hs_net *, struct hs_node *, const struct hs_shape *in, struct hs_err *);
enum hs_status hs_recurrent_pack(const struct hs_net *, const struct hs_node *, const struct hs_tensor *weight,
                                 struct hs_packed **, struct hs_err *);
void hs_recurrent_unpack(struct hs_packed *);
enum hs_status hs_recurrent_forward(const struct hs_op_call *, struct hs_err *);
double hs_recurrent_products(const struct hs_net *, const struct hs_node *);

/* sum[g] += x[k] w[k][g] for `gates` columns of w, `stride` apart in k; k by k. */
void hs_recurrent_add(double *sum, const float *x, const float *w, size_t n, size_t gates, size_t stride);

#define HS_RECURRENT_ATTRS                                                                                          \
    HS_INT_ATTR("sequences", "1: every step's output; 0: the last one's; 1"),                                      \
        HS_INT_ATTR("backwards", "1: from the last step to the first, outputs in that order; 2: outputs in the "    \
                                 "order of the input; 0"),                                                          \
        HS_TEXT_ATTR("activation", "of the state: tanh, sigmoid, hard_sigmoid, hard_sigmoid_sixth, relu, linear; tanh")
#define HS_GATE_ATTR                                                                                               \
    HS_TEXT_ATTR("recurrent_activation", "of the gates: sigmoid, hard_sigmoid (0.2 x + 0.5, as in Keras 1 and 2), " \
                                         "hard_sigmoid_sixth (x / 6 + 0.5), tanh, relu, linear; sigmoid")
#define HS_RECURRENT_WEIGHTS(gates, order)                                                                         \
    {.name = "weight", .required = true, .is_weight = true, .channel_axis = 0,                                     \
     .meaning = "(" gates "width, inputs)" order},                                                                  \
        {.name = "recurrent_weight", .required = true, .is_weight = true, .channel_axis = 0,                        \
         .meaning = "(" gates "width, width)"},                                                                     \
        {.name = "bias", .meaning = gates "width; 0"}

#endif
