/* op_pad.c - a constant border around spatial axes, or less than nothing: a crop. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/common.h"

#include <stdlib.h>
#include <string.h>

/* Along [0] height and [1] width; in one dimension the height is 1 and stays. */
struct plan {
    int64_t before[2], after[2];
    float value;
};

static int axes_of(const struct hs_node *node) { return strstr(node->op->name, "1d") ? 1 : 2; }

static enum hs_status bind(struct hs_net *net, struct hs_node *node, struct hs_err *e)
{
    const struct hs_attr *a = hs_node_attr(node, "padding");
    struct plan *p = HS_NEW(net->arena, 1, struct plan);
    size_t axes = (size_t)axes_of(node);
    if (!p) return HS_OUT_OF_MEMORY(e);
    if (a->n != 1 && a->n != axes && a->n != 2 * axes)
        return HS_FAIL(e, HS_EDATA,
                       "attribute 'padding' has %zu values where 1, %zu or %zu are expected",
                       a->n, axes, 2 * axes);
    for (size_t k = 0; k < axes; k++) {
        p->before[2 - axes + k] = a->ints[a->n == 1 ? 0 : k];
        p->after[2 - axes + k] = a->ints[a->n == 1 ? 0 : a->n == axes ? k : axes + k];
    }
    for (int k = 0; k < 2; k++)
        if (llabs(p->before[k]) > 1 << 24 || llabs(p->after[k]) > 1 << 24)
            return HS_FAIL(e, HS_EDATA, "attribute 'padding' holds %lld",
                           (long long)p->before[k]);
    p->value = (float)hs_node_real(node, "value", 0);
    node->plan = p;
    return HS_OK;
}

static enum hs_status shape(const struct hs_net *net, struct hs_node *node,
                            const struct hs_shape *in, struct hs_err *e)
{
    (void)net;
    const struct plan *p = node->plan;
    int axes = axes_of(node);
    char text[128];
    if (in->rank != axes + 2)
        return HS_FAIL(e, HS_ESHAPE, "%s needs an input of rank %d, but gets %s",
                       node->op->name, axes + 2, hs_shape_text(in, text));
    node->results = 1;
    node->out[0] = *in;
    for (int k = 0; k < axes; k++) {
        int64_t n = (int64_t)in->dim[1 + k] + p->before[2 - axes + k] + p->after[2 - axes + k];
        if (n < 1 || (int64_t)in->dim[1 + k] + p->before[2 - axes + k] < 0 ||
            (int64_t)in->dim[1 + k] + p->after[2 - axes + k] < 0)
            return HS_FAIL(e, HS_ESHAPE, "a border of %lld and %lld leaves nothing of %s",
                           (long long)p->before[2 - axes + k],
                           (long long)p->after[2 - axes + k], hs_shape_text(in, text));
        node->out[0].dim[1 + k] = (size_t)n;
    }
    return HS_OK;
}

static void fill(float *y, size_t n, float value)
{
    for (size_t i = 0; i < n; i++) y[i] = value;
}

/* One row of pixels. */
static void pad_row(const struct plan *p, const float *x, int64_t width, float *y, int64_t out,
                    size_t channels)
{
    int64_t before = p->before[1], from = before < 0 ? -before : 0,
            left = before > 0 ? before : 0;
    int64_t n = width - from - (p->after[1] < 0 ? -p->after[1] : 0);
    fill(y, (size_t)left * channels, p->value);
    memcpy(y + (size_t)left * channels, x + (size_t)from * channels,
           (size_t)n * channels * sizeof(float));
    fill(y + (size_t)(left + n) * channels, (size_t)(out - left - n) * channels, p->value);
}

static enum hs_status forward(const struct hs_op_call *call, struct hs_err *e)
{
    (void)e;
    const struct plan *p = call->node->plan;
    const struct hs_shape *in = &call->in[0]->shape, *out = &call->out[0].shape;
    bool flat = in->rank == 3;
    int64_t height = flat ? 1 : (int64_t)in->dim[1], rows = flat ? 1 : (int64_t)out->dim[1];
    int64_t width = (int64_t)in->dim[flat ? 1 : 2], columns = (int64_t)out->dim[flat ? 1 : 2];
    size_t channels = in->dim[in->rank - 1];
    const float *x = call->in[0]->data;
    float *y = call->out[0].data;
    for (size_t k = 0; k < in->dim[0]; k++, x += (size_t)(height * width) * channels)
        for (int64_t i = 0; i < rows; i++, y += (size_t)columns * channels) {
            int64_t from = i - p->before[0];
            if (from < 0 || from >= height)
                fill(y, (size_t)columns * channels, p->value);
            else
                pad_row(p, x + (size_t)(from * width) * channels, width, y, columns, channels);
        }
    return HS_OK;
}

static const struct hs_attr_rule attr[] = {
    HS_NEEDED_INTS("padding", 4,
                   "top, left, bottom, right (in one dimension: before, after); or one value "
                   "an axis, or one for all; "
                   "negative values crop"),
    HS_REAL_ATTR("value", "what the border holds; 0"),
    {.name = NULL},
};

const struct hs_op_type hs_op_zero_pad1d = {
    .name = "zero_pad1d",
    .summary = "zeros (or another value) before and after the one spatial axis",
    .version = 1,
    .min_inputs = 1,
    .max_inputs = 1,
    .attr = attr,
    .memory = HS_SPATIAL,
    .bind = bind,
    .shape = shape,
    .forward = forward,
};
const struct hs_op_type hs_op_zero_pad2d = {
    .name = "zero_pad2d",
    .summary = "zeros (or another value) around each plane",
    .version = 1,
    .min_inputs = 1,
    .max_inputs = 1,
    .attr = attr,
    .memory = HS_SPATIAL,
    .bind = bind,
    .shape = shape,
    .forward = forward,
};
