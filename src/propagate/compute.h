/* compute.h - what computes the nodes of a pass. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_PROPAGATE_COMPUTE_H
#define HS_PROPAGATE_COMPUTE_H
#include "propagate/lab.h"

/* Runs a node (or, with a chain, all of it) on given inputs, whose first sample is number `first` of the data. out: its
 * results, allocated. */
enum hs_status hs_compute(const struct hs_lab *, size_t first, int node, const struct hs_quant *, const struct hs_chain *,
                          const struct hs_tensor *in, struct hs_tensor *out, struct hs_err *);

#endif
