/* qep.c - first makes up for what quantization upstream did to the inputs, then rounds as gptq does. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/mem.h"
#include "weights/columns.h"

enum { ALPHA = HS_COLUMNS_KNOBS };
static const struct hs_knob knobs[] = {
    HS_COLUMNS_KNOB_ROWS,
    [ALPHA] = {.name = "alpha", .value = 0.5, .min = 0, .max = 1,
               .meaning = "share of the correction; 1 is ridge regression on the float output"},
    {0}};

/* W+ = W + alpha W (X - X^) X^^T (X^ X^^T + damping)^-1 (Arai and Ichikawa 2025: the ridge solution of
 * W+ X^ = W X, part of the way). The inverse is in rounding order. */
static void correct(const struct hs_columns *c, const double *cross, double alpha, double *w, size_t rows, double *b,
                    double *row)
{
    size_t n = c->n;
    for (size_t i = 0; i < n; i++) { /* B = cross inverse, columns in their own order; k ascending in every sum */
        for (size_t j = 0; j < n; j++) row[j] = 0;
        for (size_t k = 0; k < n; k++) {
            double share = cross[i * n + c->order[k]];
            for (size_t j = 0; j < n; j++) row[j] += share * c->inverse[k * n + j];
        }
        for (size_t j = 0; j < n; j++) b[i * n + c->order[j]] = row[j];
    }
    for (size_t r = 0; r < rows; r++) {
        for (size_t j = 0; j < n; j++) row[j] = 0;
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++) row[j] += w[r * n + i] * b[i * n + j];
        for (size_t j = 0; j < n; j++) w[r * n + j] += alpha * row[j];
    }
}

static enum hs_status round_weights(const struct hs_weights_problem *p, float *out, const double *knob, struct hs_err *e)
{
    size_t n = p->columns, all = p->rows * n;
    double *w = hs_alloc(all, sizeof *w), *b = hs_alloc(n * n, sizeof *b), *row = hs_alloc(n, sizeof *row);
    if (!w || !b || !row) HS_OUT_OF_MEMORY(e);
    for (size_t g = 0; g < p->groups && !e->status; g++) {
        struct hs_columns c;
        for (size_t i = 0; i < all; i++) w[i] = p->w[g * all + i];
        if (hs_columns_open(&c, p->moments + g * n * n, n, knob, e)) break;
        if (p->cross) correct(&c, p->cross + g * n * n, knob[ALPHA], w, p->rows, b, row);
        hs_columns_round(&c, p->grid, (size_t)knob[HS_COLUMNS_BLOCK], w, p->rows, g * all, NULL,
                         out + g * all, e);
        hs_columns_close(&c);
    }
    hs_free(w), hs_free(b), hs_free(row);
    return e->status;
}

const struct hs_weights_type hs_weights_qep = {
    .name = "qep", .summary = "corrects the weights for errors upstream, then gptq", .version = 1,
    .cite = "Arai and Ichikawa 2025, arXiv:2504.09629", .needs = HS_WEIGHTS_MOMENTS | HS_WEIGHTS_CROSS,
    .keeps = HS_WEIGHTS_KEEPS_DIAGONAL | HS_WEIGHTS_KEEPS_SCALE, .knob = knobs, .round = round_weights,
};
