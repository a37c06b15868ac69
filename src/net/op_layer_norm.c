/* op_layer_norm.c - normalisation by a sample's own mean and variance, in double. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/common.h"
#include "net/wide.h"

#include "base/mem.h"

#include <math.h>
#include <string.h>

struct hs_packed {
    float *gamma; /* NULL: there is none */
};

static void unpack(struct hs_packed *p)
{
    if (p) hs_free(p->gamma);
    hs_free(p);
}

static enum hs_status pack(const struct hs_net *net, const struct hs_node *node,
                           const struct hs_tensor *weight, struct hs_packed **packed,
                           struct hs_err *e)
{
    const struct hs_param *gamma = hs_node_param(net, node, "gamma");
    const struct hs_tensor *w = !gamma ? NULL : weight ? &weight[0] : &gamma->value;
    struct hs_packed *p = hs_alloc_zeroed(1, sizeof *p);
    size_t n = w ? hs_shape_count(&w->shape) : 0;
    if (p && w) p->gamma = hs_alloc(n, sizeof(float));
    if (!p || (w && !p->gamma)) {
        unpack(p);
        return HS_OUT_OF_MEMORY(e);
    }
    if (w) memcpy(p->gamma, w->data, n * sizeof(float));
    *packed = p;
    return HS_OK;
}

/* Over how many of the last axes. */
static int axes_of(const struct hs_node *node) { return (int)hs_node_int(node, "axes", 1); }

static enum hs_status bind(struct hs_net *net, struct hs_node *node, struct hs_err *e)
{
    const char *const names[] = {"gamma", "beta"};
    char text[128];
    int axes = axes_of(node);
    if (axes < 1 || axes >= HS_MAX_RANK)
        return HS_FAIL(e, HS_EDATA, "attribute 'axes' is %d", axes);
    for (int i = 0; i < 2; i++) {
        const struct hs_param *p = hs_node_param(net, node, names[i]);
        if (p && p->value.shape.rank != axes)
            return HS_FAIL(e, HS_ESHAPE, "%s is %s, but the normalisation is over %d axes",
                           names[i], hs_shape_text(&p->value.shape, text), axes);
    }
    return HS_OK;
}

static enum hs_status fits(const struct hs_param *p, const struct hs_shape *in, int axes,
                           struct hs_err *e)
{
    if (!p) return HS_OK;
    struct hs_shape last = {.rank = axes};
    for (int i = 0; i < axes; i++) last.dim[i] = in->dim[in->rank - axes + i];
    char one[128], other[128];
    if (hs_shape_equal(&last, &p->value.shape)) return HS_OK;
    return HS_FAIL(e, HS_ESHAPE, "%s is %s, but the input is %s", p->name,
                   hs_shape_text(&p->value.shape, one), hs_shape_text(in, other));
}

static enum hs_status shape(const struct hs_net *net, struct hs_node *node,
                            const struct hs_shape *in, struct hs_err *e)
{
    char text[128];
    int axes = axes_of(node);
    if (in->rank <= axes)
        return HS_FAIL(e, HS_ESHAPE, "a normalisation over the last %d axes of %s", axes,
                       hs_shape_text(in, text));
    HS_TRY(fits(hs_node_param(net, node, "gamma"), in, axes, e));
    HS_TRY(fits(hs_node_param(net, node, "beta"), in, axes, e));
    return hs_shape_same(net, node, in, e);
}

enum { LANES = 8 };

/* Sum of (x - shift)^power by lanes: the same order for every vector width. */
HS_INLINE double sum(const float *x, size_t n, double shift, bool square)
{
    double lane[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (size_t k = 0; k < LANES; k++) {
            double v = (double)x[i + k] - shift;
            lane[k] += square ? v * v : v;
        }
    for (; i < n; i++) {
        double v = (double)x[i] - shift;
        lane[i % LANES] += square ? v * v : v;
    }
    return ((lane[0] + lane[1]) + (lane[2] + lane[3])) +
           ((lane[4] + lane[5]) + (lane[6] + lane[7]));
}

/* What all rows have in common; gamma, beta may be NULL. */
struct norm {
    const float *gamma, *beta;
    double epsilon;
    bool centre;
};

HS_INLINE void rows_body(const struct norm *k, const float *x, float *y, size_t count, size_t n)
{
    for (; count; count--, x += n, y += n) {
        double mean = k->centre ? sum(x, n, 0, false) / (double)n : 0;
        double scale = 1 / sqrt(sum(x, n, mean, true) / (double)n + k->epsilon);
        const float *g = k->gamma, *b = k->beta;
        HS_APART for (size_t i = 0; i < n; i++)
        {
            double v = ((double)x[i] - mean) * scale;
            if (g) v *= (double)g[i];
            if (b) v += (double)b[i];
            y[i] = (float)v;
        }
    }
}
HS_WIDE(rows, rows_body,
        (const struct norm *k, const float *x, float *y, size_t count, size_t n),
        (k, x, y, count, n))

static void normalise(const struct hs_op_call *call, bool centre)
{
    const struct hs_param *beta = hs_node_param(call->net, call->node, "beta");
    const struct hs_shape *s = &call->in[0]->shape;
    struct norm k = {call->packed->gamma, beta ? beta->value.data : NULL,
                     hs_node_real(call->node, "epsilon", 1e-5), centre};
    size_t n = 1;
    for (int i = s->rank - axes_of(call->node); i < s->rank; i++) n *= s->dim[i];
    rows(&k, call->in[0]->data, call->out[0].data, n ? hs_shape_count(s) / n : 0, n);
}

static enum hs_status layer_forward(const struct hs_op_call *call, struct hs_err *e)
{
    return (void)e, normalise(call, true), HS_OK;
}
static enum hs_status rms_forward(const struct hs_op_call *call, struct hs_err *e)
{
    return (void)e, normalise(call, false), HS_OK;
}

static const struct hs_attr_rule attr[] = {
    HS_REAL_ATTR("epsilon", "added to the variance (rms: mean square); 1e-5"),
    HS_INT_ATTR("axes", "over how many of the last axes; 1"),
    {.name = NULL},
};
static const struct hs_param_rule layer_param[] = {
    {.name = "gamma", .is_weight = true, .meaning = "factor, shaped like the axes; 1"},
    {.name = "beta", .meaning = "offset, shaped like the axes; 0"},
    {.name = NULL},
};
static const struct hs_param_rule rms_param[] = {
    {.name = "gamma", .is_weight = true, .meaning = "factor, shaped like the axes; 1"},
    {.name = NULL},
};

const struct hs_op_type hs_op_layer_norm = {
    .name = "layer_norm",
    .summary = "(x - mean) / sqrt(variance + epsilon) * gamma + beta over the last axes (Ba et "
               "al. 2016)",
    .version = 2,
    .role = HS_ROLE_NORM,
    .min_inputs = 1,
    .max_inputs = 1,
    .attr = attr,
    .param = layer_param,
    .memory = HS_LOGICAL,
    .in_place = true,
    .bind = bind,
    .shape = shape,
    .pack = pack,
    .unpack = unpack,
    .forward = layer_forward,
};
const struct hs_op_type hs_op_rms_norm = {
    .name = "rms_norm",
    .summary =
        "x / sqrt(mean(x^2) + epsilon) * gamma over the last axes (Zhang and Sennrich 2019)",
    .version = 2,
    .role = HS_ROLE_NORM,
    .min_inputs = 1,
    .max_inputs = 1,
    .attr = attr,
    .param = rms_param,
    .memory = HS_LOGICAL,
    .in_place = true,
    .bind = bind,
    .shape = shape,
    .pack = pack,
    .unpack = unpack,
    .forward = rms_forward,
};
