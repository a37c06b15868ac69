/* budget.h - one format for every layer, so that the network fits a budget and its output's error is small.
 *
 * A search sees a model and nothing else: options (a layer at a format) with a cost and an error, and for some searches
 * what two options do together. What the model says of an assignment is its prediction; whoever proposes one measures it. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_BUDGET_H
#define HS_BUDGET_H
#include "base/err.h"
#include "base/knob.h"

#include <stdbool.h>
#include <stddef.h>

/* The options of layer i are first[i] .. first[i + 1] - 1, at least one. An assignment lists one option a layer. */
struct hs_budget_problem {
    size_t layers;
    const size_t *first; /* layers + 1 */
    const double *cost;  /* of each option: whole numbers, so that sums are exact */
    const double *error; /* of each option: the output's error with this layer alone at this format */
    const double *pair;  /* options x options, symmetric: error of both less that of each; not read within a layer.
                            NULL: not known */
};

struct hs_budget_type {
    const char *name, *summary, *cite;
    int version;
    const struct hs_knob *knob; /* ends with a NULL name; or NULL */
    bool pairs;                 /* needs problem.pair, and its prediction has the interactions in it */
    /* The limit is at least the least cost. *proven: no assignment within the limit has less error in the model. */
    enum hs_status (*search)(const struct hs_budget_problem *, double limit, const double *knob, size_t *option,
                             bool *proven, struct hs_err *);
};
extern const struct hs_budget_type *const hs_budget_roster[]; /* ends with NULL */

/* Runs a search. HS_ECONFIG where not even the cheapest assignment is within the limit, HS_ENUM where an error is not
 * finite. option: `layers` of them. */
enum hs_status hs_budget_search(const struct hs_budget_type *, const struct hs_budget_problem *, double limit,
                                const double *knob, size_t *option, bool *proven, struct hs_err *);

/* Of an assignment: its cost, and its error in the model, with or without interactions. */
double hs_budget_cost(const struct hs_budget_problem *, const size_t *option);
double hs_budget_error(const struct hs_budget_problem *, const size_t *option, bool pairs);
/* The cheapest option of every layer; of equals the one with less error. */
void hs_budget_cheapest(const struct hs_budget_problem *, size_t *option);

/* Members that others begin with. */
extern const struct hs_budget_type hs_budget_greedy, hs_budget_exact;

#endif
