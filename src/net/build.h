/* build.h - the steps of hs_net_finish, in their order. Private to this room. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_NET_BUILD_H
#define HS_NET_BUILD_H
#include "net/op.h"

/* Operators, numbers of inputs, attributes and parameters against the operators' rules: all
 * that is wrong, at once. */
enum hs_status hs_net_check(struct hs_net *, struct hs_err *);
/* Chooses the memory order of every tensor, inserts what turns one into another, infers all
 * shapes. */
enum hs_status hs_net_layout(struct hs_net *, struct hs_err *);
/* Digests of the nodes and of the whole. */
void hs_net_digest(struct hs_net *);

/* "node 'x' (relu)" at the end of a failure. */
enum hs_status hs_node_where(const struct hs_node *, struct hs_err *);

#endif
