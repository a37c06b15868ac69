/* copy.h - a network of one's own, to be edited and finished: what rewritings begin with. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_NET_COPY_H
#define HS_NET_COPY_H
#include "net/net.h"

/* An unfinished copy of a finished network, without what hs_net_finish put in: nodes keep their names, parameters are
 * copied, shares stay. Finished as it is, it has the digest of the original.
 * before: NULL, or for each node of `from` NULL or an operator without attributes that its first input is to pass through;
 * nodes that read the same thing share it. It is called "NODE.OPERATOR", after the first of them. */
enum hs_status hs_net_copy(const struct hs_net *from, const char *const *before, struct hs_net *to, struct hs_err *);

/* Of an unfinished network: a parameter gets another value, or is added. The value is copied. */
enum hs_status hs_net_set_param(struct hs_net *, int node, const char *name, const struct hs_tensor *, struct hs_err *);
/* Of an unfinished network: a node with one input becomes the identity. */
void hs_net_make_identity(struct hs_net *, int node);

#endif
