/* op_maxpool.c - the largest value of each window; padding never wins. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/common.h"
#include "net/op_pool.h"

#include <string.h>

/* A later value wins where it is greater, or NaN: NaN stays once it is in. */
static void keep_larger(float *restrict best, const float *restrict x, size_t n)
{
    for (size_t c = 0; c < n; c++) best[c] = ((x[c] > best[c]) | (x[c] != x[c])) ? x[c] : best[c];
}

void hs_largest(const float *x, size_t width, size_t channels, struct hs_span rows,
                struct hs_span columns, float *y)
{
    memcpy(y, x + (rows.begin * width + columns.begin) * channels, channels * sizeof(float));
    for (size_t i = rows.begin; i < rows.end; i++)
        for (size_t j = columns.begin; j < columns.end; j++)
            if (i > rows.begin || j > columns.begin)
                keep_larger(y, x + (i * width + j) * channels, channels);
}

static enum hs_status forward(const struct hs_op_call *call, struct hs_err *e)
{
    (void)e;
    struct hs_pool_sizes s = hs_pool_sizes(call);
    const struct hs_window *w = call->node->plan;
    const float *x = call->in[0]->data;
    float *y = call->out[0].data;
    for (size_t k = 0; k < s.n; k++, x += s.height * s.width * s.channels)
        for (size_t i = 0; i < s.rows; i++)
            for (size_t j = 0; j < s.columns; j++, y += s.channels)
                hs_largest(x, s.width, s.channels, hs_window_span(w, 0, i, s.height),
                           hs_window_span(w, 1, j, s.width), y);
    return HS_OK;
}

const struct hs_op_type hs_op_maxpool1d = {
    .name = "maxpool1d",
    .summary = "largest value of each window along the one spatial axis",
    .version = 1,
    .min_inputs = 1,
    .max_inputs = 1,
    .attr = hs_pool_attr,
    .memory = HS_SPATIAL,
    .bind = hs_pool_bind,
    .shape = hs_pool_shape,
    .forward = forward,
};
const struct hs_op_type hs_op_maxpool2d = {
    .name = "maxpool2d",
    .summary = "largest value of each window",
    .version = 1,
    .min_inputs = 1,
    .max_inputs = 1,
    .attr = hs_pool_attr,
    .memory = HS_SPATIAL,
    .bind = hs_pool_bind,
    .shape = hs_pool_shape,
    .forward = forward,
};
