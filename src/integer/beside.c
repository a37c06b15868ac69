/* beside.c - the same codes through the integer layer and through the simulation's operator. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "integer/beside.h"

#include "net/run.h"

#include <math.h>
#include <stdlib.h>

enum hs_status hs_beside_open(struct hs_beside *b, const struct hs_net *net, const struct hs_node *n, const struct hs_quant *q,
                              struct hs_int_seen *seen, struct hs_err *e)
{
    *b = (struct hs_beside){.net = net, .node = n, .quant = q, .seen = seen};
    *seen = (struct hs_int_seen){.node = n};
    const struct hs_weights *w = q->weights;
    const struct hs_grid *grid = w && w->sites == 1 ? &w->site[0]->grid : NULL, *in = q->input[0] ? &q->input[0]->grid : NULL;
    seen->refusal = hs_codes_refusal(n, grid, in);
    if (seen->refusal) return HS_OK;
    const struct hs_param *own = hs_node_param(net, n, "bias");
    const float *bias = w->bias.data ? w->bias.data : own ? own->value.data : NULL;
    if (!hs_int_layer_open(&b->layer, net, n, &w->value[0], grid, in, bias, e))
        hs_codes_open(net, n, &w->value[0], grid, bias, &b->codes, e);
    if (e->status) return hs_beside_close(b), e->status;
    b->runs = true, seen->products = b->layer.k;
    return HS_OK;
}

void hs_beside_close(struct hs_beside *b)
{
    hs_codes_close(b->codes);
    hs_int_layer_close(&b->layer);
    *b = (struct hs_beside){0};
}

/* Codes less their zero point -> int32 sums in the shape of the layer's result. */
static enum hs_status sum(const struct hs_beside *b, const int16_t *code, const struct hs_shape *in, struct hs_shape *out,
                          int32_t **acc, struct hs_err *e)
{
    *out = b->node->out[0];
    out->dim[0] = in->dim[0];
    *acc = hs_alloc(hs_shape_count(out), sizeof **acc);
    if (!*acc) return HS_OUT_OF_MEMORY(e);
    return hs_int_layer_sums(&b->layer, code, in, *acc, e);
}

static double last_place(double x)
{
    int power;
    frexp(x, &power);
    return ldexp(1, power - 24 > -149 ? power - 24 : -149);
}

static void raise(double *most, double x)
{
    if (x > *most) *most = x;
}

/* Everything in float32, as a deployed simulation of the integers would rescale: two roundings where there was one. */
static void compare_values(struct hs_beside *b, const int32_t *acc, const float *by_operator, const struct hs_tensor *out,
                           double largest)
{
    struct hs_int_seen *s = b->seen;
    size_t outs = b->layer.taps->outs, n = hs_shape_count(&out->shape);
    for (size_t i = 0; i < n; i++) {
        size_t o = i % outs;
        float y, scale = (float)b->layer.scale[o], bias = b->layer.bias ? b->layer.bias[o] : 0;
        float part = scale * by_operator[i], rescaled = part + bias;
        double v = b->layer.scale[o] * acc[i] + (double)bias;
        y = (float)v;
        s->sums_differ += by_operator[i] != (float)acc[i];
        raise(&s->largest_sum, fabs((double)acc[i]));
        raise(&s->rescaled_ulp, fabs((double)y - (double)rescaled) / last_place(fmax(fabs((double)part), fabs((double)bias))));
        double far = fabs((double)y - (double)out->data[i]) / last_place(largest);
        raise(&s->simulated_ulp, far);
        s->output_differs += far > 2;
    }
    s->sums += (double)n, s->outputs += (double)n;
}

enum hs_status hs_beside_compare(struct hs_beside *b, const struct hs_tensor *in, const struct hs_tensor *out, size_t first,
                                 double largest, struct hs_tensor *own, struct hs_err *e)
{
    size_t n = hs_shape_count(&in->shape);
    struct hs_tensor whole = {0}, sums = {0};
    struct hs_shape shape;
    int32_t *acc = NULL;
    int16_t *code = hs_alloc(n, sizeof *code);
    if (!code) return HS_OUT_OF_MEMORY(e);
    if (!hs_tensor_copy(&whole, in, e) && !hs_int_layer_codes(&b->layer, in->data, n, first, code, e) &&
        !sum(b, code, &in->shape, &shape, &acc, e)) {
        for (size_t i = 0; i < n; i++) whole.data[i] = code[i];
        const struct hs_tensor *ins[] = {&whole};
        if (!hs_node_run(b->net, b->node, b->codes->packed, ins, 0, &sums, e)) compare_values(b, acc, sums.data, out, largest);
        if (!e->status && !hs_tensor_alloc(own, &shape, e))
            hs_int_layer_values(&b->layer, acc, hs_shape_count(&shape), own->data);
    }
    hs_tensor_free(&whole), hs_tensor_free(&sums);
    hs_free(acc), hs_free(code);
    return e->status;
}

enum hs_status hs_beside_run(struct hs_beside *b, const struct hs_tensor *in, size_t first, struct hs_tensor *out,
                             struct hs_err *e)
{
    size_t n = hs_shape_count(&in->shape);
    struct hs_shape shape;
    int32_t *acc = NULL;
    int16_t *code = hs_alloc(n, sizeof *code);
    if (!code) return HS_OUT_OF_MEMORY(e);
    if (!hs_int_layer_codes(&b->layer, in->data, n, first, code, e) && !sum(b, code, &in->shape, &shape, &acc, e) &&
        !hs_tensor_alloc(out, &shape, e))
        hs_int_layer_values(&b->layer, acc, hs_shape_count(&shape), out->data);
    hs_free(acc), hs_free(code);
    return e->status;
}

enum hs_status hs_beside_codes(const struct hs_beside *b, const struct hs_tensor *in, const struct hs_tensor *simulated,
                               size_t first, double *differ, double *step, struct hs_err *e)
{
    size_t n = hs_shape_count(&in->shape);
    int16_t *code = hs_alloc(2 * n, sizeof *code), *other = code + n;
    if (!code) return HS_OUT_OF_MEMORY(e);
    hs_int_layer_codes(&b->layer, in->data, n, first, code, e);
    hs_int_layer_codes(&b->layer, simulated->data, n, first, other, e);
    for (size_t i = 0; i < n; i++) {
        *differ += code[i] != other[i];
        raise(step, abs(code[i] - other[i]));
    }
    hs_free(code);
    return e->status;
}
