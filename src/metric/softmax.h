/* softmax.h - log-probabilities of one prediction, in double, from logits or from probabilities. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_METRIC_SOFTMAX_H
#define HS_METRIC_SOFTMAX_H
#include <stdbool.h>
#include <stddef.h>

/* log of the normalising sum: log p_i = x_i - it for logits. */
double hs_log_sum(const float *x, size_t width);
/* log p_i. Probabilities below 1e-12 count as 1e-12, so that one hard zero does not make a whole table infinite. */
double hs_log_probability(const float *x, size_t i, bool logits, double log_sum);
/* The first of the largest values; NaN is never larger. */
size_t hs_argmax(const float *x, size_t width);

#endif
