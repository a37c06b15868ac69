/* rooms.h - memory for results that a pass reads once and nobody keeps: few rooms, used over again while they are hot. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_PROPAGATE_ROOMS_H
#define HS_PROPAGATE_ROOMS_H
#include "net/net.h"

/* First every read of the pass is told; then nodes take their rooms in the order of execution. */
struct hs_rooms;
enum hs_status hs_rooms_open(size_t nodes, struct hs_rooms **, struct hs_err *);
void hs_rooms_close(struct hs_rooms *); /* NULL is fine */
void hs_rooms_read(struct hs_rooms *, int node, size_t reader); /* of a port (node < 0) nothing is noted */
/* Rooms for the results of a node, `rows` samples of each. Those that no node after this one reads are free for it;
 * one that may overwrite its input does, unless it is fused: then its kernel reads another node's. */
enum hs_status hs_rooms_take(struct hs_rooms *, const struct hs_node *, bool fused, size_t rows, struct hs_err *);
/* One of them, its first axis to be set. */
struct hs_tensor hs_rooms_at(const struct hs_rooms *, const struct hs_node *, int result);

#endif
