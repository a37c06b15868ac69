/* error.c - how far the output moved: relative squared error, SQNR, cosine, largest error. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metric/metric.h"
#include "metric/sight.h"

#include <math.h>

static void powers(const struct hs_sight *s, double *sum)
{
    double error = 0, power = 0;
    for (size_t p = 0; p < s->positions; p++) {
        if (!hs_sight_counts(s, p)) continue;
        for (size_t i = p * s->width; i < (p + 1) * s->width; i++) {
            double d = (double)s->got[i] - s->reference[i];
            error += d * d;
            power += (double)s->reference[i] * s->reference[i];
        }
    }
    sum[0] = error, sum[1] = power;
}

static double relative(const double *s) { return s[0] > 0 ? s[0] / s[1] : 0; }
static double decibels(const double *s) { return s[0] > 0 ? 10 * log10(s[1] / s[0]) : INFINITY; }

static void products(const struct hs_sight *s, double *sum)
{
    sum[0] = sum[1] = sum[2] = 0;
    for (size_t p = 0; p < s->positions; p++) {
        if (!hs_sight_counts(s, p)) continue;
        for (size_t i = p * s->width; i < (p + 1) * s->width; i++) {
            sum[0] += (double)s->got[i] * s->reference[i];
            sum[1] += (double)s->got[i] * s->got[i];
            sum[2] += (double)s->reference[i] * s->reference[i];
        }
    }
}

static double cosine(const double *s)
{
    double norm = sqrt(s[1]) * sqrt(s[2]);
    return norm > 0 ? s[0] / norm : (s[1] == s[2] ? 1 : 0);
}

static void largest(const struct hs_sight *s, double *sum)
{
    sum[0] = 0;
    for (size_t p = 0; p < s->positions; p++) {
        if (!hs_sight_counts(s, p)) continue;
        for (size_t i = p * s->width; i < (p + 1) * s->width; i++)
            sum[0] = fmax(sum[0], fabs((double)s->got[i] - s->reference[i]));
    }
}

static double first(const double *s) { return s[0]; }

const struct hs_metric_type hs_metric_relative_error = {
    .name = "relative-error", .unit = "", .summary = "squared output error over squared float output", .version = 1,
    .sums = 2, .observe = powers, .result = relative,
};
const struct hs_metric_type hs_metric_sqnr = {
    .name = "sqnr", .unit = "dB", .summary = "signal to quantization noise ratio of the output", .version = 1,
    .higher_is_better = true, .sums = 2, .observe = powers, .result = decibels,
};
const struct hs_metric_type hs_metric_cosine = {
    .name = "cosine", .unit = "", .summary = "cosine between the float and the quantized outputs", .version = 1,
    .higher_is_better = true, .sums = 3, .observe = products, .result = cosine,
};
const struct hs_metric_type hs_metric_max_error = {
    .name = "max-error", .unit = "", .summary = "largest absolute error of an output value", .version = 1,
    .sums = 1, .observe = largest, .result = first, .extreme = true,
};
