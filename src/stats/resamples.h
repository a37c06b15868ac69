/* resamples.h - inside stats: what resamples.c draws and bca.c sums. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_STATS_RESAMPLES_H
#define HS_STATS_RESAMPLES_H
#include "stats/stats.h"
#include "tensor/isa.h"

#include <stdbool.h>

enum { HS_BOOTSTRAP_ROWS = 200 }; /* fewer have no interval */

struct hs_resamples {
    size_t n, units, resamples;
    double level;
    uint32_t *unit;  /* of each row; NULL: each row is its own */
    uint8_t *count;  /* resamples * units: how often each was drawn; NULL: too few for an interval */
};

/* sum[0], sum[1]: count[i] times x[i], y[i] over i < n, in an order that depends on n alone. */
typedef void hs_weigher(const uint8_t *count, const double *x, const double *y, size_t n, double *sum);
hs_weigher *hs_weigher_for(enum hs_isa); /* all give the same bits */

#endif
