/* gptaq.c - gptq towards the float network's output: each column also passes on what errors upstream made of it. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/mem.h"
#include "weights/columns.h"

enum { ALPHA = HS_COLUMNS_KNOBS };
static const struct hs_knob knobs[] = {
    HS_COLUMNS_KNOB_ROWS,
    [ALPHA] = {.name = "alpha", .value = 0.25, .min = 0, .max = 1, .meaning = "share of the correction; 0 is gptq"},
    {0}};

/* P = alpha triu((X - X^) X^^T U^T, 1) U (Li et al. 2025), all in rounding order, k ascending in every sum. t: (n, n) for U^T;
 * m: a row. */
static void pull_of(const struct hs_columns *c, const double *cross, double alpha, double *t, double *m, double *pull)
{
    size_t n = c->n;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) t[j * n + i] = c->upper[i * n + j];
    for (size_t i = 0; i < n; i++) {
        double *p = pull + i * n;
        for (size_t j = 0; j < n; j++) m[j] = p[j] = 0;
        for (size_t k = i + 1; k < n; k++) {
            double share = cross[c->order[i] * n + c->order[k]];
            for (size_t j = i + 1; j <= k; j++) m[j] += share * t[k * n + j];
        }
        for (size_t j = i + 1; j < n; j++) m[j] *= alpha;
        for (size_t k = i + 1; k < n; k++)
            for (size_t j = k; j < n; j++) p[j] += m[k] * c->upper[k * n + j];
    }
}

static enum hs_status round_weights(const struct hs_weights_problem *p, float *out, const double *knob, struct hs_err *e)
{
    size_t n = p->columns, all = p->rows * n;
    double *w = hs_alloc(all, sizeof *w), *t = hs_alloc(n * n, sizeof *t), *pull = hs_alloc(n * n, sizeof *pull);
    double *m = hs_alloc(n, sizeof *m);
    if (!w || !t || !m || !pull) HS_OUT_OF_MEMORY(e);
    for (size_t g = 0; g < p->groups && !e->status; g++) {
        struct hs_columns c;
        for (size_t i = 0; i < all; i++) w[i] = p->w[g * all + i];
        if (hs_columns_open(&c, p->moments + g * n * n, n, knob, e)) break;
        if (p->cross) pull_of(&c, p->cross + g * n * n, knob[ALPHA], t, m, pull);
        hs_columns_round(&c, p->grid, (size_t)knob[HS_COLUMNS_BLOCK], w, p->rows, g * all, p->cross ? pull : NULL,
                         out + g * all, e);
        hs_columns_close(&c);
    }
    hs_free(w), hs_free(t), hs_free(m), hs_free(pull);
    return e->status;
}

const struct hs_weights_type hs_weights_gptaq = {
    .name = "gptaq", .summary = "gptq towards the output of the float network", .version = 1,
    .cite = "Li et al. 2025, arXiv:2504.02692", .needs = HS_WEIGHTS_MOMENTS | HS_WEIGHTS_CROSS,
    .keeps = HS_WEIGHTS_KEEPS_DIAGONAL | HS_WEIGHTS_KEEPS_SCALE, .knob = knobs, .round = round_weights,
};
