/* op_embedding.c - rows of a table by their number, and one row for each position. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/common.h"

#include "base/mem.h"

#include <string.h>

struct hs_packed {
    size_t rows, width;
    float *weight; /* rows * width */
};

static enum hs_status bind(struct hs_net *net, struct hs_node *node, struct hs_err *e)
{
    const struct hs_shape *s = &hs_node_param(net, node, "weight")->value.shape;
    char text[128];
    return s->rank == 2 ? HS_OK
                        : HS_FAIL(e, HS_ESHAPE, "weight is %s, but must be (rows, width)",
                                  hs_shape_text(s, text));
}

static void unpack(struct hs_packed *p)
{
    if (p) hs_free(p->weight);
    hs_free(p);
}

static enum hs_status pack(const struct hs_net *net, const struct hs_node *node,
                           const struct hs_tensor *weight, struct hs_packed **packed,
                           struct hs_err *e)
{
    const struct hs_tensor *w =
        weight ? &weight[0] : &hs_node_param(net, node, "weight")->value;
    struct hs_packed *p = hs_alloc_zeroed(1, sizeof *p);
    size_t n = hs_shape_count(&w->shape);
    if (p)
        *p = (struct hs_packed){w->shape.dim[0], w->shape.dim[1], hs_alloc(n, sizeof(float))};
    if (!p || !p->weight) {
        unpack(p);
        return HS_OUT_OF_MEMORY(e);
    }
    memcpy(p->weight, w->data, n * sizeof(float));
    *packed = p;
    return HS_OK;
}

/* (N, ...) of ids -> (N, ..., width) */
static enum hs_status shape(const struct hs_net *net, struct hs_node *node,
                            const struct hs_shape *in, struct hs_err *e)
{
    char text[128];
    if (in->rank >= HS_MAX_RANK)
        return HS_FAIL(e, HS_ESHAPE, "the ids %s have too many axes", hs_shape_text(in, text));
    node->results = 1;
    node->out[0] = *in;
    node->out[0].dim[node->out[0].rank++] =
        hs_node_param(net, node, "weight")->value.shape.dim[1];
    return HS_OK;
}

static enum hs_status forward(const struct hs_op_call *call, struct hs_err *e)
{
    const struct hs_packed *p = call->packed;
    size_t n = hs_shape_count(&call->in[0]->shape);
    const float *id = call->in[0]->data;
    float *y = call->out[0].data;
    for (size_t i = 0; i < n; i++, y += p->width) {
        if (!(id[i] >= 0 && id[i] < (float)p->rows)) /* NaN fails, too */
            return HS_FAIL(e, HS_EDATA, "id %g of sample %zu is none of the %zu rows",
                           (double)id[i], call->first + i / hs_shape_row(&call->in[0]->shape),
                           p->rows);
        memcpy(y, p->weight + (size_t)id[i] * p->width, p->width * sizeof(float));
    }
    return HS_OK;
}

/* (N, T, D) + weight (at least T, D) */
static enum hs_status position_shape(const struct hs_net *net, struct hs_node *node,
                                     const struct hs_shape *in, struct hs_err *e)
{
    const struct hs_shape *w = &hs_node_param(net, node, "weight")->value.shape;
    char one[128], other[128];
    if (in->rank != 3 || in->dim[2] != w->dim[1] || in->dim[1] > w->dim[0])
        return HS_FAIL(e, HS_ESHAPE, "weight is %s (positions, width), but the input is %s",
                       hs_shape_text(w, one), hs_shape_text(in, other));
    return hs_shape_same(net, node, in, e);
}

static enum hs_status position_forward(const struct hs_op_call *call, struct hs_err *e)
{
    (void)e;
    const struct hs_shape *s = &call->in[0]->shape;
    size_t sample = s->dim[1] * s->dim[2];
    const float *x = call->in[0]->data, *w = call->packed->weight;
    float *y = call->out[0].data;
    for (size_t k = 0; k < s->dim[0]; k++, x += sample, y += sample)
        for (size_t i = 0; i < sample; i++) y[i] = x[i] + w[i];
    return HS_OK;
}

static const struct hs_param_rule param[] = {
    {.name = "weight",
     .required = true,
     .is_weight = true,
     .channel_axis = 0,
     .meaning = "(rows, width)"},
    {.name = NULL},
};

const struct hs_op_type hs_op_embedding = {
    .name = "embedding",
    .summary = "the row of a table that each id names",
    .version = 1,
    .role = HS_ROLE_EMBEDDING,
    .min_inputs = 1,
    .max_inputs = 1,
    .param = param,
    .memory = HS_LOGICAL,
    .bind = bind,
    .shape = shape,
    .pack = pack,
    .unpack = unpack,
    .forward = forward,
};
const struct hs_op_type hs_op_position_embedding = {
    .name = "position_embedding",
    .summary = "adds the row of a table that belongs to each position: (N, T, D) + (T, D)",
    .version = 1,
    .role = HS_ROLE_EMBEDDING,
    .min_inputs = 1,
    .max_inputs = 1,
    .param = param,
    .memory = HS_LOGICAL,
    .in_place = true,
    .bind = bind,
    .shape = position_shape,
    .pack = pack,
    .unpack = unpack,
    .forward = position_forward,
};
