/* problem.c - makes the small layer from a named random stream. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check_main.h"
#include "weights/problem.h"

#include "base/rng.h"

#include <gsl/gsl_randist.h>
#include <string.h>

static struct hs_err e;
const char *const formats[5] = {"int4", "int8", "fp4-e2m1", "nf4", "int3"};

void sum_moments(struct made *m)
{
    memset(m->h, 0, sizeof m->h), memset(m->cross, 0, sizeof m->cross);
    for (int s = 0; s < SAMPLES; s++)
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++) {
                m->h[i * N + j] += m->got[s][i] * m->got[s][j];
                m->cross[i * N + j] += (m->was[s][i] - m->got[s][i]) * m->got[s][j];
            }
}

void make(struct made *m, const char *format, bool by_channel)
{
    gsl_rng *r = hs_rng_open(4, "weights");
    for (int i = 0; i < ROWS * N; i++) m->w[i] = (float)gsl_ran_gaussian(r, 1);
    for (int i = 0; i < ROWS * N; i++) m->given[i] = m->w[i] + (float)gsl_ran_gaussian(r, 0.3);
    for (int s = 0; s < SAMPLES; s++) {
        double common = gsl_ran_gaussian(r, 1);
        for (int i = 0; i < N; i++) m->got[s][i] = common + gsl_ran_gaussian(r, 0.5) * (1 + i % 3);
        for (int i = 0; i < N; i++) m->was[s][i] = m->got[s][i] + 0.2 * common + gsl_ran_gaussian(r, 0.1);
    }
    gsl_rng_free(r);
    sum_moments(m);
    const struct hs_format *f = hs_format_find(format, &e);
    ck_assert_ptr_nonnull(f);
    m->grid = (struct hs_grid){.format = f, .symmetric = true, .n = by_channel ? ROWS : 1, .scale = m->scale,
                               .parts = {by_channel ? HS_PER_CHANNEL : HS_PER_TENSOR, 1, ROWS, N, 0}};
    hs_grid_codes(f, true, &m->grid.qmin, &m->grid.qmax);
    hs_grid_measure(&m->grid, m->w, ROWS * N);
    m->p = (struct hs_weights_problem){.grid = &m->grid, .w = m->w, .groups = 1, .rows = ROWS, .columns = N, .moments = m->h,
                                       .cross = m->cross, .given = m->given};
    hs_grid_apply(&m->grid, m->given, m->given, ROWS * N, 0);
}

void knobs_of(const struct hs_weights_type *t, double *knob)
{
    for (int k = 0; t->knob && t->knob[k].name; k++) knob[k] = t->knob[k].value;
}

void set(const struct hs_weights_type *t, double *knob, const char *name, double value)
{
    for (int k = 0; t->knob && t->knob[k].name; k++)
        if (!strcmp(t->knob[k].name, name)) {
            knob[k] = value;
            return;
        }
    ck_abort_msg("%s has no knob %s", t->name, name);
}

double output_error(const float *w, const float *q, const double *h, size_t rows, size_t n)
{
    double sum = 0;
    for (size_t r = 0; r < rows; r++)
        for (size_t i = 0; i < n; i++) {
            double d = (double)q[r * n + i] - (double)w[r * n + i], row = 0;
            for (size_t j = 0; j < n; j++) row += h[i * n + j] * ((double)q[r * n + j] - (double)w[r * n + j]);
            sum += d * row;
        }
    return sum;
}

/* || W X - Q X^ ||^2: the error against the float layer on float inputs. */
