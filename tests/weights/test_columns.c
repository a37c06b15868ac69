/* test_columns.c - gptq against the exact method that it stands for, and what is built on it against gptq. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check_main.h"
#include "weights/problem.h"

#include <gsl/gsl_linalg.h>
#include <math.h>
#include <string.h>

static struct hs_err e;

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
        struct hs_key first = {0, 0};
        make(&m, "int8", true);
        knobs_of(t, knob);
        for (size_t b = 0; b < sizeof blocks / sizeof *blocks; b++) {
            set(t, knob, "block", blocks[b]);
            ck_ok(hs_weights_round(t, &m.p, out[b > 0], knob, &e));
            ck_assert(!memcmp(out[0], out[b > 0], sizeof out[0]));
            struct hs_hash h;
            hs_hash_begin(&h, "test"), hs_weights_hash(&h, t, knob);
            struct hs_key key = hs_hash_end(&h);
            if (b == 0) first = key;
            ck_assert(hs_key_equal(key, first)); /* and so the same trial */
        }
    }
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

int main(void)
{
    Suite *s = suite_create("weights");
    TCase *t = tcase_create("columns");
    tcase_add_test(t, gptq_is_exact_obq_in_its_order);
    tcase_add_test(t, blocks_change_no_bit);
    tcase_add_test(t, corrections_of_nothing_are_gptq);
    tcase_add_test(t, corrections_come_closer_to_the_float_output);
    suite_add_tcase(s, t);
    return check_main(s);
}
