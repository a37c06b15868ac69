/* lab.h - the inside of a lab: quantizers, states of the network, and node outputs evaluated on demand. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_PROPAGATE_LAB_H
#define HS_PROPAGATE_LAB_H
#include "net/op.h"
#include "propagate/keep.h"
#include "propagate/layer.h"
#include "propagate/walk.h"
#include "stats/stats.h"

/* One quantizer with its grid fixed. Owned by the lab. */
struct hs_site {
    struct hs_key asked;       /* of the question: strategy, context, data */
    struct hs_key key;         /* of the answer: the grid itself */
    struct hs_grid grid;
    const struct hs_given_site *given; /* where the side's scales come from a file */
    bool noisy;                /* adds uniform noise in [-noise, noise) instead of rounding: draw i of `stream` is for flat */
    double noise;              /* index i of the whole tensor */
    uint64_t stream;
    bool reported;             /* row's figures are filled (they cost a look at the distribution) */
    struct hs_site_row row;    /* texts point to records, or into `warning` */
    char warning[200];
    struct hs_site *next;      /* in the lab's table */
};

/* A layer's weights on their grids. */
struct hs_weights {
    struct hs_key key;
    int node;
    size_t sites;              /* as many as the operator has weights */
    struct hs_site **site;
    struct hs_tensor *value;   /* quantized, torch's layout */
    struct hs_tensor bias;     /* corrected for what rounding did to the output's mean, one value an output channel, in
                                  place of the node's own (whether or not it has one); data NULL: the node's own stays */
    struct hs_packed *packed;  /* of both */
    struct hs_codes *codes;    /* the same for products of codes, where the spec asks for them and they can be; or NULL */
    struct hs_weights *next;
};

/* What is done to one node; all NULL: nothing. */
struct hs_quant {
    const struct hs_weights *weights;
    const struct hs_site *input[HS_MAX_INPUTS], *output;
    struct hs_key key; /* zero while nothing is done */
};

/* The network with some layers quantized. */
struct hs_state {
    struct hs_quant *quant; /* one a node */
    struct hs_key *sig;     /* one a node: what its result depends on, but for the data */
};
enum hs_status hs_state_open(const struct hs_lab *, struct hs_state *, struct hs_err *); /* nothing quantized */
void hs_state_close(struct hs_state *);
void hs_state_copy(const struct hs_lab *, struct hs_state *to, const struct hs_state *from);
/* Sets a node's quantizers and signs what lies downstream anew. */
void hs_state_set(const struct hs_lab *, struct hs_state *, int node, const struct hs_quant *);
void hs_quant_sign(struct hs_quant *);
/* What a node with these quantizers gives, from the signatures of its inputs. */
struct hs_key hs_node_sign(const struct hs_net *, int node, struct hs_key quant, const struct hs_key *sig);

enum hs_split { HS_CALIBRATION, HS_EVALUATION };

/* A run of operators that one kernel can do: the last node's result straight from the head's inputs. */
struct hs_chain {
    int head, bn, relu, pool; /* node indices; -1: not there */
    float *multiply, *add;    /* of bn, per channel */
};

void hs_site_free(struct hs_site *);
struct hs_lab;
void hs_weights_free(const struct hs_lab *, struct hs_weights *);

enum { HS_TABLE = 1024 };
struct hs_lab {
    const struct hs_net *net;
    const struct hs_data *data[2];
    size_t chunk[2], chunks[2]; /* samples a chunk, number of chunks */
    struct hs_keep *keep;
    bool passing;               /* what a pass does not want is not kept: it lies in memory that is used over again */
    struct hs_packed **packed;  /* float parameters, one a node (NULL: none) */
    struct hs_chain *chain;     /* one a node; head -1 where the node ends no chain */
    int *users;                 /* how many inputs and outputs refer to a node */
    bool *reaches;              /* nodes x nodes: [a * nodes + b] = a is upstream of b */
    struct hs_state floating;   /* nothing quantized */
    struct hs_site *sites[HS_TABLE];
    struct hs_weights *weights[HS_TABLE];
    double *power;              /* per node: ||float output||^2 over the evaluation data; NaN: not measured yet */
    struct hs_seen *seen;       /* results that this trial asked for, to count its work */
    double calibrations, evaluations;
    struct hs_resamples *resamples; /* of the evaluation samples, under resample_seed */
    uint64_t resample_seed;
    struct hs_arena *arena;
};

/* Results of nodes for one chunk, pinned: the caller gives each back with hs_keep_release. want: node indices; the first
 * result of each. */
enum hs_status hs_lab_eval(struct hs_lab *, enum hs_split, size_t chunk, const struct hs_state *, const int *want,
                           size_t n, struct hs_kept **out, struct hs_err *);
/* One node with quantizers `quant` on the inputs that it has in a state. */
enum hs_status hs_lab_local(struct hs_lab *, enum hs_split, size_t chunk, const struct hs_state *, int node,
                            const struct hs_quant *quant, struct hs_kept **out, struct hs_err *);
/* The tensor behind a reference in a state: pinned (*kept), or a view of the data (*kept = NULL). */
enum hs_status hs_lab_tensor(struct hs_lab *, enum hs_split, size_t chunk, const struct hs_state *, struct hs_ref,
                             struct hs_tensor *view, struct hs_kept **kept, struct hs_err *);
size_t hs_lab_rows(const struct hs_lab *, enum hs_split, size_t chunk); /* samples in that chunk */

/* Counting: what a trial would compute alone, whatever the lab has already. Counts the results that this one depends on
 * and that the trial has not asked for before; hs_lab_eval does it by itself. */
enum hs_status hs_lab_count(struct hs_lab *, enum hs_split, const struct hs_state *, int node, struct hs_err *);
struct hs_seen;
struct hs_seen *hs_seen_open(void);
void hs_seen_close(struct hs_seen *);
void hs_seen_clear(struct hs_seen *);
enum hs_status hs_seen_add(struct hs_seen *, struct hs_key, bool *is_new, struct hs_err *);

/* Quantizers of a layer as calibrated in a context; shared: sites of this trial by the tensor that they read (may be
 * NULL). report: fill the figures too. */
struct hs_shared_inputs {
    struct { struct hs_ref ref; struct hs_side side; const struct hs_site *site; } *at;
    size_t n;
};
enum hs_status hs_lab_calibrate(struct hs_lab *, const struct hs_spec *, const struct hs_layer *,
                                const struct hs_state *context, const struct hs_shared_inputs *, bool report,
                                struct hs_quant *, struct hs_err *);

/* Squared error and power of the output on the calibration data. */
enum hs_status hs_lab_output_error(struct hs_lab *, enum hs_split, const struct hs_state *, double *relative,
                                   struct hs_err *);

#endif
