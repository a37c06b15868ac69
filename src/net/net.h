/* net.h - the graph: nodes in execution order, their parameters, and the tensors between them.
 *
 * Everything hangs on the network's arena and is freed with it. After hs_net_finish the network is read-only and may be
 * used by many threads.
 *
 * Memory order. A tensor with spatial axes is kept channels-last (N, H, W, C) whatever the file's layout. For a network
 * whose layout is NCHW, hs_net_finish marks each node whose result is held channels-last (node->channels_last) and
 * inserts what turns it back where an operator looks at the logical order (flatten, reshape, transpose, linear on
 * rank 4 ...). Parameters keep torch's layouts: linear (out, in), conv (out, in/groups, kh, kw). */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_NET_H
#define HS_NET_H
#include "base/err.h"
#include "base/hash.h"
#include "base/mem.h"
#include "tensor/tensor.h"

enum { HS_MAX_RESULTS = 4, HS_MAX_INPUTS = 64 };

enum hs_task { HS_TASK_NONE, HS_TASK_CLASSIFICATION, HS_TASK_LANGUAGE_MODEL, HS_TASK_RECONSTRUCTION, HS_TASK_REGRESSION };
extern const char *const hs_task_names[]; /* "none" "classification" "language-model" ...; NULL-ended */

enum hs_attr_kind { HS_ATTR_INT, HS_ATTR_REAL, HS_ATTR_TEXT };
struct hs_attr {
    const char *name;
    enum hs_attr_kind kind;
    size_t n; /* values; a scalar has 1 */
    const int64_t *ints;
    const double *reals;
    const char *text;
};

struct hs_param {
    const char *name;       /* "weight", "bias", "mean", "variance", "gamma", "beta" ... */
    struct hs_tensor value; /* torch's layout */
};

struct hs_ref {
    int node;   /* index of the node; -1 - k for port k */
    int result; /* 0 for the first */
};

struct hs_op_type;

struct hs_node {
    const char *name; /* the true name, UTF-8 */
    const struct hs_op_type *op;
    size_t inputs, attrs, params;
    struct hs_ref *input;
    struct hs_attr *attr;
    struct hs_param *param;
    int shares; /* node whose parameters these are, or -1 */
    /* filled by hs_net_finish: */
    int index, results;
    struct hs_shape out[HS_MAX_RESULTS];     /* in memory order; dim[0] = 0 stands for the number of samples */
    struct hs_shape logical[HS_MAX_RESULTS]; /* in the file's order */
    bool channels_last;                      /* out is the file's order with its channel axis moved last */
    bool hidden;    /* inserted by hs_net_finish, not in the file: never shown */
    void *plan;     /* what op->bind made of the attributes */
    struct hs_key digest; /* of operator, attributes and parameters */
};

struct hs_port {
    const char *name;
    struct hs_shape shape;   /* as fed, in memory order, dim[0] = 0; other 0s are variable */
    struct hs_shape logical; /* in the file's order */
    bool channels_last;
    bool integer;            /* token ids: never normalised */
    const char *axes;        /* labels of the logical axes, "N,C,H,W"; NULL: none */
};

struct hs_net {
    struct hs_arena *arena;
    const char *name, *source;
    const char *path; /* of the file that it was read from; NULL: none */
    enum hs_task task;
    bool logits;  /* the output is logits (default) rather than probabilities */
    bool nchw;    /* the file's layout */
    size_t ports, nodes, outputs;
    struct hs_port *port;
    struct hs_node *node;
    struct hs_ref *output;
    struct hs_key digest; /* of the whole network */
};

/* Building. Names and values are copied. Order of calls: open, ports, nodes (inputs must be there already), outputs,
 * finish. Failures name the node. */
enum hs_status hs_net_open(struct hs_net *, const char *name, bool nchw, struct hs_err *);
void hs_net_close(struct hs_net *); /* leaves {0}; {0} is fine */
enum hs_status hs_net_add_port(struct hs_net *, const char *name, const struct hs_shape *logical, bool integer,
                               struct hs_err *);
/* A node, with room for its inputs, attributes and parameters to be added by the calls below. */
enum hs_status hs_net_add_node(struct hs_net *, const char *name, const char *op, struct hs_err *);
/* These speak of the node that was added last. */
enum hs_status hs_net_input(struct hs_net *, struct hs_ref, struct hs_err *);
enum hs_status hs_net_attr_ints(struct hs_net *, const char *name, const int64_t *, size_t n, struct hs_err *);
enum hs_status hs_net_attr_reals(struct hs_net *, const char *name, const double *, size_t n, struct hs_err *);
enum hs_status hs_net_attr_text(struct hs_net *, const char *name, const char *, struct hs_err *);
/* Copies the values into the network. */
enum hs_status hs_net_param(struct hs_net *, const char *name, const struct hs_tensor *, struct hs_err *);
enum hs_status hs_net_shares(struct hs_net *, int node, struct hs_err *);
enum hs_status hs_net_output(struct hs_net *, struct hs_ref, struct hs_err *);
/* Checks operators, attributes, parameters and shapes (all unsupported ones are named in one message), chooses the
 * memory order, fills shapes and digests. Refuses NaN and Inf in parameters unless told otherwise. */
enum hs_status hs_net_finish(struct hs_net *, bool allow_nonfinite, struct hs_err *);

/* Reading. */
const struct hs_param *hs_node_param(const struct hs_net *, const struct hs_node *, const char *name); /* or NULL; follows shares */
const struct hs_attr *hs_node_attr(const struct hs_node *, const char *name); /* or NULL */
int64_t hs_node_int(const struct hs_node *, const char *name, int64_t otherwise);
double hs_node_real(const struct hs_node *, const char *name, double otherwise);
const char *hs_node_text(const struct hs_node *, const char *name, const char *otherwise);
int hs_net_find(const struct hs_net *, const char *name); /* node index by true name, or -1; never a hidden one */
const struct hs_shape *hs_net_shape(const struct hs_net *, struct hs_ref); /* memory order, dim[0] = 0 */
bool hs_net_channels_last(const struct hs_net *, struct hs_ref);

#endif
