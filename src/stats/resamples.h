/* resamples.h - inside stats: what resamples.c draws and bca.c sums. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_STATS_RESAMPLES_H
#define HS_STATS_RESAMPLES_H
#include "stats/stats.h"

#include <stdbool.h>

enum { HS_BOOTSTRAP_ROWS = 200 }; /* fewer have no interval */

struct hs_resamples {
    size_t n, units, resamples;
    double level;
    uint32_t *unit;  /* of each row; NULL: each row is its own */
    uint8_t *count;  /* resamples * units: how often each was drawn; NULL: too few for an interval */
};

#endif
