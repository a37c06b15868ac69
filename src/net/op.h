/* op.h - an operator: one record a kind of node; one file a family. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_NET_OP_H
#define HS_NET_OP_H
#include "format/grid.h"
#include "net/net.h"

/* What an operator is to quantization. */
enum hs_op_role {
    HS_ROLE_PLAIN,     /* carries no site of its own */
    HS_ROLE_LAYER,     /* weight and inputs are sites by default (linear, conv, recurrent) */
    HS_ROLE_EMBEDDING, /* its weight is a site by default, its inputs (ids) never */
    HS_ROLE_PRODUCT,   /* both inputs, activations, are sites by default (matmul, attention) */
    HS_ROLE_NORM,      /* a layer only where the scheme names it */
};

struct hs_attr_rule {
    const char *name;
    enum hs_attr_kind kind;
    size_t min, max;     /* how many values */
    const char *meaning; /* with the default, where there is one */
    bool required;
};
struct hs_param_rule {
    const char *name;
    bool required;
    bool is_weight;   /* a weight site: has granularity; others stay float */
    int channel_axis; /* of a weight: the output-channel axis in torch's layout */
    const char *meaning;
};

/* Parameters in the form the operator computes with. For weights: float values (quantized or not) in torch's layout go
 * in, the engine's own packing comes out. */
struct hs_packed; /* opaque to all but the operator that made it */

/* What follows in the same sweep, to save a trip through memory. The result has the same bits as with separate nodes:
 * relu is y < 0 ? 0 : y (NaN stays); in a pool, read row by row, a later value wins where it is greater or NaN. */
struct hs_epilogue {
    const float *multiply, *add; /* per output channel (batch norm): y = y * multiply + add; NULL: none */
    bool relu;
    int pool;                    /* 2: 2x2 max-pool with stride 2 after it (even height and width only); 0: none */
};

struct hs_op_call {
    const struct hs_net *net;
    const struct hs_node *node;
    const struct hs_packed *packed;
    const struct hs_tensor *in[HS_MAX_INPUTS];
    const struct hs_grid *in_grid[HS_MAX_INPUTS]; /* fake-quantize this input while reading it; NULL: as it is. Only set
                                                     for operators with fuses_input_grid */
    const struct hs_epilogue *epilogue;           /* or NULL; only set where op->fuses_epilogue */
    size_t first;                                 /* index of the first sample, for streams of stochastic rounding */
    struct hs_tensor *out;                        /* node->results tensors, allocated, shapes set */
};

struct hs_op_type {
    const char *name, *summary;
    int version; /* raised when the numbers change */
    enum hs_op_role role;
    int min_inputs, max_inputs;
    const struct hs_attr_rule *attr;   /* ends with a NULL name; or NULL */
    const struct hs_param_rule *param; /* ends with a NULL name; or NULL */
    enum {
        HS_ANY_ORDER,      /* elementwise: runs on either memory order, keeps it */
        HS_SPATIAL,        /* needs channels-last memory for tensors with spatial axes */
        HS_LOGICAL,        /* needs the file's own order */
    } memory;
    bool reads_either; /* HS_LOGICAL, but takes inputs in either order (hs_net_channels_last tells which) and turns them
                          while it copies */
    bool fuses_input_grid, fuses_epilogue, in_place; /* in_place: out[0] may be in[0]'s memory */
    /* Parses the attributes into node->plan (from the net's arena) and checks them against the parameters. Or NULL. */
    enum hs_status (*bind)(struct hs_net *, struct hs_node *, struct hs_err *);
    /* Shapes of the results from those of the inputs, memory order, dim[0] = 0 for the samples. Sets node->results,
     * node->out. */
    enum hs_status (*shape)(const struct hs_net *, struct hs_node *, const struct hs_shape *in, struct hs_err *);
    /* weight: replaces the parameters marked is_weight, in the order of the rules, torch's layout; NULL: the float ones.
     * Or NULL where the operator has no parameters. Freed by unpack. */
    enum hs_status (*pack)(const struct hs_net *, const struct hs_node *, const struct hs_tensor *weight,
                           struct hs_packed **, struct hs_err *);
    /* The same with another bias, one value an output channel, whether or not the node has one. Or NULL. */
    enum hs_status (*pack_biased)(const struct hs_net *, const struct hs_node *, const struct hs_tensor *weight,
                                  const float *bias, struct hs_packed **, struct hs_err *);
    void (*unpack)(struct hs_packed *);
    /* Computes; fails only for lack of memory. Each output is a sum in fixed order, the same on every machine and for
     * every batch size. */
    enum hs_status (*forward)(const struct hs_op_call *, struct hs_err *);
    /* Multiplications a sample, for size orders and bit operations; or NULL: none. */
    double (*products)(const struct hs_net *, const struct hs_node *);
};

extern const struct hs_op_type *const hs_op_roster[]; /* ends with NULL */
const struct hs_op_type *hs_op_find(const char *name); /* or NULL */

/* Values in the parameters that are weights, a layer's own or shared. */
double hs_op_weights(const struct hs_net *, const struct hs_node *);

/* The two vectors of a batch_norm node, one value a channel: y = x * multiply + add, in two float32 operations. */
void hs_op_batch_norm_affine(const struct hs_net *, const struct hs_node *, float *multiply, float *add);

#endif
