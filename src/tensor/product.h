/* product.h - matrix products and convolutions over channels-last images.
 *
 * Packed weights are read-only: many threads may use them. The calls compute on the caller's thread; they fail only for
 * lack of memory. The order of a sum: bias, then taps from top left to bottom right, within a tap the channels of the
 * group in ascending order (kernel.h). What lies outside of an image is +0 and takes part. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_TENSOR_PRODUCT_H
#define HS_TENSOR_PRODUCT_H
#include "base/err.h"
#include "tensor/kernel.h"

/* What values go through while they are read, such as a grid: to[i] from x[i], whose index in the whole tensor is
 * first + i. Any piece may be asked for, some of them twice. apply NULL: as they are. */
struct hs_filter {
    void (*apply)(const void *ctx, const float *x, float *to, size_t n, size_t first);
    const void *ctx;
};

/* A convolution as its weights know it. [0]: vertical, [1]: horizontal. A product has 1 x 1 taps. */
struct hs_taps {
    size_t channels, outs, groups;
    size_t taps[2], stride[2], dilation[2], before[2], after[2]; /* before, after: padding */
};
/* Outputs along axis k of n values; 0 where the taps do not fit. */
size_t hs_taps_steps(const struct hs_taps *, int k, size_t n);

struct hs_product;
/* weight: (outs, channels / groups, taps[0], taps[1]); bias: outs values, or NULL. Both are copied. */
enum hs_status hs_product_pack(const struct hs_taps *, const float *weight, const float *bias, struct hs_product **,
                               struct hs_err *);
void hs_product_free(struct hs_product *); /* NULL is fine */

/* y (rows, outs) = x (rows, channels) weight^T + bias; 1 x 1 taps, one group. first: index of x[0] for the filter.
 * finish: or NULL; it must not pool. */
enum hs_status hs_product_rows(const struct hs_product *, const float *x, size_t rows, struct hs_filter, size_t first,
                               const struct hs_finish *, float *y, struct hs_err *);
/* The same by the system's CBLAS, only there when configured --with-cblas: its bits depend on machine and batch. */
enum hs_status hs_product_blas(const struct hs_product *, const float *x, size_t rows, struct hs_filter, size_t first,
                               const struct hs_finish *, float *y, struct hs_err *);
/* y (n, steps[0], steps[1], outs) from x (n, height, width, channels); pooled: half of the steps, which must be even. */
enum hs_status hs_product_images(const struct hs_product *, const float *x, size_t n, size_t height, size_t width,
                                 struct hs_filter, size_t first, const struct hs_finish *, float *y, struct hs_err *);

#endif
