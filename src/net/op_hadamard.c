/* op_hadamard.c - the orthonormal Hadamard transform of the last axis: what spreads an outlier over its neighbours. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/common.h"

#include "net/hadamard.h"

#include <math.h>
#include <string.h>

size_t hs_hadamard_block(size_t n)
{
    return n & (~n + 1);
}

static enum hs_status shape(const struct hs_net *net, struct hs_node *node, const struct hs_shape *in,
                            struct hs_err *e)
{
    char text[128];
    if (in->rank < 2 || hs_hadamard_block(in->dim[in->rank - 1]) < 2)
        return HS_FAIL(e, HS_ESHAPE, "the last axis of %s is no multiple of 2", hs_shape_text(in, text));
    return hs_shape_same(net, node, in, e);
}

/* Sylvester's matrix times a block, by log2(block) rounds of sums and differences: the same order on every machine. */
static void block_of(float *x, size_t block)
{
    for (size_t h = 1; h < block; h *= 2)
        for (size_t i = 0; i < block; i += 2 * h)
            for (size_t k = i; k < i + h; k++) {
                float a = x[k], b = x[k + h];
                x[k] = a + b, x[k + h] = a - b;
            }
}

static enum hs_status forward(const struct hs_op_call *call, struct hs_err *e)
{
    (void)e;
    const struct hs_shape *s = &call->in[0]->shape;
    size_t n = hs_shape_count(s), block = hs_hadamard_block(s->dim[s->rank - 1]);
    float *y = call->out[0].data, scale = (float)(1 / sqrt((double)block));
    if (y != call->in[0]->data) memcpy(y, call->in[0]->data, n * sizeof *y);
    for (size_t i = 0; i < n; i += block) block_of(y + i, block);
    for (size_t i = 0; i < n; i++) y[i] *= scale;
    return HS_OK;
}

/* x H for each row of (rows, n), in double: what a weight becomes where its input is transformed. */
void hs_hadamard_rows(float *x, size_t rows, size_t n, double *room)
{
    size_t block = hs_hadamard_block(n);
    for (size_t i = 0; i < rows * n; i += block) {
        for (size_t k = 0; k < block; k++) room[k] = (double)x[i + k];
        for (size_t h = 1; h < block; h *= 2)
            for (size_t k = 0; k < block; k++)
                if (!(k & h)) {
                    double a = room[k], b = room[k + h];
                    room[k] = a + b, room[k + h] = a - b;
                }
        for (size_t k = 0; k < block; k++) x[i + k] = (float)(room[k] / sqrt((double)block));
    }
}

const struct hs_op_type hs_op_hadamard = {
    .name = "hadamard",
    .summary = "Hadamard transform of the last axis, orthonormal, in blocks of the largest power of two that divides it",
    .version = 1,
    .min_inputs = 1,
    .max_inputs = 1,
    .memory = HS_LOGICAL,
    .in_place = true,
    .shape = shape,
    .forward = forward,
};
