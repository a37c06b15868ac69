/* task.c - the task's own figures: accuracy, cross-entropy, perplexity, reconstruction error. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metric/metric.h"
#include "metric/sight.h"
#include "metric/softmax.h"

#include <math.h>

static double mean(const double *s) { return s[1] > 0 ? s[0] / s[1] : NAN; }
static double exp_mean(const double *s) { return s[1] > 0 ? exp(s[0] / s[1]) : NAN; }

static void accuracy(const struct hs_sight *s, double *sum)
{
    sum[0] = sum[1] = 0;
    for (size_t p = 0; p < s->positions; p++) {
        long label = hs_sight_label(s, p);
        if (label < 0) continue;
        sum[0] += (long)hs_argmax(s->got + p * s->width, s->width) == label;
        sum[1] += 1;
    }
}

static void cross_entropy(const struct hs_sight *s, double *sum)
{
    sum[0] = sum[1] = 0;
    for (size_t p = 0; p < s->positions; p++) {
        long label = hs_sight_label(s, p);
        if (label < 0) continue;
        const float *g = s->got + p * s->width;
        sum[0] -= hs_log_probability(g, (size_t)label, s->logits, hs_log_sum(g, s->width));
        sum[1] += 1;
    }
}

static void reconstruction(const struct hs_sight *s, double *sum)
{
    sum[0] = sum[1] = 0;
    for (size_t p = 0; s->target && p < s->positions; p++) {
        if (!hs_sight_counts(s, p)) continue;
        for (size_t i = p * s->width; i < (p + 1) * s->width; i++) {
            double d = (double)s->got[i] - s->target[i];
            sum[0] += d * d;
            sum[1] += 1;
        }
    }
}

const struct hs_metric_type hs_metric_accuracy = {
    .name = "accuracy", .unit = "", .summary = "share of right top-1 decisions", .version = 1, .higher_is_better = true,
    .needs_target = true, .sums = 2, .observe = accuracy, .result = mean,
};
const struct hs_metric_type hs_metric_loss = {
    .name = "loss", .unit = "nat", .summary = "mean cross-entropy of the labels", .version = 1,
    .needs_target = true, .sums = 2, .observe = cross_entropy, .result = mean,
};
const struct hs_metric_type hs_metric_perplexity = {
    .name = "perplexity", .unit = "", .summary = "exp of the mean cross-entropy", .version = 1,
    .needs_target = true, .sums = 2, .observe = cross_entropy, .result = exp_mean,
};
const struct hs_metric_type hs_metric_reconstruction = {
    .name = "reconstruction", .unit = "", .summary = "mean squared difference from the target values", .version = 1,
    .needs_target = true, .sums = 2, .observe = reconstruction, .result = mean,
};
