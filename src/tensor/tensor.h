/* tensor.h - floats with a shape. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_TENSOR_H
#define HS_TENSOR_H
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

enum { HS_MAX_RANK = 8 };

struct hs_shape {
    int rank;
    size_t dim[HS_MAX_RANK]; /* outermost first; the last one is contiguous */
};

/* Row-major float32. Integers (token ids) travel as floats, exact up to 2^24. */
struct hs_tensor {
    struct hs_shape shape;
    float *data;
};

size_t hs_shape_count(const struct hs_shape *);            /* product of all dims; 1 at rank 0 */
size_t hs_shape_row(const struct hs_shape *);              /* product of all but the first: values a sample */
bool hs_shape_equal(const struct hs_shape *, const struct hs_shape *);
/* "(2, 3, 4)"; dims equal to variable (0 here) print as "-". Returns buf. */
char *hs_shape_text(const struct hs_shape *, char buf[128]);
/* Refuses rank > HS_MAX_RANK and counts that overflow or exceed what memory could hold. */
enum hs_status hs_shape_check(const struct hs_shape *, struct hs_err *);

/* data is not cleared; hs_tensor_free gives it back. */
enum hs_status hs_tensor_alloc(struct hs_tensor *, const struct hs_shape *, struct hs_err *);
enum hs_status hs_tensor_copy(struct hs_tensor *to, const struct hs_tensor *from, struct hs_err *);
void hs_tensor_free(struct hs_tensor *); /* leaves {0} */
/* to[i0, i1, ...] has axis k of `to` = axis order[k] of `from`; `to` is allocated by the caller with that shape. */
void hs_tensor_permute(struct hs_tensor *to, const struct hs_tensor *from, const int *order);

#endif
