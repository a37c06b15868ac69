/* objective.h - whose error a grid minimises: that of its own tensor, of its layer's output, or of the network's. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_PROPAGATE_OBJECTIVE_H
#define HS_PROPAGATE_OBJECTIVE_H
#include "propagate/lab.h"

struct hs_sequence;
struct hs_trace;

struct hs_objective_type {
    const char *name, *summary, *cite;
    int version;
    const struct hs_knob *knob; /* ends with a NULL name; or NULL */
    /* A layer as calibrated by its strategy -> with other scales, where its output then has less error. Or NULL. */
    enum hs_status (*settle)(struct hs_lab *, const struct hs_spec *, struct hs_layer *, const struct hs_state *context,
                             const struct hs_shared_inputs *, struct hs_quant *, struct hs_err *);
    /* The finished sequence -> with other scales; says what it did in a table of the trace (or NULL). Or NULL. */
    enum hs_status (*finish)(struct hs_sequence *, struct hs_trace *, struct hs_err *);
};
extern const struct hs_objective_type *const hs_objective_roster[]; /* tensor first; ends with NULL */

/* A layer's quantizers under the spec's objective: hs_lab_calibrate, and what `settle` makes of it. The layer's sides take
 * the stretch of their scales that was chosen. */
enum hs_status hs_layer_settle(struct hs_lab *, const struct hs_spec *, struct hs_layer *, const struct hs_state *context,
                               const struct hs_shared_inputs *, bool report, struct hs_quant *, struct hs_err *);

/* Inside: the scales of one layer, tried around those of its strategy, which are always among them; only what is strictly
 * better is taken, so that the error never rises. knob: candidates, lowest, highest. */
struct hs_scan {
    struct hs_lab *l;
    const struct hs_spec *spec;
    const struct hs_state *context; /* the layer's own, at its calibration */
    const struct hs_shared_inputs *shared;
    const double *knob;
    enum hs_status (*error)(void *with, const struct hs_layer *, const struct hs_quant *, double *, struct hs_err *);
    void *with;
    double tried;
};
enum { HS_SCAN_CANDIDATES, HS_SCAN_LOWEST, HS_SCAN_HIGHEST, HS_SCAN_KNOBS };
enum hs_status hs_scan_layer(struct hs_scan *, struct hs_layer *, struct hs_quant *, double *error, bool *better,
                             struct hs_err *);
/* The sides of a layer whose scale may be stretched: static, and not that of a tensor that others read too. */
size_t hs_scan_sides(const struct hs_lab *, struct hs_layer *, struct hs_side **side);

/* Does the spec's objective look at what becomes of a layer's output? */
static inline bool hs_spec_looks_beyond(const struct hs_spec *s)
{
    return s->objective.type && (s->objective.type->settle || s->objective.type->finish);
}

#endif
