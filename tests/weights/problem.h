/* problem.h - a small layer with correlated inputs, for the tests of weight methods. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_TEST_PROBLEM_H
#define HS_TEST_PROBLEM_H
#include "weights/weights.h"

enum { ROWS = 5, N = 12, SAMPLES = 60 };

/* A weight, correlated inputs X^ and others X near them, and a grid. */
struct made {
    float w[ROWS * N];
    double got[SAMPLES][N], was[SAMPLES][N], h[N * N], cross[N * N];
    float scale[ROWS], given[ROWS * N]; /* given: rounded elsewhere */
    struct hs_grid grid;
    struct hs_weights_problem p;
};

void make(struct made *, const char *format, bool by_channel);
void sum_moments(struct made *); /* h and cross, once more from the samples */

void knobs_of(const struct hs_weights_type *, double *knob); /* the defaults */
void set(const struct hs_weights_type *, double *knob, const char *name, double value);

/* tr((W' - W) H (W' - W)^T): the squared error of the layer's output on X^. */
double output_error(const float *w, const float *q, const double *h, size_t rows, size_t n);

extern const char *const formats[5]; /* some to go through */

#endif
