/* obq.c - always the weight next that costs least, by the exact inverse of what is left: what gptq is the fast form of. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/mem.h"
#include "weights/columns.h"

#include <math.h>
#include <string.h>

enum { DAMPING, MOST, BIAS };
static const struct hs_knob knobs[] = {
    [DAMPING] = HS_COLUMNS_DAMPING_KNOB,
    [MOST] = {.name = "most", .value = 512, .min = 1, .max = 8192,
              .meaning = "columns that a layer may have: the time goes with rows x columns^3"},
    [BIAS] = HS_WEIGHTS_BIAS_KNOB,
    {0}};

static enum hs_status check(size_t rows, size_t columns, const double *knob, struct hs_err *e)
{
    if ((double)columns <= knob[MOST]) return HS_OK;
    return HS_FAIL(e, HS_ECONFIG, "obq takes the time of rows x columns^3, here %zu x %zu^3, and is set to at most %.0f "
                   "columns ({obq: {most: %zu}}); gptq is its fast form", rows, columns, knob[MOST], columns);
}

/* A row on its way: what is left is packed, place i is column[i], and inverse (left x left, rows n apart) is that of the
 * moments of those columns alone. */
struct row {
    size_t n, left, *column;
    double *inverse, *v;
};

/* The place whose rounding error costs least: (v - Q(v))^2 / inverse[i, i]; the first one where two are equal. */
static size_t cheapest(const struct row *w, struct hs_rounder *round, size_t first, float *rounded)
{
    double least = INFINITY;
    size_t best = 0;
    for (size_t i = 0; i < w->left; i++) {
        float q = hs_rounder_apply(round, (float)w->v[i], first + w->column[i]);
        double d = w->v[i] - (double)q, cost = d * d / w->inverse[i * w->n + i];
        if (cost < least) least = cost, best = i, *rounded = q;
    }
    return best;
}

/* Fixes place p at a value: the others take up its error, and the inverse loses it by a step of Gauss and Jordan. The order
 * of those that are left stays. */
static void settle(struct row *w, size_t p, float rounded, double *pivot_row)
{
    size_t n = w->n;
    double pivot = w->inverse[p * n + p], error = (w->v[p] - (double)rounded) / pivot;
    memcpy(pivot_row, w->inverse + p * n, w->left * sizeof *pivot_row);
    for (size_t i = 0, to = 0; i < w->left; i++) {
        if (i == p) continue;
        const double *from = w->inverse + i * n;
        double *row = w->inverse + to * n, share = pivot_row[i] / pivot;
        for (size_t k = 0; k < p; k++) row[k] = from[k] - share * pivot_row[k];
        for (size_t k = p + 1; k < w->left; k++) row[k - 1] = from[k] - share * pivot_row[k];
        w->v[to] = w->v[i] - error * pivot_row[i], w->column[to] = w->column[i];
        to++;
    }
    w->left--;
}

static enum hs_status round_rows(const struct hs_weights_problem *p, size_t group, const double *inverse,
                                 struct hs_rounder *round, float *out, struct hs_err *e)
{
    size_t n = p->columns;
    double *room = hs_alloc(n + 2, n * sizeof *room);
    struct row w = {.n = n, .column = hs_alloc(n, sizeof *w.column), .inverse = room};
    for (size_t r = group * p->rows; room && w.column && r < (group + 1) * p->rows; r++) {
        memcpy(w.inverse, inverse, n * n * sizeof *inverse);
        w.v = room + n * n, w.left = n;
        for (size_t i = 0; i < n; i++) w.v[i] = p->w[r * n + i], w.column[i] = i;
        while (w.left) {
            float rounded = 0;
            size_t at = cheapest(&w, round, r * n, &rounded);
            out[r * n + w.column[at]] = rounded;
            settle(&w, at, rounded, room + (n + 1) * n);
        }
    }
    if (!room || !w.column) HS_OUT_OF_MEMORY(e);
    hs_free(room), hs_free(w.column);
    return e->status;
}

static enum hs_status round_weights(const struct hs_weights_problem *p, float *out, const double *knob, struct hs_err *e)
{
    const double natural[HS_COLUMNS_KNOBS] = {[HS_COLUMNS_DAMPING] = knob[DAMPING]};
    struct hs_rounder *round = hs_rounder_open(p->grid);
    if (!round) return HS_OUT_OF_MEMORY(e);
    for (size_t g = 0; g < p->groups && !e->status; g++) {
        struct hs_columns c;
        if (hs_columns_open(&c, p->moments + g * p->columns * p->columns, p->columns, natural, e)) break;
        round_rows(p, g, c.inverse, round, out, e);
        hs_columns_close(&c);
    }
    hs_rounder_close(round);
    return e->status;
}

const struct hs_weights_type hs_weights_obq = {
    .name = "obq", .summary = "the cheapest weight first, exactly, in each row; for small layers", .version = 1,
    .cite = "Frantar and Alistarh 2022, arXiv:2208.11580", .needs = HS_WEIGHTS_MOMENTS,
    .keeps = HS_WEIGHTS_KEEPS_DIAGONAL | HS_WEIGHTS_KEEPS_SCALE, .knob = knobs, .check = check, .round = round_weights,
};
