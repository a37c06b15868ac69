/* test_weights.c - every weight method by the contract. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check_main.h"
#include "weights/problem.h"

#include "base/mem.h"

#include <math.h>
#include <string.h>

static struct hs_err e;

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

/* One weight, and none; all weights the same; and what is no number is refused. */
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
    p.rows = 0;
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

/* Each allocation fails once; a sanitizer sees what is not given back. */
START_TEST(running_out_of_memory_is_an_error)
{
    const struct hs_weights_type *t = hs_weights_roster[_i];
    struct made m;
    double knob[HS_MAX_KNOBS] = {0};
    float out[ROWS * N];
    struct hs_err why = {.status = HS_ENOMEM};
    long k = 0;
    make(&m, "int4", true);
    knobs_of(t, knob);
    while (why.status) {
        why = (struct hs_err){0};
        hs_mem_fail_at(++k);
        hs_weights_round(t, &m.p, out, knob, &why);
        hs_mem_fail_at(0);
        ck_assert(why.status == HS_OK || why.status == HS_ENOMEM);
        ck_assert_int_lt(k, 50);
    }
    ck_assert(t->needs ? k > 2 : k >= 1);
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

int main(void)
{
    int methods = 0;
    while (hs_weights_roster[methods]) methods++;
    Suite *s = suite_create("weights");
    TCase *t = tcase_create("contract");
    tcase_add_loop_test(t, what_comes_out_is_on_the_grid, 0, methods);
    tcase_add_loop_test(t, a_diagonal_leaves_nearest, 0, methods);
    tcase_add_loop_test(t, odd_inputs_are_defined, 0, methods);
    tcase_add_loop_test(t, small_and_broken_problems, 0, methods);
    tcase_add_loop_test(t, running_out_of_memory_is_an_error, 0, methods);
    tcase_add_loop_test(t, scales_do_not_matter, 0, methods);
    tcase_add_loop_test(t, groups_are_layers_of_their_own, 0, methods);
    suite_add_tcase(s, t);
    return check_main(s);
}
