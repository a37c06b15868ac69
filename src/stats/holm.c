/* holm.c - many tests at once: p values that keep the chance of any false claim. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/ranks.h"
#include "stats/stats.h"

#include "base/mem.h"

#include <math.h>

enum hs_status hs_stats_holm(const double *p, size_t n, size_t family, double *adjusted, struct hs_err *e)
{
    struct hs_ranked *r = hs_alloc(n, sizeof *r);
    size_t known = 0;
    double so_far = 0;
    if (!r) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < n; i++) {
        adjusted[i] = NAN;
        if (!isnan(p[i])) r[known++] = (struct hs_ranked){.x = p[i], .at = i};
    }
    if (family < known) family = known;
    hs_stats_ranks(r, known);
    for (size_t i = 0; i < known; i++) {
        so_far = fmax(so_far, fmin(1, (double)(family - i) * r[i].x));
        adjusted[r[i].at] = so_far;
    }
    hs_free(r);
    return HS_OK;
}
