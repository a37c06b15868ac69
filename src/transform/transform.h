/* transform.h - rewritings of the float network before it is quantized: the same function, other weights and activations.
 *
 * What comes out computes the same as what went in, to float32's rounding: that is the contract test of all of them. Names
 * of nodes stay; a node that is folded away stays as the identity. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_TRANSFORM_H
#define HS_TRANSFORM_H
#include "base/knob.h"
#include "net/net.h"

struct hs_transform_job {
    const struct hs_net *from;     /* finished */
    const struct hs_tensor *input; /* calibration inputs, one a port, memory order; NULL where the record needs no data */
    const double *knob;
    struct hs_net *to;             /* an unfinished copy of `from`: edited in place */
    size_t changes;                /* places that were rewritten */
};

struct hs_transform_type {
    const char *name, *summary, *cite;
    int version;
    const struct hs_knob *knob; /* ends with a NULL name; or NULL */
    bool needs_data;            /* looks at calibration inputs */
    bool folds_first;           /* batch norms are folded before it, where there are some */
    const char *looks_for;      /* "a pair of ...": what is missing in a network where it finds nothing to do */
    /* What is to be put before nodes of `from` (hs_net_copy); or NULL. */
    void (*insert)(const struct hs_net *from, const char **before);
    enum hs_status (*run)(struct hs_transform_job *, struct hs_err *);
};
extern const struct hs_transform_type *const hs_transform_roster[]; /* ends with NULL */
extern const struct hs_transform_type hs_transform_bn_fold; /* others begin with it */

/* Writes *to, a finished network that the caller closes. A network in which there is nothing to do is refused. */
enum hs_status hs_transform(const struct hs_transform_type *, const double *knob, const struct hs_net *from,
                            const struct hs_tensor *input, struct hs_net *to, struct hs_err *);

#endif
