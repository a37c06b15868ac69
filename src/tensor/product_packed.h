/* product_packed.h - weights as the kernels read them. Private to product*.c. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_TENSOR_PRODUCT_PACKED_H
#define HS_TENSOR_PRODUCT_PACKED_H
#include "tensor/product.h"

struct hs_product {
    struct hs_taps taps;
    const struct hs_kernel *kernel;
    bool by_channel;      /* a channel of its own for each group: the depth kernel's layout */
    size_t outs, ins;     /* of one group: output channels, values in a sum */
    size_t blocks;        /* of one group */
    size_t abreast;       /* by channel: neighbouring pixels that fill a block, each with all channels */
    float *w;             /* [group][block][ins][kernel->block]; by channel: [taps][padded] */
    float *start;         /* [group][block][kernel->block]; by channel: [padded] */
    float *plain;         /* (outs, ins) of a product, for a CBLAS; or NULL */
};

/* Vectors of a finish stretched to the layout of `start`. Freed by the caller: hs_free(room). */
struct hs_stretched {
    struct hs_finish finish;
    float *room;
};
enum hs_status hs_product_stretch(const struct hs_product *, const struct hs_finish *, struct hs_stretched *,
                                  struct hs_err *);

/* Copies n values through a filter. */
void hs_filter_read(struct hs_filter, const float *x, float *to, size_t n, size_t first);

enum hs_status hs_product_depth(const struct hs_product *, const float *x, size_t n, size_t height, size_t width,
                                struct hs_filter, size_t first, const struct hs_finish *, float *y, struct hs_err *);

#endif
