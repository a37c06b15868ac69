/* operator_cases.c - the cases, and references written from the definitions. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "operator_cases.h"

#include <math.h>
#include <string.h>

static double real(const struct op_sight *s, const char *name, double otherwise)
{
    return hs_node_real(s->node, name, otherwise);
}
static int64_t integer(const struct op_sight *s, const char *name, size_t i, int64_t otherwise)
{
    const struct hs_attr *a = hs_node_attr(s->node, name);
    return a ? a->ints[a->n == 1 ? 0 : i] : otherwise;
}
static double of(const struct op_sight *s, const char *param, size_t i, double otherwise)
{
    const struct hs_param *p = hs_node_param(s->net, s->node, param);
    return p ? (double)p->value.data[i] : otherwise;
}

#define POINTWISE(name, expression)                                                            \
    static void name(const struct op_sight *s, double *y, double *slack)                       \
    {                                                                                          \
        (void)slack;                                                                           \
        for (size_t i = 0; i < hs_shape_count(&s->out); i++) {                                 \
            long double x = (long double)s->x[0][i];                                           \
            y[i] = (double)(expression);                                                       \
        }                                                                                      \
    }
static long double relu_of(const struct op_sight *s, long double x, long double slope)
{
    long double t = (long double)(float)real(s, "threshold", 0),
                top = (long double)(float)real(s, "max_value", INFINITY);
    long double y = x >= t ? x : slope * (x - t);
    return y > top ? top : y;
}
POINTWISE(relu, relu_of(s, x, (long double)(float)real(s, "negative_slope", 0)))
POINTWISE(leaky_relu, relu_of(s, x, (long double)(float)real(s, "negative_slope", 0.01)))
POINTWISE(elu, x > 0 ? x : real(s, "alpha", 1) * expm1l(x))
POINTWISE(selu, 1.0507009873554804934193349852946L *
                    (x > 0 ? x : 1.6732632423543772848170429916717L * expm1l(x)))
POINTWISE(sigmoid, 1 / (1 + expl(-x)))
POINTWISE(hard_sigmoid, fminl(1, fmaxl(0, real(s, "slope", 0.2) * x + real(s, "offset", 0.5))))
POINTWISE(hyperbolic, tanhl(x))
POINTWISE(silu, x / (1 + expl(-x)))
POINTWISE(hard_silu, x *fminl(1, fmaxl(0, x / 6 + 0.5L)))
POINTWISE(mish, x *tanhl(log1pl(expl(x))))
POINTWISE(softplus, x *real(s, "beta", 1) > 100
                        ? x
                        : log1pl(expl(x * real(s, "beta", 1))) / real(s, "beta", 1))
POINTWISE(softsign, x / (1 + fabsl(x)))
POINTWISE(exponential, expl(x))
POINTWISE(same, x)
POINTWISE(magnitude, fabsl(x))
POINTWISE(negative, -x)
POINTWISE(root, sqrtl(x))
POINTWISE(square, x *x)
POINTWISE(reciprocal, 1 / x)
POINTWISE(clip, fminl((float)real(s, "max", 3.4028235e38),
                      fmaxl((float)real(s, "min", -3.4028235e38), x)))
POINTWISE(affine, x *(long double)real(s, "scale", 1) + (long double)real(s, "offset", 0))
static long double gelu_of(const struct op_sight *s, long double x)
{
    const long double pi = 3.14159265358979323846264338327950288L;
    if (!strcmp(hs_node_text(s->node, "approximate", "none"), "none"))
        return x * erfcl(-x / sqrtl(2)) / 2;
    long double u = sqrtl(2 / pi) * (x + 0.044715L * x * x * x);
    return x / (1 + expl(-2 * u));
}
POINTWISE(gelu, gelu_of(s, x))

/* Flat index of an element of a smaller, broadcast shape. */
static size_t broadcast(const struct hs_shape *small, const struct hs_shape *big, size_t flat)
{
    size_t at = 0, step = 1;
    for (int i = big->rank - 1; i >= 0; i--) {
        size_t k = flat % big->dim[i];
        flat /= big->dim[i];
        at += (small->dim[i] == 1 ? 0 : k) * step, step *= small->dim[i];
    }
    return at;
}

/* Each rounding on the way is worth an ulp of what was so far. */
static void combine(const struct op_sight *s, double *y, double *slack)
{
    for (size_t i = 0; i < hs_shape_count(&s->out); i++) {
        long double sum = (long double)s->x[0][broadcast(&s->in[0], &s->out, i)],
                    size = fabsl(sum);
        for (size_t k = 1; k < s->node->inputs; k++) {
            long double v = (long double)s->x[k][broadcast(&s->in[k], &s->out, i)];
            sum = !strcmp(s->c->op, "maximum")   ? (isnan(v) ? v : fmaxl(sum, v))
                  : !strcmp(s->c->op, "minimum") ? (isnan(v) ? v : fminl(sum, v))
                  : !strcmp(s->c->op, "mul") ? sum * v
                  : !strcmp(s->c->op, "div") ? sum / v
                  : !strcmp(s->c->op, "sub") ? sum - v
                                             : sum + v;
            size = fmaxl(size, fabsl(sum));
        }
        y[i] = (double)sum;
        slack[i] = strcmp(s->c->op, "mul") && strcmp(s->c->op, "div") && !strstr(s->c->op, "imum")
                       ? (double)size * 0x1p-24 * (double)s->node->inputs
                       : 0;
    }
}

static void batch_norm(const struct op_sight *s, double *y, double *slack)
{
    size_t channels = s->out.dim[s->out.rank - 1];
    for (size_t i = 0; i < hs_shape_count(&s->out); i++) {
        size_t c = i % channels;
        double scale =
            of(s, "gamma", c, 1) / sqrt(of(s, "variance", c, 0) + real(s, "epsilon", 1e-5));
        double x = (double)s->x[0][i], mean = of(s, "mean", c, 0), beta = of(s, "beta", c, 0);
        y[i] = (x - mean) * scale + beta;
        /* product and sum round separately: what cancels, was rounded before */
        slack[i] = 4 * 0x1p-24 * fmax(fabs(x * scale), fabs(beta - mean * scale));
    }
}

/* Height and width of NHWC, or 1 and length of NLC. */
struct plane {
    size_t n, h, w, c;
};
static struct plane plane_of(const struct hs_shape *s)
{
    if (s->rank == 3) return (struct plane){s->dim[0], 1, s->dim[1], s->dim[2]};
    return (struct plane){s->dim[0], s->dim[1], s->dim[2], s->dim[3]};
}

/* Window along axis k (0: height) as the file says it; one-dimensional operators have none
 * along the height. */
struct axis_window {
    int64_t kernel, stride, before, after;
};
static struct axis_window along(const struct op_sight *s, size_t k)
{
    bool flat = s->in[0].rank == 3;
    if (flat && k == 0) return (struct axis_window){1, 1, 0, 0};
    size_t i = flat ? 0 : k, axes = flat ? 1 : 2;
    const struct hs_attr *pad = hs_node_attr(s->node, "padding");
    int64_t kernel = integer(s, "kernel", i, 1);
    return (struct axis_window){kernel, integer(s, "stride", i, kernel),
                                pad ? pad->ints[pad->n == 1 ? 0 : i] : 0,
                                pad ? pad->ints[pad->n == 1      ? 0
                                                : pad->n == axes ? i
                                                                 : axes + i]
                                    : 0};
}

static void pool(const struct op_sight *s, double *y, double *slack)
{
    (void)slack;
    struct plane in = plane_of(&s->in[0]), out = plane_of(&s->out);
    struct axis_window v = along(s, 0), u = along(s, 1);
    bool mean = strstr(s->c->op, "avg") != NULL, padded = integer(s, "count_include_pad", 0, 0);
    for (size_t n = 0; n < out.n; n++)
        for (size_t i = 0; i < out.h; i++)
            for (size_t j = 0; j < out.w; j++)
                for (size_t c = 0; c < out.c; c++) {
                    double sum = 0, best = -INFINITY, count = 0;
                    for (int64_t a = 0; a < v.kernel; a++)
                        for (int64_t b = 0; b < u.kernel; b++) {
                            int64_t row = (int64_t)i * v.stride + a - v.before,
                                    column = (int64_t)j * u.stride + b - u.before;
                            bool inside = row >= 0 && row < (int64_t)in.h && column >= 0 &&
                                          column < (int64_t)in.w;
                            bool border = row < (int64_t)in.h + v.after &&
                                          column < (int64_t)in.w + u.after;
                            count += inside || (padded && border);
                            if (!inside) continue;
                            double x =
                                (double)
                                    s->x[0][((n * in.h + (size_t)row) * in.w + (size_t)column) *
                                                in.c +
                                            c];
                            sum += x, best = fmax(best, x);
                        }
                    *y++ = mean ? sum / count : best;
                }
}

/* Each output looks at all pixels and asks which are its own. */
static void adaptive(const struct op_sight *s, double *y, double *slack)
{
    (void)slack;
    struct plane in = plane_of(&s->in[0]), out = plane_of(&s->out);
    bool mean = strstr(s->c->op, "avg") != NULL;
    for (size_t k = 0; k < out.n * out.h * out.w * out.c; k++) {
        size_t c = k % out.c, j = k / out.c % out.w, i = k / out.c / out.w % out.h, n = k / out.c / out.w / out.h;
        double sum = 0, best = -INFINITY, count = 0;
        for (size_t a = 0; a < in.h; a++)
            for (size_t b = 0; b < in.w; b++) {
                double x = (double)s->x[0][((n * in.h + a) * in.w + b) * in.c + c];
                if ((a + 1) * out.h <= i * in.h || a * out.h >= (i + 1) * in.h || (b + 1) * out.w <= j * in.w ||
                    b * out.w >= (j + 1) * in.w)
                    continue; /* the pixel [a, a + 1) and the window [i, i + 1) in / out have nothing in common */
                sum += x, best = fmax(best, x), count++;
            }
        y[k] = mean ? sum / count : best;
    }
}

static void lp_pool(const struct op_sight *s, double *y, double *slack)
{
    (void)slack;
    struct plane in = plane_of(&s->in[0]), out = plane_of(&s->out);
    struct axis_window v = along(s, 0), u = along(s, 1);
    double p = (double)integer(s, "p", 0, 2);
    for (size_t k = 0; k < out.n * out.h * out.w * out.c; k++) {
        size_t c = k % out.c, j = k / out.c % out.w, i = k / out.c / out.w % out.h, n = k / out.c / out.w / out.h;
        double sum = 0;
        for (int64_t a = 0; a < (int64_t)in.h; a++)
            for (int64_t b = 0; b < (int64_t)in.w; b++) {
                int64_t row = a + v.before - (int64_t)i * v.stride, column = b + u.before - (int64_t)j * u.stride;
                if (row < 0 || row >= v.kernel || column < 0 || column >= u.kernel) continue;
                sum += pow(fabs((double)s->x[0][((n * in.h + (size_t)a) * in.w + (size_t)b) * in.c + c]), p);
            }
        y[k] = pow(sum, 1 / p);
    }
}

static void global_pool(const struct op_sight *s, double *y, double *slack)
{
    struct plane in = plane_of(&s->in[0]);
    bool mean = strstr(s->c->op, "avg") != NULL;
    (void)slack;
    for (size_t n = 0; n < in.n; n++)
        for (size_t c = 0; c < in.c; c++) {
            double sum = 0, best = -INFINITY;
            for (size_t k = 0; k < in.h * in.w; k++) {
                double x = (double)s->x[0][(n * in.h * in.w + k) * in.c + c];
                sum += x, best = fmax(best, x);
            }
            *y++ = mean ? sum / (double)(in.h * in.w) : best;
        }
}

static void pad(const struct op_sight *s, double *y, double *slack)
{
    (void)slack;
    struct plane in = plane_of(&s->in[0]), out = plane_of(&s->out);
    struct axis_window v = along(s, 0), u = along(s, 1);
    for (size_t n = 0; n < out.n; n++)
        for (size_t i = 0; i < out.h; i++)
            for (size_t j = 0; j < out.w; j++)
                for (size_t c = 0; c < out.c; c++) {
                    int64_t row = (int64_t)i - v.before, column = (int64_t)j - u.before;
                    bool inside = row >= 0 && row < (int64_t)in.h && column >= 0 &&
                                  column < (int64_t)in.w;
                    *y++ =
                        inside
                            ? (double)
                                  s->x[0][((n * in.h + (size_t)row) * in.w + (size_t)column) *
                                              in.c +
                                          c]
                            : (double)(float)real(s, "value", 0);
                }
}

/* Lengths before, along and after an axis. */
struct split {
    size_t outer, n, inner;
};
static struct split split_at(const struct hs_shape *s, int64_t axis)
{
    struct split t = {1, 1, 1};
    if (axis < 0) axis += s->rank;
    for (int i = 0; i < s->rank; i++)
        *(i < axis ? &t.outer : i == axis ? &t.n : &t.inner) *= s->dim[i];
    return t;
}

static void softmax(const struct op_sight *s, double *y, double *slack)
{
    (void)slack;
    struct split t = split_at(&s->in[0], integer(s, "axis", 0, -1));
    for (size_t i = 0; i < t.outer; i++)
        for (size_t j = 0; j < t.inner; j++) {
            const float *x = s->x[0] + i * t.n * t.inner + j;
            long double top = -INFINITY, sum = 0;
            for (size_t k = 0; k < t.n; k++) top = fmaxl(top, (long double)x[k * t.inner]);
            for (size_t k = 0; k < t.n; k++) sum += expl((long double)x[k * t.inner] - top);
            for (size_t k = 0; k < t.n; k++)
                y[i * t.n * t.inner + j + k * t.inner] =
                    (double)(expl((long double)x[k * t.inner] - top) / sum);
        }
}

/* Entry (i, k) of Sylvester's matrix: -1 to the number of bits that i and k share. */
static void hadamard(const struct op_sight *s, double *y, double *slack)
{
    size_t last = s->in[0].dim[s->in[0].rank - 1], n = hs_shape_count(&s->in[0]), block = 1;
    while (last % (2 * block) == 0) block *= 2;
    for (size_t i = 0; i < n; i++) {
        const float *x = s->x[0] + i / block * block;
        double sum = 0, size = 0;
        for (size_t k = 0; k < block; k++) {
            double v = (double)x[k];
            sum += __builtin_parityl((unsigned long)(i % block & k)) ? -v : v, size += fabs(v);
        }
        y[i] = sum / sqrt((double)block), slack[i] = 4e-7 * size;
    }
}

static void concat(const struct op_sight *s, double *y, double *slack)
{
    (void)slack;
    int64_t axis = integer(s, "axis", 0, 1);
    struct split t = split_at(&s->out, axis);
    for (size_t i = 0; i < t.outer; i++)
        for (size_t k = 0; k < s->node->inputs; k++) {
            struct split u = split_at(&s->in[k], axis);
            for (size_t j = 0; j < u.n * u.inner; j++)
                *y++ = (double)s->x[k][i * u.n * u.inner + j];
        }
}

static void permute(const struct op_sight *s, double *y, double *slack)
{
    (void)slack;
    size_t at[HS_MAX_RANK], stride[HS_MAX_RANK], step = 1;
    int rank = s->out.rank;
    for (int i = rank - 1; i >= 0; i--) stride[i] = step, step *= s->in[0].dim[i];
    for (size_t flat = 0; flat < hs_shape_count(&s->out); flat++) {
        size_t rest = flat, from = 0;
        for (int i = rank - 1; i >= 0; i--) at[i] = rest % s->out.dim[i], rest /= s->out.dim[i];
        for (int i = 0; i < rank; i++) from += at[i] * stride[integer(s, "axes", (size_t)i, 0)];
        y[flat] = (double)s->x[0][from];
    }
}

static void embedding(const struct op_sight *s, double *y, double *slack)
{
    (void)slack;
    size_t width = s->out.dim[s->out.rank - 1];
    for (size_t i = 0; i < hs_shape_count(&s->out); i++)
        y[i] = of(s, "weight", (size_t)s->x[0][i / width] * width + i % width, 0);
}

static void position_embedding(const struct op_sight *s, double *y, double *slack)
{
    (void)slack;
    for (size_t i = 0; i < hs_shape_count(&s->out); i++)
        y[i] = (double)s->x[0][i] + of(s, "weight", i % hs_shape_row(&s->out), 0);
}

static void layer_norm(const struct op_sight *s, double *y, double *slack)
{
    (void)slack;
    bool centre = !strcmp(s->c->op, "layer_norm");
    size_t n = 1;
    for (int i = s->out.rank - (int)integer(s, "axes", 0, 1); i < s->out.rank; i++)
        n *= s->out.dim[i];
    for (size_t at = 0; at < hs_shape_count(&s->out); at += n) {
        long double mean = 0, square = 0;
        for (size_t i = 0; i < n; i++) mean += (long double)s->x[0][at + i] / (long double)n;
        if (!centre) mean = 0;
        for (size_t i = 0; i < n; i++)
            square += powl((long double)s->x[0][at + i] - mean, 2) / (long double)n;
        for (size_t i = 0; i < n; i++)
            y[at + i] = (double)(((long double)s->x[0][at + i] - mean) /
                                     sqrtl(square + (long double)real(s, "epsilon", 1e-5)) *
                                     (long double)of(s, "gamma", i, 1) +
                                 (long double)of(s, "beta", i, 0));
        /* what gamma and beta cancel was known to a double only */
        for (size_t i = 0; i < n; i++)
            slack[at + i] =
                1e-13 * (fabs(of(s, "beta", i, 0)) + 10 * fabs(of(s, "gamma", i, 1)));
    }
}

static void slice(const struct op_sight *s, double *y, double *slack)
{
    (void)slack;
    int64_t axis = integer(s, "axis", 0, -1), begin = integer(s, "begin", 0, 0),
            end = integer(s, "end", 0, 1 << 30);
    struct split t = split_at(&s->in[0], axis);
    if (begin < 0) begin += (int64_t)t.n;
    if (end < 0) end += (int64_t)t.n;
    for (size_t i = 0; i < t.outer; i++)
        for (int64_t k = begin; k < end && k < (int64_t)t.n; k += integer(s, "step", 0, 1))
            for (size_t j = 0; j < t.inner; j++)
                *y++ = (double)s->x[0][(i * t.n + (size_t)k) * t.inner + j];
}

/* The pixel, or the mean of four weighted by their distance from it; the edge is repeated. */
static void upsample(const struct op_sight *s, double *y, double *slack)
{
    struct plane in = plane_of(&s->in[0]), out = plane_of(&s->out);
    bool blend = !strcmp(hs_node_text(s->node, "mode", "nearest"), "bilinear");
    size_t fh = out.h / in.h, fw = out.w / in.w;
    for (size_t n = 0; n < out.n; n++)
        for (size_t i = 0; i < out.h; i++)
            for (size_t j = 0; j < out.w; j++)
                for (size_t c = 0; c < out.c; c++) {
                    double sum = 0, size = 0;
                    for (size_t a = 0; a < in.h; a++)
                        for (size_t b = 0; b < in.w; b++) {
                            double v = fmin(fmax(((double)i + 0.5) / (double)fh - 0.5, 0),
                                            (double)in.h - 1) -
                                       (double)a;
                            double u = fmin(fmax(((double)j + 0.5) / (double)fw - 0.5, 0),
                                            (double)in.w - 1) -
                                       (double)b;
                            double weight = fmax(0, 1 - fabs(v)) * fmax(0, 1 - fabs(u));
                            if (!blend) weight = a == i / fh && b == j / fw;
                            double x = (double)s->x[0][((n * in.h + a) * in.w + b) * in.c + c];
                            if (weight > 0) sum += weight * x, size += weight * fabs(x);
                        }
                    *slack++ = blend ? 1e-14 * size : 0, *y++ = sum;
                }
}

static void mean(const struct op_sight *s, double *y, double *slack)
{
    size_t out = hs_shape_count(&s->out), in = hs_shape_count(&s->in[0]);
    const struct hs_attr *axes = hs_node_attr(s->node, "axes");
    for (size_t i = 0; i < out; i++) y[i] = 0;
    for (size_t flat = 0; flat < in; flat++) {
        size_t rest = flat, to = 0, step = 1;
        for (int i = s->in[0].rank - 1; i >= 0; i--) {
            bool gone = false;
            for (size_t k = 0; k < axes->n; k++)
                gone = gone || axes->ints[k] == i || axes->ints[k] + s->in[0].rank == i;
            if (!gone) to += rest % s->in[0].dim[i] * step, step *= s->in[0].dim[i];
            rest /= s->in[0].dim[i];
        }
        y[to] += (double)s->x[0][flat] / (double)(in / out);
        slack[to] += 1e-15 * fabs((double)s->x[0][flat]);
    }
}

static double gate_of(const struct op_sight *s, double x)
{
    if (!strcmp(hs_node_text(s->node, "recurrent_activation", "sigmoid"), "sigmoid"))
        return 1 / (1 + exp(-x));
    return fmin(1, fmax(0, 0.2 * x + 0.5));
}

static double state_of(const struct op_sight *s, double x)
{
    return strcmp(hs_node_text(s->node, "activation", "tanh"), "relu") ? tanh(x) : fmax(x, 0);
}

/* Row i of a weight by x, then of the recurrent weight by h. */
static double read_by(const struct op_sight *s, size_t i, size_t I, const float *x)
{
    double z = of(s, "bias", i, 0);
    for (size_t k = 0; k < I; k++) z += of(s, "weight", i * I + k, 0) * (double)x[k];
    return z;
}
static double kept_by(const struct op_sight *s, size_t i, size_t H, const double *h)
{
    double z = of(s, "recurrent_bias", i, 0);
    for (size_t k = 0; k < H; k++) z += of(s, "recurrent_weight", i * H + k, 0) * h[k];
    return z;
}

static void lstm_step(const struct op_sight *s, size_t I, size_t H, const float *x, const double *h, double *c,
                      double *next)
{
    for (size_t i = 0; i < H; i++) {
        double z[4];
        for (size_t g = 0; g < 4; g++) z[g] = read_by(s, g * H + i, I, x) + kept_by(s, g * H + i, H, h);
        c[i] = gate_of(s, z[1]) * c[i] + gate_of(s, z[0]) * state_of(s, z[2]);
        next[i] = gate_of(s, z[3]) * state_of(s, c[i]);
    }
}

static void gru_step(const struct op_sight *s, size_t I, size_t H, const float *x, const double *h, double *c,
                     double *next)
{
    bool after = integer(s, "reset_after", 0, 1);
    double r[8], gated[8];
    (void)c;
    for (size_t i = 0; i < H; i++)
        r[i] = gate_of(s, read_by(s, i, I, x) + kept_by(s, i, H, h)), gated[i] = r[i] * h[i];
    for (size_t i = 0; i < H; i++) {
        double z = gate_of(s, read_by(s, H + i, I, x) + kept_by(s, H + i, H, h)), n = read_by(s, 2 * H + i, I, x);
        n += after ? r[i] * kept_by(s, 2 * H + i, H, h) : kept_by(s, 2 * H + i, H, gated);
        next[i] = (1 - z) * state_of(s, n) + z * h[i];
    }
}

static void rnn_step(const struct op_sight *s, size_t I, size_t H, const float *x, const double *h, double *c,
                     double *next)
{
    (void)c;
    for (size_t i = 0; i < H; i++) next[i] = state_of(s, read_by(s, i, I, x) + kept_by(s, i, H, h));
}

static void recurrent(const struct op_sight *s, double *y, double *slack)
{
    size_t T = s->in[0].dim[1], I = s->in[0].dim[2], H = s->out.dim[s->out.rank - 1];
    bool sequences = integer(s, "sequences", 0, 1);
    int64_t backwards = integer(s, "backwards", 0, 0);
    const char *op = s->c->op;
    for (size_t n = 0; n < s->in[0].dim[0]; n++) {
        double h[8] = {0}, c[8] = {0}, next[8], most = 1;
        for (size_t t = 0; t < T; t++) {
            size_t from = backwards ? T - 1 - t : t, to = sequences ? n * T + (backwards == 2 ? from : t) : n;
            const float *x = s->x[0] + (n * T + from) * I;
            (!strcmp(op, "lstm") ? lstm_step : !strcmp(op, "gru") ? gru_step : rnn_step)(s, I, H, x, h, c, next);
            /* h travels as a float, and what a step rounds the next one multiplies */
            for (size_t i = 0; i < H; i++) most = fmax(most, fabs(next[i])); /* without bound under relu */
            for (size_t i = 0; i < H; i++) y[to * H + i] = h[i] = next[i], slack[to * H + i] = 4e-6 * most;
        }
    }
}

static void constant(const struct op_sight *s, double *y, double *slack)
{
    (void)slack;
    for (size_t i = 0; i < hs_shape_count(&s->out); i++)
        y[i] = of(s, "value", i % hs_shape_row(&s->out), 0);
}

static void matmul(const struct op_sight *s, double *y, double *slack)
{
    int rank = s->out.rank;
    bool turned = integer(s, "transpose_b", 0, 0);
    size_t M = s->out.dim[rank - 2], N = s->out.dim[rank - 1], K = s->in[0].dim[rank - 1];
    size_t groups = rank > 3 ? s->in[0].dim[1] / s->in[1].dim[1] : 1;
    for (size_t m = 0; m < hs_shape_count(&s->out) / (M * N); m++)
        for (size_t i = 0; i < M; i++)
            for (size_t j = 0; j < N; j++) {
                double sum = 0, size = 0;
                for (size_t k = 0; k < K; k++) {
                    double b =
                        (double)s->x[1][m / groups * K * N + (turned ? j * K + k : k * N + j)];
                    sum += (double)s->x[0][(m * M + i) * K + k] * b,
                        size += fabs((double)s->x[0][(m * M + i) * K + k] * b);
                }
                *y++ = sum * real(s, "scale", 1),
                *slack++ = 4 * (double)K * 0x1p-24 * size * fabs(real(s, "scale", 1));
            }
}

static void rotary(const struct op_sight *s, double *y, double *slack)
{
    size_t width = s->out.dim[s->out.rank - 1], T = s->out.dim[s->out.rank - 2];
    size_t turned = (size_t)integer(s, "width", 0, (int64_t)width), half = turned / 2;
    bool beside = integer(s, "interleaved", 0, 0);
    for (size_t i = 0; i < hs_shape_count(&s->out); i++) {
        size_t at = i % width, t = i / width % T, pair = beside ? at / 2 : at % half;
        if (at >= turned) {
            y[i] = (double)s->x[0][i];
            continue;
        }
        double angle = ((double)t + (double)integer(s, "offset", 0, 0)) *
                       pow(real(s, "base", 10000), -(double)pair / (double)half);
        bool first = beside ? at % 2 == 0 : at < half;
        size_t other = beside ? (first ? i + 1 : i - 1) : first ? i + half : i - half;
        double x = (double)s->x[0][i], z = (double)s->x[0][other];
        y[i] = x * cos(angle) + (first ? -1 : 1) * z * sin(angle);
        slack[i] = 1e-15 * (fabs(x) + fabs(z));
    }
}

static void causal(const struct op_sight *s, double *y, double *slack)
{
    (void)slack;
    size_t K = s->out.dim[s->out.rank - 1], Q = s->out.dim[s->out.rank - 2];
    for (size_t r = 0; r < hs_shape_count(&s->out) / K; r++) {
        const float *x = s->x[0] + r * K;
        size_t seen = r % Q + 1 + K - Q;
        long double top = -INFINITY, sum = 0;
        for (size_t k = 0; k < seen; k++) top = fmaxl(top, (long double)x[k]);
        for (size_t k = 0; k < seen; k++) sum += expl((long double)x[k] - top);
        for (size_t k = 0; k < K; k++)
            *y++ = k < seen ? (double)(expl((long double)x[k] - top) / sum) : 0;
    }
}

static void linear(const struct op_sight *s, double *y, double *slack)
{
    size_t K = s->in[0].dim[s->in[0].rank - 1], M = s->out.dim[s->out.rank - 1];
    for (size_t i = 0; i < hs_shape_count(&s->out); i++) {
        double sum = of(s, "bias", i % M, 0), size = fabs(sum);
        for (size_t k = 0; k < K; k++) {
            double p = (double)s->x[0][i / M * K + k] * of(s, "weight", i % M * K + k, 0);
            sum += p, size += fabs(p);
        }
        y[i] = sum, slack[i] = 4 * (double)K * 0x1p-24 * size;
    }
}

static void conv(const struct op_sight *s, double *y, double *slack)
{
    struct plane in = plane_of(&s->in[0]), out = plane_of(&s->out);
    bool flat = s->in[0].rank == 3;
    const struct hs_shape *w = &hs_node_param(s->net, s->node, "weight")->value.shape;
    int64_t kh = flat ? 1 : (int64_t)w->dim[2], kw = (int64_t)w->dim[w->rank - 1];
    int64_t dv = flat ? 1 : integer(s, "dilation", 0, 1),
            du = integer(s, "dilation", flat ? 0 : 1, 1);
    struct axis_window v = along(s, 0), u = along(s, 1);
    if (!hs_node_attr(s->node, "stride")) v.stride = u.stride = 1;
    size_t groups = (size_t)integer(s, "groups", 0, 1), wide = in.c / groups,
           K = wide * (size_t)(kh * kw);
    for (size_t n = 0; n < out.n; n++)
        for (size_t i = 0; i < out.h; i++)
            for (size_t j = 0; j < out.w; j++)
                for (size_t o = 0; o < out.c; o++) {
                    double sum = of(s, "bias", o, 0), size = fabs(sum);
                    for (int64_t a = 0; a < kh; a++)
                        for (int64_t b = 0; b < kw; b++) {
                            int64_t row = (int64_t)i * v.stride + a * dv - v.before;
                            int64_t column = (int64_t)j * u.stride + b * du - u.before;
                            if (row < 0 || row >= (int64_t)in.h || column < 0 ||
                                column >= (int64_t)in.w)
                                continue;
                            for (size_t c = 0; c < wide; c++) {
                                size_t from =
                                    ((n * in.h + (size_t)row) * in.w + (size_t)column) * in.c +
                                    o / (out.c / groups) * wide + c;
                                double p =
                                    (double)s->x[0][from] *
                                    of(s, "weight",
                                       ((o * wide + c) * (size_t)kh + (size_t)a) * (size_t)kw +
                                           (size_t)b,
                                       0);
                                sum += p, size += fabs(p);
                            }
                        }
                    *y++ = sum,
                    *slack++ = (double)K * (4 * 0x1p-24 * size +
                                            0x1p-149); /* the last: denormal products */
                }
}

/* Each value of the input, times the kernel, is added where it falls. */
static void conv_transpose(const struct op_sight *s, double *y, double *slack)
{
    struct plane in = plane_of(&s->in[0]), out = plane_of(&s->out);
    bool flat = s->in[0].rank == 3;
    const struct hs_shape *w = &hs_node_param(s->net, s->node, "weight")->value.shape;
    size_t kh = flat ? 1 : w->dim[2], kw = w->dim[w->rank - 1], groups = (size_t)integer(s, "groups", 0, 1);
    size_t wide = out.c / groups, all = out.n * out.h * out.w * out.c;
    struct axis_window v = along(s, 0), u = along(s, 1);
    if (!hs_node_attr(s->node, "stride")) v.stride = u.stride = 1;
    int64_t dv = flat ? 1 : integer(s, "dilation", 0, 1), du = integer(s, "dilation", flat ? 0 : 1, 1);
    for (size_t i = 0; i < all; i++) y[i] = of(s, "bias", i % out.c, 0), slack[i] = fabs(y[i]);
    for (size_t at = 0; at < in.n * in.h * in.w * in.c; at++) {
        size_t c = at % in.c, j = at / in.c % in.w, i = at / in.c / in.w % in.h, n = at / in.c / in.w / in.h;
        for (size_t k = 0; k < kh * kw * wide; k++) {
            size_t o = k % wide, a = k / wide / kw, b = k / wide % kw;
            int64_t row = (int64_t)i * v.stride + (int64_t)a * dv - v.before;
            int64_t column = (int64_t)j * u.stride + (int64_t)b * du - u.before;
            if (row < 0 || row >= (int64_t)out.h || column < 0 || column >= (int64_t)out.w) continue;
            size_t to = ((n * out.h + (size_t)row) * out.w + (size_t)column) * out.c + c / (in.c / groups) * wide + o;
            double p = (double)s->x[0][at] * of(s, "weight", ((c * wide + o) * kh + a) * kw + b, 0);
            y[to] += p, slack[to] += fabs(p);
        }
    }
    double K = (double)(in.c / groups * kh * kw);
    for (size_t i = 0; i < all; i++) slack[i] = K * (4 * 0x1p-24 * slack[i] + 0x1p-149);
}

static void group_norm(const struct op_sight *s, double *y, double *slack)
{
    (void)slack;
    size_t C = s->out.dim[s->out.rank - 1], row = hs_shape_row(&s->out);
    size_t wide = C / (size_t)(strcmp(s->c->op, "instance_norm") ? integer(s, "groups", 0, 1) : (int64_t)C);
    for (size_t i = 0; i < hs_shape_count(&s->out); i++) {
        long double mean = 0, square = 0, n = (long double)(row / C * wide);
        size_t group = i % C / wide, from = i / row * row;
        for (size_t k = from; k < from + row; k++)
            if (k % C / wide == group) mean += (long double)s->x[0][k] / n;
        for (size_t k = from; k < from + row; k++)
            if (k % C / wide == group) square += powl((long double)s->x[0][k] - mean, 2) / n;
        y[i] = (double)(((long double)s->x[0][i] - mean) / sqrtl(square + (long double)real(s, "epsilon", 1e-5)) *
                            (long double)of(s, "gamma", i % C, 1) + (long double)of(s, "beta", i % C, 0));
    }
}

/* clang-format off */
const struct op_case op_cases[] = {
    {"abs", {"501"}, "", "", magnitude, 0, false},
    {"adaptive_avgpool1d", {"9x3"}, "size=4", "", adaptive, 1, false},
    {"adaptive_avgpool2d", {"8x7x70"}, "size=3", "", adaptive, 1, false},
    {"adaptive_avgpool2d", {"4x5x3"}, "size=6,2", "", adaptive, 1, false},
    {"adaptive_maxpool1d", {"9x70"}, "size=9", "", adaptive, 0, false},
    {"adaptive_maxpool2d", {"8x7x3"}, "size=5,3", "", adaptive, 0, false},
    {"add", {"7", "7"}, "", "", combine, 0, false},
    {"add", {"4x5x3", "4x5x3", "4x5x3"}, "", "", combine, 0, false},
    {"add", {"4x5x3", "1x1x3"}, "", "", combine, 0, false},
    {"add", {"1x5x1", "4x5x3", "4x1x3"}, "", "", combine, 0, false},
    {"add", {"6"}, "", "", combine, 0, false},
    {"affine", {"501"}, "scale=-2.5 offset=0.75", "", affine, 1, false},
    {"avgpool1d", {"9x3"}, "kernel=3", "", pool, 1, false},
    {"avgpool1d", {"9x3"}, "kernel=4 stride=2 padding=1,2 count_include_pad=1", "", pool, 1, false},
    {"avgpool2d", {"8x6x3"}, "kernel=2", "", pool, 1, false},
    {"avgpool2d", {"8x7x70"}, "kernel=3,2 stride=2,1 padding=1,1,2,0", "", pool, 1, false},
    {"avgpool2d", {"8x7x3"}, "kernel=3 stride=2 padding=1 ceil=1 count_include_pad=1", "", pool, 1, false},
    {"avgpool2d", {"8x7x3"}, "kernel=3 stride=3 padding=1 ceil=1", "", pool, 1, false},
    {"batch_norm", {"5"}, "", "mean:5 variance:5", batch_norm, 16, false},
    {"batch_norm", {"6x4x3"}, "epsilon=0.001", "mean:3 variance:3 gamma:3 beta:3", batch_norm, 16, false},
    {"batch_norm", {"9x5"}, "", "mean:5 variance:5 beta:5", batch_norm, 16, false},
    {"clip", {"501"}, "min=-0.7 max=1.3", "", clip, 0, false},
    {"clip", {"3x4x2"}, "min=0.25", "", clip, 0, false},
    {"concat", {"3", "5", "1"}, "", "", concat, 0, false},
    {"concat", {"4x5x3", "4x5x2"}, "axis=3", "", concat, 0, false},
    {"concat", {"4x5x3", "2x5x3"}, "axis=1", "", concat, 0, false},
    {"concat", {"4x5x3", "4x1x3", "4x2x3"}, "axis=-2", "", concat, 0, false},
    {"conv1d", {"9x4"}, "", "weight:6x4x3 bias:6", conv, 0, false},
    {"conv1d", {"11x6"}, "padding=2,2 stride=2 dilation=3 groups=2", "weight:4x3x3", conv, 0, false},
    {"conv1d", {"7x5"}, "padding=1 groups=5", "weight:10x1x3 bias:10", conv, 0, false},
    {"constant", {"2x3"}, "", "value:4x5", constant, 0, true},
    {"conv2d", {"8x6x3"}, "", "weight:5x3x1x1 bias:5", conv, 0, false},
    {"conv2d", {"8x7x3"}, "padding=1", "weight:5x3x3x3 bias:5", conv, 0, false},
    {"conv2d", {"8x7x20"}, "padding=1,0,2,1 stride=2", "weight:33x20x3x2", conv, 0, false},
    {"conv2d", {"8x7x6"}, "padding=1 groups=6", "weight:6x1x3x3 bias:6", conv, 0, false},
    {"conv2d", {"9x8x6"}, "padding=2,1 groups=3 dilation=2,1", "weight:9x2x3x2 bias:9", conv, 0, false},
    {"conv_transpose1d", {"9x4"}, "", "weight:4x6x3 bias:6", conv_transpose, 0, false},
    {"conv_transpose1d", {"5x6"}, "stride=3 padding=1,2 output_padding=2 groups=2", "weight:6x2x4 bias:4", conv_transpose, 0, false},
    {"conv_transpose2d", {"4x5x3"}, "stride=2", "weight:3x5x3x3 bias:5", conv_transpose, 0, false},
    {"conv_transpose2d", {"4x5x6"}, "stride=2,3 padding=1,0,2,1 dilation=2,1 output_padding=0,2 groups=3",
     "weight:6x2x3x2", conv_transpose, 0, false},
    {"conv_transpose2d", {"7x6x2"}, "padding=3 output_padding=1", "weight:2x3x2x2 bias:3", conv_transpose, 0, false},
    {"div", {"4x5x3", "4x1x3"}, "", "", combine, 1, false},
    {"dropout", {"4x5x3"}, "rate=0.5", "", same, 0, false},
    {"elu", {"501"}, "", "", elu, 1, false},
    {"elu", {"3x4x2"}, "alpha=0.3", "", elu, 1, false},
    {"exp", {"501"}, "", "", exponential, 1, false},
    {"embedding", {"#11:5"}, "", "weight:11x7", embedding, 0, true},
    {"embedding", {"#11:2x3"}, "", "weight:11x1", embedding, 0, true},
    {"flatten", {"4x5x3"}, "", "", same, 0, true},
    {"flatten", {"7"}, "", "", same, 0, false},
    {"gelu", {"501"}, "", "", gelu, 1, false},
    {"gelu", {"501"}, "approximate=tanh", "", gelu, 1, false},
    {"global_avgpool", {"9x70"}, "", "", global_pool, 1, false},
    {"global_avgpool", {"4x5x3"}, "keepdims=1", "", global_pool, 1, false},
    {"global_maxpool", {"9x5"}, "keepdims=1", "", global_pool, 0, false},
    {"global_maxpool", {"4x5x3"}, "", "", global_pool, 0, false},
    {"group_norm", {"12"}, "groups=3", "gamma:12 beta:12", group_norm, 1, false},
    {"group_norm", {"4x5x6"}, "groups=2 epsilon=0.001", "gamma:6", group_norm, 1, false},
    {"group_norm", {"7x6"}, "groups=1", "beta:6", group_norm, 1, false},
    {"hadamard", {"64"}, "", "", hadamard, 1, true},
    {"hadamard", {"5x12"}, "", "", hadamard, 1, true},
    {"hard_sigmoid", {"501"}, "", "", hard_sigmoid, 1, false},
    {"hard_sigmoid", {"501"}, "slope=0.16666666666666666 offset=0.5", "", hard_sigmoid, 1, false},
    {"hard_silu", {"501"}, "", "", hard_silu, 1, false},
    {"identity", {"4x5x3"}, "", "", same, 0, false},
    {"instance_norm", {"4x5x3"}, "", "gamma:3 beta:3", group_norm, 1, false},
    {"instance_norm", {"9x2"}, "epsilon=0.001", "", group_norm, 1, false},
    {"layer_norm", {"37"}, "", "gamma:37 beta:37", layer_norm, 1, false},
    {"layer_norm", {"5x8"}, "epsilon=0.001", "gamma:8", layer_norm, 1, true},
    {"layer_norm", {"3x4x5"}, "axes=2", "gamma:4x5 beta:4x5", layer_norm, 1, true},
    {"leaky_relu", {"501"}, "", "", leaky_relu, 1, false},
    {"leaky_relu", {"3x4x2"}, "negative_slope=0.3", "", leaky_relu, 1, false},
    {"linear", {"7"}, "", "weight:5x7 bias:5", linear, 0, false},
    {"linear", {"300"}, "", "weight:40x300", linear, 0, false},
    {"linear", {"4x9"}, "", "weight:3x9 bias:3", linear, 0, true},
    {"gru", {"6x3"}, "", "weight:12x3 recurrent_weight:12x4 bias:12 recurrent_bias:12", recurrent, 1, true},
    {"gru", {"6x3"}, "reset_after=0", "weight:12x3 recurrent_weight:12x4 bias:12 recurrent_bias:12", recurrent, 1, true},
    {"gru", {"5x2"}, "backwards=2 reset_after=0", "weight:15x2 recurrent_weight:15x5", recurrent, 1, true},
    {"gru", {"5x2"}, "sequences=0 recurrent_activation=hard_sigmoid", "weight:15x2 recurrent_weight:15x5 bias:15",
     recurrent, 1, true},
    {"lppool1d", {"9x3"}, "kernel=3 p=1", "", lp_pool, 1, false},
    {"lppool2d", {"8x7x70"}, "kernel=3,2 stride=2,1 padding=1,1,2,0", "", lp_pool, 1, false},
    {"lppool2d", {"8x7x3"}, "kernel=3 stride=3 padding=1 ceil=1", "", lp_pool, 1, false},
    {"lstm", {"6x3"}, "", "weight:16x3 recurrent_weight:16x4 bias:16", recurrent, 1, true},
    {"lstm", {"5x2"}, "sequences=0 recurrent_activation=hard_sigmoid", "weight:20x2 recurrent_weight:20x5", recurrent, 1, true},
    {"lstm", {"5x2"}, "backwards=1", "weight:20x2 recurrent_weight:20x5 bias:20", recurrent, 1, true},
    {"lstm", {"5x2"}, "backwards=2 activation=relu", "weight:20x2 recurrent_weight:20x5 bias:20", recurrent, 1, true},
    {"rnn", {"6x3"}, "", "weight:4x3 recurrent_weight:4x4 bias:4", recurrent, 1, true},
    {"rnn", {"5x2"}, "sequences=0 backwards=1 activation=relu", "weight:5x2 recurrent_weight:5x5", recurrent, 1, true},
    {"matmul", {"5x7", "7x3"}, "", "", matmul, 1, true},
    {"matmul", {"2x5x7", "2x70x7"}, "transpose_b=1 scale=0.25", "", matmul, 1, true},
    {"matmul", {"4x3x6", "2x6x3"}, "", "", matmul, 1, true},
    {"maximum", {"4x5x3", "4x1x3", "1x5x1"}, "", "", combine, 0, false},
    {"maximum", {"70", "70"}, "", "", combine, 0, false},
    {"maxpool1d", {"9x3"}, "kernel=3 stride=2", "", pool, 0, false},
    {"maxpool1d", {"9x3"}, "kernel=3 padding=1", "", pool, 0, false},
    {"maxpool2d", {"8x6x3"}, "kernel=2", "", pool, 0, false},
    {"maxpool2d", {"8x7x17"}, "kernel=3,2 stride=2,1 padding=1,0,0,1", "", pool, 0, false},
    {"maxpool2d", {"8x7x3"}, "kernel=3 stride=2 ceil=1", "", pool, 0, false},
    {"mean", {"4x5x3"}, "axes=1,-2", "", mean, 1, true},
    {"mean", {"4x5x3"}, "axes=2 keepdims=1", "", mean, 1, true},
    {"mean", {"9"}, "axes=1", "", mean, 1, true},
    {"minimum", {"1x5x1", "4x5x3"}, "", "", combine, 0, false},
    {"minimum", {"70", "70", "70"}, "", "", combine, 0, false},
    {"mish", {"501"}, "", "", mish, 1, false},
    {"mul", {"4x5x3", "1x1x3"}, "", "", combine, 1, false},
    {"mul", {"4x5x3", "4x5x3", "4x1x1"}, "", "", combine, 3, false},
    {"neg", {"501"}, "", "", negative, 0, false},
    {"permute", {"4x5x3"}, "axes=0,3,1,2", "", permute, 0, true},
    {"permute", {"4x5x3"}, "axes=0,1,3,2", "", permute, 0, true},
    {"permute", {"4x5x3"}, "axes=0,3,2,1", "", permute, 0, true},
    {"permute", {"4x5x3"}, "axes=0,1,2,3", "", permute, 0, true},
    {"permute", {"2x3x4x5"}, "axes=0,2,1,4,3", "", permute, 0, true},
    {"position_embedding", {"5x3"}, "", "weight:8x3", position_embedding, 1, true},
    {"reciprocal", {"501"}, "", "", reciprocal, 1, false},
    {"relu", {"501"}, "", "", relu, 0, false},
    {"relu", {"501"}, "max_value=6", "", relu, 0, false},
    {"relu", {"3x4x20"}, "negative_slope=0.1 threshold=0.5 max_value=1.5", "", relu, 2, false},
    {"reshape", {"4x5x3"}, "shape=6,-1", "", same, 0, true},
    {"reshape", {"60"}, "shape=4,5,3", "", same, 0, true},
    {"rms_norm", {"37"}, "", "gamma:37", layer_norm, 1, false},
    {"rms_norm", {"4x8"}, "epsilon=0.000001", "", layer_norm, 1, true},
    {"rotary", {"5x8"}, "", "", rotary, 1, true},
    {"rotary", {"2x5x8"}, "base=500.0 offset=3", "", rotary, 1, true},
    {"rotary", {"2x5x8"}, "interleaved=1 width=6", "", rotary, 1, true},
    {"selu", {"501"}, "", "", selu, 1, false},
    {"sigmoid", {"501"}, "", "", sigmoid, 1, false},
    {"silu", {"501"}, "", "", silu, 1, false},
    {"slice", {"9"}, "begin=2 end=7", "", slice, 0, false},
    {"slice", {"4x5x3"}, "axis=1 begin=-3 end=-1", "", slice, 0, false},
    {"slice", {"4x9x3"}, "axis=2 begin=0 step=3", "", slice, 0, false},
    {"slice", {"4x5x3"}, "axis=-1 end=2", "", slice, 0, false},
    {"slice", {"4x5x3"}, "axis=2 end=1 drop=1", "", slice, 0, true},
    {"softmax", {"10"}, "", "", softmax, 1, false},
    {"softmax", {"1300"}, "", "", softmax, 1, false},
    {"softmax", {"4x5x3"}, "axis=3", "", softmax, 1, false},
    {"softmax", {"4x5x3"}, "axis=1", "", softmax, 1, false},
    {"softmax", {"4x5x3"}, "axis=-2", "", softmax, 1, false},
    {"softmax", {"2x5x5"}, "causal=1", "", causal, 1, true},
    {"softmax", {"3x7"}, "causal=1", "", causal, 1, true},
    {"softplus", {"501"}, "", "", softplus, 1, false},
    {"softplus", {"501"}, "beta=2.5", "", softplus, 1, false},
    {"softsign", {"501"}, "", "", softsign, 1, false},
    {"sqrt", {"501"}, "", "", root, 1, false},
    {"square", {"501"}, "", "", square, 1, false},
    {"sub", {"4x5x3", "4x1x3"}, "", "", combine, 0, false},
    {"tanh", {"501"}, "", "", hyperbolic, 1, false},
    {"upsample1d", {"5x3"}, "factor=3", "", upsample, 1, false},
    {"upsample2d", {"4x5x3"}, "factor=2,3", "", upsample, 1, false},
    {"upsample2d", {"4x5x3"}, "factor=2 mode=bilinear", "", upsample, 1, false},
    {"upsample2d", {"4x1x3"}, "factor=3,2 mode=bilinear", "", upsample, 1, false},
    {"zero_pad1d", {"9x3"}, "padding=2,1", "", pad, 0, false},
    {"zero_pad2d", {"8x6x3"}, "padding=1", "", pad, 0, false},
    {"zero_pad2d", {"8x6x3"}, "padding=1,2,0,3 value=-1.5", "", pad, 0, false},
    {"zero_pad2d", {"8x6x3"}, "padding=-1,2,-2,-3", "", pad, 0, false},
    {.op = NULL},
};
