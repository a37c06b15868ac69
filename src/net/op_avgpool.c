/* op_avgpool.c - the mean of each window, or of the whole plane; sums in double. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/op_pool.h"
#include "net/wide.h"

enum { BLOCK = 64 }; /* channels whose sums stay in registers and L1 */

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

/* Of one window, n <= BLOCK channels of its pixels. */
HS_INLINE void mean_of(const float *x, size_t width, size_t channels, struct hs_span rows,
                       struct hs_span columns, double count, size_t n, float *y)
{
    double sum[BLOCK];
    for (size_t c = 0; c < n; c++) sum[c] = 0;
    for (size_t i = rows.begin; i < rows.end; i++)
        for (size_t j = columns.begin; j < columns.end; j++) {
            const float *at = x + (i * width + j) * channels;
            for (size_t c = 0; c < n; c++) sum[c] += (double)at[c];
        }
    for (size_t c = 0; c < n; c++) y[c] = (float)(sum[c] / count);
}

HS_INLINE void mean_body(const float *x, size_t width, size_t channels, struct hs_span rows,
                         struct hs_span columns, double count, float *y)
{
    size_t c = 0;
    for (; c + BLOCK <= channels; c += BLOCK) mean_of(x + c, width, channels, rows, columns, count, BLOCK, y + c);
    if (c < channels) mean_of(x + c, width, channels, rows, columns, count, channels - c, y + c);
}
HS_WIDE(mean, mean_body,
        (const float *x, size_t width, size_t channels, struct hs_span rows,
         struct hs_span columns, double count, float *y),
        (x, width, channels, rows, columns, count, y))

void hs_mean(const float *x, size_t width, size_t channels, struct hs_span rows,
             struct hs_span columns, double count, float *y)
{
    mean(x, width, channels, rows, columns, count, y);
}

/* How many values of the window count along axis k: those of the data, or the padding too (but
 * never what lies beyond it, which a partial window of `ceil` can reach). */
static size_t counted(const struct hs_window *w, int k, size_t step, size_t n, bool padding)
{
    struct hs_span s = hs_window_span(w, k, step, n);
    size_t begin = step * w->stride[k];
    return padding ? least(begin + w->kernel[k], n + w->before[k] + w->after[k]) - begin
                   : s.end - s.begin;
}

static enum hs_status forward(const struct hs_op_call *call, struct hs_err *e)
{
    (void)e;
    struct hs_pool_sizes s = hs_pool_sizes(call);
    const struct hs_window *w = call->node->plan;
    bool padding = hs_node_int(call->node, "count_include_pad", 0) != 0;
    const float *x = call->in[0]->data;
    float *y = call->out[0].data;
    for (size_t k = 0; k < s.n; k++, x += s.height * s.width * s.channels)
        for (size_t i = 0; i < s.rows; i++)
            for (size_t j = 0; j < s.columns; j++, y += s.channels)
                hs_mean(x, s.width, s.channels, hs_window_span(w, 0, i, s.height),
                        hs_window_span(w, 1, j, s.width),
                        (double)(counted(w, 0, i, s.height, padding) *
                                 counted(w, 1, j, s.width, padding)),
                        y);
    return HS_OK;
}

const struct hs_op_type hs_op_avgpool1d = {
    .name = "avgpool1d",
    .summary = "mean of each window along the one spatial axis",
    .version = 1,
    .min_inputs = 1,
    .max_inputs = 1,
    .attr = hs_avgpool_attr,
    .memory = HS_SPATIAL,
    .bind = hs_pool_bind,
    .shape = hs_pool_shape,
    .forward = forward,
};
const struct hs_op_type hs_op_avgpool2d = {
    .name = "avgpool2d",
    .summary = "mean of each window",
    .version = 1,
    .min_inputs = 1,
    .max_inputs = 1,
    .attr = hs_avgpool_attr,
    .memory = HS_SPATIAL,
    .bind = hs_pool_bind,
    .shape = hs_pool_shape,
    .forward = forward,
};

/* The whole plane, of one or two (or three) spatial axes. */
static enum hs_status global_shape(const struct hs_net *net, struct hs_node *node,
                                   const struct hs_shape *in, struct hs_err *e)
{
    (void)net;
    char text[128];
    size_t channels = in->dim[in->rank - 1],
           pixels = channels ? hs_shape_row(in) / channels : 0;
    if (in->rank < 3 || !pixels)
        return HS_FAIL(e, HS_ESHAPE, "%s needs an input with spatial axes, but gets %s",
                       node->op->name, hs_shape_text(in, text));
    node->results = 1;
    node->out[0] = (struct hs_shape){.rank = 2, .dim = {0, channels}};
    if (!hs_node_int(node, "keepdims", 0)) return HS_OK;
    node->out[0] = *in;
    for (int i = 1; i < in->rank - 1; i++) node->out[0].dim[i] = 1;
    return HS_OK;
}

struct plane {
    size_t n, pixels, channels;
};
static struct plane plane_of(const struct hs_op_call *call)
{
    const struct hs_shape *s = &call->in[0]->shape;
    size_t channels = s->dim[s->rank - 1];
    return (struct plane){s->dim[0], hs_shape_row(s) / channels, channels};
}

static enum hs_status global_mean(const struct hs_op_call *call, struct hs_err *e)
{
    (void)e;
    struct plane p = plane_of(call);
    for (size_t k = 0; k < p.n; k++)
        hs_mean(call->in[0]->data + k * p.pixels * p.channels, p.pixels, p.channels,
                (struct hs_span){0, 1}, (struct hs_span){0, p.pixels}, (double)p.pixels,
                call->out[0].data + k * p.channels);
    return HS_OK;
}

static enum hs_status global_max(const struct hs_op_call *call, struct hs_err *e)
{
    (void)e;
    struct plane p = plane_of(call);
    for (size_t k = 0; k < p.n; k++)
        hs_largest(call->in[0]->data + k * p.pixels * p.channels, p.pixels, p.channels,
                   (struct hs_span){0, 1}, (struct hs_span){0, p.pixels},
                   call->out[0].data + k * p.channels);
    return HS_OK;
}

static const struct hs_attr_rule global_attr[] = {
    HS_INT_ATTR("keepdims", "1: the spatial axes stay, of length 1; 0"),
    {.name = NULL},
};

const struct hs_op_type hs_op_global_avgpool = {
    .name = "global_avgpool",
    .summary = "mean over all spatial axes",
    .version = 1,
    .min_inputs = 1,
    .max_inputs = 1,
    .attr = global_attr,
    .memory = HS_SPATIAL,
    .shape = global_shape,
    .forward = global_mean,
};
const struct hs_op_type hs_op_global_maxpool = {
    .name = "global_maxpool",
    .summary = "largest value over all spatial axes",
    .version = 1,
    .min_inputs = 1,
    .max_inputs = 1,
    .attr = global_attr,
    .memory = HS_SPATIAL,
    .shape = global_shape,
    .forward = global_max,
};
