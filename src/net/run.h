/* run.h - the plain float forward pass: all nodes, batch by batch. Verifying, recording and
 * tests need no more.
 *
 * Whatever the batch, the values are the same bit for bit. A packed network is read-only: many
 * threads may run it. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_NET_RUN_H
#define HS_NET_RUN_H
#include "net/op.h"

/* The float parameters of every node in the form its operator computes with. The network must
 * outlive it. */
struct hs_net_packs {
    const struct hs_net *net;
    struct hs_packed **of; /* net->nodes; NULL where an operator packs nothing */
};
enum hs_status hs_net_pack(const struct hs_net *, struct hs_net_packs *, struct hs_err *);
void hs_net_unpack(struct hs_net_packs *); /* leaves {0}; {0} is fine */

/* One node on inputs that are there: allocates its node->results tensors (the caller frees
 * them; after a failure there is nothing to free). packed: NULL where the operator packs
 * nothing; first: index of the first sample. */
enum hs_status hs_node_run(const struct hs_net *, const struct hs_node *,
                           const struct hs_packed *packed, const struct hs_tensor *const *in,
                           size_t first, struct hs_tensor *out, struct hs_err *);

/* Is shown the results of each node, hidden ones too, in execution order; they are gone after
 * the call. first: index of the first sample of this batch. Anything but HS_OK ends the run. */
typedef enum hs_status hs_net_viewer(void *ctx, const struct hs_node *,
                                     const struct hs_tensor *out, size_t first,
                                     struct hs_err *);
enum { HS_NET_BATCH = 16 };
/* input: one a port, memory order, the same number of samples in each. batch 0: HS_NET_BATCH.
 */
enum hs_status hs_net_run(const struct hs_net_packs *, const struct hs_tensor *input,
                          size_t batch, hs_net_viewer *, void *ctx, struct hs_err *);
/* What one reference holds for all samples; the caller frees value. */
enum hs_status hs_net_value(const struct hs_net_packs *, const struct hs_tensor *input,
                            size_t batch, struct hs_ref, struct hs_tensor *value,
                            struct hs_err *);

/* Copies a value in memory order into the file's order; `to` is allocated here. */
enum hs_status hs_net_to_logical(const struct hs_net *, struct hs_ref,
                                 const struct hs_tensor *value, struct hs_tensor *to,
                                 struct hs_err *);

#endif
