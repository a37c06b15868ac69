/* sums.h - squared norms of differences, in double and in a fixed order, sample by sample. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_PROPAGATE_SUMS_H
#define HS_PROPAGATE_SUMS_H
#include "dump/dump.h"
#include "tensor/tensor.h"

struct hs_sums {
    double reference, got, dot; /* ||r||^2, ||g||^2, <r, g> */
    double total;               /* ||g - r||^2 */
    double fresh, inherited, cross; /* ||g - m||^2, ||m - r||^2, 2 <g - m, m - r> */
    double largest;             /* max |g - r| */
};

/* Adds the samples of one chunk, in order: r the float results, m what the float layer makes of the inputs it gets now
 * (NULL: m = g), g the results. Masked positions stay out. first: index of the chunk's first sample. */
void hs_sums_add(struct hs_sums *, const struct hs_tensor *r, const struct hs_tensor *m, const struct hs_tensor *g,
                 const struct hs_data *, size_t first);

#endif
