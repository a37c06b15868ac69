/* common.c - shapes, axes and turns that several operators share. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/common.h"

#include <string.h>

enum hs_status hs_shape_same(const struct hs_net *net, struct hs_node *node,
                             const struct hs_shape *in, struct hs_err *e)
{
    (void)net, (void)e;
    node->results = 1;
    node->out[0] = in[0];
    return HS_OK;
}

enum hs_status hs_node_axis(const struct hs_node *node, int rank, int64_t logical, int *axis,
                            struct hs_err *e)
{
    int64_t a = logical < 0 ? logical + rank : logical;
    if (a < 1 || a >= rank)
        return HS_FAIL(
            e, HS_ESHAPE,
            "axis %lld of a tensor of rank %d: it must be one of 1 to %d (0 is the samples')",
            (long long)logical, rank, rank - 1);
    if (node->channels_last && rank >= 3) a = a == 1 ? rank - 1 : a - 1;
    *axis = (int)a;
    return HS_OK;
}

void hs_turn_matrices(float *to, const float *from, size_t n, size_t rows, size_t columns)
{
    enum { TILE = 16 }; /* a cache line of floats on either side */
    for (size_t k = 0; k < n; k++, to += rows * columns, from += rows * columns)
        for (size_t i0 = 0; i0 < rows; i0 += TILE)
            for (size_t j0 = 0; j0 < columns; j0 += TILE) {
                size_t i1 = i0 + TILE < rows ? i0 + TILE : rows,
                       j1 = j0 + TILE < columns ? j0 + TILE : columns;
                for (size_t j = j0; j < j1; j++)
                    for (size_t i = i0; i < i1; i++) to[j * rows + i] = from[i * columns + j];
            }
}

void hs_copy_logical(const struct hs_op_call *call, int input, float *to)
{
    const struct hs_tensor *in = call->in[input];
    size_t count = hs_shape_count(&in->shape);
    int rank = in->shape.rank;
    if (!hs_net_channels_last(call->net, call->node->input[input])) {
        memcpy(to, in->data, count * sizeof(float));
        return;
    }
    size_t n = in->shape.dim[0], channels = in->shape.dim[rank - 1];
    if (count) hs_turn_matrices(to, in->data, n, count / n / channels, channels);
}
