/* shapley.c - the error of all layers, shared out fairly: each layer's mean contribution over all orders of joining.
 *
 * Exact: phi_i = sum over sets S without i of |S|! (L - |S| - 1)! / L! (v(S + i) - v(S)), Shapley 1953. Sampled: drawn
 * orders, each with its reverse (antithetic), Mitchell et al. 2022, section 3. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attribute/attribute.h"

#include "base/rng.h"
#include "stats/stats.h"

#include <gsl/gsl_randist.h>
#include <math.h>

enum { EXACT, ORDERS };
static const struct hs_knob knobs[] = {
    [EXACT] = {.name = "exact", .value = 10, .min = 0, .max = 16,
               .meaning = "up to so many layers all 2^L sets are measured; beyond, orders are drawn"},
    [ORDERS] = {.name = "orders", .value = 64, .min = 4, .max = 1e6, .meaning = "orders drawn, half of them reversed others"},
    {0},
};

/* |S|! (n - |S| - 1)! / n!, for a set that lacks at least one of n. */
static double weight(size_t in, size_t n) { return exp(lgamma((double)in + 1) + lgamma((double)(n - in)) - lgamma((double)n + 1)); }

/* Every set once: v(S) counts for each member as the larger set, for each other layer as the smaller one. The last layers
 * change fastest, so that what lies before them is still at hand. */
static enum hs_status exact(struct hs_attribution *a, double **phi, struct hs_err *e)
{
    size_t n = a->layers;
    bool *in = HS_NEW(a->arena, n, bool);
    double *v = hs_attribute_vector(a);
    if (!in || !v) return HS_OUT_OF_MEMORY(e);
    for (size_t set = 1; set < (size_t)1 << n; set++) { /* v of the empty set is 0 */
        size_t size = 0;
        for (size_t i = 0; i < n; i++) in[i] = set >> (n - 1 - i) & 1, size += in[i];
        HS_TRY(hs_attribute_value(a, in, v, e));
        for (size_t i = 0; i < n; i++) {
            double w = in[i] ? weight(size - 1, n) : -weight(size, n);
            for (size_t s = 0; s < a->samples; s++) phi[i][s] += w * v[s];
        }
    }
    return HS_OK;
}

/* One order of joining: gain[i] is what layer i added, as a share. */
static enum hs_status join(struct hs_attribution *a, const size_t *perm, bool reverse, bool *in, double *v, double *gain,
                           struct hs_err *e)
{
    double before = 0;
    for (size_t i = 0; i < a->layers; i++) in[i] = false;
    for (size_t k = 0; k < a->layers; k++) {
        size_t i = perm[reverse ? a->layers - 1 - k : k];
        in[i] = true;
        HS_TRY(hs_attribute_value(a, in, v, e));
        double now = hs_attribute_share(a, v);
        gain[i] += now - before, before = now;
    }
    return HS_OK;
}

/* pairs x layers: the mean gain of an order and its reverse. */
static enum hs_status sampled(struct hs_attribution *a, size_t pairs, double *gain, struct hs_err *e)
{
    size_t n = a->layers, *perm = HS_NEW(a->arena, n, size_t);
    bool *in = HS_NEW(a->arena, n, bool);
    double *v = hs_attribute_vector(a);
    gsl_rng *r = hs_rng_open(a->spec->seed, "attribute/shapley");
    if (!perm || !in || !v || !r) HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; !e->status && i < n; i++) perm[i] = i;
    for (size_t p = 0; !e->status && p < pairs; p++) {
        gsl_ran_shuffle(r, perm, n, sizeof *perm);
        if (!join(a, perm, false, in, v, gain + p * n, e)) join(a, perm, true, in, v, gain + p * n, e);
        for (size_t i = 0; i < n; i++) gain[p * n + i] /= 2;
    }
    if (r) gsl_rng_free(r);
    return e->status;
}

static enum hs_status exact_rows(struct hs_attribution *a, struct hs_trace_table *t, struct hs_err *e)
{
    double **phi = HS_NEW(a->arena, a->layers, double *);
    for (size_t i = 0; phi && i < a->layers; i++)
        if (!(phi[i] = hs_attribute_vector(a))) return HS_OUT_OF_MEMORY(e);
    if (!phi) return HS_OUT_OF_MEMORY(e);
    HS_TRY(exact(a, phi, e));
    for (size_t i = 0; i < a->layers; i++) {
        struct hs_trace_cell *c = hs_trace_row(a->trace, t, e);
        if (!c) return e->status;
        c[0].text = a->name[i];
        HS_TRY(hs_attribute_cell(a, phi[i], &c[1], e));
        c[2].x = (double)((size_t)1 << a->layers), c[3].text = "exact; interval over samples";
    }
    return HS_OK;
}

static enum hs_status sampled_rows(struct hs_attribution *a, size_t pairs, struct hs_trace_table *t, struct hs_err *e)
{
    double *gain = HS_NEW(a->arena, pairs * a->layers, double), *one = HS_NEW(a->arena, pairs, double);
    if (!gain || !one) return HS_OUT_OF_MEMORY(e);
    HS_TRY(sampled(a, pairs, gain, e));
    for (size_t i = 0; i < a->layers; i++) {
        struct hs_trace_cell *c = hs_trace_row(a->trace, t, e);
        if (!c) return e->status;
        for (size_t p = 0; p < pairs; p++) one[p] = gain[p * a->layers + i];
        hs_stats_t(one, pairs, 0.95, &c[1].x, &c[1].lo, &c[1].hi);
        c[0].text = a->name[i];
        c[2].x = (double)(2 * pairs * a->layers), c[3].text = "drawn orders; interval over pairs of them";
    }
    return HS_OK;
}

static enum hs_status run(struct hs_attribution *a, const double *knob, struct hs_err *e)
{
    static const struct hs_trace_column column[] = {{"layer", "layer", HS_UNIT_TEXT, false},
                                                    {"value", "Shapley value", HS_UNIT_ERROR, true},
                                                    {"networks", "networks", HS_UNIT_COUNT, false},
                                                    {"how", "how", HS_UNIT_TEXT, false}};
    struct hs_trace_table *t = hs_trace_add_table(
        a->trace, "shapley", "Shares of the layers in the error of all of them: mean contribution over all orders of joining; they "
                             "add up to it. Intervals of 95 %.", column, 4, e);
    if (!t) return e->status;
    size_t pairs = (size_t)knob[ORDERS] / 2;
    return (double)a->layers <= knob[EXACT] ? exact_rows(a, t, e) : sampled_rows(a, pairs, t, e);
}

const struct hs_attribute_type hs_attribute_shapley = {
    .name = "shapley", .summary = "shares of the layers in the whole error that add up to it, exact or by drawn orders",
    .cite = "Shapley 1953; Mitchell et al. 2022, JMLR 23", .version = 1, .knob = knobs, .run = run,
};
