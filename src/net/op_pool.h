/* op_pool.h - what maximum and average pooling have in common. Private to this room. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_NET_OP_POOL_H
#define HS_NET_OP_POOL_H
#include "net/common.h"

/* (n, height, width, channels) -> (n, rows, columns, channels); in one dimension height = rows
 * = 1. */
struct hs_pool_sizes {
    size_t n, height, width, rows, columns, channels;
};
struct hs_pool_sizes hs_pool_sizes(const struct hs_op_call *);

/* y[c] = the largest of channel c over a rectangle of pixels of a plane that is `width` pixels
 * wide. */
void hs_largest(const float *x, size_t width, size_t channels, struct hs_span rows,
                struct hs_span columns, float *y);

/* y[c] = the sum of channel c over such a rectangle, in double, divided by count. */
void hs_mean(const float *x, size_t width, size_t channels, struct hs_span rows,
             struct hs_span columns, double count, float *y);

extern const struct hs_attr_rule hs_pool_attr[], hs_avgpool_attr[], hs_lppool_attr[];
/* The plan is a struct hs_window; the name's "1d" or "2d" tells how many axes. */
enum hs_status hs_pool_bind(struct hs_net *, struct hs_node *, struct hs_err *);
enum hs_status hs_pool_shape(const struct hs_net *, struct hs_node *, const struct hs_shape *in,
                             struct hs_err *);

#endif
