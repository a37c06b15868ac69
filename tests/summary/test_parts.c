/* test_parts.c - what summaries are made of: exact sums, sorting, and the block functions of each instruction set. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "check_main.h"

#include "base/mem.h"
#include "base/rng.h"
#include "tensor/summary_state.h"

#include <float.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>

START_TEST(the_long_accumulator_rounds_once)
{
    struct hs_wide w = {0}, v = {0};
    hs_wide_add(&w, 0x1p250);
    for (int i = 0; i < 1000; i++) hs_wide_add(&w, 0x1p-290);
    hs_wide_add(&v, 0x1p250);
    ck_assert(hs_wide_round(&w) == 0x1p250);
    hs_wide_minus(&w, &v);
    ck_assert(hs_wide_round(&w) == 1000 * 0x1p-290);
    hs_wide_minus(&w, &v);
    ck_assert(hs_wide_round(&w) == -0x1p250); /* the rest is below half a place */
    struct hs_wide tie = {0};
    hs_wide_add_scaled(&tie, ((hs_u128)1 << 53) + 1, 0); /* 2^53 + 1: a tie, to even */
    ck_assert(hs_wide_round(&tie) == 0x1p53);
    hs_wide_add_scaled(&tie, 1, -300); /* and a trace beyond it */
    ck_assert(hs_wide_round(&tie) == 0x1p53 + 2);
    struct hs_wide full = {0};
    hs_wide_add_scaled(&full, ~(hs_u128)0, 30);
    ck_assert(hs_wide_round(&full) == 0x1p158);
}
END_TEST

START_TEST(the_order_of_terms_is_irrelevant)
{
    enum { N = 5000 };
    static double x[N];
    struct hs_wide a = {0}, b = {0}, half = {0};
    gsl_rng *r = hs_rng_open(1, "wide");
    for (int i = 0; i < N; i++) {
        float f = (float)(gsl_rng_uniform(r) * exp2(200 * gsl_rng_uniform(r) - 140));
        x[i] = (double)f * f;
        hs_wide_add(&a, x[i]);
    }
    for (int i = N; i-- > N / 2;) hs_wide_add(&b, x[i]);
    for (int i = 0; i < N / 2; i++) hs_wide_add(&half, x[i]);
    hs_wide_plus(&b, &half);
    ck_assert(hs_wide_round(&a) == hs_wide_round(&b));
    long double sum = 0;
    for (int i = 0; i < N; i++) sum += x[i];
    ck_assert_double_le(fabs(hs_wide_round(&a) - (double)sum), 1e-15 * (double)sum);
    gsl_rng_free(r);
}
END_TEST

START_TEST(floats_are_sorted)
{
    static const size_t sizes[] = {0, 1, 2, 3, 63, 64, 65, 1000, 70001};
    struct hs_err e = {0};
    gsl_rng *r = hs_rng_open(2, "sort");
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        size_t n = sizes[k];
        float *x = hs_alloc(n + 1, sizeof *x);
        double before = 0, after = 0;
        for (size_t i = 0; i < n; i++) {
            x[i] = (float)(gsl_ran_gaussian(r, 1) * exp2((double)gsl_rng_uniform_int(r, 60) - 30));
            if (i % 7 == 0) x[i] = (float)gsl_rng_uniform_int(r, 3) - 1;
            if (i % 101 == 0) x[i] = i % 2 ? FLT_MAX : -1e-45f;
            before += (double)x[i] / 0x1p20;
        }
        ck_ok(hs_sort_floats(x, n, &e));
        for (size_t i = 0; i < n; i++) {
            if (i && x[i] < x[i - 1]) ck_abort_msg("%zu of %zu", i, n);
            after += (double)x[i] / 0x1p20;
        }
        ck_assert_double_eq_tol(before, after, 1e-9 * (1 + fabs(before)));
        hs_free(x);
    }
    gsl_rng_free(r);
}
END_TEST

static double slow_squares(const float *x, size_t n, float from)
{
    struct hs_wide sum = {{0}};
    for (size_t i = 0; i < n; i++) {
        uint32_t u;
        float base;
        memcpy(&u, &x[i], sizeof u);
        u &= 0xfffff000u;
        memcpy(&base, &u, sizeof base);
        double rest = (double)x[i] - base;
        if (fabsf(x[i]) >= from) hs_wide_add(&sum, rest * rest);
    }
    return hs_wide_round(&sum);
}

START_TEST(block_functions_agree_with_plain_ones)
{
    static float x[HS_BLOCK + 1];
    gsl_rng *r = hs_rng_open(3, "block");
    for (int round = 0; round < 300; round++) {
        size_t n = 1 + (round % 3 ? gsl_rng_uniform_int(r, HS_BLOCK) : HS_BLOCK - 1);
        for (size_t i = 0; i <= n; i++) {
            x[i] = (float)(gsl_ran_gaussian(r, 1) * exp2(-(double)(round % 20)));
            if (round % 4 == 1) x[i] = fabsf(x[i]);
            if (round % 4 == 2) x[i] = -fabsf(x[i]);
            if (round % 5 == 0 && i % 3 == 0) x[i] = i % 2 ? 0.f : -0.f;
        }
        float top = 0, least = INFINITY;
        struct hs_bits want = {0, 0xffffffffu, INT32_MIN, 0, 0};
        uint32_t u, equal = 0, any = 0;
        for (size_t i = 0; i < n; i++) {
            memcpy(&u, &x[i], sizeof u);
            want.high = u > want.high ? u : want.high, want.low = u < want.low ? u : want.low;
            want.top = (int32_t)u > want.top ? (int32_t)u : want.top;
            any |= u;
            if (x[i] != 0 && fabsf(x[i]) < least) least = fabsf(x[i]);
            top = fmaxf(top, fabsf(x[i]));
            if (i < n / 64 * 64) equal += memcmp(&x[i], &x[i + 1], sizeof u) == 0;
        }
        if (top == 0) continue;
        for (int isa = 0; isa < HS_ISAS; isa++) {
            const struct hs_summary_kernels *k = hs_summary_kernels((enum hs_isa)isa);
            struct hs_bits b;
            struct hs_squares sq;
            struct hs_wide got = {{0}};
            float t = top / 200;
            uint16_t at[HS_BLOCK];
            k->bits((const uint32_t *)(const void *)x, n, &b);
            memcpy(&u, &least, sizeof u);
            want.any = any, want.smallest = isinf(least) ? 0xffffffffu : u - 1;
            ck_assert(memcmp(&b, &want, sizeof b) == 0);
            ck_assert_uint_eq(k->repeats((const uint32_t *)(const void *)x, n), equal);
            k->squares(x, n, ilogbf(top), &sq);
            for (int i = 0; i < 2; i++) hs_wide_add_scaled(&got, sq.sum[i], sq.exponent[i]);
            ck_assert(hs_wide_round(&got) == slow_squares(x, n, sq.deep));
            ck_assert(sq.deep <= top / 4096);
            size_t m = k->below(x, n, t, at), found = 0;
            for (size_t i = 0; i < n; i++)
                if (x[i] != 0 && fabsf(x[i]) < t && (found == m || at[found++] != i)) ck_abort_msg("%zu is missing", i);
            ck_assert_uint_eq(found, m);
        }
    }
    gsl_rng_free(r);
}
END_TEST

/* As large as a block's sums can become: every low bit set, in every octave that is taken at once. */
START_TEST(full_blocks_stay_exact)
{
    static float x[HS_BLOCK];
    for (int octaves = 1; octaves <= 14; octaves++)
        for (int isa = 0; isa < HS_ISAS; isa++) {
            struct hs_squares s;
            struct hs_wide got = {{0}};
            for (size_t i = 0; i < HS_BLOCK; i++) x[i] = ldexpf(0x1.fffffep0f, (int)i % 37 == 0 ? -(int)(i % (size_t)octaves) : 0);
            x[0] = 0x1.fffffep0f;
            hs_summary_kernels((enum hs_isa)isa)->squares(x, HS_BLOCK, 0, &s);
            for (int i = 0; i < 2; i++) hs_wide_add_scaled(&got, s.sum[i], s.exponent[i]);
            ck_assert(hs_wide_round(&got) == slow_squares(x, HS_BLOCK, s.deep));
        }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("summary_parts");
    TCase *t = tcase_create("summary_parts");
    tcase_add_test(t, the_long_accumulator_rounds_once);
    tcase_add_test(t, the_order_of_terms_is_irrelevant);
    tcase_add_test(t, floats_are_sorted);
    tcase_add_test(t, block_functions_agree_with_plain_ones);
    tcase_add_test(t, full_blocks_stay_exact);
    suite_add_tcase(s, t);
    return check_main(s);
}
