/* test_others.c - the methods that are not built on gptq, each against what it says of itself. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check_main.h"
#include "weights/problem.h"

#include <gsl/gsl_linalg.h>
#include <math.h>
#include <string.h>

static struct hs_err e;

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

/* Against the samples: the means of the output with the rounded weight, and with the float one on either inputs. */
START_TEST(biases_are_differences_of_means)
{
    struct made m;
    double got[N] = {0}, was[N] = {0};
    float out[ROWS * N], own[ROWS] = {1, 2, 3, 4, 5}, bias[3][ROWS];
    const struct hs_weights_type *t = &hs_weights_nearest;
    make(&m, "int3", true);
    for (int s = 0; s < SAMPLES; s++)
        for (int i = 0; i < N; i++) got[i] += m.got[s][i] / SAMPLES, was[i] += m.was[s][i] / SAMPLES;
    m.p.mean = got, m.p.float_mean = was;
    double knob[HS_MAX_KNOBS] = {0};
    ck_ok(hs_weights_round(t, &m.p, out, knob, &e));
    hs_weights_correct_bias(&m.p, HS_WEIGHTS_BIAS_CORRECTED, out, own, bias[0]);
    hs_weights_correct_bias(&m.p, HS_WEIGHTS_BIAS_MATCHED, out, own, bias[1]);
    hs_weights_correct_bias(&m.p, HS_WEIGHTS_BIAS_CORRECTED, out, NULL, bias[2]);
    for (int r = 0; r < ROWS; r++) {
        double rounded = 0, same = 0, floating = 0;
        for (int i = 0; i < N; i++) {
            rounded += (double)out[r * N + i] * got[i];
            same += (double)m.w[r * N + i] * got[i], floating += (double)m.w[r * N + i] * was[i];
        }
        ck_assert(fabs(rounded + (double)bias[0][r] - same - (double)own[r]) < 1e-6);
        ck_assert(fabs(rounded + (double)bias[1][r] - floating - (double)own[r]) < 1e-6);
        ck_assert(fabs(rounded + (double)bias[2][r] - same) < 1e-6);
        ck_assert(fabs(same - floating) > 1e-3 && fabs(rounded - same) > 1e-4);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("weights");
    TCase *t = tcase_create("others");
    tcase_add_test(t, given_weights_are_taken_or_refused);
    tcase_add_test(t, gpfq_is_the_walk_through_the_samples);
    tcase_add_test(t, obq_takes_the_cheapest_weight_first);
    tcase_add_test(t, stochastic_keeps_the_best_of_its_draws);
    tcase_add_test(t, biases_are_differences_of_means);
    suite_add_tcase(s, t);
    return check_main(s);
}
