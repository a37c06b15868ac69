/* data.h - the values on which every strategy is tried, and the targets it is tried for. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_TEST_CALIB_DATA_H
#define HS_TEST_CALIB_DATA_H
#include "base/rng.h"
#include "calib/roster.h"

#include <float.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

struct data {
    const char *name;
    size_t n;
    float x[1024];
};

enum {
    GAUSS,
    LAPLACE,
    RELU,
    NEGATIVE,
    OUTLIER,
    SHIFTED,
    LATTICE,
    FEW,
    TWO,
    TINY,
    HUGE_VALUES,
    ONE,
    CONSTANT,
    ZEROS,
    DENORMAL,
    DATA_SETS
};
static const char *const data_names[] = {
    "gauss",      "laplace", "relu", "negative",  "outlier",  "shifted", "lattice",  "few",
    "two values", "tiny",    "huge", "one value", "constant", "zeros",   "denormal",
};
static inline bool data_is_plain(int which) { return which <= TWO; }

static inline void data_make(struct data *d, int which, int seed)
{
    gsl_rng *r = hs_rng_open((uint64_t)seed, data_names[which]);
    *d = (struct data){.name = data_names[which], .n = which == FEW ? 36 : 1000};
    for (size_t i = 0; i < d->n; i++) {
        double g = gsl_ran_gaussian_ziggurat(r, 1), v = g;
        switch (which) {
        case LAPLACE:
            v = gsl_ran_laplace(r, 0.3);
            break;
        case RELU:
            v = fmax(g, 0);
            break;
        case NEGATIVE:
            v = -1e-3 - fabs(g);
            break;
        case OUTLIER:
            v = i == 700 ? 97.3 : g;
            break;
        case SHIFTED:
            v = 0.25 * g + 2.385;
            break;
        case LATTICE:
            v = (double)gsl_rng_uniform_int(r, 7) - 3;
            break;
        case FEW:
            v = i < 5 ? g : d->x[(i * i) % 5];
            break;
        case TWO:
            v = i % 3 ? -0.7 : 2.385;
            break;
        case TINY:
            v = g * 0x1p-120;
            break;
        case HUGE_VALUES:
            v = fmin(fmax(g, -3), 3) * 1e38;
            break;
        case ONE:
            v = -2.385;
            break;
        case CONSTANT:
            v = 3.7;
            break;
        case ZEROS:
            v = 0;
            break;
        case DENORMAL:
            v = g * 0x1p-140;
            break;
        }
        d->x[i] = (float)v;
    }
    if (which == ONE) d->n = 1;
    gsl_rng_free(r);
}

struct wanted {
    const char *format;
    bool symmetric, restricted;
};
static const struct wanted wanted[] = {
    {"int8", true, true},      {"int8", true, false},   {"int8", false, false},
    {"int4", true, true},      {"int4", false, false},  {"int2", true, true},
    {"int2", true, false},     {"int2", false, false},  {"uint8", true, false},
    {"uint8", false, false},   {"uint4", false, false}, {"fp8-e4m3", true, false},
    {"fp4-e2m1", true, false}, {"nf4", true, false},
};
enum { TARGETS = sizeof wanted / sizeof *wanted };

static inline struct hs_target target_make(int i)
{
    struct hs_err e = {0};
    return (struct hs_target){.format = hs_format_find(wanted[i].format, &e),
                              .symmetric = wanted[i].symmetric,
                              .restricted = wanted[i].restricted};
}

static inline struct hs_summary *summary_of(const float *x, size_t n)
{
    struct hs_err e = {0};
    struct hs_summary *s = hs_summary_open(NULL);
    if (!s || hs_summary_observe(s, x, n, &e) != HS_OK || hs_summary_end_batch(s, &e) != HS_OK)
        abort();
    return s;
}

static inline int strategies(void)
{
    int n = 0;
    while (hs_calib_roster[n]) n++;
    return n;
}

#endif
