/* measure.h - looks at a state of the network: node by node, and at the output sample by sample. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_PROPAGATE_MEASURE_H
#define HS_PROPAGATE_MEASURE_H
#include "propagate/lab.h"
#include "propagate/sums.h"

/* The last look at the nodes: what has not changed since is not looked at again. */
struct hs_measured {
    bool looked, *known;
    struct hs_sums *sums;
    struct hs_key *sig;
    double *error;
};
enum hs_status hs_measured_open(const struct hs_lab *, struct hs_arena *, struct hs_measured *, struct hs_err *);

/* One row a shown node, on the evaluation data, in execution order; writes to row[], returns their number in *n.
 * Texts are the network's own. */
enum hs_status hs_measure_nodes(struct hs_lab *, const struct hs_state *, int step, struct hs_measured *,
                                struct hs_node_row *row, size_t *n, struct hs_err *);
/* The error that each layer causes when it alone is quantized: ||f(Q(X), W') - f(X, W)||^2. */
enum hs_status hs_measure_solos(struct hs_lab *, const struct hs_layer *, const struct hs_quant *, size_t layers,
                                double *solo, struct hs_err *);

/* What the metrics saw of each sample: sum[metric][sample * HS_METRIC_SUMS + column]. */
struct hs_sights {
    size_t samples, metrics;
    double **sum;
    /* of each sample, for the record: */
    double *loss, *correct, *squared, *reference;
};
/* got NULL: the float network itself. Arrays are allocated by the caller. */
enum hs_status hs_measure_output(struct hs_lab *, const struct hs_spec *, const struct hs_state *, struct hs_sights *,
                                 struct hs_err *);
/* The lab's resamples of the evaluation samples: the same for every figure under a seed. */
enum hs_status hs_measure_resamples(struct hs_lab *, uint64_t seed, size_t samples, struct hs_err *);
/* A metric's figure and its interval. */
enum hs_status hs_measure_figure(struct hs_lab *, const struct hs_spec *, const struct hs_sights *, size_t metric,
                                 struct hs_figure_row *, struct hs_err *);

#endif
