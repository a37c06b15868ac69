/* op_product.h - what linear and the convolutions have in common. Private to this room. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_NET_OP_PRODUCT_H
#define HS_NET_OP_PRODUCT_H
#include "net/op.h"
#include "tensor/product.h"

/* Packs the weight (or the node's own) and its bias; the plan is a struct hs_taps. */
enum hs_status hs_op_product_pack(const struct hs_net *, const struct hs_node *, const struct hs_tensor *weight,
                                  struct hs_packed **, struct hs_err *);
enum hs_status hs_op_product_pack_biased(const struct hs_net *, const struct hs_node *, const struct hs_tensor *weight,
                                         const float *bias, struct hs_packed **, struct hs_err *);
void hs_op_product_unpack(struct hs_packed *);
/* Holds a weight of the given rank and the bias against each other. */
enum hs_status hs_op_product_check(const struct hs_net *, const struct hs_node *, int rank, struct hs_err *);

/* The first input as it is to be read: through a grid on the way where that can be done piece by piece, else quantized
 * as a whole. */
struct hs_op_input {
    const float *x;
    struct hs_filter filter;
    size_t first;          /* flat index of x[0] in the tensor of all samples */
    float *room;           /* the caller frees it */
};
enum hs_status hs_op_input(const struct hs_op_call *, struct hs_op_input *, struct hs_err *);
struct hs_finish hs_op_finish(const struct hs_op_call *);
const struct hs_product *hs_op_product(const struct hs_op_call *);

#endif
