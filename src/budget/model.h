/* model.h - inside budget/: what the searches are told about a network, and specs for what they answer. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_BUDGET_MODEL_H
#define HS_BUDGET_MODEL_H
#include "budget/run.h"
#include "propagate/layer.h"

struct hs_budget_model {
    struct hs_lab *l;
    const struct hs_spec *spec;
    const struct hs_budget_choice *choice;
    struct hs_arena *arena;
    size_t layers, options;
    struct hs_layer *layer;           /* as the spec has them, execution order */
    size_t *first;                    /* layers + 1 */
    struct hs_layer *at;              /* of each option: the layer at its format */
    const struct hs_format **format;  /* of each option; NULL: float32, or (fixed) the spec's own */
    bool *fixed;                      /* of each layer: nothing to choose */
    struct hs_quant *quant;           /* of each option, in the float network */
    double *cost, *error, *pair;      /* as in the problem; pair NULL until it is asked for */
    double whole;                     /* what float32 costs */
    double networks, pair_networks;   /* measured for the errors, for the pairs */
    bool scaled;                      /* pairs: one pair of formats measured for every two layers */
};

/* A layer that has a choice, and with a format in place of its own. */
bool hs_budget_chooses(const struct hs_layer *, bool both);
void hs_budget_set(struct hs_layer *, const struct hs_format *, bool both);
/* Cost of a layer without metadata, and of the float one. */
double hs_budget_codes(const struct hs_net *, const struct hs_layer *, enum hs_budget_of);
double hs_budget_float(const struct hs_net *, const struct hs_layer *, enum hs_budget_of);
/* The same of quantized weights with what their grids need. */
double hs_budget_price_of(const struct hs_net *, const struct hs_layer *, const struct hs_quant *, enum hs_budget_of);

/* Options, costs and errors of each alone. Memory from m->arena. */
enum hs_status hs_budget_model(struct hs_budget_model *, struct hs_err *);
/* What every two options do together. full: up to so many pairs all are measured; beyond, for every two layers the middle
 * ones of their options, and the rest is scaled by the roots of the errors. Once. */
enum hs_status hs_budget_interactions(struct hs_budget_model *, double full, struct hs_err *);
struct hs_budget_problem hs_budget_problem_of(const struct hs_budget_model *);
/* The spec with every layer that has a choice at its format. format: one a layer, not read where the layer is fixed. */
enum hs_status hs_budget_spec(const struct hs_net *, const struct hs_spec *, bool both, const struct hs_format *const *format,
                              struct hs_arena *, struct hs_spec *, struct hs_err *);

#endif
