/* pick.c - the rosters as a config sees them. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attribute/attribute.h"
#include "budget/budget.h"
#include "calib/roster.h"
#include "experiment/schema.h"
#include "format/format.h"
#include "metric/metric.h"
#include "order/order.h"
#include "propagate/objective.h"
#include "transform/transform.h"
#include "weights/weights.h"

#define ROSTER(kind, type, roster)                                                             \
    static const void *kind##_at(size_t i) { return (roster)[i]; }                             \
    static const char *kind##_name(const void *m) { return ((const struct type *)m)->name; }
#define KNOBS(kind, type)                                                                      \
    static const struct hs_knob *kind##_knob(const void *m)                                    \
    {                                                                                          \
        return ((const struct type *)m)->knob;                                                 \
    }

ROSTER(format, hs_format, hs_format_roster)
ROSTER(metric, hs_metric_type, hs_metric_roster)
ROSTER(calib, hs_calib_type, hs_calib_roster)
KNOBS(calib, hs_calib_type)
ROSTER(method, hs_weights_type, hs_weights_roster)
KNOBS(method, hs_weights_type)
ROSTER(order, hs_order_type, hs_order_roster)
KNOBS(order, hs_order_type)
ROSTER(attribute, hs_attribute_type, hs_attribute_roster)
KNOBS(attribute, hs_attribute_type)
ROSTER(budget, hs_budget_type, hs_budget_roster)
KNOBS(budget, hs_budget_type)
ROSTER(objective, hs_objective_type, hs_objective_roster)
KNOBS(objective, hs_objective_type)
ROSTER(transform, hs_transform_type, hs_transform_roster)
KNOBS(transform, hs_transform_type)

/* clang-format off */
const struct hs_pick_from
hs_pick_format = {.what = "number format", .list = "formats", .at = format_at, .name = format_name, .none = true},
hs_pick_metric = {.what = "metric", .list = "metrics", .at = metric_at, .name = metric_name},
hs_pick_calib = {.what = "calibration strategy", .list = "strategies", .at = calib_at, .name = calib_name, .knob = calib_knob},
hs_pick_method = {.what = "weight method", .list = "methods", .at = method_at, .name = method_name, .knob = method_knob},
hs_pick_order = {.what = "order", .list = "orders", .at = order_at, .name = order_name, .knob = order_knob},
hs_pick_attribute = {.what = "analysis", .list = "analyses", .at = attribute_at, .name = attribute_name, .knob = attribute_knob},
hs_pick_budget = {.what = "search", .list = "searches", .at = budget_at, .name = budget_name, .knob = budget_knob},
hs_pick_objective = {.what = "objective", .list = "objectives", .at = objective_at, .name = objective_name, .knob = objective_knob},
hs_pick_transform = {.what = "transform", .list = "transforms", .at = transform_at, .name = transform_name, .knob = transform_knob, .none = true};
/* clang-format on */
