/* schema.h - every key that a config may have: one table that decodes, defaults, checks,
 * documents and echoes. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_EXPERIMENT_SCHEMA_H
#define HS_EXPERIMENT_SCHEMA_H
#include "base/knob.h"

#include <stdbool.h>
#include <stddef.h>

struct hs_text;

/* Names of the rows. Those from HS_ROW_RULE on belong to an item of scheme.overrides, those
 * from HS_ROW_SITE on to a site; the rest are the config's own, in the order in which they are
 * documented and in which factors unfold. */
/* clang-format off */
enum hs_row_name {
    HS_ROW_NAME, HS_ROW_QUESTION, HS_ROW_SEED, HS_ROW_NETWORK, HS_ROW_TASK, HS_ROW_OUTPUT,
    HS_ROW_CALIBRATION, HS_ROW_CALIBRATION_FILE, HS_ROW_CALIBRATION_SPLIT, HS_ROW_CALIBRATION_INPUTS,
    HS_ROW_CALIBRATION_TARGETS, HS_ROW_CALIBRATION_MASK, HS_ROW_CALIBRATION_CLUSTER, HS_ROW_CALIBRATION_ROWS,
    HS_ROW_CALIBRATION_SAMPLES, HS_ROW_DRAWS,
    HS_ROW_EVALUATION, HS_ROW_EVALUATION_FILE, HS_ROW_EVALUATION_SPLIT, HS_ROW_EVALUATION_INPUTS,
    HS_ROW_EVALUATION_TARGETS, HS_ROW_EVALUATION_MASK, HS_ROW_EVALUATION_CLUSTER, HS_ROW_EVALUATION_ROWS,
    HS_ROW_EVALUATION_SAMPLES,
    HS_ROW_CONVENTION, HS_ROW_ROUNDING, HS_ROW_ZERO_POINT, HS_ROW_DIVIDE, HS_ROW_PRODUCTS,
    HS_ROW_WEIGHTS, HS_ROW_WEIGHTS_FORMAT, HS_ROW_WEIGHTS_GRANULARITY, HS_ROW_WEIGHTS_SYMMETRIC, HS_ROW_WEIGHTS_RANGE,
    HS_ROW_ACTIVATIONS, HS_ROW_ACTIVATIONS_FORMAT, HS_ROW_ACTIVATIONS_GRANULARITY, HS_ROW_ACTIVATIONS_SYMMETRIC,
    HS_ROW_ACTIVATIONS_RANGE, HS_ROW_ACTIVATIONS_DYNAMIC,
    HS_ROW_SKIP, HS_ROW_OVERRIDES, HS_ROW_SITES,
    HS_ROW_WEIGHTS_STRATEGY, HS_ROW_ACTIVATIONS_STRATEGY,
    HS_ROW_TRANSFORM, HS_ROW_METHOD, HS_ROW_ORDER, HS_ROW_CONTEXT, HS_ROW_OBJECTIVE, HS_ROW_MEASURE, HS_ROW_METRICS, HS_ROW_ATTRIBUTION,
    HS_ROW_BUDGET, HS_ROW_BUDGET_FORMATS, HS_ROW_BUDGET_SIDES, HS_ROW_BUDGET_OF, HS_ROW_BUDGET_AT, HS_ROW_BUDGET_SEARCH,
    HS_ROW_TABLES, HS_ROW_FIGURES, HS_ROW_WIDTH, HS_ROW_ZIP, HS_ROW_EXCLUDE, HS_ROW_ALLOW_NONFINITE,
    HS_ROW_RULE, HS_ROW_RULE_MATCH = HS_ROW_RULE,
    HS_ROW_RULE_WEIGHTS, HS_ROW_RULE_WEIGHTS_FORMAT, HS_ROW_RULE_WEIGHTS_GRANULARITY, HS_ROW_RULE_WEIGHTS_SYMMETRIC,
    HS_ROW_RULE_WEIGHTS_RANGE, HS_ROW_RULE_WEIGHTS_STRATEGY,
    HS_ROW_RULE_ACTIVATIONS, HS_ROW_RULE_ACTIVATIONS_FORMAT, HS_ROW_RULE_ACTIVATIONS_GRANULARITY,
    HS_ROW_RULE_ACTIVATIONS_SYMMETRIC, HS_ROW_RULE_ACTIVATIONS_RANGE, HS_ROW_RULE_ACTIVATIONS_DYNAMIC,
    HS_ROW_RULE_ACTIVATIONS_STRATEGY,
    HS_ROW_RULE_METHOD,
    HS_ROW_SITE, HS_ROW_SITE_FORMAT = HS_ROW_SITE, HS_ROW_SITE_GRANULARITY, HS_ROW_SITE_SYMMETRIC, HS_ROW_SITE_RANGE,
    HS_ROW_SITE_DYNAMIC, HS_ROW_SITE_STRATEGY,
    HS_ROWS
};
/* clang-format on */

enum hs_value_kind {
    HS_VALUE_SECTION, /* a mapping whose keys have rows of their own; may also be the word
                         `none` */
    HS_VALUE_TEXT,
    HS_VALUE_NAME,
    HS_VALUE_FILE,
    HS_VALUE_SEED,
    HS_VALUE_COUNT,
    HS_VALUE_REAL,
    HS_VALUE_FLAG,
    HS_VALUE_WORD,
    HS_VALUE_RANGE,       /* "0:1000" */
    HS_VALUE_GRANULARITY, /* a word, or group:N */
    HS_VALUE_PICK,        /* a member of a roster, by name or {name: {knob: value}} */
    HS_VALUE_RULES,
    HS_VALUE_SITES,
    HS_VALUE_ZIP,
    HS_VALUE_EXCLUDE,
};
enum hs_many {
    HS_ONE,
    HS_FACTOR, /* a list unfolds into trials */
    HS_LIST,   /* the list is the value */
};

/* A roster as the config sees it: members by position, their names and knobs. */
struct hs_pick_from {
    const char *what, *list;   /* "calibration strategy"; the word for `halfstep list` */
    const void *(*at)(size_t); /* NULL past the end */
    const char *(*name)(const void *);
    const struct hs_knob *(*knob)(const void *); /* or NULL */
    bool none;                                   /* the word `none` is a choice too */
};
extern const struct hs_pick_from hs_pick_format, hs_pick_calib, hs_pick_method, hs_pick_order,
    hs_pick_metric, hs_pick_attribute, hs_pick_budget, hs_pick_objective, hs_pick_transform;

struct hs_row {
    const char *path; /* dotted; "[]" is an item of a list, "*" any key */
    enum hs_value_kind kind;
    enum hs_many many;
    const char *otherwise;    /* the default, as YAML; NULL: none */
    const char *otherwise_is; /* the default in words, where it is not one value */
    double min, max;          /* HS_VALUE_COUNT, HS_VALUE_REAL */
    const char *const *words; /* HS_VALUE_WORD, NULL-ended */
    const struct hs_pick_from *from;
    bool required;
    const char *meaning;
};
extern const struct hs_row hs_schema[HS_ROWS];

/* Name of the row with a path, or HS_ROWS. */
enum hs_row_name hs_schema_find(const char *path);
/* The config reference in Markdown, made from the table. */
void hs_schema_explain(struct hs_text *);

#endif
