/* parts.h - inside format/: walking a tensor in runs of one scale. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_FORMAT_PARTS_H
#define HS_FORMAT_PARTS_H
#include "format/grid.h"

size_t hs_parts_row(const struct hs_parts *);   /* values of a row, as in struct hs_parts */
size_t hs_parts_total(const struct hs_parts *); /* outer * channels * inner */
/* How many values from flat index on stay in its part, which is set. Indexes beyond the total wrap around: a static grid
 * serves one sample after the other. */
size_t hs_parts_run(const struct hs_parts *, size_t index, size_t *part);

#endif
