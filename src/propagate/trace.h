/* trace.h - what was measured in a trial: what a walk hands to the store, and the store to the report. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_PROPAGATE_TRACE_H
#define HS_PROPAGATE_TRACE_H
#include "base/err.h"
#include "base/mem.h"

#include <stddef.h>
#include <stdint.h>

/* One quantizer: what the strategy chose and what that cost, on the calibration data (weights: on the weight). */
struct hs_site_row {
    const char *layer;    /* node name */
    const char *site;     /* "weight", "input", "input1", "output" */
    const char *format, *granularity, *strategy;
    int step;             /* 1 for the layer that was quantized first */
    double parts;         /* scales */
    double lo, hi;        /* chosen range (the widest over the parts) */
    double scale, zero;   /* of the first part; NaN where dynamic */
    double squared, clipping, rounding, power; /* sums over the tensor; NaN where not measured (dynamic) */
    double optimum;       /* least squared error that any scale reaches; NaN where not computed */
    double candidates;    /* grids tried, all parts */
    double bits;          /* an element costs, with metadata */
    double elements;
    const char *warning;  /* "" or one sentence */
};

/* One node after one step, on the evaluation data. Squared norms are sums over all samples. */
struct hs_node_row {
    const char *node;
    int step;             /* number of layers quantized so far; 0: only in solo rows */
    int position;         /* in execution order, from 0 */
    double reference;     /* ||f(X, W)||^2 */
    double total, fresh, inherited, cross; /* total = fresh + inherited + cross */
    double solo;          /* NaN for nodes that are not layers */
    double largest;       /* largest |error| */
    double dot, got;      /* <reference, got> and ||got||^2, for the cosine */
    double amplification; /* relative inherited error out / relative error in; NaN where nothing comes in */
    double predicted;     /* additive-noise prediction of total; NaN where not computed */
};

/* A figure of the whole network after one step. */
struct hs_figure_row {
    const char *metric;
    int step;
    double value, lo, hi; /* with its interval; NaN where there is none */
};

struct hs_trace_table; /* propagate/table.h */

struct hs_trace {
    struct hs_arena *arena; /* owns all below */
    size_t layers;
    const char **order;     /* node names, in the order in which they were quantized */
    size_t sites, nodes, figures;
    struct hs_site_row *site;
    struct hs_node_row *node;
    struct hs_figure_row *figure; /* the last step's rows are the result; step 0 is the float network's own figures */
    size_t samples;         /* of the evaluation split, after the last step: */
    double *loss, *float_loss;       /* task loss (NaN without targets), of the quantized and of the float network */
    double *correct, *float_correct; /* 1, 0 or a share; NaN without targets */
    double *squared, *reference;     /* output error and output power */
    uint32_t *cluster;      /* or NULL */
    double calibrations, evaluations; /* work spent: layer calibrations, node evaluations */
    double order_evaluations;         /* networks evaluated to find the order */
    size_t tables;                    /* what analyses found; names differ */
    struct hs_trace_table **table;
};

enum hs_status hs_trace_open(struct hs_trace *, struct hs_err *);
void hs_trace_close(struct hs_trace *);

#endif
