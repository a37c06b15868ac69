/* spec.h - everything that decides a trial's outcome, fully resolved: what a plan hands to a walk. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_PROPAGATE_SPEC_H
#define HS_PROPAGATE_SPEC_H
#include "base/knob.h"
#include "calib/calib.h"
#include "calib/given.h"
#include "format/grid.h"
#include "metric/metric.h"
#include "order/order.h"

#include <stdint.h>

struct hs_weights_type;     /* weights/weights.h */
struct hs_attribute_choice; /* attribute/attribute.h */
struct hs_budget_choice;    /* budget/run.h */

/* How the sites of one side (weights, or activations) are quantized. format NULL: they stay float. */
struct hs_side {
    const struct hs_format *format;
    enum hs_granularity granularity;
    size_t group;
    bool symmetric, restricted, dynamic;
    const struct hs_calib_type *strategy;
    double knob[HS_MAX_KNOBS];
    const struct hs_given *given; /* instead of knobs; or NULL. Not owned */
    double stretch;               /* factor on the fitted scales, chosen by an objective; 0 and 1: none */
};

enum hs_context { HS_CONTEXT_QUANTIZED, HS_CONTEXT_FLOAT };
enum hs_measure { HS_MEASURE_FINAL, HS_MEASURE_STEPS };

/* Where a layer's node name or operator matches, a rule changes what it sets. The last match wins, field by field. */
struct hs_rule {
    const char *match; /* glob over node names */
    bool sets_weights, sets_activations, sets_method;
    struct hs_side weights, activations;
    const struct hs_weights_type *method;
    double method_knob[HS_MAX_KNOBS];
    const struct hs_given *method_given; /* what a method that takes a file takes; or NULL. Not owned */
};
/* A further node whose output is a site. */
struct hs_site_rule {
    const char *match;
    struct hs_side side;
};

struct hs_objective_type; /* propagate/objective.h */
struct hs_objective_choice {
    const struct hs_objective_type *type; /* NULL: tensor */
    double knob[HS_MAX_KNOBS];
};

struct hs_order_choice {
    const struct hs_order_type *type;
    double knob[HS_MAX_KNOBS];
    const char *const *names; /* explicit: NULL-ended node names */
    int index;                /* random: which of its levels */
};

struct hs_spec {
    uint64_t seed;
    struct hs_convention convention;
    bool codes; /* layers that can multiply codes do, instead of dequantized values (codes.h) */
    struct hs_side weights, activations;
    const struct hs_weights_type *method;
    double method_knob[HS_MAX_KNOBS];
    const struct hs_given *method_given; /* as in a rule */
    struct hs_order_choice order;
    enum hs_context context;
    struct hs_objective_choice objective;
    enum hs_measure measure;
    size_t skips, rules, sites, metrics;
    const char *const *skip; /* operators ("conv2d", "norm" for every norm) or node globs */
    const struct hs_rule *rule;
    const struct hs_site_rule *site;
    const struct hs_metric_type *const *metric;
    /* What is asked about the finished trial. Not part of hs_spec_hash: those rooms are above this one. */
    size_t analyses;
    const struct hs_attribute_choice *analysis;
    const struct hs_budget_choice *budget; /* or NULL */
};

#endif
