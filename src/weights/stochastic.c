/* stochastic.c - rounds at random, up or down by what is nearer, many times, and keeps what suits the output best. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/mem.h"
#include "base/rng.h"
#include "weights/weights.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const units[] = {"layer", "row", NULL};
enum { DRAWS, OF, BIAS };
static const struct hs_knob knobs[] = {
    [DRAWS] = {.name = "draws", .value = 100, .min = 1, .max = 100000,
               .meaning = "roundings, of which the best is kept; 100 as in Nagel et al."},
    [OF] = {.name = "of", .value = 0, .min = 0, .max = 1, .words = units,
            .meaning = "what is chosen as a whole: the layer, or each of its rows (outputs) by itself"},
    [BIAS] = HS_WEIGHTS_BIAS_KNOB,
    {0}};

/* Squared error of one output over the samples: (w' - w) H (w' - w)^T. d: room for a row. */
static double output_error(const float *w, const float *q, const double *h, size_t n, double *d)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) d[i] = (double)q[i] - (double)w[i];
    for (size_t i = 0; i < n; i++) {
        if (d[i] == 0) continue;
        double row = 0;
        for (size_t k = 0; k < i; k++) row += h[i * n + k] * d[k];
        sum += d[i] * (2 * row + h[i * n + i] * d[i]);
    }
    return sum;
}

/* Errors of all rows; returned: their sum. */
static double errors(const struct hs_weights_problem *p, const float *q, double *error, double *room)
{
    size_t n = p->columns;
    double sum = 0;
    for (size_t r = 0; r < p->groups * p->rows; r++) {
        error[r] = output_error(p->w + r * n, q + r * n, p->moments + r / p->rows * n * n, n, room);
        sum += error[r];
    }
    return sum;
}

static void draw(const struct hs_weights_problem *p, size_t number, float *q)
{
    struct hs_grid g = *p->grid;
    char name[40];
    snprintf(name, sizeof name, "draw/%zu", number);
    g.convention.rounding = HS_STOCHASTIC;
    g.stream = hs_rng_key(p->stream, name);
    hs_grid_apply(&g, p->w, q, p->groups * p->rows * p->columns, 0);
}

static enum hs_status round_weights(const struct hs_weights_problem *p, float *out, const double *knob, struct hs_err *e)
{
    size_t rows = p->groups * p->rows, n = p->columns;
    float *q = hs_alloc(rows, n * sizeof *q);
    double *error = hs_alloc(2 * rows + n, sizeof *error), *least = error ? error + rows : NULL, best = INFINITY;
    for (size_t r = 0; least && r < rows; r++) least[r] = INFINITY;
    for (size_t k = 0; q && error && k < (size_t)knob[DRAWS]; k++) {
        draw(p, k, q);
        double all = errors(p, q, error, error + 2 * rows);
        bool better = all < best;
        if (better) best = all;
        for (size_t r = 0; r < rows; r++) {
            bool take = knob[OF] > 0 ? error[r] < least[r] : better;
            if (!take) continue;
            least[r] = error[r];
            memcpy(out + r * n, q + r * n, n * sizeof *out);
        }
    }
    if (!q || !error) HS_OUT_OF_MEMORY(e);
    hs_free(q), hs_free(error);
    return e->status;
}

const struct hs_weights_type hs_weights_stochastic = {
    .name = "stochastic", .summary = "the best of many stochastic roundings, by the layer's output", .version = 1,
    .cite = "Nagel et al. 2020, arXiv:2004.10568", .needs = HS_WEIGHTS_MOMENTS, .draws = true,
    .keeps = HS_WEIGHTS_KEEPS_SCALE, .knob = knobs, .round = round_weights,
};
