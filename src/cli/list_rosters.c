/* list_rosters.c - a table of each roster: names, knobs, sources. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/list_rosters.h"

#include "base/text.h"
#include "calib/roster.h"
#include "format/format.h"
#include "literature/literature.h"
#include "metric/metric.h"
#include "net/op.h"
#include "attribute/attribute.h"
#include "budget/budget.h"
#include "order/order.h"
#include "propagate/objective.h"
#include "transform/transform.h"
#include "weights/weights.h"

#include <string.h>

static const struct hs_column plain_column[] = {
    {"name", false}, {"summary", false}, {"knobs", false}, {"source", false}};
static const struct hs_column table_column[] = {
    {"name", false}, {"summary", false}, {"source", false}};
static const struct hs_column format_column[] = {
    {"name", false}, {"bits", true}, {"summary", false}, {"source", false}};
static const struct hs_column metric_column[] = {
    {"name", false}, {"unit", false}, {"better", false}, {"summary", false}};
/* clang-format off */
static const struct hs_column operator_column[] = {
    {"name", false}, {"inputs", false}, {"attributes", false}, {"parameters", false}, {"summary", false}};
static const struct hs_column knob_column[] = {
    {"of", false}, {"knob", false}, {"default", true}, {"min", true}, {"max", true}, {"meaning", false}};
static const struct hs_column part_column[] = {
    {"operator", false}, {"kind", false}, {"name", false}, {"required", false}, {"meaning", false}};
/* clang-format on */

static bool wanted(struct hs_list_ask *a, const char *name)
{
    bool yes = !a->name || hs_text_match(a->name, name);
    a->found += yes;
    return yes;
}

/* "p=99.99, columns=natural" */
static void knobs_cell(struct hs_table *t, const struct hs_knob *knob)
{
    struct hs_text s = {0};
    for (const struct hs_knob *k = knob; k && k->name; k++) {
        hs_text_add(&s, "%s%s=", k == knob ? "" : ", ", k->name);
        if (k->words)
            hs_text_add(&s, "%s", k->words[(int)k->value]);
        else
            hs_text_add(&s, "%.9g", k->value);
    }
    hs_table_text(t, "%s", s.s ? s.s : "");
    t->failed |= s.failed;
    hs_text_free(&s);
}

/* Default, and the ends of its range: of words the first and the last one. */
static void knob_values(struct hs_table *t, const struct hs_knob *k)
{
    const double value[] = {k->value, k->min, k->max};
    for (int i = 0; i < 3; i++)
        if (k->words)
            hs_table_text(t, "%s", k->words[(int)value[i]]);
        else
            hs_table_number(t, "%.9g", value[i]);
}

static void plain_row(struct hs_list_ask *a, struct hs_table *t, struct hs_table *knobs,
                      const char *name, const char *summary, const struct hs_knob *knob,
                      const char *cite)
{
    if (!wanted(a, name)) return;
    hs_table_text(t, "%s", name);
    hs_table_text(t, "%s", summary);
    knobs_cell(t, knob);
    hs_table_text(t, "%s", cite ? cite : "");
    for (const struct hs_knob *k = knob; k && k->name; k++) {
        hs_table_text(knobs, "%s", name);
        hs_table_text(knobs, "%s", k->name);
        knob_values(knobs, k);
        hs_table_text(knobs, "%s", k->meaning);
    }
}

static void strategies(struct hs_list_ask *a, struct hs_table *t, struct hs_table *detail)
{
    for (const struct hs_calib_type *const *r = hs_calib_roster; *r; r++)
        plain_row(a, t, detail, (*r)->name, (*r)->summary, (*r)->knob, (*r)->cite);
}

static void methods(struct hs_list_ask *a, struct hs_table *t, struct hs_table *detail)
{
    for (const struct hs_weights_type *const *r = hs_weights_roster; *r; r++)
        plain_row(a, t, detail, (*r)->name, (*r)->summary, (*r)->knob, (*r)->cite);
}

static void orders(struct hs_list_ask *a, struct hs_table *t, struct hs_table *detail)
{
    for (const struct hs_order_type *const *r = hs_order_roster; *r; r++)
        plain_row(a, t, detail, (*r)->name, (*r)->summary, (*r)->knob, (*r)->cite);
}

static void transforms(struct hs_list_ask *a, struct hs_table *t, struct hs_table *detail)
{
    for (const struct hs_transform_type *const *r = hs_transform_roster; *r; r++)
        plain_row(a, t, detail, (*r)->name, (*r)->summary, (*r)->knob, (*r)->cite);
}

static void formats(struct hs_list_ask *a, struct hs_table *t, struct hs_table *detail)
{
    (void)detail;
    for (const struct hs_format *const *r = hs_format_roster; *r; r++) {
        if (!wanted(a, (*r)->name)) continue;
        hs_table_text(t, "%s", (*r)->name);
        hs_table_number(t, "%.0f", (*r)->bits);
        hs_table_text(t, "%s", (*r)->summary);
        hs_table_text(t, "%s", (*r)->cite ? (*r)->cite : "");
    }
}

static void metrics(struct hs_list_ask *a, struct hs_table *t, struct hs_table *detail)
{
    (void)detail;
    for (const struct hs_metric_type *const *r = hs_metric_roster; *r; r++) {
        if (!wanted(a, (*r)->name)) continue;
        hs_table_text(t, "%s", (*r)->name);
        hs_table_text(t, "%s", (*r)->unit ? (*r)->unit : "");
        hs_table_text(t, "%s", (*r)->higher_is_better ? "higher" : "lower");
        hs_table_text(t, "%s", (*r)->summary);
    }
}

static void objectives(struct hs_list_ask *a, struct hs_table *t, struct hs_table *detail)
{
    for (const struct hs_objective_type *const *r = hs_objective_roster; *r; r++)
        plain_row(a, t, detail, (*r)->name, (*r)->summary, (*r)->knob, (*r)->cite);
}

static void analyses(struct hs_list_ask *a, struct hs_table *t, struct hs_table *detail)
{
    for (const struct hs_attribute_type *const *r = hs_attribute_roster; *r; r++)
        plain_row(a, t, detail, (*r)->name, (*r)->summary, (*r)->knob, (*r)->cite);
}

static void searches(struct hs_list_ask *a, struct hs_table *t, struct hs_table *detail)
{
    for (const struct hs_budget_type *const *r = hs_budget_roster; *r; r++)
        plain_row(a, t, detail, (*r)->name, (*r)->summary, (*r)->knob, (*r)->cite);
}

static void tables(struct hs_list_ask *a, struct hs_table *t, enum hs_table_kind kind)
{
    for (const struct hs_table_type *const *r = hs_table_roster; *r; r++) {
        if ((*r)->kind != kind || !wanted(a, (*r)->name)) continue;
        hs_table_text(t, "%s", (*r)->name);
        hs_table_text(t, "%s", (*r)->summary);
        hs_table_text(t, "%s", (*r)->cite ? (*r)->cite : "");
    }
}

static void slides(struct hs_list_ask *a, struct hs_table *t, struct hs_table *detail)
{
    (void)detail;
    tables(a, t, HS_SLIDE);
}

static void papers(struct hs_list_ask *a, struct hs_table *t, struct hs_table *detail)
{
    (void)detail;
    tables(a, t, HS_PAPER);
}

static void part_row(struct hs_table *t, const char *op, const char *kind, const char *name,
                     bool required, const char *meaning)
{
    hs_table_text(t, "%s", op);
    hs_table_text(t, "%s", kind);
    hs_table_text(t, "%s", name);
    hs_table_text(t, "%s", required ? "yes" : "no");
    hs_table_text(t, "%s", meaning ? meaning : "");
}

static void operators(struct hs_list_ask *a, struct hs_table *t, struct hs_table *detail)
{
    for (const struct hs_op_type *const *r = hs_op_roster; *r; r++) {
        const struct hs_op_type *op = *r;
        if (!wanted(a, op->name)) continue;
        struct hs_text attrs = {0}, params = {0};
        for (const struct hs_attr_rule *k = op->attr; k && k->name; k++) {
            hs_text_add(&attrs, "%s%s", attrs.n ? " " : "", k->name);
            part_row(detail, op->name, "attribute", k->name, k->required, k->meaning);
        }
        for (const struct hs_param_rule *k = op->param; k && k->name; k++) {
            hs_text_add(&params, "%s%s", params.n ? " " : "", k->name);
            part_row(detail, op->name, "parameter", k->name, k->required, k->meaning);
        }
        hs_table_text(t, "%s", op->name);
        if (op->min_inputs == op->max_inputs)
            hs_table_text(t, "%d", op->min_inputs);
        else
            hs_table_text(t, "%d-%d", op->min_inputs, op->max_inputs);
        hs_table_text(t, "%s", attrs.s ? attrs.s : "");
        hs_table_text(t, "%s", params.s ? params.s : "");
        hs_table_text(t, "%s", op->summary);
        t->failed |= attrs.failed || params.failed;
        hs_text_free(&attrs), hs_text_free(&params);
    }
}

/* clang-format off */
#define COLUMNS(array) (array), sizeof(array) / sizeof *(array)
const struct hs_list_roster hs_list_rosters[HS_LIST_ROSTERS + 1] = {
    {"strategies", "Calibration strategies: observed values -> grid", COLUMNS(plain_column),
     "knobs", COLUMNS(knob_column), strategies},
    {"formats", "Number formats", COLUMNS(format_column),
     NULL, COLUMNS(knob_column), formats},
    {"methods", "Methods: how a weight is rounded onto its grid", COLUMNS(plain_column),
     "knobs", COLUMNS(knob_column), methods},
    {"transforms", "Transforms: rewritings of the float network before it is quantized", COLUMNS(plain_column),
     "knobs", COLUMNS(knob_column), transforms},
    {"orders", "Orders: which layer is quantized next", COLUMNS(plain_column),
     "knobs", COLUMNS(knob_column), orders},
    {"objectives", "Objectives: whose error a grid minimises", COLUMNS(plain_column),
     "knobs", COLUMNS(knob_column), objectives},
    {"analyses", "Analyses of a finished trial: who causes the error", COLUMNS(plain_column),
     "knobs", COLUMNS(knob_column), analyses},
    {"searches", "Searches for one format a layer within a budget", COLUMNS(plain_column),
     "knobs", COLUMNS(knob_column), searches},
    {"metrics", "Metrics", COLUMNS(metric_column),
     NULL, COLUMNS(knob_column), metrics},
    {"operators", "Operators of networks", COLUMNS(operator_column),
     "parts", COLUMNS(part_column), operators},
    {"slides", "Examples of the lecture: halfstep slides NAME", COLUMNS(table_column),
     NULL, COLUMNS(knob_column), slides},
    {"papers", "Tables of papers: halfstep paper NAME", COLUMNS(table_column),
     NULL, COLUMNS(knob_column), papers},
};
/* clang-format on */
