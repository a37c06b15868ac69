/* attribute.h - who causes the output's error: sets of layers are quantized in the float context, and their errors compared.
 *
 * v(S) = sum ||f_S(x) - f(x)||^2 / sum ||f(x)||^2 over the evaluation data, where f_S has the layers S quantized, with the
 * grids and weights that they get in the float network. v is never in decibels: contributions add. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_ATTRIBUTE_H
#define HS_ATTRIBUTE_H
#include "base/knob.h"
#include "propagate/measure.h"
#include "propagate/table.h"

/* What all analyses of a trial share. */
struct hs_attribution {
    struct hs_lab *l;
    const struct hs_spec *spec;
    struct hs_trace *trace;   /* where tables go */
    struct hs_arena *arena;   /* for the time of the analyses */
    size_t layers, samples;
    struct hs_layer *layer;   /* execution order */
    struct hs_quant *quant;   /* of each, in the float context */
    const char **name;
    double *reference;        /* output power of each sample */
    double **single, *whole;  /* squared error of each sample with one layer, with all; NULL: not asked for yet */
    struct hs_state state;    /* scratch */
};

struct hs_attribute_type {
    const char *name, *summary, *cite;
    int version;
    const struct hs_knob *knob; /* ends with a NULL name; or NULL */
    enum hs_status (*run)(struct hs_attribution *, const double *knob, struct hs_err *);
};
extern const struct hs_attribute_type *const hs_attribute_roster[]; /* ends with NULL */

/* An analysis that a config asks for. */
struct hs_attribute_choice {
    const struct hs_attribute_type *type;
    double knob[HS_MAX_KNOBS];
};

/* Runs all of them after the trial's walk: each adds a table to the trace. */
enum hs_status hs_attribute(struct hs_lab *, const struct hs_spec *, const struct hs_attribute_choice *, size_t n,
                            struct hs_trace *, struct hs_err *);

/* For analyses. Squared output error of each sample with the layers in[] quantized: writes `samples` values. */
enum hs_status hs_attribute_value(struct hs_attribution *, const bool *in, double *squared, struct hs_err *);
enum hs_status hs_attribute_state(struct hs_attribution *, const struct hs_state *, double *squared, struct hs_err *);
/* The same with one layer, with all; kept. */
enum hs_status hs_attribute_single(struct hs_attribution *, size_t layer, const double **, struct hs_err *);
enum hs_status hs_attribute_whole(struct hs_attribution *, const double **, struct hs_err *);
/* A look at every shown node with the layers from .. to - 1 quantized. */
struct hs_attribute_nodes {
    struct hs_measured measured;
    struct hs_node_row *row;
    size_t rows;
};
enum hs_status hs_attribute_nodes_open(struct hs_attribution *, struct hs_attribute_nodes *, struct hs_err *);
enum hs_status hs_attribute_nodes(struct hs_attribution *, size_t from, size_t to, struct hs_attribute_nodes *, struct hs_err *);
double hs_attribute_over(double x, double y); /* x / y; nothing of nothing is 0 */
double *hs_attribute_vector(struct hs_attribution *); /* `samples` zeros from the arena; NULL: no memory */
/* sum of x over the output's power, and its interval over samples (95 %, BCa). */
double hs_attribute_share(const struct hs_attribution *, const double *x);
enum hs_status hs_attribute_cell(struct hs_attribution *, const double *x, struct hs_trace_cell *, struct hs_err *);
/* sum of a over sum of b, with its interval. */
enum hs_status hs_attribute_ratio(struct hs_attribution *, const double *a, const double *b, struct hs_trace_cell *,
                                  struct hs_err *);

#endif
