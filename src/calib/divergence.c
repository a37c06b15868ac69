/* divergence.c - the divergence of a cut histogram from prefix sums: levels logarithms a candidate, not bins. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/divergence.h"

#include "base/mem.h"

#include <math.h>

const char *const hs_zero_rules[] = {"keep", "drop", "second", NULL};

void hs_zero_rule(double *count, enum hs_zero_rule rule)
{
    if (rule == HS_ZERO_DROP) count[0] = 0;
    if (rule == HS_ZERO_SECOND) count[0] = count[1];
}

void hs_magnitude_bins(const struct hs_summary *s, const struct hs_facts *f, bool positive, double amax,
                       double *count, size_t bins)
{
    struct hs_mass (*below_of)(const struct hs_summary *, double) =
        positive ? hs_summary_below : hs_summary_magnitude_below;
    double before = 0;
    for (size_t i = 0; i < bins; i++) {
        double edge = amax * ((double)(i + 1) / (double)bins);
        double below = i + 1 == bins ? (double)f->count : rint(below_of(s, edge).count);
        count[i] = fmax(below - before, 0);
        before = fmax(below, before);
    }
}

size_t hs_divergence_levels(const struct hs_target *t, const struct hs_facts *f)
{
    if (t->format->kind != HS_INTEGER) return 128;
    bool one_sided = f->lo >= 0 || f->hi <= 0;
    bool whole = !t->format->is_signed || (!t->symmetric && one_sided);
    return (size_t)1 << (whole ? t->format->bits : t->format->bits - 1);
}

struct sums {
    double *count, *full, *plogp; /* over the first i bins: counts, non-empty bins, sum of n log n */
};

static double xlogx(double x) { return x > 0 ? x * log(x) : 0; }

/* KL(P || Q) of a cut after i bins, all in counts: with N the total and M what lies inside,
 * sum p log p - log N - (sum p log q - N log M) over N. */
static double divergence(const struct sums *u, const double *count, const struct hs_divergence *how, size_t i)
{
    size_t levels = how->levels;
    double total = u->count[how->bins], inside = u->count[i], outside = total - inside, last = count[i - 1];
    bool missing = last <= 0 && outside > 0;
    if (inside <= 0 || (missing && how->floor <= 0)) return INFINITY;
    double plogp = u->plogp[i] - xlogx(last) + xlogx(last + outside), plogq = 0, share = 0;
    for (size_t l = 0, from = 0; l < levels; l++) {
        size_t to = ((l + 1) * i + levels - 1) / levels; /* bins j with j levels / i < l + 1 */
        double mass = u->count[to] - u->count[from], full = u->full[to] - u->full[from];
        if (mass > 0) plogq += mass * (share = log(mass / full));
        from = to;
    }
    if (missing) share = log(how->floor) + log(inside);
    plogq += outside * share; /* otherwise the last bin is not empty, and share is its run's */
    return (plogp - total * log(total) - plogq + total * log(inside)) / total;
}

enum hs_status hs_divergence_least(const double *count, const struct hs_divergence *how, size_t *cut,
                                   long *candidates, struct hs_err *e)
{
    size_t n = how->bins;
    double *room = hs_alloc_zeroed(3 * (n + 1), sizeof *room), least = INFINITY;
    if (!room) return HS_OUT_OF_MEMORY(e);
    struct sums u = {.count = room, .full = room + n + 1, .plogp = room + 2 * (n + 1)};
    for (size_t i = 0; i < n; i++) {
        u.count[i + 1] = u.count[i] + count[i];
        u.full[i + 1] = u.full[i] + (count[i] > 0);
        u.plogp[i + 1] = u.plogp[i] + xlogx(count[i]);
    }
    *cut = n;
    *candidates = 0;
    for (size_t i = how->first; i <= n && i > 0; i += how->stride, ++*candidates) {
        double d = divergence(&u, count, how, i);
        if (d < least || (how->last && d == least && isfinite(d))) *cut = i, least = d;
    }
    hs_free(room);
    return HS_OK;
}
