/* order.h - an ordering says which layer is quantized next. Errors are handed in: only propagate/ evaluates networks. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_ORDER_H
#define HS_ORDER_H
#include "base/err.h"
#include "base/knob.h"

#include <gsl/gsl_rng.h>
#include <stdbool.h>
#include <stddef.h>

enum hs_order_needs {
    HS_ORDER_NOTHING,
    HS_ORDER_FIGURE, /* facts.figure at begin: one of enum hs_order_figure */
    HS_ORDER_STEPS, /* error[i] at each step: the same with layer i added to those quantized so far; NaN for those done */
    HS_ORDER_SEARCH, /* asks an oracle for the error of any sequence of layers */
};

/* What a layer's sensitivity is measured by; whatever it is, the layer is quantized in the float network. */
enum hs_order_figure {
    HS_BY_SOLO,      /* relative squared output error with the layer alone quantized, on the calibration data */
    HS_BY_WEIGHT,    /* squared error of its weight over the weight's power: needs no data */
    HS_BY_PROJECTED, /* the same in the inputs' second moment: the error of what it computes from float inputs */
    HS_BY_TRACE,     /* squared error of its weight times the mean curvature: the output's squared change for random signs */
};

/* What a search may ask: the relative squared output error, on the calibration data, of the network whose layers
 * perm[0 .. k-1] were quantized in this order, each in the network as it then was. Finished orders (k = n) that were
 * asked for are written down with the trial. Asking twice costs nothing. */
struct hs_order_oracle {
    enum hs_status (*error)(struct hs_order_oracle *, const size_t *perm, size_t k, double *relative, struct hs_err *);
};

struct hs_layer_facts {
    const char *name;
    double parameters, products; /* of its weights; multiplications a sample */
    double figure;               /* filled for HS_ORDER_FIGURE, else NaN */
};

struct hs_order_type {
    const char *name, *summary, *cite;
    int version;
    enum hs_order_needs needs;
    const struct hs_knob *knob; /* ends with a NULL name; or NULL */
    enum hs_order_figure (*figure)(const double *knob); /* of HS_ORDER_FIGURE */
    bool takes_names;           /* explicit: the config lists the layers */
    bool takes_count;           /* random: `count` levels, one stream each */
    bool scores;                /* search: each finished order is measured on the evaluation data too, for the record alone */
    /* Static orders: writes a permutation of 0 .. n-1 (execution order = 0, 1, ...). Or NULL. */
    enum hs_status (*arrange)(const struct hs_layer_facts *, size_t n, const double *knob, gsl_rng *, size_t *perm,
                              struct hs_err *);
    /* Orders that look at step errors: the next layer, given error[n]. Or NULL. */
    size_t (*next)(const double *error, size_t n, const double *knob);
    /* Orders that are found: the best finished one among those asked for, the first of equals. n >= 1. Or NULL. */
    enum hs_status (*search)(struct hs_order_oracle *, const struct hs_layer_facts *, size_t n, const double *knob, gsl_rng *,
                             size_t *perm, struct hs_err *);
};

extern const struct hs_order_type *const hs_order_roster[]; /* ends with NULL */
const struct hs_order_type *hs_order_find(const char *name, struct hs_err *);
static inline bool hs_order_needs_data(const struct hs_order_type *t, const double *knob)
{
    return t->needs != HS_ORDER_NOTHING && !(t->needs == HS_ORDER_FIGURE && t->figure(knob) == HS_BY_WEIGHT);
}

#endif
