/* op_activation.c - smooth activations: each value by itself, in double, rounded once. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/common.h"
#include "net/smooth.h"
#include "net/wide.h"

#include <float.h>
#include <string.h>

/* Below it a product with a factor that has long been 0 must not meet an infinity. */
HS_INLINE double above(double x) { return x < -2000 ? -2000 : x; }

HS_INLINE double below_zero(double x) { return x > 0 ? 0 : x; }

HS_INLINE double elu(double x, const double *k)
{
    double low = k[0] * hs_expm1(below_zero(x)); /* always: vector code does not branch */
    return x > 0 ? x : low;
}
HS_INLINE double selu(double x, const double *k)
{
    (void)k; /* Klambauer et al. 2017, equation 14 */
    const double alpha = 1.6732632423543772848, scale = 1.0507009873554804934;
    double low = alpha * hs_expm1(below_zero(x));
    return scale * (x > 0 ? x : low);
}
HS_INLINE double sigmoid(double x, const double *k) { return (void)k, hs_sigmoid(x); }
HS_INLINE double hard_sigmoid(double x, const double *k)
{
    double y = k[0] * x + k[1];
    y = y < 0 ? 0 : y;
    return y > 1 ? 1 : y;
}
HS_INLINE double hyperbolic(double x, const double *k) { return (void)k, hs_tanh(x); }
HS_INLINE double silu(double x, const double *k) { return (void)k, above(x) * hs_sigmoid(x); }
HS_INLINE double hard_silu(double x, const double *k) { return above(x) * hard_sigmoid(x, k); }
HS_INLINE double gelu_tanh(double x, const double *k)
{
    (void)k; /* x (1 + tanh u) / 2 = x sigmoid(2 u), without the cancellation */
    double b = above(x);
    return b * hs_sigmoid(2 * 0.79788456080286535588 * (b + 0.044715 * b * b * b));
}
HS_INLINE double softplus(double x, const double *k)
{
    double t = k[0] * x, size = t < 0 ? -t : t;
    return ((t > 0 ? t : 0) + hs_log1p_unit(hs_exp(-size))) / k[0];
}
HS_INLINE double softsign(double x, const double *k)
{
    (void)k;
    double b = x > 1e300 ? 1e300 : x < -1e300 ? -1e300 : x; /* infinity over infinity */
    return b / (1 + (b < 0 ? -b : b));
}
HS_INLINE double exponential(double x, const double *k) { return (void)k, hs_exp(x); }
HS_INLINE double mish(double x, const double *k)
{
    (void)k; /* tanh(log(1 + e)) = e (e + 2) / (e (e + 2) + 2) with e = exp x; Misra 2019 */
    double b = above(x), e = hs_exp(b > 350 ? 350 : b), t = e * (e + 2);
    return b * (t / (t + 2));
}

HS_INLINE double magnitude(double x, const double *k) { return (void)k, x < 0 ? -x : x; }
HS_INLINE double negative(double x, const double *k) { return (void)k, -x; }
HS_INLINE double root(double x, const double *k) { return (void)k, sqrt(x); }
HS_INLINE double square(double x, const double *k) { return (void)k, x * x; }
HS_INLINE double reciprocal(double x, const double *k) { return (void)k, 1 / x; }
HS_INLINE double clip(double x, const double *k)
{
    double y = x < k[0] ? k[0] : x;
    return y > k[1] ? k[1] : y;
}
HS_INLINE double affine(double x, const double *k) { return x * k[0] + k[1]; }

/* In and out may be one memory; no value depends on another. */
#define FORWARD(f)                                                                             \
    HS_INLINE void body_##f(const float *x, float *y, size_t n, const double *k)               \
    {                                                                                          \
        HS_APART for (size_t i = 0; i < n; i++) y[i] = (float)f((double)x[i], k);  \
    }                                                                                          \
    HS_WIDE(all_##f, body_##f, (const float *x, float *y, size_t n, const double *k),          \
            (x, y, n, k))                                                                      \
    static enum hs_status forward_##f(const struct hs_op_call *call, struct hs_err *e)         \
    {                                                                                          \
        size_t n = hs_shape_count(&call->out[0].shape);                                        \
        (void)e;                                                                               \
        all_##f(call->in[0]->data, call->out[0].data, n, call->node->plan);                    \
        return HS_OK;                                                                          \
    }
FORWARD(elu)
FORWARD(selu)
FORWARD(sigmoid)
FORWARD(hard_sigmoid)
FORWARD(hyperbolic)
FORWARD(silu)
FORWARD(hard_silu)
FORWARD(gelu_tanh)
FORWARD(softplus)
FORWARD(softsign)
FORWARD(exponential)
FORWARD(mish)
FORWARD(magnitude)
FORWARD(negative)
FORWARD(root)
FORWARD(square)
FORWARD(reciprocal)
FORWARD(clip)
FORWARD(affine)

/* x (1 + erf(x / sqrt 2)) / 2 = x erfc(-x / sqrt 2) / 2; far out erfc is 0 in any float. */
HS_INLINE void gelu_block_body(const float *x, float *y)
{
    double b[HS_ERFC_BLOCK], z[HS_ERFC_BLOCK], squared[HS_ERFC_BLOCK], tail[HS_ERFC_BLOCK];
    for (int i = 0; i < HS_ERFC_BLOCK; i++) {
        b[i] = above((double)x[i]);
        double size = b[i] < 0 ? -b[i] : b[i];
        z[i] = (size > 100 ? 100 : size) * 0.70710678118654752440,
        squared[i] = b[i] * b[i] * 0.5;
    }
    hs_erfc_block(z, squared, tail);
    for (int i = 0; i < HS_ERFC_BLOCK; i++)
        y[i] = (float)(0.5 * b[i] * (b[i] < 0 ? tail[i] : 2 - tail[i]));
}
HS_WIDE(gelu_block, gelu_block_body, (const float *x, float *y), (x, y))

static enum hs_status forward_gelu_erf(const struct hs_op_call *call, struct hs_err *e)
{
    (void)e;
    const float *x = call->in[0]->data;
    float *y = call->out[0].data, rest[HS_ERFC_BLOCK] = {0};
    size_t n = hs_shape_count(&call->out[0].shape), whole = n / HS_ERFC_BLOCK * HS_ERFC_BLOCK;
    for (size_t i = 0; i < whole; i += HS_ERFC_BLOCK) gelu_block(x + i, y + i);
    memcpy(rest, x + whole, (n - whole) * sizeof *rest);
    gelu_block(rest, rest);
    memcpy(y + whole, rest, (n - whole) * sizeof *rest);
    return HS_OK;
}

static enum hs_status forward_gelu(const struct hs_op_call *call, struct hs_err *e)
{
    return strcmp(hs_node_text(call->node, "approximate", "none"), "tanh")
               ? forward_gelu_erf(call, e)
               : forward_gelu_tanh(call, e);
}

/* The plan of all of these: the constants. */
static enum hs_status constants(struct hs_net *net, struct hs_node *node, double a, double b,
                                struct hs_err *e)
{
    double *k = HS_NEW(net->arena, 2, double);
    if (!k) return HS_OUT_OF_MEMORY(e);
    k[0] = a, k[1] = b;
    node->plan = k;
    return isfinite(a) && isfinite(b) ? HS_OK
                                      : HS_FAIL(e, HS_EDATA, "its constants must be finite");
}

static enum hs_status bind_elu(struct hs_net *net, struct hs_node *node, struct hs_err *e)
{
    return constants(net, node, hs_node_real(node, "alpha", 1), 0, e);
}

static enum hs_status bind_hard_sigmoid(struct hs_net *net, struct hs_node *node,
                                        struct hs_err *e)
{
    return constants(net, node, hs_node_real(node, "slope", 0.2),
                     hs_node_real(node, "offset", 0.5), e);
}

static enum hs_status bind_hard_silu(struct hs_net *net, struct hs_node *node, struct hs_err *e)
{
    return constants(net, node, 1.0 / 6, 0.5, e);
}

static enum hs_status bind_affine(struct hs_net *net, struct hs_node *node, struct hs_err *e)
{
    return constants(net, node, hs_node_real(node, "scale", 1), hs_node_real(node, "offset", 0),
                     e);
}

/* Rounded to float32 here, so that the bounds are values that can come out. */
static enum hs_status bind_clip(struct hs_net *net, struct hs_node *node, struct hs_err *e)
{
    double lo = (double)(float)hs_node_real(node, "min", -FLT_MAX);
    double hi = (double)(float)hs_node_real(node, "max", FLT_MAX);
    if (!(lo <= hi))
        return HS_FAIL(e, HS_EDATA, "attribute 'min' is %g, above 'max' %g", lo, hi);
    return constants(net, node, lo, hi, e);
}

static enum hs_status bind_softplus(struct hs_net *net, struct hs_node *node, struct hs_err *e)
{
    double beta = hs_node_real(node, "beta", 1);
    if (!(beta > 0))
        return HS_FAIL(e, HS_EDATA, "attribute 'beta' is %g: it must be positive", beta);
    return constants(net, node, beta, 0, e);
}

static enum hs_status bind_gelu(struct hs_net *net, struct hs_node *node, struct hs_err *e)
{
    (void)net;
    const char *how = hs_node_text(node, "approximate", "none");
    if (!strcmp(how, "none") || !strcmp(how, "tanh")) return HS_OK;
    return HS_FAIL(e, HS_EDATA, "attribute 'approximate' is '%s': there are none and tanh",
                   how);
}

static const struct hs_attr_rule affine_attr[] = {
    HS_REAL_ATTR("scale", "factor; 1"),
    HS_REAL_ATTR("offset", "added after it; 0"),
    {.name = NULL},
};
static const struct hs_attr_rule clip_attr[] = {
    HS_REAL_ATTR("min", "least value; the least float"),
    HS_REAL_ATTR("max", "largest value; the largest float"),
    {.name = NULL},
};
static const struct hs_attr_rule elu_attr[] = {
    HS_REAL_ATTR("alpha", "the limit below is -alpha; 1"),
    {.name = NULL},
};
static const struct hs_attr_rule hard_sigmoid_attr[] = {
    HS_REAL_ATTR("slope", "0.2 as in Keras 1 and 2; torch: 1/6"),
    HS_REAL_ATTR("offset", "value at 0; 0.5"),
    {.name = NULL},
};
static const struct hs_attr_rule gelu_attr[] = {
    HS_TEXT_ATTR("approximate", "none (by erf) or tanh; none"),
    {.name = NULL},
};
static const struct hs_attr_rule softplus_attr[] = {
    HS_REAL_ATTR("beta", "log(1 + exp(beta x)) / beta; 1"),
    {.name = NULL},
};

#define RECORD(id, text, rules, binder, f)                                                     \
    const struct hs_op_type hs_op_##id = {                                                     \
        .name = #id,                                                                           \
        .summary = text,                                                                       \
        .version = 1,                                                                          \
        .min_inputs = 1,                                                                       \
        .max_inputs = 1,                                                                       \
        .attr = rules,                                                                         \
        .memory = HS_ANY_ORDER,                                                                \
        .in_place = true,                                                                      \
        .bind = binder,                                                                        \
        .shape = hs_shape_same,                                                                \
        .forward = forward_##f,                                                                \
    }
RECORD(abs, "|x|", NULL, NULL, magnitude);
RECORD(affine, "scale x + offset, two numbers for all values", affine_attr, bind_affine,
       affine);
RECORD(clip, "x cut to min .. max", clip_attr, bind_clip, clip);
RECORD(neg, "-x", NULL, NULL, negative);
RECORD(reciprocal, "1 / x", NULL, NULL, reciprocal);
RECORD(sqrt, "square root; NaN below 0", NULL, NULL, root);
RECORD(square, "x^2", NULL, NULL, square);
RECORD(elu, "x above 0, alpha (exp(x) - 1) below", elu_attr, bind_elu, elu);
RECORD(exp, "exp(x)", NULL, NULL, exponential);
RECORD(gelu, "x times the normal distribution function", gelu_attr, bind_gelu, gelu);
RECORD(hard_sigmoid, "slope x + offset, cut to 0 .. 1", hard_sigmoid_attr, bind_hard_sigmoid,
       hard_sigmoid);
RECORD(hard_silu, "x times clip(x / 6 + 1/2, 0, 1) (hard swish)", NULL, bind_hard_silu,
       hard_silu);
RECORD(mish, "x tanh(log(1 + exp(x)))", NULL, NULL, mish);
RECORD(selu, "scaled exponential unit with its two fixed constants", NULL, NULL, selu);
RECORD(sigmoid, "1 / (1 + exp(-x))", NULL, NULL, sigmoid);
RECORD(silu, "x / (1 + exp(-x)) (swish)", NULL, NULL, silu);
RECORD(softplus, "log(1 + exp(beta x)) / beta", softplus_attr, bind_softplus, softplus);
RECORD(softsign, "x / (1 + |x|)", NULL, NULL, softsign);
RECORD(tanh, "hyperbolic tangent", NULL, NULL, hyperbolic);
