/* op_lstm.c - long short-term memory (Hochreiter and Schmidhuber 1997), state in double. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/common.h"
#include "net/smooth.h"
#include "net/wide.h"

#include "base/mem.h"

#include <string.h>

/* Gates i, f, g, o. Weights turned, so that one input value meets all gates in one run of memory. */
struct hs_packed {
    size_t inputs, width;     /* I, H */
    float *input, *recurrent; /* (I, 4 H), (H, 4 H) */
    double *bias;             /* 4 H */
};

struct plan {
    bool sequences, backwards, hard;
};

static enum hs_status bind(struct hs_net *net, struct hs_node *node, struct hs_err *e)
{
    const struct hs_shape *w = &hs_node_param(net, node, "weight")->value.shape;
    const struct hs_shape *u = &hs_node_param(net, node, "recurrent_weight")->value.shape;
    const struct hs_param *b = hs_node_param(net, node, "bias");
    const char *gate = hs_node_text(node, "recurrent_activation", "sigmoid");
    char one[128], other[128];
    if (w->rank != 2 || u->rank != 2 || w->dim[0] % 4 || u->dim[0] != w->dim[0] ||
        u->dim[1] * 4 != u->dim[0])
        return HS_FAIL(
            e, HS_ESHAPE,
            "weight is %s and recurrent_weight %s, but must be (4 width, inputs) and "
            "(4 width, width)",
            hs_shape_text(w, one), hs_shape_text(u, other));
    if (b && (b->value.shape.rank != 1 || b->value.shape.dim[0] != w->dim[0]))
        return HS_FAIL(e, HS_ESHAPE, "bias is %s, but weight is %s",
                       hs_shape_text(&b->value.shape, one), hs_shape_text(w, other));
    struct plan *p = HS_NEW(net->arena, 1, struct plan);
    if (!p) return HS_OUT_OF_MEMORY(e);
    *p = (struct plan){.sequences = hs_node_int(node, "sequences", 1) != 0,
                       .backwards = hs_node_int(node, "backwards", 0) != 0,
                       .hard = !strcmp(gate, "hard_sigmoid")};
    node->plan = p;
    if (p->hard || !strcmp(gate, "sigmoid")) return HS_OK;
    return HS_FAIL(
        e, HS_EDATA,
        "attribute 'recurrent_activation' is '%s': there are sigmoid and hard_sigmoid", gate);
}

static enum hs_status shape(const struct hs_net *net, struct hs_node *node,
                            const struct hs_shape *in, struct hs_err *e)
{
    const struct plan *p = node->plan;
    const struct hs_shape *w = &hs_node_param(net, node, "weight")->value.shape;
    char one[128], other[128];
    if (in->rank != 3 || in->dim[2] != w->dim[1] || !in->dim[1])
        return HS_FAIL(e, HS_ESHAPE, "weight is %s (4 width, inputs), but the input is %s",
                       hs_shape_text(w, one), hs_shape_text(in, other));
    node->results = 1;
    node->out[0] = p->sequences
                       ? (struct hs_shape){.rank = 3, .dim = {0, in->dim[1], w->dim[0] / 4}}
                       : (struct hs_shape){.rank = 2, .dim = {0, w->dim[0] / 4}};
    return HS_OK;
}

static void unpack(struct hs_packed *p)
{
    if (!p) return;
    hs_free(p->input), hs_free(p->recurrent), hs_free(p->bias);
    hs_free(p);
}

static enum hs_status pack(const struct hs_net *net, const struct hs_node *node,
                           const struct hs_tensor *weight, struct hs_packed **packed,
                           struct hs_err *e)
{
    const struct hs_tensor *w =
        weight ? &weight[0] : &hs_node_param(net, node, "weight")->value;
    const struct hs_tensor *u =
        weight ? &weight[1] : &hs_node_param(net, node, "recurrent_weight")->value;
    const struct hs_param *bias = hs_node_param(net, node, "bias");
    size_t gates = w->shape.dim[0], inputs = w->shape.dim[1], width = gates / 4;
    struct hs_packed *p = hs_alloc_zeroed(1, sizeof *p);
    if (p)
        *p = (struct hs_packed){inputs, width, hs_alloc(gates * inputs, sizeof(float)),
                                hs_alloc(gates * width, sizeof(float)),
                                hs_alloc_zeroed(gates, sizeof(double))};
    if (!p || !p->input || !p->recurrent || !p->bias) {
        unpack(p);
        return HS_OUT_OF_MEMORY(e);
    }
    hs_turn_matrices(p->input, w->data, 1, gates, inputs);
    hs_turn_matrices(p->recurrent, u->data, 1, gates, width);
    for (size_t i = 0; bias && i < gates; i++) p->bias[i] = (double)bias->value.data[i];
    *packed = p;
    return HS_OK;
}

/* sum[g] += x[k] w[k][g], k by k. */
HS_INLINE void add_product_body(double *restrict sum, const float *restrict x,
                                const float *restrict w, size_t n, size_t gates)
{
    for (size_t k = 0; k < n; k++, w += gates)
        for (size_t g = 0; g < gates; g++) sum[g] += (double)x[k] * (double)w[g];
}
HS_WIDE(add_product, add_product_body,
        (double *restrict sum, const float *restrict x, const float *restrict w, size_t n,
         size_t gates),
        (sum, x, w, n, gates))

static double gate(double x, bool hard)
{
    if (!hard) return hs_sigmoid(x);
    double y = 0.2 * x + 0.5;
    return y < 0 ? 0 : y > 1 ? 1 : y;
}

/* One step in time: sum holds the four gates; h (float, what the next step reads) and c change.
 */
static void advance(double *sum, size_t width, bool hard, float *h, double *c)
{
    for (size_t i = 0; i < width; i++) {
        double in = gate(sum[i], hard), keep = gate(sum[width + i], hard),
               fresh = hs_tanh(sum[2 * width + i]);
        c[i] = keep * c[i] + in * fresh;
        h[i] = (float)(gate(sum[3 * width + i], hard) * hs_tanh(c[i]));
    }
}

static enum hs_status forward(const struct hs_op_call *call, struct hs_err *e)
{
    const struct hs_packed *p = call->packed;
    const struct plan *plan = call->node->plan;
    const struct hs_shape *s = &call->in[0]->shape;
    size_t steps = s->dim[1], gates = 4 * p->width;
    double *sum = hs_alloc(gates, sizeof *sum), *c = hs_alloc(p->width, sizeof *c);
    float *h = hs_alloc(p->width, sizeof *h), *y = call->out[0].data;
    bool failed = !sum || !c || !h;
    for (size_t k = 0; k < s->dim[0] && !failed; k++) {
        const float *x = call->in[0]->data + k * steps * p->inputs;
        memset(h, 0, p->width * sizeof *h), memset(c, 0, p->width * sizeof *c);
        for (size_t t = 0; t < steps; t++) {
            memcpy(sum, p->bias, gates * sizeof *sum);
            add_product(sum, x + (plan->backwards ? steps - 1 - t : t) * p->inputs, p->input,
                        p->inputs, gates);
            add_product(sum, h, p->recurrent, p->width, gates);
            advance(sum, p->width, plan->hard, h, c);
            if (plan->sequences || t + 1 == steps)
                memcpy(y, h, p->width * sizeof *h), y += p->width;
        }
    }
    hs_free(sum), hs_free(c), hs_free(h);
    return failed ? HS_OUT_OF_MEMORY(e) : HS_OK;
}

static double products(const struct hs_net *net, const struct hs_node *node)
{
    const struct hs_shape *w = &hs_node_param(net, node, "weight")->value.shape;
    const struct hs_shape *in = hs_net_shape(net, node->input[0]);
    return (double)in->dim[1] * (double)w->dim[0] * (double)(w->dim[1] + w->dim[0] / 4);
}

static const struct hs_attr_rule attr[] = {
    HS_INT_ATTR("sequences", "1: every step's output; 0: the last one's; 1"),
    HS_INT_ATTR("backwards", "1: from the last step to the first, outputs in that order; 0"),
    HS_TEXT_ATTR("recurrent_activation", "of the gates i, f, o: sigmoid, or hard_sigmoid (0.2 "
                                         "x + 0.5, as in Keras 1 and 2); sigmoid"),
    {.name = NULL},
};
static const struct hs_param_rule param[] = {
    {.name = "weight",
     .required = true,
     .is_weight = true,
     .channel_axis = 0,
     .meaning = "(4 width, inputs), gates i, f, g, o"},
    {.name = "recurrent_weight",
     .required = true,
     .is_weight = true,
     .channel_axis = 0,
     .meaning = "(4 width, width)"},
    {.name = "bias", .meaning = "4 width; 0"},
    {.name = NULL},
};

const struct hs_op_type hs_op_lstm = {
    .name = "lstm",
    .summary = "long short-term memory over (N, T, inputs)",
    .version = 1,
    .role = HS_ROLE_LAYER,
    .min_inputs = 1,
    .max_inputs = 1,
    .attr = attr,
    .param = param,
    .memory = HS_LOGICAL,
    .bind = bind,
    .shape = shape,
    .pack = pack,
    .unpack = unpack,
    .forward = forward,
    .products = products,
};
