/* metric.h - a metric turns (reference, got) into one number. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_METRIC_H
#define HS_METRIC_H
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

/* One sample's output: `positions` predictions of `width` values each (1 but for sequences). */
struct hs_sight {
    const float *reference, *got; /* positions * width */
    size_t positions, width;
    const float *target;          /* positions labels (or positions * width values, for regression); NULL: none; -1 ignored */
    const float *mask;            /* positions; 0 leaves one out; NULL: all count */
    bool logits;                  /* else probabilities */
};

enum { HS_METRIC_SUMS = 6 };

struct hs_metric_type {
    const char *name, *unit, *summary;
    int version;
    bool higher_is_better;
    bool needs_target;
    size_t sums; /* columns that a sample contributes, at most HS_METRIC_SUMS */
    /* One sample's contribution: written, not added. */
    void (*observe)(const struct hs_sight *, double *sum);
    /* The figure, from column sums over the samples (or over a resample of them). */
    double (*result)(const double *sum);
    bool extreme; /* the columns are maxima over samples, not sums */
};

extern const struct hs_metric_type *const hs_metric_roster[]; /* ends with NULL */
const struct hs_metric_type *hs_metric_find(const char *name, struct hs_err *);

#endif
