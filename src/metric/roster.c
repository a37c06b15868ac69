/* roster.c - every metric there is. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metric/metric.h"

#include <stddef.h>

#define MEMBER(n) extern const struct hs_metric_type hs_metric_##n;
#include "metric/roster.inc"
#undef MEMBER

const struct hs_metric_type *const hs_metric_roster[] = {
#define MEMBER(n) &hs_metric_##n,
#include "metric/roster.inc"
#undef MEMBER
    NULL};
