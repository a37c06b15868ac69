/* run.h - mixed precision on a trial: the errors of layers at several formats, searches over them, and every assignment
 * that they propose measured. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_BUDGET_RUN_H
#define HS_BUDGET_RUN_H
#include "budget/budget.h"
#include "propagate/table.h"
#include "propagate/walk.h"

enum hs_budget_of {
    HS_BUDGET_MEMORY, /* bits of the weights, metadata included */
    HS_BUDGET_BITOPS, /* products a sample x bits of a weight x bits of an activation, metadata left out */
};
extern const char *const hs_budget_of_names[]; /* "memory", "bitops"; NULL-ended */

struct hs_budget_search_choice {
    const struct hs_budget_type *type;
    double knob[HS_MAX_KNOBS];
};

/* What a config asks for. */
struct hs_budget_choice {
    enum hs_budget_of of;
    bool both;       /* a layer's input gets the format, too; else its weights alone */
    size_t formats;  /* every layer gets one of these */
    const struct hs_format *const *format; /* NULL: stays float32 */
    size_t shares;   /* budgets, as shares of what float32 costs; none: even steps between the cheapest and the dearest */
    const double *share;
    size_t searches;
    const struct hs_budget_search_choice *search;
};

/* Before anything runs: calibration data, formats that a side cannot take, budgets that not even the codes of the cheapest
 * assignment fit into. The sentence begins with the key. */
enum hs_status hs_budget_check(const struct hs_net *, const struct hs_spec *, const struct hs_budget_choice *,
                               bool has_calibration, struct hs_err *);
/* Adds all that decides the outcome, versions of the searches included. */
void hs_budget_hash(const struct hs_budget_choice *, struct hs_hash *);

/* After a trial's walk: adds the tables `budget` and `budget_layers` to its trace. Chosen on the calibration data, measured
 * on that and on the evaluation data. Layers are quantized in the order in which the trial quantized them. */
enum hs_status hs_budget(struct hs_lab *, const struct hs_spec *, const struct hs_budget_choice *, struct hs_trace *,
                         struct hs_err *);

#endif
