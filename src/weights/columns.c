/* columns.c - rounds column by column and lets the columns to come take up each error. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weights/columns.h"

#include "base/mem.h"

#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const hs_columns_orders[] = {"natural", "act-order", "reverse", NULL};

struct by_size {
    double moment;
    size_t column;
};
static int largest_first(const void *pa, const void *pb)
{
    const struct by_size *a = pa, *b = pb;
    if (a->moment != b->moment) return a->moment > b->moment ? -1 : 1;
    return a->column < b->column ? -1 : a->column > b->column;
}

enum hs_status hs_columns_arrange(size_t *order, size_t n, const double *h, enum hs_columns_order how, struct hs_err *e)
{
    struct by_size *by = how == HS_COLUMNS_ACT ? hs_alloc(n, sizeof *by) : NULL;
    if (how == HS_COLUMNS_ACT && !by) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; by && i < n; i++) by[i] = (struct by_size){h[i * n + i], i};
    if (by) qsort(by, n, sizeof *by, largest_first);
    for (size_t i = 0; i < n; i++) order[i] = by ? by[i].column : how == HS_COLUMNS_REVERSE ? n - 1 - i : i;
    hs_free(by);
    return HS_OK;
}

/* H in rounding order with its damping; a column that no sample reaches gets a 1: it is rounded to nearest, and moves no
 * other. */
static void damp(const struct hs_columns *c, const double *h, double share, double *to)
{
    size_t n = c->n;
    double mean = 0;
    for (size_t i = 0; i < n; i++) mean += h[i * n + i];
    mean /= (double)n;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) to[i * n + j] = h[c->order[i] * n + c->order[j]];
    for (size_t i = 0; i < n; i++) to[i * n + i] = to[i * n + i] > 0 ? to[i * n + i] + share * mean : mean > 0 ? mean : 1;
}

/* Inverse and U from a copy of H; false where it is not positive definite to double's precision. */
static bool factor(struct hs_columns *c)
{
    size_t n = c->n;
    gsl_matrix_view inverse = gsl_matrix_view_array(c->inverse, n, n), upper = gsl_matrix_view_array(c->upper, n, n);
    if (gsl_linalg_cholesky_decomp1(&inverse.matrix) || gsl_linalg_cholesky_invert(&inverse.matrix)) return false;
    gsl_matrix_memcpy(&upper.matrix, &inverse.matrix);
    if (gsl_linalg_cholesky_decomp1(&upper.matrix)) return false;
    for (size_t i = 0; i < n; i++) /* L below the diagonal becomes U above it */
        for (size_t j = i + 1; j < n; j++) c->upper[i * n + j] = c->upper[j * n + i], c->upper[j * n + i] = 0;
    for (size_t i = 0; i < n; i++)
        if (!(c->upper[i * n + i] > 0)) return false;
    return true;
}

enum hs_status hs_columns_open(struct hs_columns *c, const double *moments, size_t n, const double *knob, struct hs_err *e)
{
    *c = (struct hs_columns){.n = n, .order = hs_alloc(n, sizeof *c->order), .upper = hs_alloc(n * n, sizeof *c->upper),
                             .inverse = hs_alloc(n * n, sizeof *c->inverse)};
    if (!c->order || !c->upper || !c->inverse) HS_OUT_OF_MEMORY(e);
    if (!e->status) hs_columns_arrange(c->order, n, moments, (enum hs_columns_order)knob[HS_COLUMNS_ORDER], e);
    bool good = false;
    /* With little data and little damping H is singular: ten times the damping, until it is not. */
    for (double share = knob[HS_COLUMNS_DAMPING]; !e->status && !good && share < 1e4; share *= 10) {
        damp(c, moments, share, c->inverse);
        good = factor(c);
    }
    if (!e->status && !good) HS_FAIL(e, HS_ENUM, "the second moments of the inputs have no inverse");
    if (e->status) hs_columns_close(c);
    return e->status;
}

void hs_columns_close(struct hs_columns *c)
{
    hs_free(c->order), hs_free(c->upper), hs_free(c->inverse);
    *c = (struct hs_columns){0};
}

/* A block of columns and what is known of it. v, now, error: (rows, n) in rounding order: the weights as changed so far,
 * as they were when their turn came, and (now - rounded) / U's diagonal. */
struct block {
    const struct hs_columns *c;
    const double *pull;
    double *v, *now, *error;
    size_t begin, end;
};

/* What column i of a row leaves to columns from .. to. */
static void pass_on(const struct block *b, size_t row, size_t i, size_t from, size_t to)
{
    size_t n = b->c->n;
    const double *u = b->c->upper + i * n, *p = b->pull ? b->pull + i * n : NULL;
    double *v = b->v + row * n, error = b->error[row * n + i], now = b->now[row * n + i];
    for (size_t k = from; k < to; k++) v[k] -= error * u[k];
    for (size_t k = from; p && k < to; k++) v[k] += now * p[k];
}

static void round_block(const struct block *b, struct hs_rounder *round, size_t row, size_t first, float *out)
{
    size_t n = b->c->n;
    for (size_t i = b->begin; i < b->end; i++) {
        size_t at = row * n + b->c->order[i];
        double now = b->v[row * n + i];
        out[at] = hs_rounder_apply(round, (float)now, first + at);
        b->now[row * n + i] = now;
        b->error[row * n + i] = (now - (double)out[at]) / b->c->upper[i * n + i];
        pass_on(b, row, i, i + 1, b->end);
    }
}

enum hs_status hs_columns_round(const struct hs_columns *c, const struct hs_grid *g, size_t block, const double *w,
                                size_t rows, size_t first, const double *pull, float *out, struct hs_err *e)
{
    size_t n = c->n, all = rows * n;
    double *room = hs_alloc(all, 3 * sizeof *room);
    struct hs_rounder *round = hs_rounder_open(g);
    struct block b = {.c = c, .pull = pull, .v = room};
    if (room) b.now = room + all, b.error = room + 2 * all;
    for (size_t i = 0; room && i < all; i++) b.v[i] = w[i / n * n + c->order[i % n]];
    for (size_t begin = 0; room && round && begin < n; begin += block) {
        b.begin = begin, b.end = n - begin < block ? n : begin + block;
        for (size_t r = 0; r < rows; r++) round_block(&b, round, r, first, out);
        for (size_t r = 0; r < rows; r++)
            for (size_t i = b.begin; i < b.end; i++) pass_on(&b, r, i, b.end, n);
    }
    enum hs_status st = room && round ? HS_OK : HS_OUT_OF_MEMORY(e);
    hs_free(room);
    hs_rounder_close(round);
    return st;
}
