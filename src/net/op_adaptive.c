/* op_adaptive.c - pooling to a given size: windows that share the plane as evenly as whole numbers can. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/op_pool.h"

#include <string.h>

struct plan {
    size_t size[2]; /* rows and columns of the result; in one dimension rows = 1 */
    int axes;
};

static enum hs_status bind(struct hs_net *net, struct hs_node *node, struct hs_err *e)
{
    const struct hs_attr *a = hs_node_attr(node, "size");
    struct plan *p = HS_NEW(net->arena, 1, struct plan);
    if (!p) return HS_OUT_OF_MEMORY(e);
    p->axes = strstr(node->op->name, "1d") ? 1 : 2;
    p->size[0] = 1;
    if (a->n != 1 && a->n != (size_t)p->axes)
        return HS_FAIL(e, HS_EDATA, "attribute 'size' has %zu values, but must have 1 or %d", a->n, p->axes);
    for (int k = 0; k < p->axes; k++) {
        int64_t n = a->ints[a->n == 1 ? 0 : k];
        if (n < 1 || n > 1 << 20) return HS_FAIL(e, HS_EDATA, "attribute 'size' is %lld", (long long)n);
        p->size[2 - p->axes + k] = (size_t)n;
    }
    node->plan = p;
    return HS_OK;
}

static enum hs_status shape(const struct hs_net *net, struct hs_node *node, const struct hs_shape *in, struct hs_err *e)
{
    (void)net;
    const struct plan *p = node->plan;
    char text[128];
    if (in->rank != p->axes + 2 || !in->dim[1] || !in->dim[p->axes])
        return HS_FAIL(e, HS_ESHAPE, "%s needs an input of rank %d, but gets %s", node->op->name, p->axes + 2,
                       hs_shape_text(in, text));
    node->results = 1;
    node->out[0] = *in;
    for (int k = 0; k < p->axes; k++) node->out[0].dim[1 + k] = p->size[2 - p->axes + k];
    return HS_OK;
}

/* As in torch: from floor(i n / steps) to ceil((i + 1) n / steps). */
static struct hs_span share(size_t i, size_t n, size_t steps)
{
    return (struct hs_span){.begin = i * n / steps, .end = ((i + 1) * n + steps - 1) / steps};
}

static enum hs_status forward(const struct hs_op_call *call, bool mean)
{
    struct hs_pool_sizes s = hs_pool_sizes(call);
    const float *x = call->in[0]->data;
    float *y = call->out[0].data;
    for (size_t k = 0; k < s.n; k++, x += s.height * s.width * s.channels)
        for (size_t i = 0; i < s.rows; i++)
            for (size_t j = 0; j < s.columns; j++, y += s.channels) {
                struct hs_span rows = share(i, s.height, s.rows), columns = share(j, s.width, s.columns);
                double count = (double)((rows.end - rows.begin) * (columns.end - columns.begin));
                if (mean) hs_mean(x, s.width, s.channels, rows, columns, count, y);
                else hs_largest(x, s.width, s.channels, rows, columns, y);
            }
    return HS_OK;
}
static enum hs_status forward_mean(const struct hs_op_call *call, struct hs_err *e) { return (void)e, forward(call, true); }
static enum hs_status forward_max(const struct hs_op_call *call, struct hs_err *e) { return (void)e, forward(call, false); }

static const struct hs_attr_rule attr[] = {
    HS_NEEDED_INTS("size", 2, "of the result (height, width), or one value for all"),
    {.name = NULL},
};

#define ADAPTIVE(id, function, text)                                                                              \
    const struct hs_op_type hs_op_##id = {                                                                        \
        .name = #id, .summary = text, .version = 1, .min_inputs = 1, .max_inputs = 1, .attr = attr,               \
        .memory = HS_SPATIAL, .bind = bind, .shape = shape, .forward = function,                                  \
    }
ADAPTIVE(adaptive_avgpool1d, forward_mean, "mean of each of so many windows along the one spatial axis");
ADAPTIVE(adaptive_avgpool2d, forward_mean, "mean of each of so many windows");
ADAPTIVE(adaptive_maxpool1d, forward_max, "the largest value of each of so many windows along the one spatial axis");
ADAPTIVE(adaptive_maxpool2d, forward_max, "the largest value of each of so many windows");
