/* test_weights.c - every weight method by the contract, gptq against the exact method it stands for, and on real layers. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check_main.h"

#include "base/mem.h"
#include "base/rng.h"
#include "dump/dump.h"
#include "net/run.h"
#include "propagate/lab.h"
#include "propagate/moments.h"
#include "weights/weights.h"

#include <gsl/gsl_linalg.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static struct hs_err e;
enum { ROWS = 5, N = 12, SAMPLES = 60 };

/* A weight, correlated inputs X^ and others X near them, and a grid. */
struct made {
    float w[ROWS * N];
    double got[SAMPLES][N], was[SAMPLES][N], h[N * N], cross[N * N];
    float scale[ROWS], given[ROWS * N]; /* given: rounded elsewhere */
    struct hs_grid grid;
    struct hs_weights_problem p;
};

static void sum_moments(struct made *m)
{
    memset(m->h, 0, sizeof m->h), memset(m->cross, 0, sizeof m->cross);
    for (int s = 0; s < SAMPLES; s++)
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++) {
                m->h[i * N + j] += m->got[s][i] * m->got[s][j];
                m->cross[i * N + j] += (m->was[s][i] - m->got[s][i]) * m->got[s][j];
            }
}

static void make(struct made *m, const char *format, bool by_channel)
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

static void knobs_of(const struct hs_weights_type *t, double *knob)
{
    for (int k = 0; t->knob && t->knob[k].name; k++) knob[k] = t->knob[k].value;
}

static void set(const struct hs_weights_type *t, double *knob, const char *name, double value)
{
    for (int k = 0; t->knob && t->knob[k].name; k++)
        if (!strcmp(t->knob[k].name, name)) {
            knob[k] = value;
            return;
        }
    ck_abort_msg("%s has no knob %s", t->name, name);
}

/* tr((W' - W) H (W' - W)^T): the squared error of the layer's output on X^. */
static double output_error(const float *w, const float *q, const double *h, size_t rows, size_t n)
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
static double true_error(const struct made *m, const float *q)
{
    double sum = 0;
    for (int s = 0; s < SAMPLES; s++)
        for (int r = 0; r < ROWS; r++) {
            double d = 0;
            for (int i = 0; i < N; i++)
                d += (double)m->w[r * N + i] * m->was[s][i] - (double)q[r * N + i] * m->got[s][i];
            sum += d * d;
        }
    return sum;
}

/* ---- the contract, for every method */

static const char *const formats[] = {"int4", "int8", "fp4-e2m1", "nf4", "int3"};

START_TEST(what_comes_out_is_on_the_grid)
{
    const struct hs_weights_type *t = hs_weights_roster[_i];
    for (size_t f = 0; f < sizeof formats / sizeof *formats; f++)
        for (int by_channel = 0; by_channel < 2; by_channel++) {
            struct made m;
            double knob[HS_MAX_KNOBS] = {0};
            float out[ROWS * N], again[ROWS * N];
            make(&m, formats[f], by_channel);
            knobs_of(t, knob);
            ck_ok(hs_weights_round(t, &m.p, out, knob, &e));
            hs_grid_apply(&m.grid, out, again, ROWS * N, 0);
            ck_assert_msg(!memcmp(out, again, sizeof out), "%s in %s", t->name, formats[f]);
        }
}
END_TEST

/* Without correlations there is nothing to make up for. Who does not say so differs somewhere. */
START_TEST(a_diagonal_leaves_nearest)
{
    const struct hs_weights_type *t = hs_weights_roster[_i];
    struct made m;
    double knob[HS_MAX_KNOBS] = {0};
    float out[ROWS * N], nearest[ROWS * N];
    make(&m, "int4", true);
    for (int i = 0; i < N * N; i++) m.h[i] = i % (N + 1) ? 0 : 1 + i, m.cross[i] = 0;
    knobs_of(t, knob);
    ck_ok(hs_weights_round(t, &m.p, out, knob, &e));
    hs_grid_apply(&m.grid, m.w, nearest, ROWS * N, 0);
    ck_assert(!memcmp(out, nearest, sizeof out) == !!(t->keeps & HS_WEIGHTS_KEEPS_DIAGONAL));
}
END_TEST

/* Columns that no sample reaches, no samples at all, and weights of 0. */
START_TEST(odd_inputs_are_defined)
{
    const struct hs_weights_type *t = hs_weights_roster[_i];
    struct made m;
    double knob[HS_MAX_KNOBS] = {0};
    float out[ROWS * N], nearest[ROWS * N];
    make(&m, "int4", true);
    knobs_of(t, knob);
    hs_grid_apply(&m.grid, m.w, nearest, ROWS * N, 0);
    for (int s = 0; s < SAMPLES; s++) m.got[s][3] = m.was[s][3] = 0;
    sum_moments(&m);
    ck_ok(hs_weights_round(t, &m.p, out, knob, &e));
    bool plain = t->keeps & HS_WEIGHTS_KEEPS_DIAGONAL;
    for (int r = 0; r < ROWS && plain; r++) ck_assert(out[r * N + 3] == nearest[r * N + 3]);
    memset(m.h, 0, sizeof m.h), memset(m.cross, 0, sizeof m.cross);
    ck_ok(hs_weights_round(t, &m.p, out, knob, &e));
    ck_assert(!plain || !memcmp(out, nearest, sizeof out));
    make(&m, "int4", true);
    memset(m.w, 0, sizeof m.w), memset(m.given, 0, sizeof m.given);
    ck_ok(hs_weights_round(t, &m.p, out, knob, &e));
    for (int i = 0; i < ROWS * N; i++) ck_assert(out[i] == 0);
}
END_TEST

/* One row, one column, one sample; all weights the same; and what is no number is refused. */
START_TEST(small_and_broken_problems)
{
    const struct hs_weights_type *t = hs_weights_roster[_i];
    struct made m;
    double knob[HS_MAX_KNOBS] = {0}, one = 3;
    float out[ROWS * N], again[ROWS * N];
    struct hs_err why = {0};
    make(&m, "int4", false);
    knobs_of(t, knob);
    struct hs_weights_problem p = m.p;
    p.rows = p.columns = 1, p.moments = p.cross = &one;
    ck_ok(hs_weights_round(t, &p, out, knob, &e));
    for (int i = 0; i < ROWS * N; i++) m.w[i] = m.scale[0] * 2;
    ck_ok(hs_weights_round(t, &m.p, out, knob, &e));
    hs_grid_apply(&m.grid, out, again, ROWS * N, 0);
    ck_assert(!memcmp(out, again, sizeof out));
    m.w[7] = NAN;
    ck_assert_int_eq(hs_weights_round(t, &m.p, out, knob, &why), HS_ENUM);
    ck_assert_ptr_nonnull(strstr(why.what, "weight 7 of 60"));
    m.w[7] = 0, m.h[5] = INFINITY, why = (struct hs_err){0};
    ck_assert_int_eq(hs_weights_round(t, &m.p, out, knob, &why), HS_ENUM);
}
END_TEST

/* Data times a power of two, weights and grid times another: the same codes. */
START_TEST(scales_do_not_matter)
{
    const struct hs_weights_type *t = hs_weights_roster[_i];
    struct made a, b;
    double knob[HS_MAX_KNOBS] = {0};
    float x[ROWS * N], y[ROWS * N];
    make(&a, "int4", true), make(&b, "int4", true);
    b.p.w = b.w, b.p.grid = &b.grid, b.p.given = b.given;
    for (int i = 0; i < N * N; i++) b.h[i] *= 64, b.cross[i] *= 64;
    for (int i = 0; i < ROWS * N; i++) b.w[i] *= 0.25f, b.given[i] *= 0.25f;
    for (int i = 0; i < ROWS; i++) b.scale[i] *= 0.25f;
    knobs_of(t, knob);
    ck_ok(hs_weights_round(t, &a.p, x, knob, &e));
    ck_ok(hs_weights_round(t, &b.p, y, knob, &e));
    bool all = true;
    for (int i = 0; i < ROWS * N; i++) all &= x[i] * 0.25f == y[i];
    ck_assert(all == !!(t->keeps & HS_WEIGHTS_KEEPS_SCALE));
}
END_TEST

/* Two groups with inputs of their own are two layers. */
START_TEST(groups_are_layers_of_their_own)
{
    const struct hs_weights_type *t = hs_weights_roster[_i];
    struct made m;
    double knob[HS_MAX_KNOBS] = {0}, h[2 * N * N], cross[2 * N * N];
    float w[2 * ROWS * N], scale[2 * ROWS], given[2 * ROWS * N], out[2 * ROWS * N], alone[ROWS * N];
    if (t->draws) return; /* draws go by a weight's place in the layer */
    make(&m, "int4", true);
    memcpy(w, m.w, sizeof m.w), memcpy(h, m.h, sizeof m.h), memcpy(cross, m.cross, sizeof m.cross);
    memcpy(scale, m.scale, sizeof m.scale);
    for (int i = 0; i < ROWS * N; i++) w[ROWS * N + i] = m.w[ROWS * N - 1 - i];
    for (int i = 0; i < ROWS; i++) scale[ROWS + i] = m.scale[ROWS - 1 - i];
    for (int s = 0; s < SAMPLES; s++) m.got[s][0] *= 3, m.got[s][5] = -m.got[s][5];
    sum_moments(&m);
    memcpy(h + N * N, m.h, sizeof m.h), memcpy(cross + N * N, m.cross, sizeof m.cross);
    struct hs_grid g = m.grid;
    g.parts.channels = g.n = 2 * ROWS, g.scale = scale;
    hs_grid_apply(&g, w, given, 2 * ROWS * N, 0);
    struct hs_weights_problem p = m.p;
    p.grid = &g, p.w = w, p.given = given, p.groups = 2, p.moments = h, p.cross = cross;
    knobs_of(t, knob);
    ck_ok(hs_weights_round(t, &p, out, knob, &e));
    for (int k = 0; k < 2; k++) {
        g.parts.channels = g.n = ROWS, g.scale = scale + k * ROWS;
        p.groups = 1, p.w = w + k * ROWS * N, p.given = given + k * ROWS * N, p.moments = h + k * N * N, p.cross = cross + k * N * N;
        ck_ok(hs_weights_round(t, &p, alone, knob, &e));
        ck_assert(!memcmp(alone, out + k * ROWS * N, sizeof alone));
    }
}
END_TEST

/* ---- each method against what it says of itself */

/* Optimal brain quantization, restricted to a fixed order of columns (Frantar and Alistarh 2022): after each column the
 * exact inverse loses it, by one step of Gauss and Jordan. */
static void obq(const struct made *m, double damping, const size_t *order, float *out)
{
    double inverse[N * N], mean = 0;
    for (int i = 0; i < N; i++) mean += m->h[i * N + i] / N;
    for (int i = 0; i < N * N; i++) inverse[i] = m->h[i] + (i % (N + 1) ? 0 : damping * mean);
    gsl_matrix_view v = gsl_matrix_view_array(inverse, N, N);
    ck_assert_int_eq(gsl_linalg_cholesky_decomp1(&v.matrix), 0);
    ck_assert_int_eq(gsl_linalg_cholesky_invert(&v.matrix), 0);
    double w[ROWS * N];
    for (int i = 0; i < ROWS * N; i++) w[i] = m->w[i];
    struct hs_rounder *round = hs_rounder_open(&m->grid);
    for (int k = 0; k < N; k++) {
        size_t j = order[k];
        double pivot = inverse[j * N + j], column[N];
        for (int r = 0; r < ROWS; r++) {
            out[r * N + (int)j] = hs_rounder_apply(round, (float)w[r * N + (int)j], (size_t)r * N + j);
            double error = (w[r * N + (int)j] - (double)out[r * N + (int)j]) / pivot;
            for (int i = 0; i < N; i++) w[r * N + i] -= error * inverse[j * N + (size_t)i];
        }
        for (int i = 0; i < N; i++) column[i] = inverse[(size_t)i * N + j];
        for (int a = 0; a < N; a++)
            for (int b = 0; b < N; b++) inverse[a * N + b] -= column[a] * column[b] / pivot;
    }
    hs_rounder_close(round);
}

START_TEST(gptq_is_exact_obq_in_its_order)
{
    const struct hs_weights_type *t = hs_weights_find("gptq", &e);
    for (int columns = 0; columns < 3; columns++)
        for (size_t f = 0; f < sizeof formats / sizeof *formats; f++) {
            struct made m;
            double knob[HS_MAX_KNOBS] = {0};
            size_t order[N];
            float out[ROWS * N], want[ROWS * N];
            make(&m, formats[f], true);
            for (size_t i = 0; i < N; i++) order[i] = columns == 2 ? N - 1 - i : i;
            for (size_t i = 0; columns == 1 && i < N; i++) /* largest second moment first */
                for (size_t k = i; k > 0 && m.h[order[k] * (N + 1)] > m.h[order[k - 1] * (N + 1)]; k--) {
                    size_t swap = order[k];
                    order[k] = order[k - 1], order[k - 1] = swap;
                }
            knobs_of(t, knob);
            set(t, knob, "columns", columns);
            ck_ok(hs_weights_round(t, &m.p, out, knob, &e));
            obq(&m, 0.01, order, want);
            ck_assert_msg(!memcmp(out, want, sizeof out), "%s, columns %d", formats[f], columns);
        }
}
END_TEST

/* Lazy batches: when the columns behind a block are updated decides nothing. */
START_TEST(blocks_change_no_bit)
{
    static const char *const names[] = {"gptq", "qep", "gptaq"};
    static const int blocks[] = {1, 2, 5, N - 1, N, 128};
    for (int i = 0; i < 3; i++) {
        const struct hs_weights_type *t = hs_weights_find(names[i], &e);
        struct made m;
        double knob[HS_MAX_KNOBS] = {0};
        float out[2][ROWS * N];
        make(&m, "int8", true);
        knobs_of(t, knob);
        for (size_t b = 0; b < sizeof blocks / sizeof *blocks; b++) {
            set(t, knob, "block", blocks[b]);
            ck_ok(hs_weights_round(t, &m.p, out[b > 0], knob, &e));
            ck_assert(!memcmp(out[0], out[b > 0], sizeof out[0]));
        }
    }
}
END_TEST

START_TEST(given_weights_are_taken_or_refused)
{
    const struct hs_weights_type *t = hs_weights_find("given", &e);
    for (size_t f = 0; f < sizeof formats / sizeof *formats; f++) {
        struct made m;
        double knob[HS_MAX_KNOBS] = {0};
        float out[ROWS * N];
        struct hs_err why = {0};
        make(&m, formats[f], true);
        ck_ok(hs_weights_round(t, &m.p, out, knob, &e));
        ck_assert(!memcmp(out, m.given, sizeof out));
        for (int i = 0; i < ROWS * N; i++) m.given[i] *= 1 + 3e-7f; /* another order of products */
        ck_ok(hs_weights_round(t, &m.p, out, knob, &e));
        for (int i = 0; i < ROWS * N; i++) ck_assert(fabsf(out[i] - m.given[i]) <= 1e-6f * fabsf(out[i]));
        m.given[11] += 0.1f * m.scale[0];
        ck_assert_int_eq(hs_weights_round(t, &m.p, out, knob, &why), HS_EDATA);
        ck_assert_ptr_nonnull(strstr(why.what, "given weight 11 of 60"));
    }
}
END_TEST

/* The samples themselves, as the paper has it. */
START_TEST(gpfq_is_the_walk_through_the_samples)
{
    const struct hs_weights_type *t = hs_weights_find("gpfq", &e);
    for (int pass = 0; pass < 2; pass++) {
        struct made m;
        double knob[HS_MAX_KNOBS] = {0};
        float out[ROWS * N];
        make(&m, "int8", true);
        if (pass) m.p.cross = NULL, memcpy(m.was, m.got, sizeof m.was);
        knobs_of(t, knob);
        ck_ok(hs_weights_round(t, &m.p, out, knob, &e));
        struct hs_rounder *round = hs_rounder_open(&m.grid);
        for (int r = 0; r < ROWS; r++) {
            double u[SAMPLES] = {0};
            for (int k = 0; k < N; k++) {
                double inner = 0, norm = 0, w = m.w[r * N + k];
                for (int s = 0; s < SAMPLES; s++) {
                    inner += m.got[s][k] * (u[s] + w * m.was[s][k]);
                    norm += m.got[s][k] * m.got[s][k];
                }
                double q = hs_rounder_apply(round, (float)(inner / norm), (size_t)(r * N + k));
                ck_assert_msg(q == (double)out[r * N + k], "row %d, column %d", r, k);
                for (int s = 0; s < SAMPLES; s++) u[s] += w * m.was[s][k] - q * m.got[s][k];
            }
        }
        hs_rounder_close(round);
    }
}
END_TEST

/* Exact OBQ again, but the naive way: the inverse of what is left is computed anew in each step. */
START_TEST(obq_takes_the_cheapest_weight_first)
{
    const struct hs_weights_type *t = hs_weights_find("obq", &e);
    struct made m;
    double knob[HS_MAX_KNOBS] = {0}, mean = 0;
    float out[ROWS * N];
    make(&m, "int4", true);
    knobs_of(t, knob);
    ck_ok(hs_weights_round(t, &m.p, out, knob, &e));
    for (int i = 0; i < N; i++) mean += m.h[i * (N + 1)] / N;
    struct hs_rounder *round = hs_rounder_open(&m.grid);
    for (int r = 0; r < ROWS; r++) {
        int left[N], n = N;
        double v[N];
        for (int i = 0; i < N; i++) left[i] = i, v[i] = m.w[r * N + i];
        for (; n; n--) {
            double inverse[N * N], least = INFINITY;
            int best = 0;
            for (int i = 0; i < n * n; i++) inverse[i] = m.h[left[i / n] * N + left[i % n]] + (i % (n + 1) ? 0 : 0.01 * mean);
            gsl_matrix_view view = gsl_matrix_view_array(inverse, (size_t)n, (size_t)n);
            ck_assert_int_eq(gsl_linalg_cholesky_decomp1(&view.matrix), 0);
            ck_assert_int_eq(gsl_linalg_cholesky_invert(&view.matrix), 0);
            for (int i = 0; i < n; i++) {
                double d = v[i] - (double)hs_rounder_apply(round, (float)v[i], (size_t)(r * N + left[i]));
                if (d * d / inverse[i * (n + 1)] < least) least = d * d / inverse[i * (n + 1)], best = i;
            }
            double q = hs_rounder_apply(round, (float)v[best], (size_t)(r * N + left[best]));
            ck_assert_msg(q == (double)out[r * N + left[best]], "row %d, column %d", r, left[best]);
            double error = (v[best] - q) / inverse[best * (n + 1)];
            for (int i = 0; i < n; i++) v[i] -= error * inverse[best * n + i];
            for (int i = best; i + 1 < n; i++) left[i] = left[i + 1], v[i] = v[i + 1];
        }
    }
    hs_rounder_close(round);
    set(t, knob, "most", N - 1);
    struct hs_err why = {0};
    ck_assert_int_eq(hs_weights_round(t, &m.p, out, knob, &why), HS_ECONFIG);
    ck_assert_ptr_nonnull(strstr(why.what, "5 x 12^3"));
}
END_TEST

/* More draws never do worse, rows by themselves never worse than all at once, and every weight is a neighbour of the float
 * one. Another stream, other draws; the same stream, the same ones. */
START_TEST(stochastic_keeps_the_best_of_its_draws)
{
    const struct hs_weights_type *t = hs_weights_find("stochastic", &e);
    struct made m;
    double knob[HS_MAX_KNOBS] = {0}, before = INFINITY, rows = 0;
    float out[ROWS * N], other[ROWS * N];
    make(&m, "int4", true);
    knobs_of(t, knob);
    for (int draws = 1; draws <= 256; draws *= 4) {
        set(t, knob, "draws", draws);
        ck_ok(hs_weights_round(t, &m.p, out, knob, &e));
        double layer = output_error(m.w, out, m.h, ROWS, N);
        ck_assert(draws > 1 ? layer <= before : layer < before);
        for (int i = 0; i < ROWS * N; i++) ck_assert(fabsf(out[i] - m.w[i]) < m.scale[i / N] * 1.001f);
        set(t, knob, "of", 1);
        ck_ok(hs_weights_round(t, &m.p, other, knob, &e));
        rows = output_error(m.w, other, m.h, ROWS, N);
        ck_assert(draws > 1 ? rows <= layer : rows == layer);
        set(t, knob, "of", 0);
        before = layer;
    }
    hs_grid_apply(&m.grid, m.w, other, ROWS * N, 0);
    ck_assert(rows < output_error(m.w, other, m.h, ROWS, N)); /* the best of 256 in each row beats nearest here */
    ck_ok(hs_weights_round(t, &m.p, other, knob, &e));
    ck_assert(!memcmp(out, other, sizeof out));
    m.p.stream++;
    ck_ok(hs_weights_round(t, &m.p, other, knob, &e));
    ck_assert(memcmp(out, other, sizeof out));
}
END_TEST

START_TEST(corrections_of_nothing_are_gptq)
{
    static const char *const names[] = {"qep", "gptaq"};
    const struct hs_weights_type *gptq = hs_weights_find("gptq", &e);
    for (int i = 0; i < 2; i++) {
        const struct hs_weights_type *t = hs_weights_find(names[i], &e);
        struct made m;
        double knob[HS_MAX_KNOBS] = {0}, plain[HS_MAX_KNOBS] = {0};
        float out[ROWS * N], want[ROWS * N], none[ROWS * N];
        make(&m, "int4", false);
        knobs_of(gptq, plain), knobs_of(t, knob);
        ck_ok(hs_weights_round(gptq, &m.p, want, plain, &e));
        set(t, knob, "alpha", 0);
        ck_ok(hs_weights_round(t, &m.p, out, knob, &e));
        ck_assert(!memcmp(out, want, sizeof out));
        set(t, knob, "alpha", 1);
        m.p.cross = NULL; /* nothing upstream is quantized */
        ck_ok(hs_weights_round(t, &m.p, none, knob, &e));
        ck_assert(!memcmp(none, want, sizeof none));
    }
}
END_TEST

/* On a grid so fine that rounding hardly shows, qep with alpha 1 is ridge regression on the float output: nothing linear
 * comes closer. gptaq goes the same way. */
START_TEST(corrections_come_closer_to_the_float_output)
{
    struct made m;
    double knob[HS_MAX_KNOBS] = {0};
    float out[3][ROWS * N];
    static const char *const names[] = {"gptq", "qep", "gptaq"};
    make(&m, "int16", true);
    for (int i = 0; i < ROWS; i++) m.scale[i] *= 4; /* room for the correction */
    for (int i = 0; i < 3; i++) {
        const struct hs_weights_type *t = hs_weights_find(names[i], &e);
        knobs_of(t, knob);
        set(t, knob, "damping", 1e-8);
        if (i) set(t, knob, "alpha", 1);
        ck_ok(hs_weights_round(t, &m.p, out[i], knob, &e));
    }
    double plain = true_error(&m, out[0]), ridge = true_error(&m, out[1]), pulled = true_error(&m, out[2]);
    ck_assert_msg(ridge < 0.5 * plain && pulled < plain, "%g, %g, %g", plain, ridge, pulled);
    for (int i = 0; i < ROWS * N; i++) { /* no change of a weight helps */
        float moved[ROWS * N];
        for (int by = -1; by <= 1; by += 2) {
            memcpy(moved, out[1], sizeof moved);
            moved[i] += (float)by * 0.01f;
            ck_assert(true_error(&m, moved) >= ridge * (1 - 1e-6));
        }
    }
}
END_TEST

/* ---- on the layers of trained networks: the output error on the calibration data */

static const char *const nets[] = {"mlp", "deep_mlp", "cnn"};

/* The same error by running the layer with both weights on all the samples. */
static double measured(struct hs_lab *l, const struct hs_net *net, const struct hs_node *n, const float *w, const float *q)
{
    const struct hs_shape *shape = &hs_node_param(net, n, "weight")->value.shape;
    double sum = 0;
    for (size_t c = 0; c < l->chunks[HS_CALIBRATION]; c++) {
        struct hs_tensor in, out[2], weight;
        struct hs_kept *kept;
        ck_ok(hs_lab_tensor(l, HS_CALIBRATION, c, &l->floating, n->input[0], &in, &kept, &e));
        const struct hs_tensor *ins[] = {&in};
        for (int k = 0; k < 2; k++) {
            struct hs_packed *packed;
            ck_ok(hs_tensor_alloc(&weight, shape, &e));
            memcpy(weight.data, k ? q : w, hs_shape_count(shape) * sizeof *w);
            ck_ok(n->op->pack(net, n, &weight, &packed, &e));
            ck_ok(hs_node_run(net, n, packed, ins, 0, &out[k], &e));
            n->op->unpack(packed);
            hs_tensor_free(&weight);
        }
        for (size_t i = 0; i < hs_shape_count(&out[0].shape); i++) {
            double d = (double)out[1].data[i] - (double)out[0].data[i];
            sum += d * d;
        }
        hs_tensor_free(&out[0]), hs_tensor_free(&out[1]);
        if (kept) hs_keep_release(l->keep, kept);
    }
    return sum;
}

static void one_layer(struct hs_lab *l, const struct hs_net *net, const struct hs_node *n)
{
    const struct hs_tensor *w = &hs_node_param(net, n, "weight")->value;
    const struct hs_weights_type *gptq = hs_weights_find("gptq", &e);
    size_t all = hs_shape_count(&w->shape), rows = w->shape.dim[0];
    double knob[HS_MAX_KNOBS] = {0};
    struct hs_moments m;
    ck_ok(hs_lab_moments(l, n, &l->floating, NULL, HS_WEIGHTS_MOMENTS | HS_WEIGHTS_CROSS, &m, &e));
    ck_assert_ptr_null(m.cross); /* the float network reads what it reads */
    ck_assert_uint_eq(m.groups * m.columns * rows / m.groups, all);
    float *q = hs_alloc(all, sizeof *q), *near = hs_alloc(all, sizeof *near), *scale = hs_alloc(rows, sizeof *scale);
    knobs_of(gptq, knob);
    for (int f = 0; f < 3; f++)
        for (int by_channel = 0; by_channel < 2; by_channel++) {
            static const char *const widths[] = {"int3", "int4", "int8"};
            struct hs_grid g = {.format = hs_format_find(widths[f], &e), .symmetric = true, .n = by_channel ? rows : 1,
                                .scale = scale,
                                .parts = {by_channel ? HS_PER_CHANNEL : HS_PER_TENSOR, 1, rows, all / rows, 0}};
            hs_grid_codes(g.format, true, &g.qmin, &g.qmax);
            hs_grid_measure(&g, w->data, all);
            struct hs_weights_problem p = {.grid = &g, .w = w->data, .groups = 1, .rows = rows, .columns = m.columns,
                                           .moments = m.moments};
            ck_ok(hs_weights_round(gptq, &p, q, knob, &e));
            hs_grid_apply(&g, w->data, near, all, 0);
            double ours = output_error(w->data, q, m.moments, rows, m.columns),
                   theirs = output_error(w->data, near, m.moments, rows, m.columns);
            if (f == 1) {
                double ran = measured(l, net, n, w->data, q);
                ck_assert_msg(fabs(ran / ours - 1) < 1e-4, "%s: by moments %g, by running it %g", n->name, ours, ran);
            }
            ck_assert_msg(ours < theirs, "%s of %s, %s, %s: gptq %g, nearest %g", n->name, net->name, widths[f],
                          by_channel ? "channel" : "tensor", ours, theirs);
        }
    hs_free(q), hs_free(near), hs_free(scale);
    hs_moments_free(&m);
}

START_TEST(gptq_beats_nearest_on_every_layer)
{
    char path[600], file[600];
    struct hs_net net;
    struct hs_data d;
    struct hs_lab *lab;
    const char *top = getenv("SRCDIR") ? getenv("SRCDIR") : ".";
    snprintf(path, sizeof path, "%s/experiments/networks/%s.h5", top, nets[_i]);
    snprintf(file, sizeof file, "%s/experiments/networks/fashion.h5", top);
    ck_ok(hs_dump_read_net(path, false, &net, &e));
    ck_ok(hs_data_read(&net, &(struct hs_data_where){.file = file, .split = "calibration"}, NULL, _i == 2 ? 24 : 256, &d, &e));
    ck_ok(hs_lab_open(&net, &d, &d, 256 << 20, &lab, &e));
    size_t layers = 0;
    for (size_t i = 0; i < net.nodes; i++)
        if (hs_moments_exist(&net, &net.node[i])) one_layer(lab, &net, &net.node[i]), layers++;
    ck_assert_uint_ge(layers, 3);
    hs_lab_close(lab);
    hs_data_free(&d);
    hs_net_close(&net);
}
END_TEST

int main(void)
{
    size_t methods = 0;
    while (hs_weights_roster[methods]) methods++;
    hs_dump_init();
    Suite *s = suite_create("weights");
    TCase *t = tcase_create("weights");
    tcase_set_timeout(t, 300);
    tcase_add_loop_test(t, what_comes_out_is_on_the_grid, 0, (int)methods);
    tcase_add_loop_test(t, a_diagonal_leaves_nearest, 0, (int)methods);
    tcase_add_loop_test(t, odd_inputs_are_defined, 0, (int)methods);
    tcase_add_loop_test(t, scales_do_not_matter, 0, (int)methods);
    tcase_add_loop_test(t, small_and_broken_problems, 0, (int)methods);
    tcase_add_loop_test(t, groups_are_layers_of_their_own, 0, (int)methods);
    tcase_add_test(t, blocks_change_no_bit);
    tcase_add_test(t, given_weights_are_taken_or_refused);
    tcase_add_test(t, gpfq_is_the_walk_through_the_samples);
    tcase_add_test(t, obq_takes_the_cheapest_weight_first);
    tcase_add_test(t, stochastic_keeps_the_best_of_its_draws);
    tcase_add_test(t, gptq_is_exact_obq_in_its_order);
    tcase_add_test(t, corrections_of_nothing_are_gptq);
    tcase_add_test(t, corrections_come_closer_to_the_float_output);
    tcase_add_loop_test(t, gptq_beats_nearest_on_every_layer, 0, 3);
    suite_add_tcase(s, t);
    return check_main(s);
}
