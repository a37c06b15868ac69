/* common.h - what several families of operators need. Private to this room. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_NET_COMMON_H
#define HS_NET_COMMON_H
#include "net/op.h"

/* Rows of attribute rules; the meaning ends with the default. */
#define HS_ATTR_RULE(n, k, most, must, text)                                                   \
    {                                                                                          \
        .name = n, .kind = k, .min = 1, .max = most, .meaning = text, .required = must         \
    }
#define HS_REAL_ATTR(name, meaning)         HS_ATTR_RULE(name, HS_ATTR_REAL, 1, false, meaning)
#define HS_TEXT_ATTR(name, meaning)         HS_ATTR_RULE(name, HS_ATTR_TEXT, 1, false, meaning)
#define HS_INT_ATTR(name, meaning)          HS_ATTR_RULE(name, HS_ATTR_INT, 1, false, meaning)
#define HS_INT_ATTRS(name, most, meaning)   HS_ATTR_RULE(name, HS_ATTR_INT, most, false, meaning)
#define HS_NEEDED_INTS(name, most, meaning) HS_ATTR_RULE(name, HS_ATTR_INT, most, true, meaning)

/* Elementwise: one result, shaped like the first input. */
enum hs_status hs_shape_same(const struct hs_net *, struct hs_node *, const struct hs_shape *in,
                             struct hs_err *);

/* An axis of the file's order (negative: from the end) as an axis of the memory order that the
 * node's tensors have. What the samples' axis or nothing at all lies there, is refused. */
enum hs_status hs_node_axis(const struct hs_node *, int rank, int64_t logical, int *axis,
                            struct hs_err *);

/* to[k][j][i] = from[k][i][j] for n matrices of rows x columns. */
void hs_turn_matrices(float *to, const float *from, size_t n, size_t rows, size_t columns);
/* Copies an input of a reads_either operator in the file's order. */
void hs_copy_logical(const struct hs_op_call *, int input, float *to);

/* Sliding windows over (N, H, W, C); over (N, L, C) with a height of 1. */
struct hs_window {
    size_t kernel[2], stride[2], before[2],
        after[2]; /* [0] vertical: kernel, stride, padding */
    bool ceil;    /* a last, partial window counts */
};
/* From the attributes kernel, stride (default: kernel), padding, ceil; axes: 1 or 2. */
enum hs_status hs_window_bind(const struct hs_node *, int axes, struct hs_window *,
                              struct hs_err *);
/* Steps of the window along axis k over n values. Refuses windows that do not fit. */
enum hs_status hs_window_steps(const struct hs_window *, int k, size_t n, size_t *steps,
                               struct hs_err *);
/* Steps for reading, without the checks. */
struct hs_span {
    size_t begin, end;
}; /* what of a window lies inside the data */
struct hs_span hs_window_span(const struct hs_window *, int k, size_t step, size_t n);

#endif
