/* swarm.c - points beside one another where they would cover one another. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/swarm.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void hs_swarm_sort(double *x, size_t n) { qsort(x, n, sizeof *x, ascending); }

void hs_swarm_spread(const double *at, size_t n, double room, double *offset)
{
    const double apart = 0.05, step = 0.0125;
    for (size_t i = 0; i < n; i++) {
        double try = 0;
        for (size_t k = 0; k < 64; k++) {
            try = (k % 2 ? 1 : -1) * step * (double)((k + 1) / 2);
            bool hit = false;
            for (size_t j = i; j-- > 0 && at[i] - at[j] < apart && !hit;)
                hit = hypot(at[i] - at[j], try - offset[j]) < apart;
            if (!hit || fabs(try) > room) break;
        }
        offset[i] = fabs(try) > room ? 0 : try;
    }
}
