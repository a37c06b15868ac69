/* chain.h - runs of nodes that one kernel can do. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_PROPAGATE_CHAIN_H
#define HS_PROPAGATE_CHAIN_H
#include "propagate/lab.h"

/* The chain that ends in a node; head -1 where there is none. Its arrays live in the lab's arena. */
enum hs_status hs_chain_find(struct hs_lab *, int node, struct hs_chain *, struct hs_err *);

#endif
