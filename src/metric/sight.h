/* sight.h - which predictions of a sample count, and what each metric sums over them. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_METRIC_SIGHT_H
#define HS_METRIC_SIGHT_H
#include "metric/metric.h"

/* Masked positions never count. */
static inline bool hs_sight_counts(const struct hs_sight *s, size_t position)
{
    return !s->mask || s->mask[position] != 0;
}
/* The label of a position, or -1 where there is none. */
static inline long hs_sight_label(const struct hs_sight *s, size_t position)
{
    if (!s->target || !hs_sight_counts(s, position)) return -1;
    return s->target[position] < 0 ? -1 : (long)s->target[position];
}

#endif
