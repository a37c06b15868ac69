/* op_upsample.c - planes made larger by a whole factor: pixels repeated, or blended. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/common.h"

#include <string.h>

struct plan {
    size_t factor[2]; /* height, width */
    bool blend;
};

static int axes_of(const struct hs_node *node) { return strstr(node->op->name, "1d") ? 1 : 2; }

static enum hs_status bind(struct hs_net *net, struct hs_node *node, struct hs_err *e)
{
    const struct hs_attr *a = hs_node_attr(node, "factor");
    const char *mode = hs_node_text(node, "mode", "nearest");
    struct plan *p = HS_NEW(net->arena, 1, struct plan);
    int axes = axes_of(node);
    if (!p) return HS_OUT_OF_MEMORY(e);
    if (a->n != 1 && a->n != (size_t)axes)
        return HS_FAIL(e, HS_EDATA,
                       "attribute 'factor' has %zu values where 1 or %d are expected", a->n,
                       axes);
    p->factor[0] = 1;
    for (int k = 2 - axes; k < 2; k++) {
        int64_t f = a->ints[a->n == 1 ? 0 : k - (2 - axes)];
        if (f < 1 || f > 1 << 16)
            return HS_FAIL(e, HS_EDATA, "attribute 'factor' holds %lld", (long long)f);
        p->factor[k] = (size_t)f;
    }
    p->blend = !strcmp(mode, "bilinear");
    if (!p->blend && strcmp(mode, "nearest"))
        return HS_FAIL(e, HS_EDATA, "attribute 'mode' is '%s': there are nearest and bilinear",
                       mode);
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
    for (int k = 0; k < axes; k++) node->out[0].dim[1 + k] *= p->factor[2 - axes + k];
    return HS_OK;
}

/* Between which two positions result i lies, with half-pixel centres and the edge repeated
 * (Keras; torch without align_corners). */
struct between {
    size_t low, high;
    double share; /* of high */
};
static struct between find(size_t i, size_t factor, size_t n)
{
    double at = ((double)i + 0.5) / (double)factor - 0.5;
    at = at < 0 ? 0 : at;
    size_t low = (size_t)at;
    return (struct between){low, low + 1 < n ? low + 1 : n - 1, at - (double)low};
}

static void blend(const float *x, size_t width, size_t channels, struct between v,
                  struct between u, float *y)
{
    const float *a = x + (v.low * width + u.low) * channels,
                *b = x + (v.low * width + u.high) * channels;
    const float *c = x + (v.high * width + u.low) * channels,
                *d = x + (v.high * width + u.high) * channels;
    for (size_t k = 0; k < channels; k++) {
        double upper = (double)a[k] * (1 - u.share) + (double)b[k] * u.share;
        double lower = (double)c[k] * (1 - u.share) + (double)d[k] * u.share;
        y[k] = (float)(upper * (1 - v.share) + lower * v.share);
    }
}

static enum hs_status forward(const struct hs_op_call *call, struct hs_err *e)
{
    (void)e;
    const struct plan *p = call->node->plan;
    const struct hs_shape *s = &call->in[0]->shape;
    bool flat = s->rank == 3;
    size_t height = flat ? 1 : s->dim[1], width = s->dim[flat ? 1 : 2],
           channels = s->dim[s->rank - 1];
    const float *x = call->in[0]->data;
    float *y = call->out[0].data;
    for (size_t k = 0; k < s->dim[0]; k++, x += height * width * channels)
        for (size_t i = 0; i < height * p->factor[0]; i++)
            for (size_t j = 0; j < width * p->factor[1]; j++, y += channels)
                if (p->blend)
                    blend(x, width, channels, find(i, p->factor[0], height),
                          find(j, p->factor[1], width), y);
                else
                    memcpy(y, x + (i / p->factor[0] * width + j / p->factor[1]) * channels,
                           channels * sizeof(float));
    return HS_OK;
}

static const struct hs_attr_rule attr[] = {
    HS_NEEDED_INTS("factor", 2,
                   "how many times larger: one value an axis (height, width), or one for all"),
    HS_TEXT_ATTR("mode", "nearest, or bilinear with half-pixel centres; nearest"),
    {.name = NULL},
};

const struct hs_op_type hs_op_upsample1d = {
    .name = "upsample1d",
    .summary = "the one spatial axis made longer by a whole factor",
    .version = 1,
    .min_inputs = 1,
    .max_inputs = 1,
    .attr = attr,
    .memory = HS_SPATIAL,
    .bind = bind,
    .shape = shape,
    .forward = forward,
};
const struct hs_op_type hs_op_upsample2d = {
    .name = "upsample2d",
    .summary = "planes made larger by a whole factor",
    .version = 1,
    .min_inputs = 1,
    .max_inputs = 1,
    .attr = attr,
    .memory = HS_SPATIAL,
    .bind = bind,
    .shape = shape,
    .forward = forward,
};
