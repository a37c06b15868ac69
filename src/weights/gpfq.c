/* gpfq.c - walks through the columns and rounds each towards what is still missing of the float output. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/mem.h"
#include "weights/columns.h"

enum { ORDER, BIAS };
static const struct hs_knob knobs[] = {[ORDER] = HS_COLUMNS_ORDER_KNOB, [BIAS] = HS_WEIGHTS_BIAS_KNOB, {0}};

/* A group in rounding order: h[i, k] = <X^_i, X^_k>, cross[i, k] = <X_i - X^_i, X^_k> or NULL. */
struct path {
    size_t n, *order;
    double *h, *cross, *missing;
};

static enum hs_status open_path(struct path *t, const struct hs_weights_problem *p, size_t group, const double *knob,
                                struct hs_err *e)
{
    size_t n = t->n = p->columns;
    const double *h = p->moments + group * n * n, *cross = p->cross ? p->cross + group * n * n : NULL;
    t->order = hs_alloc(n, sizeof *t->order), t->missing = hs_alloc(n, sizeof *t->missing);
    t->h = hs_alloc(n * n, sizeof *t->h), t->cross = cross ? hs_alloc(n * n, sizeof *t->cross) : NULL;
    if (!t->order || !t->missing || !t->h || (cross && !t->cross)) return HS_OUT_OF_MEMORY(e);
    HS_TRY(hs_columns_arrange(t->order, n, h, (enum hs_columns_order)knob[ORDER], e));
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++) {
            size_t at = t->order[i] * n + t->order[k];
            t->h[i * n + k] = h[at];
            if (cross) t->cross[i * n + k] = cross[at];
        }
    return HS_OK;
}

static void close_path(struct path *t)
{
    hs_free(t->order), hs_free(t->missing), hs_free(t->h), hs_free(t->cross);
}

/* q_t = Q(<X^_t, u + w_t X_t> / ||X^_t||^2), u = sum of w_s X_s - q_s X^_s so far (Lybrand and Saab 2021; Zhang,
 * Zhou and Saab 2023). missing[k] = <X^_k, u>: the samples themselves are not needed. */
static void walk(const struct path *t, struct hs_rounder *round, const float *w, size_t first, float *out)
{
    size_t n = t->n;
    for (size_t k = 0; k < n; k++) t->missing[k] = 0;
    for (size_t i = 0; i < n; i++) {
        size_t at = t->order[i];
        const double *h = t->h + i * n, *c = t->cross ? t->cross + i * n : NULL;
        double now = w[at], lacks = t->missing[i] + (c ? now * c[i] : 0);
        out[at] = hs_rounder_apply(round, (float)(h[i] > 0 ? now + lacks / h[i] : now), first + at);
        double error = now - (double)out[at];
        for (size_t k = i + 1; k < n; k++) t->missing[k] += error * h[k];
        for (size_t k = i + 1; c && k < n; k++) t->missing[k] += now * c[k];
    }
}

static enum hs_status round_weights(const struct hs_weights_problem *p, float *out, const double *knob, struct hs_err *e)
{
    struct hs_rounder *round = hs_rounder_open(p->grid);
    if (!round) return HS_OUT_OF_MEMORY(e);
    for (size_t g = 0; g < p->groups && !e->status; g++) {
        struct path t = {0};
        if (!open_path(&t, p, g, knob, e))
            for (size_t r = g * p->rows; r < (g + 1) * p->rows; r++)
                walk(&t, round, p->w + r * p->columns, r * p->columns, out + r * p->columns);
        close_path(&t);
    }
    hs_rounder_close(round);
    return e->status;
}

const struct hs_weights_type hs_weights_gpfq = {
    .name = "gpfq", .summary = "column by column, each towards what is missing of the float output", .version = 1,
    .cite = "Lybrand and Saab 2021, JMLR 22(156)", .needs = HS_WEIGHTS_MOMENTS | HS_WEIGHTS_CROSS,
    .keeps = HS_WEIGHTS_KEEPS_DIAGONAL | HS_WEIGHTS_KEEPS_SCALE, .knob = knobs, .round = round_weights,
};
