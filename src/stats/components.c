/* components.c - what a figure varies with: variance components of a crossed layout, and how sure they are. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/mem.h"
#include "stats/stats.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

enum { SETS = HS_COMPONENTS };

struct layout {
    size_t ways, n[HS_WAYS], cells;
};

/* Where the cell with these levels stands among the means over all factors that are not in `set`. */
static size_t project(const struct layout *l, unsigned set, const size_t *level)
{
    size_t at = 0;
    for (size_t f = 0; f < l->ways; f++)
        if (set >> f & 1) at = at * l->n[f] + level[f];
    return at;
}

static void split(const struct layout *l, size_t cell, size_t *level)
{
    for (size_t f = l->ways; f-- > 0; cell /= l->n[f]) level[f] = cell % l->n[f];
}

static size_t levels_of(const struct layout *l, unsigned set)
{
    size_t n = 1;
    for (size_t f = 0; f < l->ways; f++)
        if (set >> f & 1) n *= l->n[f];
    return n;
}

/* Means over the factors outside each set, one table a set. */
static void average(const struct layout *l, const double *y, double *const *mean)
{
    size_t level[HS_WAYS];
    for (unsigned set = 0; set < 1u << l->ways; set++) {
        size_t n = levels_of(l, set);
        for (size_t i = 0; i < n; i++) mean[set][i] = 0;
        for (size_t c = 0; c < l->cells; c++) {
            split(l, c, level);
            mean[set][project(l, set, level)] += y[c];
        }
        for (size_t i = 0; i < n; i++) mean[set][i] /= (double)(l->cells / n);
    }
}

static int parity(unsigned x) { return __builtin_popcount(x) & 1; }

/* Mean square of an interaction: its effect in a cell is the alternating sum of the means of its subsets. */
static double mean_square(const struct layout *l, unsigned set, double *const *mean)
{
    double sum = 0, freedom = 1;
    size_t level[HS_WAYS];
    for (size_t c = 0; c < l->cells; c++) {
        double effect = 0;
        split(l, c, level);
        for (unsigned sub = 0; sub <= set; sub++)
            if ((sub & set) == sub)
                effect += (parity(set ^ sub) ? -1 : 1) * mean[sub][project(l, sub, level)];
        sum += effect * effect;
    }
    for (size_t f = 0; f < l->ways; f++)
        if (set >> f & 1) freedom *= (double)(l->n[f] - 1);
    return sum / freedom;
}

/* All factors random, so that E MS(S) = sum over T containing S of (cells / levels of T) var(T): solved for var by
 * inclusion and exclusion (Searle, Casella and McCulloch 1992, section 4.5). mean: room for the tables. */
static void estimate(const struct layout *l, const double *y, double *room, double *variance)
{
    double *mean[SETS], square[SETS];
    for (unsigned set = 0; set < 1u << l->ways; set++)
        mean[set] = room, room += levels_of(l, set);
    average(l, y, mean);
    for (unsigned set = 1; set < 1u << l->ways; set++) square[set] = mean_square(l, set, mean);
    for (unsigned set = 1; set < 1u << l->ways; set++) {
        double sum = 0;
        for (unsigned more = set; more < 1u << l->ways; more++)
            if ((more & set) == set) sum += (parity(set ^ more) ? -1 : 1) * square[more];
        variance[set] = sum / (double)(l->cells / levels_of(l, set));
    }
}

/* The layout without one level of a factor. */
static struct layout leave_out(const struct layout *l, size_t factor, size_t one, const double *y, double *left)
{
    struct layout less = *l;
    size_t level[HS_WAYS];
    less.n[factor]--, less.cells = 0;
    for (size_t c = 0; c < l->cells; c++) {
        split(l, c, level);
        if (level[factor] != one) left[less.cells++] = y[c];
    }
    return less;
}

/* Delete-one jackknife over the levels of a factor (Efron and Tibshirani 1993, equation 11.5). */
static void jackknife(const struct layout *l, size_t factor, const double *y, double *left, double *room, double *one,
                      struct hs_component *out)
{
    size_t n = l->n[factor];
    for (size_t i = 0; i < n; i++) {
        struct layout less = leave_out(l, factor, i, y, left);
        estimate(&less, left, room, one + i * SETS);
    }
    for (unsigned set = 1; set < 1u << l->ways; set++) {
        double mean = 0, sum = 0;
        for (size_t i = 0; i < n; i++) mean += one[i * SETS + set] / (double)n;
        for (size_t i = 0; i < n; i++) sum += (one[i * SETS + set] - mean) * (one[i * SETS + set] - mean);
        out[set].se = sqrt((double)(n - 1) / (double)n * sum);
    }
}

static enum hs_status look(const struct layout *l, const double *y, size_t over, struct hs_err *e)
{
    if (l->ways < 1 || l->ways > HS_WAYS || over >= l->ways)
        return HS_FAIL(e, HS_ENUM, "variance components of %zu factors, jackknifed over number %zu: 1 to %d factors", l->ways,
                       over, HS_WAYS);
    for (size_t f = 0; f < l->ways; f++)
        if (l->n[f] < 2)
            return HS_FAIL(e, HS_ENUM, "variance components need two levels of each factor; number %zu has %zu", f, l->n[f]);
    for (size_t c = 0; c < l->cells; c++)
        if (!isfinite(y[c]))
            return HS_FAIL(e, HS_ENUM, "variance components need finite values; cell %zu holds %g", c, y[c]);
    return HS_OK;
}

enum hs_status hs_stats_components(const double *y, const size_t *levels, size_t ways, size_t over, double level,
                                   struct hs_component *out, struct hs_err *e)
{
    struct layout l = {.ways = ways, .cells = 1};
    double variance[SETS], half = gsl_cdf_ugaussian_Pinv((1 + level) / 2);
    size_t tables = 1;
    for (size_t f = 0; f < ways && f < HS_WAYS; f++)
        l.n[f] = levels[f], l.cells *= levels[f], tables *= levels[f] + 1;
    HS_TRY(look(&l, y, over, e));
    double *room = hs_alloc(tables + l.cells + SETS * l.n[over], sizeof *room);
    if (!room) return HS_OUT_OF_MEMORY(e);
    memset(out, 0, SETS * sizeof *out);
    estimate(&l, y, room, variance);
    for (unsigned set = 1; set < 1u << ways; set++) out[set] = (struct hs_component){variance[set], NAN, NAN, NAN};
    if (l.n[over] > 2)
        jackknife(&l, over, y, room + tables, room, room + tables + l.cells, out);
    for (unsigned set = 1; set < 1u << ways; set++)
        out[set].lo = out[set].variance - half * out[set].se, out[set].hi = out[set].variance + half * out[set].se;
    hs_free(room);
    return HS_OK;
}
