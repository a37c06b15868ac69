/* bias.c - what rounding does to the mean of a layer's output, taken back by its bias. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weights/weights.h"

#include <string.h>

const char *const hs_weights_bias_words[] = {"kept", "corrected", "matched", NULL};

enum hs_weights_bias hs_weights_bias(const struct hs_weights_type *t, const double *knob)
{
    for (int k = 0; t->knob && t->knob[k].name; k++)
        if (!strcmp(t->knob[k].name, "bias")) return (enum hs_weights_bias)knob[k];
    return HS_WEIGHTS_BIAS_KEPT;
}

unsigned hs_weights_needs(const struct hs_weights_type *t, const double *knob)
{
    static const unsigned of_bias[] = {
        [HS_WEIGHTS_BIAS_CORRECTED] = HS_WEIGHTS_MEAN,
        [HS_WEIGHTS_BIAS_MATCHED] = HS_WEIGHTS_MEAN | HS_WEIGHTS_FLOAT_MEAN,
    };
    return t->needs | of_bias[hs_weights_bias(t, knob)];
}

void hs_weights_correct_bias(const struct hs_weights_problem *p, enum hs_weights_bias how, const float *rounded,
                             const float *own, float *to)
{
    size_t n = p->columns;
    const double *was = how == HS_WEIGHTS_BIAS_MATCHED && p->float_mean ? p->float_mean : p->mean;
    for (size_t r = 0; r < p->groups * p->rows; r++) {
        const float *w = p->w + r * n, *q = rounded + r * n;
        size_t group = r / p->rows * n;
        double shift = 0;
        for (size_t i = 0; i < n; i++) shift += (double)q[i] * p->mean[group + i] - (double)w[i] * was[group + i];
        to[r] = (float)((own ? (double)own[r] : 0) - shift);
    }
}
