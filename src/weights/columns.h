/* columns.h - what gptq and the methods built on it share: rounding column by column, each error spread over the columns
 * that are still to come (Frantar et al. 2022, by the Cholesky factor of the inverse). */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_WEIGHTS_COLUMNS_H
#define HS_WEIGHTS_COLUMNS_H
#include "weights/weights.h"

/* The knobs that all of them begin with. */
enum { HS_COLUMNS_DAMPING, HS_COLUMNS_ORDER, HS_COLUMNS_BLOCK, HS_COLUMNS_BIAS, HS_COLUMNS_KNOBS };
enum hs_columns_order { HS_COLUMNS_NATURAL, HS_COLUMNS_ACT, HS_COLUMNS_REVERSE };
extern const char *const hs_columns_orders[];
#define HS_COLUMNS_DAMPING_KNOB                                                                                            \
    {.name = "damping", .value = 0.01, .min = 1e-8, .max = 10,                                                             \
     .meaning = "share of the mean of the diagonal that is added to it"}
#define HS_COLUMNS_ORDER_KNOB                                                                                              \
    {.name = "columns", .value = 0, .min = 0, .max = 2, .words = hs_columns_orders,                                        \
     .meaning = "which column first: natural, act-order (largest second moment), reverse"}
#define HS_COLUMNS_KNOB_ROWS                                                                                               \
    [HS_COLUMNS_DAMPING] = HS_COLUMNS_DAMPING_KNOB,                                                                        \
    [HS_COLUMNS_ORDER] = HS_COLUMNS_ORDER_KNOB,                                                                            \
    [HS_COLUMNS_BLOCK] = {.name = "block", .value = 128, .min = 1, .max = 65536, .time_only = true,                         \
                          .meaning = "columns after which the others are updated: decides on time alone"},                 \
    [HS_COLUMNS_BIAS] = HS_WEIGHTS_BIAS_KNOB

/* order: the n columns as they are to be rounded; moments: (n, n), its diagonal decides. */
enum hs_status hs_columns_arrange(size_t *order, size_t n, const double *moments, enum hs_columns_order, struct hs_err *);

/* One group, made ready. Arrays are (columns, columns) in the order in which columns are rounded: place i of them is
 * column order[i]. */
struct hs_columns {
    size_t n;
    size_t *order;
    double *upper;   /* U: upper, U^T U = (H + damping)^-1 */
    double *inverse; /* (H + damping)^-1 */
};
enum hs_status hs_columns_open(struct hs_columns *, const double *moments, size_t n, const double *knob, struct hs_err *);
void hs_columns_close(struct hs_columns *); /* {0} is fine */

/* Rounds `block` columns of all rows, each error going to the rest of the block at once and to the columns behind it when
 * the block is done (the paper's lazy batches). Every weight takes up its errors in the order of the columns either way:
 * the bits are the same for every block.
 * w (rows, n): the weights in their own column order, double. pull: (n, n) in rounding order or NULL:
 * w_later += w_now pull[now, later] for the columns after the one that is rounded (GPTAQ's correction). first: flat index
 * of w[0] in the whole weight. out (rows, n). */
enum hs_status hs_columns_round(const struct hs_columns *, const struct hs_grid *, size_t block, const double *w,
                                size_t rows, size_t first, const double *pull, float *out, struct hs_err *);

#endif
