/* divergence.c - a cut histogram by prefix sums: levels logarithms a candidate, not bins. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "calib/divergence.h"

#include "base/mem.h"
#include "calib/elementary.h"

#include <math.h>
#include <stdio.h>

const char *const hs_zero_rules[] = {"keep", "drop", "second", NULL};

void hs_zero_rule(double *count, enum hs_zero_rule rule)
{
    if (rule == HS_ZERO_DROP) count[0] = 0;
    if (rule == HS_ZERO_SECOND) count[0] = count[1];
}

void hs_magnitude_bins(const struct hs_summary *s, const struct hs_facts *f, bool positive,
                       double amax, double *count, size_t bins)
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

#ifdef HS_X86_KERNELS
#define CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define CLONES
#endif

enum { LANES = 8 };

struct sums {
    double *count, *full,
        *plogp;            /* over the first i bins: counts, non-empty bins, sum of n log n */
    double *mass, *spread; /* scratch: of each level, padded to whole lanes */
};

static double xlogx(double x) { return x > 0 ? x * hs_logarithm(x) : 0; }

/* sum mass log(mass / spread) in fixed order; a level without mass adds 0. */
CLONES static double spread_out(const double *mass, const double *spread, size_t n)
{
    double lane[LANES] = {0}, sum = 0;
    for (size_t i = 0; i < n; i += LANES)
        for (size_t j = 0; j < LANES; j++) {
            double m = mass[i + j], v = m > 0 ? m / spread[i + j] : 1;
            lane[j] += m * hs_logarithm(v);
        }
    for (int j = 0; j < LANES; j++) sum += lane[j];
    return sum;
}

static size_t padded(size_t levels) { return (levels + LANES - 1) / LANES * LANES; }

/* KL(P || Q) of a cut after i bins, all in counts: with N the total and M what lies inside,
 * sum p log p - log N - (sum p log q - N log M) over N. */
static double divergence(const struct sums *u, const double *count,
                         const struct hs_divergence *how, size_t i)
{
    size_t levels = how->levels, from = 0, each = i / levels, more = i % levels;
    double total = u->count[how->bins], inside = u->count[i], outside = total - inside,
           last = count[i - 1], share = 0;
    bool missing = last <= 0 && outside > 0;
    if (inside <= 0 || (missing && how->floor <= 0)) return INFINITY;
    for (size_t l = 0, floor = 0, rest = 0; l < levels; l++) {
        floor += each;
        if ((rest += more) >= levels) rest -= levels, floor++;
        size_t to =
            floor +
            (rest >
             0); /* bins j with j levels / i < l + 1: the ceiling of (l + 1) i / levels */
        u->mass[l] = u->count[to] - u->count[from];
        u->spread[l] = u->full[to] - u->full[from];
        from = to;
    }
    if (missing)
        share = hs_logarithm(how->floor) + hs_logarithm(inside);
    else if (outside > 0)
        share = hs_logarithm(u->mass[levels - 1] /
                             u->spread[levels - 1]); /* the last bin is not empty */
    double plogp = u->plogp[i] - xlogx(last) + xlogx(last + outside);
    double plogq = spread_out(u->mass, u->spread, padded(levels)) + outside * share;
    return (plogp - xlogx(total) - plogq + total * hs_logarithm(inside)) / total;
}

enum hs_status hs_divergence_least(const double *count, const struct hs_divergence *how,
                                   size_t *cut, long *candidates, struct hs_err *e)
{
    size_t n = how->bins, levels = padded(how->levels);
    double *room = hs_alloc_zeroed(3 * (n + 1) + 2 * levels, sizeof *room), least = INFINITY;
    if (!room) return HS_OUT_OF_MEMORY(e);
    struct sums u = {.mass = room, .spread = room + levels, .count = room + 2 * levels};
    u.full = u.count + n + 1;
    u.plogp = u.full + n + 1;
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

void hs_divergence_warn(struct hs_fit *fit, const struct hs_summary *s, const struct hs_facts *f)
{
    double above = nextafter(fit->hi, INFINITY), n = (double)f->count;
    double inside = rint(hs_summary_below(s, above).count) - rint(hs_summary_below(s, fit->lo).count);
    if (inside >= n / 2 || (f->lo <= 0 && f->hi >= 0)) return;
    snprintf(fit->warning, sizeof fit->warning,
             "%.6g %% of the values clip: they are far from zero, where a cut before them diverges least; take another strategy",
             100 * (n - inside) / n);
}
