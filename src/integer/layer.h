/* layer.h - a linear or convolution layer in whole numbers: codes in, int32 accumulators, one float32 rounding at the end.
 *
 *   acc[o] = sum over k of (q_x[k] - Z_x) (q_w[o, k] - Z_w[o])          exact
 *   y[o]   = float32(S_x S_w[o] acc[o] + bias[o])                       in double, rounded once
 *
 * (Jacob et al. 2018, equation 4, with the zero points taken off the codes beforehand; padding is code Z_x, hence 0.) */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_INTEGER_LAYER_H
#define HS_INTEGER_LAYER_H
#include "format/grid.h"
#include "net/net.h"
#include "tensor/product.h"

struct hs_int_layer {
    const struct hs_node *node;
    const struct hs_taps *taps;
    const struct hs_grid *in;         /* the caller's, like all below that is const */
    size_t k, padded;                 /* products a sum; with padding */
    int16_t *weight;                  /* (outs, padded): code - zero; taps row by row, a tap's channels together */
    double *scale;                    /* outs: S_x S_w */
    const float *bias;                /* outs, or NULL */
    double largest;                   /* no |acc| can exceed it */
};

/* A node that can (hs_codes_refusal). weight: its value on the grid, torch's layout. */
enum hs_status hs_int_layer_open(struct hs_int_layer *, const struct hs_net *, const struct hs_node *,
                                 const struct hs_tensor *weight, const struct hs_grid *weight_grid,
                                 const struct hs_grid *in, const float *bias, struct hs_err *);
void hs_int_layer_close(struct hs_int_layer *); /* {0} is fine */

/* Codes less their zero point of an input tensor (memory order, the samples from `first` on); n values each. */
enum hs_status hs_int_layer_codes(const struct hs_int_layer *, const float *x, size_t n, size_t first, int16_t *code,
                                  struct hs_err *);
/* Accumulators in the order of the node's result, from codes of the shape `in` (memory order). */
enum hs_status hs_int_layer_sums(const struct hs_int_layer *, const int16_t *code, const struct hs_shape *in,
                                 int32_t *acc, struct hs_err *);
/* n accumulators into values; n is a multiple of taps->outs. */
void hs_int_layer_values(const struct hs_int_layer *, const int32_t *acc, size_t n, float *y);

#endif
