/* weights.h - a method rounds a weight matrix onto its grid. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_WEIGHTS_H
#define HS_WEIGHTS_H
#include "base/err.h"
#include "base/knob.h"
#include "format/grid.h"

#include <stdbool.h>

/* What a method must know of a layer's inputs on the calibration data. */
enum hs_weights_needs {
    HS_WEIGHTS_NOTHING,
    HS_WEIGHTS_MOMENTS, /* second moments of what the layer reads */
    HS_WEIGHTS_CROSS,   /* and how that differs from what it read in the float network */
};

/* A weight and its inputs. y = W x for each of `groups` (1, but for grouped convolutions), W (rows, columns) a group, x the
 * columns values that one output reads, in the order of the weight's own axes. X^: those vectors as the layer reads them
 * (through its input's quantizer, in the context), X: those of the float network, over all calibration samples. All is the
 * caller's. */
struct hs_weights_problem {
    const struct hs_grid *grid; /* of the whole weight, static */
    const float *w;             /* (groups, rows, columns): torch's layout */
    size_t groups, rows, columns;
    const double *moments;      /* (groups, columns, columns): X^ X^^T, or NULL */
    const double *cross;        /* (groups, columns, columns): (X - X^) X^^T, or NULL */
};

struct hs_weights_type {
    const char *name, *summary, *cite;
    int version;
    enum hs_weights_needs needs;
    const struct hs_knob *knob; /* ends with a NULL name; or NULL */
    /* out: as many values as w, on the grid. Where it needs moments and the problem has none (the layer is no product of
     * its inputs), the caller takes `nearest` instead. */
    enum hs_status (*round)(const struct hs_weights_problem *, float *out, const double *knob, struct hs_err *);
};
extern const struct hs_weights_type *const hs_weights_roster[]; /* ends with NULL */
extern const struct hs_weights_type hs_weights_nearest;
const struct hs_weights_type *hs_weights_find(const char *name, struct hs_err *);

#endif
