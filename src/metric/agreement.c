/* agreement.c - decisions: how many stay the same, how many turn, and how far the distributions drift. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metric/metric.h"
#include "metric/sight.h"
#include "metric/softmax.h"

#include <math.h>

/* Columns: what was counted, out of how many. */
static double share(const double *s) { return s[1] > 0 ? s[0] / s[1] : NAN; }

static void agreement(const struct hs_sight *s, double *sum)
{
    sum[0] = sum[1] = 0;
    for (size_t p = 0; p < s->positions; p++) {
        if (!hs_sight_counts(s, p)) continue;
        sum[0] += hs_argmax(s->got + p * s->width, s->width) == hs_argmax(s->reference + p * s->width, s->width);
        sum[1] += 1;
    }
}

/* Dutta et al. 2024 (2407.09141): decisions that turn from right to wrong or from wrong to right. */
static void flips(const struct hs_sight *s, double *sum)
{
    sum[0] = sum[1] = 0;
    for (size_t p = 0; p < s->positions; p++) {
        long label = hs_sight_label(s, p);
        if (label < 0) continue;
        bool was = (long)hs_argmax(s->reference + p * s->width, s->width) == label;
        bool is = (long)hs_argmax(s->got + p * s->width, s->width) == label;
        sum[0] += was != is;
        sum[1] += 1;
    }
}

static void divergence(const struct hs_sight *s, double *sum)
{
    sum[0] = sum[1] = 0;
    for (size_t p = 0; p < s->positions; p++) {
        if (!hs_sight_counts(s, p)) continue;
        const float *r = s->reference + p * s->width, *g = s->got + p * s->width;
        double zr = hs_log_sum(r, s->width), zg = hs_log_sum(g, s->width), kl = 0;
        for (size_t i = 0; i < s->width; i++) {
            double lp = hs_log_probability(r, i, s->logits, zr);
            kl += exp(lp) * (lp - hs_log_probability(g, i, s->logits, zg));
        }
        sum[0] += kl;
        sum[1] += 1;
    }
}

const struct hs_metric_type hs_metric_agreement = {
    .name = "agreement", .unit = "", .summary = "share of top-1 decisions that stay the same", .version = 1,
    .higher_is_better = true, .sums = 2, .observe = agreement, .result = share,
};
const struct hs_metric_type hs_metric_flips = {
    .name = "flips", .unit = "", .summary = "share of decisions that turn right or wrong", .version = 1,
    .needs_target = true, .sums = 2, .observe = flips, .result = share,
};
const struct hs_metric_type hs_metric_kl = {
    .name = "kl", .unit = "nat", .summary = "mean KL divergence of the output distributions, float || quantized", .version = 1,
    .sums = 2, .observe = divergence, .result = share,
};
