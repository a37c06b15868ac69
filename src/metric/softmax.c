/* softmax.c - log-sum-exp about the largest value. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metric/softmax.h"

#include <math.h>

double hs_log_sum(const float *x, size_t width)
{
    double top = -INFINITY, sum = 0;
    for (size_t i = 0; i < width; i++) top = x[i] > top ? x[i] : top;
    if (!isfinite(top)) return top;
    for (size_t i = 0; i < width; i++) sum += exp(x[i] - top);
    return top + log(sum);
}

double hs_log_probability(const float *x, size_t i, bool logits, double log_sum)
{
    if (logits) return x[i] - log_sum;
    return log(x[i] > 1e-12 ? x[i] : 1e-12);
}

size_t hs_argmax(const float *x, size_t width)
{
    size_t best = 0;
    for (size_t i = 1; i < width; i++)
        if (x[i] > x[best]) best = i;
    return best;
}
