/* given.h - scales, zero-points and rounded weights from elsewhere, by site: what strategy and method `given` take instead of
 * choosing. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_CALIB_GIVEN_H
#define HS_CALIB_GIVEN_H
#include "base/hash.h"
#include "tensor/tensor.h"

#include <stddef.h>

struct hs_given_site {
    const char *name;         /* "fc1/weight", "fc1/input", "add/output": layer, site; or the path of a dataset */
    size_t n;                 /* 1: for all parts; else one a part; 0: the file says nothing of them */
    const double *scale;      /* n, > 0 and normal as float32 */
    const double *zero;       /* n, codes; or NULL: 0 */
    struct hs_tensor rounded; /* of a weight: its values on their grid; data NULL: the file says nothing of them */
};
struct hs_given {
    const char *path;         /* of the file, for messages */
    size_t n;
    struct hs_given_site *site;
    struct hs_key digest;     /* of all sites */
};
/* NULL where the file says nothing of a site. */
const struct hs_given_site *hs_given_find(const struct hs_given *, const char *layer, const char *site);
/* The knobs of strategy `given` for a part. */
void hs_given_knobs(const struct hs_given_site *, size_t part, double *knob);

#endif
