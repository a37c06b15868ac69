/* measure.h - inside format/: from values to scales. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_FORMAT_MEASURE_H
#define HS_FORMAT_MEASURE_H
#include "format/grid.h"

struct hs_range { float lo, hi; };
struct hs_range hs_channel_range(const struct hs_parts *, size_t channel, const float *x, size_t n);
float hs_tensor_scale(const struct hs_format *, const float *x, size_t n); /* NVFP4's; 0 for every other format */
struct hs_point hs_range_point(const struct hs_grid *, struct hs_range, float tensor_scale);

#endif
