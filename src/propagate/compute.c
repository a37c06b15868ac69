/* compute.c - one node, or a chain that one kernel can do, on inputs that pass through their quantizers. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "propagate/compute.h"
#include "propagate/codes.h"

#include "base/rng.h"

/* What a quantizer makes of n values, the first of which has the flat index `first`; y == x is allowed. */
static void pass_site(const struct hs_site *s, const float *x, float *y, size_t n, size_t first)
{
    if (s->noisy)
        for (size_t i = 0; i < n; i++) y[i] = (float)(x[i] + s->noise * (2 * hs_rng_at(s->stream, first + i) - 1));
    else hs_grid_apply(&s->grid, x, y, n, first);
}

/* Reads an input through its quantizer: by the operator where it can, into a temporary otherwise. */
static enum hs_status quantize_input(struct hs_op_call *call, size_t k, const struct hs_site *site,
                                     struct hs_tensor *temporary, struct hs_err *e)
{
    if (!site) return HS_OK;
    if (call->node->op->fuses_input_grid && !site->grid.dynamic && !site->noisy) {
        call->in_grid[k] = &site->grid;
        return HS_OK;
    }
    HS_TRY(hs_tensor_alloc(temporary, &call->in[k]->shape, e));
    size_t n = hs_shape_count(&temporary->shape), row = hs_shape_row(&temporary->shape);
    pass_site(site, call->in[k]->data, temporary->data, n, call->first * row);
    call->in[k] = temporary;
    return HS_OK;
}

static enum hs_status multiply_codes(struct hs_op_call *call, const struct hs_quant *q, struct hs_err *e)
{
    const struct hs_grid *in = &q->input[0]->grid;
    const struct hs_tensor *x = call->in[0];
    struct hs_tensor code = {0}, *y = &call->out[0];
    HS_TRY(hs_tensor_alloc(&code, &x->shape, e));
    hs_codes_of(in, x->data, code.data, hs_shape_count(&x->shape), call->first * hs_shape_row(&x->shape));
    call->in[0] = &code, call->packed = q->weights->codes->packed;
    if (!call->node->op->forward(call, e)) hs_codes_values(q->weights->codes, in, y->data, hs_shape_count(&y->shape));
    hs_tensor_free(&code);
    return e->status;
}

static enum hs_status multiply_values(struct hs_op_call *call, const struct hs_quant *q, struct hs_err *e)
{
    struct hs_tensor temporary[HS_MAX_INPUTS] = {{{0}, NULL}};
    size_t inputs = call->node->inputs;
    for (size_t k = 0; k < inputs && !e->status; k++) quantize_input(call, k, q->input[k], &temporary[k], e);
    if (!e->status) call->node->op->forward(call, e);
    for (size_t k = 0; k < inputs; k++) hs_tensor_free(&temporary[k]);
    return e->status;
}

enum hs_status hs_compute(const struct hs_lab *l, size_t first, int node, const struct hs_quant *q,
                          const struct hs_chain *chain, const struct hs_tensor *in, struct hs_tensor *out, struct hs_err *e)
{
    const struct hs_node *n = &l->net->node[chain ? chain->head : node];
    struct hs_op_call call = {.net = l->net, .node = n, .first = first, .out = out};
    struct hs_epilogue epilogue = {0};
    if (chain) {
        epilogue = (struct hs_epilogue){.multiply = chain->multiply, .add = chain->add, .relu = chain->relu >= 0,
                                        .pool = chain->pool >= 0 ? 2 : 0};
        call.epilogue = &epilogue;
    }
    call.packed = q->weights ? q->weights->packed : l->packed[n->index];
    for (size_t k = 0; k < n->inputs; k++) call.in[k] = &in[k];
    if (hs_codes_used(n, q) ? multiply_codes(&call, q, e) : multiply_values(&call, q, e))
        return hs_err_where(e, "%s", n->name);
    if (q->output)
        pass_site(q->output, out[0].data, out[0].data, hs_shape_count(&out[0].shape),
                  call.first * hs_shape_row(&out[0].shape));
    return HS_OK;
}
