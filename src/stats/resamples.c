/* resamples.c - what a bootstrap draws, as counts: every figure of it is one product. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/resamples.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

static int by_id(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static uint32_t place(const uint32_t *sorted, size_t units, uint32_t id)
{
    size_t lo = 0, hi = units;
    while (hi - lo > 1) {
        size_t mid = lo + (hi - lo) / 2;
        if (sorted[mid] <= id)
            lo = mid;
        else
            hi = mid;
    }
    return (uint32_t)lo;
}

/* Numbers the clusters by ascending id: unit[i] is that of row i. */
static enum hs_status number(struct hs_resamples *r, const uint32_t *cluster, struct hs_err *e)
{
    uint32_t *sorted = hs_alloc(r->n, sizeof *sorted);
    r->unit = hs_alloc(r->n, sizeof *r->unit);
    if (!sorted || !r->unit) {
        hs_free(sorted);
        return HS_OUT_OF_MEMORY(e);
    }
    memcpy(sorted, cluster, r->n * sizeof *sorted);
    qsort(sorted, r->n, sizeof *sorted, by_id);
    r->units = 0;
    for (size_t i = 0; i < r->n; i++)
        if (i == 0 || sorted[i] != sorted[i - 1]) sorted[r->units++] = sorted[i];
    for (size_t i = 0; i < r->n; i++) r->unit[i] = place(sorted, r->units, cluster[i]);
    hs_free(sorted);
    return HS_OK;
}

/* Uniform in 0 .. n-1 without bias (Lemire 2019): one product, and a division only where a draw
 * may be unfair. */
static uint32_t draw(gsl_rng *g, uint32_t n)
{
    uint64_t m = (uint64_t)(uint32_t)gsl_rng_get(g) * n;
    if ((uint32_t)m < n) {
        uint32_t unfair = -n % n;
        while ((uint32_t)m < unfair) m = (uint64_t)(uint32_t)gsl_rng_get(g) * n;
    }
    return (uint32_t)(m >> 32);
}

/* A count fits a byte: below 256 units it cannot be larger, above it would have a probability
 * of 1e-500. */
static enum hs_status count(struct hs_resamples *r, gsl_rng *g, struct hs_err *e)
{
    r->count = hs_alloc_zeroed(r->resamples * r->units, sizeof *r->count);
    if (!r->count) return HS_OUT_OF_MEMORY(e);
    bool bits32 = gsl_rng_min(g) == 0 && gsl_rng_max(g) == 0xffffffffu;
    for (size_t b = 0; b < r->resamples; b++) {
        uint8_t *c = r->count + b * r->units;
        for (size_t i = 0; i < r->units; i++)
            c[bits32 ? draw(g, (uint32_t)r->units) : gsl_rng_uniform_int(g, r->units)]++;
    }
    return HS_OK;
}

enum hs_status hs_resamples_open(size_t n, const uint32_t *cluster,
                                 const struct hs_bootstrap *b, gsl_rng *g,
                                 struct hs_resamples **out, struct hs_err *e)
{
    *out = NULL;
    if (!(b->level > 0 && b->level < 1) || b->resamples < 2)
        return HS_FAIL(
            e, HS_ENUM,
            "a bootstrap at level %g with %zu resamples: the level lies between 0 and 1, "
            "the resamples are 2 at least",
            b->level, b->resamples);
    struct hs_resamples *r = hs_alloc_zeroed(1, sizeof *r);
    if (!r) return HS_OUT_OF_MEMORY(e);
    *r =
        (struct hs_resamples){.n = n, .units = n, .resamples = b->resamples, .level = b->level};
    enum hs_status st = HS_OK;
    if (n >= HS_BOOTSTRAP_ROWS) {
        if (cluster) st = number(r, cluster, e);
        if (st == HS_OK && r->units >= 2) st = count(r, g, e);
    }
    if (st == HS_OK)
        *out = r;
    else
        hs_resamples_close(r);
    return st;
}

void hs_resamples_close(struct hs_resamples *r)
{
    if (!r) return;
    hs_free(r->unit);
    hs_free(r->count);
    hs_free(r);
}
