/* op_lppool.c - the norm of each window: of its values' sizes (p = 1) or squares (p = 2); sums in double. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/op_pool.h"

#include <math.h>

static enum hs_status bind(struct hs_net *net, struct hs_node *node, struct hs_err *e)
{
    int64_t p = hs_node_int(node, "p", 2);
    if (p != 1 && p != 2) return HS_FAIL(e, HS_EDATA, "attribute 'p' is %lld, but must be 1 or 2", (long long)p);
    return hs_pool_bind(net, node, e);
}

enum { BLOCK = 64 }; /* channels whose sums stay in registers and L1 */

static void norm(const float *x, size_t width, size_t channels, struct hs_span rows, struct hs_span columns, bool square, float *y)
{
    for (size_t c0 = 0; c0 < channels; c0 += BLOCK) {
        size_t n = channels - c0 < BLOCK ? channels - c0 : BLOCK;
        double sum[BLOCK] = {0};
        for (size_t i = rows.begin; i < rows.end; i++)
            for (size_t j = columns.begin; j < columns.end; j++) {
                const float *at = x + (i * width + j) * channels + c0;
                for (size_t c = 0; c < n; c++) sum[c] += square ? (double)at[c] * (double)at[c] : fabs((double)at[c]);
            }
        for (size_t c = 0; c < n; c++) y[c0 + c] = (float)(square ? sqrt(sum[c]) : sum[c]);
    }
}

static enum hs_status forward(const struct hs_op_call *call, struct hs_err *e)
{
    (void)e;
    struct hs_pool_sizes s = hs_pool_sizes(call);
    const struct hs_window *w = call->node->plan;
    bool square = hs_node_int(call->node, "p", 2) == 2;
    const float *x = call->in[0]->data;
    float *y = call->out[0].data;
    for (size_t k = 0; k < s.n; k++, x += s.height * s.width * s.channels)
        for (size_t i = 0; i < s.rows; i++)
            for (size_t j = 0; j < s.columns; j++, y += s.channels)
                norm(x, s.width, s.channels, hs_window_span(w, 0, i, s.height), hs_window_span(w, 1, j, s.width), square, y);
    return HS_OK;
}

#define LPPOOL(id, text)                                                                                          \
    const struct hs_op_type hs_op_##id = {                                                                        \
        .name = #id, .summary = text, .version = 1, .min_inputs = 1, .max_inputs = 1, .attr = hs_lppool_attr,     \
        .memory = HS_SPATIAL, .bind = bind, .shape = hs_pool_shape, .forward = forward,                           \
    }
LPPOOL(lppool1d, "norm of each window along the one spatial axis; padding counts as zeros");
LPPOOL(lppool2d, "norm of each window; padding counts as zeros");
