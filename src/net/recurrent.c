/* recurrent.c - parameters of recurrent operators and the walk along time; the cells differ in one step. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/recurrent.h"

#include "net/smooth.h"
#include "net/wide.h"

#include "base/mem.h"

#include <string.h>

static const char *const squashes[] = {"tanh", "sigmoid", "hard_sigmoid", "hard_sigmoid_sixth", "relu", "linear"};

static double between_0_and_1(double y) { return y < 0 ? 0 : y > 1 ? 1 : y; }

double hs_squash(enum hs_squash f, double x)
{
    switch (f) {
    case HS_TANH: return hs_tanh(x);
    case HS_SIGMOID: return hs_sigmoid(x);
    case HS_HARD_SIGMOID: return between_0_and_1(0.2 * x + 0.5);
    case HS_HARD_SIGMOID_SIXTH: return between_0_and_1(x / 6 + 0.5);
    case HS_RELU: return x < 0 ? 0 : x;
    case HS_LINEAR: break;
    }
    return x;
}

static enum hs_status read_squash(const struct hs_node *node, const char *attr, enum hs_squash otherwise,
                                  enum hs_squash *f, struct hs_err *e)
{
    const char *name = hs_node_text(node, attr, squashes[otherwise]);
    for (size_t i = 0; i < sizeof squashes / sizeof *squashes; i++)
        if (!strcmp(name, squashes[i])) return *f = (enum hs_squash)i, HS_OK;
    return HS_FAIL(e, HS_EDATA, "attribute '%s' is '%s': there are tanh, sigmoid, hard_sigmoid, hard_sigmoid_sixth, relu "
                   "and linear", attr, name);
}

static enum hs_status check_bias(struct hs_net *net, struct hs_node *node, const char *name, struct hs_err *e)
{
    const struct hs_shape *w = &hs_node_param(net, node, "weight")->value.shape;
    const struct hs_param *b = hs_node_param(net, node, name);
    char one[128], other[128];
    if (!b || (b->value.shape.rank == 1 && b->value.shape.dim[0] == w->dim[0])) return HS_OK;
    return HS_FAIL(e, HS_ESHAPE, "%s is %s, but weight is %s", name, hs_shape_text(&b->value.shape, one),
                   hs_shape_text(w, other));
}

enum hs_status hs_recurrent_bind(struct hs_net *net, struct hs_node *node, const struct hs_cell *cell, struct hs_err *e)
{
    const struct hs_shape *w = &hs_node_param(net, node, "weight")->value.shape;
    const struct hs_shape *u = &hs_node_param(net, node, "recurrent_weight")->value.shape;
    size_t gates = cell->gates;
    int64_t backwards = hs_node_int(node, "backwards", 0);
    char one[128], other[128];
    if (w->rank != 2 || u->rank != 2 || w->dim[0] % gates || u->dim[0] != w->dim[0] || u->dim[1] * gates != u->dim[0])
        return HS_FAIL(e, HS_ESHAPE, "weight is %s and recurrent_weight %s, but must be (%zu width, inputs) and (%zu width, "
                       "width)", hs_shape_text(w, one), hs_shape_text(u, other), gates, gates);
    if (backwards < 0 || backwards > 2) return HS_FAIL(e, HS_EDATA, "attribute 'backwards' must be 0, 1 or 2");
    HS_TRY(check_bias(net, node, "bias", e));
    HS_TRY(check_bias(net, node, "recurrent_bias", e));
    struct hs_recurrent *r = HS_NEW(net->arena, 1, struct hs_recurrent);
    if (!r) return HS_OUT_OF_MEMORY(e);
    *r = (struct hs_recurrent){.cell = cell, .sequences = hs_node_int(node, "sequences", 1) != 0,
                               .backwards = backwards > 0, .in_time = backwards == 2,
                               .reset_after = hs_node_int(node, "reset_after", 1) != 0};
    node->plan = r;
    HS_TRY(read_squash(node, "activation", HS_TANH, &r->activation, e));
    return read_squash(node, "recurrent_activation", HS_SIGMOID, &r->gate, e);
}

enum hs_status hs_recurrent_shape(const struct hs_net *net, struct hs_node *node, const struct hs_shape *in,
                                  struct hs_err *e)
{
    const struct hs_recurrent *r = node->plan;
    const struct hs_shape *w = &hs_node_param(net, node, "weight")->value.shape;
    size_t width = w->dim[0] / r->cell->gates;
    char one[128], other[128];
    if (in->rank != 3 || in->dim[2] != w->dim[1] || !in->dim[1])
        return HS_FAIL(e, HS_ESHAPE, "weight is %s (%zu width, inputs), but the input is %s", hs_shape_text(w, one),
                       r->cell->gates, hs_shape_text(in, other));
    node->results = 1;
    node->out[0] = r->sequences ? (struct hs_shape){.rank = 3, .dim = {0, in->dim[1], width}}
                                : (struct hs_shape){.rank = 2, .dim = {0, width}};
    return HS_OK;
}

void hs_recurrent_unpack(struct hs_packed *p)
{
    if (!p) return;
    hs_free(p->input), hs_free(p->recurrent), hs_free(p->bias), hs_free(p->recurrent_bias);
    hs_free(p);
}

static void copy_bias(const struct hs_net *net, const struct hs_node *node, const char *name, double *to)
{
    const struct hs_param *bias = hs_node_param(net, node, name);
    for (size_t i = 0; bias && i < bias->value.shape.dim[0]; i++) to[i] = (double)bias->value.data[i];
}

enum hs_status hs_recurrent_pack(const struct hs_net *net, const struct hs_node *node, const struct hs_tensor *weight,
                                 struct hs_packed **packed, struct hs_err *e)
{
    const struct hs_recurrent *r = node->plan;
    const struct hs_tensor *w = weight ? &weight[0] : &hs_node_param(net, node, "weight")->value;
    const struct hs_tensor *u = weight ? &weight[1] : &hs_node_param(net, node, "recurrent_weight")->value;
    size_t gates = w->shape.dim[0], inputs = w->shape.dim[1], width = gates / r->cell->gates;
    struct hs_packed *p = hs_alloc_zeroed(1, sizeof *p);
    if (p)
        *p = (struct hs_packed){.inputs = inputs, .width = width, .input = hs_alloc(gates * inputs, sizeof(float)),
                                .recurrent = hs_alloc(gates * width, sizeof(float)),
                                .bias = hs_alloc_zeroed(gates, sizeof(double)),
                                .recurrent_bias = hs_alloc_zeroed(gates, sizeof(double))};
    if (!p || !p->input || !p->recurrent || !p->bias || !p->recurrent_bias) {
        hs_recurrent_unpack(p);
        return HS_OUT_OF_MEMORY(e);
    }
    hs_turn_matrices(p->input, w->data, 1, gates, inputs);
    hs_turn_matrices(p->recurrent, u->data, 1, gates, width);
    copy_bias(net, node, "bias", p->bias);
    copy_bias(net, node, "recurrent_bias", p->recurrent_bias);
    *packed = p;
    return HS_OK;
}

HS_INLINE void add_body(double *restrict sum, const float *restrict x, const float *restrict w, size_t n, size_t gates,
                        size_t stride)
{
    for (size_t k = 0; k < n; k++, w += stride)
        for (size_t g = 0; g < gates; g++) sum[g] += (double)x[k] * (double)w[g];
}
HS_WIDE(add, add_body,
        (double *restrict sum, const float *restrict x, const float *restrict w, size_t n, size_t gates, size_t stride),
        (sum, x, w, n, gates, stride))

void hs_recurrent_add(double *sum, const float *x, const float *w, size_t n, size_t gates, size_t stride)
{
    add(sum, x, w, n, gates, stride);
}

static void walk(const struct hs_recurrent *r, const float *x, size_t steps, struct hs_cell_state *s, float *y)
{
    size_t inputs = s->p->inputs, width = s->p->width;
    memset(s->h, 0, width * sizeof *s->h), memset(s->c, 0, width * sizeof *s->c);
    for (size_t t = 0; t < steps; t++) {
        size_t from = r->backwards ? steps - 1 - t : t, to = r->in_time ? from : t;
        r->cell->step(r, x + from * inputs, s);
        if (r->sequences) memcpy(y + to * width, s->h, width * sizeof *y);
    }
    if (!r->sequences) memcpy(y, s->h, width * sizeof *y);
}

enum hs_status hs_recurrent_forward(const struct hs_op_call *call, struct hs_err *e)
{
    const struct hs_packed *p = call->packed;
    const struct hs_recurrent *r = call->node->plan;
    const struct hs_shape *shape = &call->in[0]->shape;
    size_t steps = shape->dim[1], gates = r->cell->gates * p->width;
    struct hs_cell_state s = {.p = p, .sum = hs_alloc(gates, sizeof *s.sum), .more = hs_alloc(gates, sizeof *s.more),
                              .c = hs_alloc(p->width, sizeof *s.c), .h = hs_alloc(p->width, sizeof *s.h),
                              .gated = hs_alloc(p->width, sizeof *s.gated)};
    bool failed = !s.sum || !s.more || !s.c || !s.h || !s.gated;
    for (size_t k = 0; k < shape->dim[0] && !failed; k++)
        walk(r, call->in[0]->data + k * steps * p->inputs, steps, &s,
             call->out[0].data + k * (r->sequences ? steps : 1) * p->width);
    hs_free(s.sum), hs_free(s.more), hs_free(s.c), hs_free(s.h), hs_free(s.gated);
    return failed ? HS_OUT_OF_MEMORY(e) : HS_OK;
}

double hs_recurrent_products(const struct hs_net *net, const struct hs_node *node)
{
    const struct hs_shape *w = &hs_node_param(net, node, "weight")->value.shape;
    const struct hs_shape *u = &hs_node_param(net, node, "recurrent_weight")->value.shape;
    const struct hs_shape *in = hs_net_shape(net, node->input[0]);
    return (double)in->dim[1] * (double)w->dim[0] * (double)(w->dim[1] + u->dim[1]);
}
