/* walk.h - inside format/: hands every run of values that share a scale to a visitor, static grid or dynamic. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_FORMAT_WALK_H
#define HS_FORMAT_WALK_H
#include "format/rule.h"

/* A run: values at .. at + n of the array that the walk began with; the first one's flat index in the tensor is `index`. */
typedef void hs_grid_visit(void *ctx, const struct hs_rule *, size_t at, size_t n, uint64_t index);
/* x may be NULL for a static grid. */
void hs_grid_walk(const struct hs_grid *, const float *x, size_t n, size_t first, hs_grid_visit *, void *ctx);

#endif
