/* op_product.c - packing, quantized reading and epilogues of linear and the convolutions. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/op_product.h"

struct hs_packed {
    struct hs_product *product;
};

enum hs_status hs_op_product_check(const struct hs_net *net, const struct hs_node *node, int rank, struct hs_err *e)
{
    const struct hs_param *w = hs_node_param(net, node, "weight"), *b = hs_node_param(net, node, "bias");
    char one[128], other[128];
    if (w->value.shape.rank != rank)
        return HS_FAIL(e, HS_ESHAPE, "weight %s must have %d axes", hs_shape_text(&w->value.shape, one), rank);
    if (!hs_shape_count(&w->value.shape))
        return HS_FAIL(e, HS_ESHAPE, "weight %s is empty", hs_shape_text(&w->value.shape, one));
    if (b && (b->value.shape.rank != 1 || b->value.shape.dim[0] != w->value.shape.dim[0]))
        return HS_FAIL(e, HS_ESHAPE, "weight is %s, but bias is %s", hs_shape_text(&w->value.shape, one),
                       hs_shape_text(&b->value.shape, other));
    return HS_OK;
}

enum hs_status hs_op_product_pack_biased(const struct hs_net *net, const struct hs_node *node,
                                         const struct hs_tensor *weight, const float *bias, struct hs_packed **packed,
                                         struct hs_err *e)
{
    if (!weight) weight = &hs_node_param(net, node, "weight")->value;
    struct hs_packed *p = hs_alloc_zeroed(1, sizeof *p);
    if (!p) return HS_OUT_OF_MEMORY(e);
    if (hs_product_pack(node->plan, weight->data, bias, &p->product, e)) {
        hs_free(p);
        return e->status;
    }
    *packed = p;
    return HS_OK;
}

enum hs_status hs_op_product_pack(const struct hs_net *net, const struct hs_node *node, const struct hs_tensor *weight,
                                  struct hs_packed **packed, struct hs_err *e)
{
    const struct hs_param *b = hs_node_param(net, node, "bias");
    return hs_op_product_pack_biased(net, node, weight, b ? b->value.data : NULL, packed, e);
}

void hs_op_product_unpack(struct hs_packed *p)
{
    if (p) hs_product_free(p->product);
    hs_free(p);
}

const struct hs_product *hs_op_product(const struct hs_op_call *call) { return call->packed->product; }

static void through_grid(const void *ctx, const float *x, float *to, size_t n, size_t first)
{
    hs_grid_apply(ctx, x, to, n, first);
}

enum hs_status hs_op_input(const struct hs_op_call *call, struct hs_op_input *in, struct hs_err *e)
{
    const struct hs_tensor *t = call->in[0];
    const struct hs_grid *g = call->in_grid[0];
    *in = (struct hs_op_input){.x = t->data, .first = call->first * hs_shape_row(&t->shape)};
    if (!g) return HS_OK;
    if (g->parts.granularity == HS_PER_TENSOR && !g->dynamic) {
        in->filter = (struct hs_filter){through_grid, g};
        return HS_OK;
    }
    size_t n = hs_shape_count(&t->shape);
    in->room = hs_alloc(n, sizeof(float));
    if (!in->room) return HS_OUT_OF_MEMORY(e);
    hs_grid_apply(g, t->data, in->room, n, in->first);
    in->x = in->room;
    return HS_OK;
}

struct hs_finish hs_op_finish(const struct hs_op_call *call)
{
    const struct hs_epilogue *p = call->epilogue;
    if (!p) return (struct hs_finish){.relu = false};
    return (struct hs_finish){.multiply = p->multiply, .add = p->add, .relu = p->relu, .pool = p->pool};
}
