/* weights.h - a method rounds a weight matrix onto its grid. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_WEIGHTS_H
#define HS_WEIGHTS_H
#include "base/err.h"
#include "base/knob.h"
#include "format/grid.h"

#include <stdbool.h>

struct hs_weights_type {
    const char *name, *summary, *cite;
    int version;
    const struct hs_knob *knob; /* ends with a NULL name; or NULL */
    /* w: the float weight (torch's layout, n values), out: n values on the grid. */
    enum hs_status (*round)(const struct hs_grid *, const float *w, float *out, size_t n, const double *knob,
                            struct hs_err *);
};
extern const struct hs_weights_type *const hs_weights_roster[]; /* ends with NULL */
const struct hs_weights_type *hs_weights_find(const char *name, struct hs_err *);

#endif
