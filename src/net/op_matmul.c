/* op_matmul.c - the matrix product of two activations, as in attention. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/common.h"

#include "base/mem.h"
#include "tensor/product.h"

struct plan {
    bool turned; /* the second input is (..., columns, inner) */
    double scale;
};

static enum hs_status bind(struct hs_net *net, struct hs_node *node, struct hs_err *e)
{
    struct plan *p = HS_NEW(net->arena, 1, struct plan);
    if (!p) return HS_OUT_OF_MEMORY(e);
    *p =
        (struct plan){hs_node_int(node, "transpose_b", 0) != 0, hs_node_real(node, "scale", 1)};
    node->plan = p;
    return HS_OK;
}

/* (N, ..., rows, inner) x (N, ..., inner, columns); the axes between agree, or the first
 * input's are a multiple. */
static enum hs_status shape(const struct hs_net *net, struct hs_node *node,
                            const struct hs_shape *in, struct hs_err *e)
{
    (void)net;
    const struct plan *p = node->plan;
    int rank = in[0].rank, inner = rank - (p->turned ? 1 : 2),
        columns = rank - (p->turned ? 2 : 1);
    bool fits = rank >= 3 && in[1].rank == rank && in[0].dim[rank - 1] == in[1].dim[inner] &&
                in[0].dim[rank - 1];
    for (int i = 0; fits && i < rank - 2; i++)
        fits = in[0].dim[i] == in[1].dim[i] ||
               (i && in[1].dim[i] && in[0].dim[i] % in[1].dim[i] == 0);
    char one[128], other[128];
    if (!fits)
        return HS_FAIL(e, HS_ESHAPE, "the product of %s and %s%s", hs_shape_text(&in[0], one),
                       hs_shape_text(&in[1], other),
                       p->turned ? ", its last two axes exchanged" : "");
    node->results = 1;
    node->out[0] = in[0];
    node->out[0].dim[rank - 1] = in[1].dim[columns];
    return HS_OK;
}

/* y (rows, columns) = scale * a (rows, inner) b^T, b (columns, inner) */
static enum hs_status product(const float *a, const float *b, float *y, const size_t size[3],
                              double scale, struct hs_err *e)
{
    size_t rows = size[0], inner = size[1], columns = size[2];
    struct hs_taps taps = {.channels = inner,
                           .outs = columns,
                           .groups = 1,
                           .taps = {1, 1},
                           .stride = {1, 1},
                           .dilation = {1, 1}};
    struct hs_product *packed;
    HS_TRY(hs_product_pack(&taps, b, NULL, &packed, e));
    enum hs_status st = hs_product_rows(packed, a, rows, (struct hs_filter){0}, 0, NULL, y, e);
    hs_product_free(packed);
    if (st == HS_OK && scale != 1)
        for (size_t i = 0; i < rows * columns; i++) y[i] = (float)((double)y[i] * scale);
    return st;
}

/* Which matrix of b belongs to matrix m of a: heads that share keys stand side by side (grouped
 * queries). */
static size_t partner(const struct hs_shape *a, const struct hs_shape *b, size_t m)
{
    size_t at[HS_MAX_RANK], to = 0;
    for (int i = a->rank - 3; i >= 0; i--) at[i] = m % a->dim[i], m /= a->dim[i];
    for (int i = 0; i < a->rank - 2; i++) to = to * b->dim[i] + at[i] / (a->dim[i] / b->dim[i]);
    return to;
}

static enum hs_status forward(const struct hs_op_call *call, struct hs_err *e)
{
    const struct plan *p = call->node->plan;
    const struct hs_shape *sa = &call->in[0]->shape, *sb = &call->in[1]->shape,
                          *sy = &call->out[0].shape;
    size_t rows = sy->dim[sy->rank - 2], columns = sy->dim[sy->rank - 1],
           inner = sa->dim[sa->rank - 1], matrices = 1;
    for (int i = 0; i < sa->rank - 2; i++) matrices *= sa->dim[i];
    size_t size[3] = {rows, inner, columns};
    float *spare = p->turned ? NULL : hs_alloc(inner * columns, sizeof *spare);
    enum hs_status st = p->turned || spare ? HS_OK : HS_OUT_OF_MEMORY(e);
    for (size_t m = 0; m < matrices && st == HS_OK; m++) {
        const float *a = call->in[0]->data + m * rows * inner;
        const float *b = call->in[1]->data + partner(sa, sb, m) * inner * columns;
        if (spare) hs_turn_matrices(spare, b, 1, inner, columns);
        st = product(a, spare ? spare : b, call->out[0].data + m * rows * columns, size,
                     p->scale, e);
    }
    hs_free(spare);
    return st;
}

static double products(const struct hs_net *net, const struct hs_node *node)
{
    const struct hs_shape *a = hs_net_shape(net, node->input[0]);
    return (double)hs_shape_row(&node->out[0]) * (double)a->dim[a->rank - 1];
}

static const struct hs_attr_rule attr[] = {
    HS_INT_ATTR("transpose_b", "1: the second input is (..., columns, inner); 0"),
    HS_REAL_ATTR("scale", "factor of the product; 1"),
    {.name = NULL},
};

const struct hs_op_type hs_op_matmul = {
    .name = "matmul",
    .summary = "(N, ..., rows, inner) x (N, ..., inner, columns); one matrix of the second may "
               "serve several of the first",
    .version = 1,
    .role = HS_ROLE_PRODUCT,
    .min_inputs = 2,
    .max_inputs = 2,
    .attr = attr,
    .memory = HS_LOGICAL,
    .bind = bind,
    .shape = shape,
    .forward = forward,
    .products = products,
};
