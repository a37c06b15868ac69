/* bias.c - what rounding does to the mean of a layer's output, taken back by its bias. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weights/weights.h"

#include <string.h>

const char *const hs_weights_bias_words[] = {"kept", "corrected", NULL};

bool hs_weights_corrects_bias(const struct hs_weights_type *t, const double *knob)
{
    for (int k = 0; t->knob && t->knob[k].name; k++)
        if (!strcmp(t->knob[k].name, "bias")) return knob[k] > 0;
    return false;
}

enum hs_weights_needs hs_weights_needs(const struct hs_weights_type *t, const double *knob)
{
    bool mean = t->needs == HS_WEIGHTS_NOTHING && hs_weights_corrects_bias(t, knob);
    return mean ? HS_WEIGHTS_MEAN : t->needs;
}

void hs_weights_correct_bias(const struct hs_weights_problem *p, const float *rounded, const float *bias, float *to)
{
    size_t n = p->columns;
    for (size_t r = 0; r < p->groups * p->rows; r++) {
        const float *w = p->w + r * n, *q = rounded + r * n;
        const double *mean = p->mean + r / p->rows * n;
        double shift = 0;
        for (size_t i = 0; i < n; i++) shift += ((double)q[i] - (double)w[i]) * mean[i];
        to[r] = (float)((bias ? (double)bias[r] : 0) - shift);
    }
}
