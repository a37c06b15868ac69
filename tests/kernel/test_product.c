/* test_product.c - products and convolutions: right, and the same bits on every path. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "check_main.h"
#include "sum.h"

#include "base/mem.h"

#include <math.h>
#include <string.h>

static struct hs_err e;

/* Every output must be the plain sum, bit for bit (NaN for NaN: their payloads are the processor's), on every kernel. */
static void same(const float *got, const float *want, size_t n, const char *isa)
{
    for (size_t i = 0; i < n; i++)
        if (memcmp(&got[i], &want[i], sizeof(float)) && !(isnan(got[i]) && isnan(want[i])))
            ck_abort_msg("value %zu of %zu: %.9g is not %.9g (%s)", i, n, (double)got[i], (double)want[i], isa);
}

static void twice(const void *ctx, const float *x, float *to, size_t n, size_t first)
{
    const float *whole = ctx;
    for (size_t i = 0; i < n; i++) {
        if (memcmp(&x[i], &whole[first + i], sizeof(float))) ck_abort_msg("index %zu is told for another value", first + i);
        to[i] = 2 * x[i];
    }
}

/* Runs a case on one kernel: whole, image by image, with finishes, and through a filter. */
static void run(const struct sum_case *c, const char *isa)
{
    const struct hs_taps *t = &c->taps;
    struct hs_product *p;
    float *y = hs_alloc(c->outs, sizeof *y), *want = hs_alloc(c->outs, sizeof *want);
    float *half = hs_alloc(c->ins, sizeof *half);
    const struct hs_filter none = {.apply = NULL};
    ck_assert_int_eq(setenv("HALFSTEP_ISA", isa, 1), 0);
    ck_ok(hs_product_pack(t, c->weight, c->bias, &p, &e));

    ck_ok(hs_product_images(p, c->x, c->n, c->height, c->width, none, 0, NULL, y, &e));
    for (size_t i = 0; i < c->outs; i++)
        if (isfinite(c->exact[i]) && !(fabs((double)y[i] - c->exact[i]) <= c->bound[i]))
            ck_abort_msg("value %zu: %.9g, exactly %.17g (%s)", i, (double)y[i], c->exact[i], isa);
    same(y, c->plain, c->outs, isa);

    memset(y, 0, c->outs * sizeof *y);
    for (size_t n = 0; n < c->n; n++)
        ck_ok(hs_product_images(p, c->x + n * (c->ins / c->n), 1, c->height, c->width, none, 0, NULL,
                                y + n * (c->outs / c->n), &e));
    same(y, c->plain, c->outs, isa);

    for (size_t i = 0; i < c->ins; i++) half[i] = c->x[i] / 2; /* exact, and so is doubling */
    struct hs_filter doubled = {twice, half};
    ck_ok(hs_product_images(p, half, c->n, c->height, c->width, doubled, 0, NULL, y, &e));
    same(y, c->plain, c->outs, isa);

    bool even = c->steps[0] % 2 == 0 && c->steps[1] % 2 == 0;
    for (int k = 1; k < 8; k++) {
        struct hs_finish f = {.relu = k & 1, .pool = k & 2 ? 2 : 0};
        if (k & 4) f.multiply = c->bias, f.add = c->weight; /* any numbers; there are enough of them */
        if (f.pool && !even) continue;
        ck_ok(hs_product_images(p, c->x, c->n, c->height, c->width, none, 0, &f, y, &e));
        same(y, want, sum_finish(c, &f, want), isa);
    }
    hs_product_free(p);
    hs_free(y), hs_free(want), hs_free(half);
}

static void run_all(const struct sum_case *c)
{
    const struct hs_kernel *list[4];
    size_t n = hs_kernels(list);
    for (size_t i = 0; i < n; i++) run(c, list[i]->name);
    unsetenv("HALFSTEP_ISA");
}

#define TAPS(c, o, g, h, w, ...) \
    {.channels = (c), .outs = (o), .groups = (g), .taps = {(h), (w)}, __VA_ARGS__} /* strides, dilations: 1 */
static const struct sum_case edges[] = {
    {.taps = TAPS(1, 1, 1, 1, 1), .n = 1, .height = 1, .width = 1},
    {.taps = TAPS(1, 1, 1, 3, 3, .before = {1, 1}, .after = {1, 1}), .n = 2, .height = 1, .width = 1},
    {.taps = TAPS(3, 17, 1, 5, 5, .before = {2, 2}, .after = {2, 2}), .n = 2, .height = 2, .width = 3}, /* kernel > image */
    {.taps = TAPS(2, 33, 1, 3, 3, .before = {3, 4}, .after = {5, 2}), .n = 1, .height = 4, .width = 5}, /* rows of zeros */
    {.taps = TAPS(1, 32, 1, 3, 3, .before = {1, 1}, .after = {1, 1}), .n = 3, .height = 28, .width = 28},
    {.taps = TAPS(32, 64, 1, 3, 3, .before = {1, 1}, .after = {1, 1}), .n = 2, .height = 14, .width = 14},
    {.taps = TAPS(16, 10, 1, 3, 3, .stride = {2, 2}, .before = {0, 0}, .after = {1, 1}), .n = 1, .height = 16, .width = 16},
    {.taps = TAPS(8, 24, 1, 1, 1, .stride = {2, 2}), .n = 2, .height = 9, .width = 11},
    {.taps = TAPS(4, 6, 2, 3, 2, .stride = {3, 2}, .dilation = {2, 3}, .before = {2, 1}), .n = 2, .height = 13, .width = 17},
    {.taps = TAPS(24, 24, 24, 3, 3, .before = {1, 1}, .after = {1, 1}), .n = 2, .height = 10, .width = 12},
    {.taps = TAPS(5, 15, 5, 3, 3, .stride = {2, 1}, .dilation = {1, 2}, .before = {1, 2}, .after = {1, 2}),
     .n = 2, .height = 8, .width = 9},
    {.taps = TAPS(700, 9, 1, 1, 1), .n = 61, .height = 1, .width = 1}, /* a sum in several stretches */
    {.taps = TAPS(300, 130, 1, 1, 1), .n = 1, .height = 1, .width = 1},
    {.taps = TAPS(10, 40, 1, 1, 9, .before = {0, 4}, .after = {0, 4}), .n = 2, .height = 1, .width = 100}, /* conv1d */
    {.taps = TAPS(64, 16, 1, 3, 3), .n = 1, .height = 60, .width = 40}, /* several strips */
    {.taps = TAPS(8, 8, 8, 3, 3, .before = {1, 1}, .after = {1, 1}), .n = 2, .height = 11, .width = 13}, /* pixels abreast */
    {.taps = TAPS(2, 2, 2, 2, 5, .stride = {2, 1}, .dilation = {1, 2}, .before = {0, 3}, .after = {1, 4}),
     .n = 3, .height = 6, .width = 21},
    {.taps = TAPS(64, 64, 64, 3, 3, .before = {1, 1}, .after = {1, 1}), .n = 2, .height = 25, .width = 5}, /* lines abreast */
    {.taps = TAPS(32, 32, 32, 3, 3, .before = {0, 0}, .after = {1, 1}, .stride = {2, 2}), .n = 2, .height = 10, .width = 6},
    {.taps = TAPS(16, 16, 16, 4, 1), .n = 1, .height = 14, .width = 1},
    {.taps = TAPS(3, 8, 1, 3, 3, .stride = {2, 2}, .after = {1, 1}), .n = 2, .height = 24, .width = 48}, /* read as they lie */
    {.taps = TAPS(3, 20, 1, 5, 3, .dilation = {2, 1}, .before = {4, 1}, .after = {4, 1}), .n = 2, .height = 16, .width = 30},
    {.taps = TAPS(1, 33, 1, 10, 4, .stride = {2, 2}, .before = {4, 1}, .after = {5, 1}), .n = 2, .height = 49, .width = 10},
    {.taps = TAPS(1, 9, 1, 3, 2, .stride = {1, 6}, .before = {1, 3}), .n = 2, .height = 9, .width = 31}, /* steps over some */
};
START_TEST(edge_cases_are_the_plain_sum)
{
    struct sum_case c = edges[_i];
    sum_open(&c, (uint64_t)_i);
    run_all(&c);
    sum_close(&c);
}
END_TEST

static size_t pick(uint64_t *s, size_t from, size_t to) { return from + sum_draw(s) % (to - from + 1); }

START_TEST(random_shapes_are_the_plain_sum)
{
    uint64_t s = 77 + (uint64_t)_i;
    for (int again = 0; again < 8; again++) {
        struct sum_case c = {.n = pick(&s, 1, 3), .height = pick(&s, 1, 20), .width = pick(&s, 1, 40)};
        struct hs_taps *t = &c.taps;
        t->groups = pick(&s, 0, 2) ? 1 : pick(&s, 1, 6);
        t->channels = t->groups * pick(&s, 1, 7), t->outs = t->groups * pick(&s, 1, 40);
        for (int k = 0; k < 2; k++) {
            t->taps[k] = pick(&s, 1, 4), t->stride[k] = pick(&s, 1, 3), t->dilation[k] = pick(&s, 1, 3);
            t->before[k] = pick(&s, 0, 3), t->after[k] = pick(&s, 0, 3);
        }
        if (!hs_taps_steps(t, 0, c.height) || !hs_taps_steps(t, 1, c.width)) continue;
        sum_open(&c, s);
        run_all(&c);
        sum_close(&c);
    }
}
END_TEST

START_TEST(nan_and_infinity_go_where_arithmetic_sends_them)
{
    static const int which[] = {4, 5, 9, 11};
    struct sum_case c = edges[which[_i]];
    sum_open(&c, 5);
    c.x[3] = NAN, c.x[c.ins / 2] = INFINITY, c.x[c.ins - 1] = -INFINITY, c.x[c.ins / 3] = -0.0f;
    c.x[c.ins / 4] = 0x1p-140f, c.x[c.ins / 5] = 3e38f;
    sum_compute(&c);
    run_all(&c);
    sum_close(&c);
}
END_TEST

/* In a pool, NaN must win from each of the four corners: 1 x 1 taps leave each alone. */
START_TEST(nan_wins_in_a_pool_from_every_corner)
{
    size_t channels = _i ? 8 : 3;
    struct sum_case c = {.taps = TAPS(channels, _i ? 8 : 17, _i ? 8 : 1, 1, 1), .n = 1, .height = 6, .width = 8};
    static const size_t corner[4][2] = {{0, 0}, {0, 3}, {3, 4}, {5, 7}};
    sum_open(&c, 5);
    for (int k = 0; k < 4; k++)
        for (size_t i = 0; i < channels; i++) c.x[(corner[k][0] * 8 + corner[k][1]) * channels + i] = NAN;
    sum_compute(&c);
    run_all(&c);
    sum_close(&c);
}
END_TEST

START_TEST(minus_zero_stays_through_relu_and_pool)
{
    struct sum_case c = {.taps = TAPS(1, 3, 1, 1, 1), .n = 1, .height = 2, .width = 2};
    sum_open(&c, 1);
    for (int i = 0; i < 4; i++) c.x[i] = 0;
    for (int i = 0; i < 3; i++) c.weight[i] = -1, c.bias[i] = -0.0f;
    sum_compute(&c);
    ck_assert(signbit(c.plain[0]) && c.plain[0] == 0);
    run_all(&c);
    sum_close(&c);
}
END_TEST

START_TEST(the_rows_of_a_product_do_not_look_at_each_other)
{
    struct sum_case c = {.taps = TAPS(517, 37, 1, 1, 1), .n = 231, .height = 1, .width = 1};
    sum_open(&c, 9);
    struct hs_product *p;
    float *y = hs_alloc(c.outs, sizeof *y);
    const struct hs_filter none = {.apply = NULL};
    const struct hs_kernel *list[4];
    for (size_t k = 0, n = hs_kernels(list); k < n; k++) {
        ck_assert_int_eq(setenv("HALFSTEP_ISA", list[k]->name, 1), 0);
        ck_ok(hs_product_pack(&c.taps, c.weight, c.bias, &p, &e));
        for (size_t rows = 1; rows <= 231; rows = rows * 2 + 1) {
            memset(y, 0, c.outs * sizeof *y);
            for (size_t at = 0; at < 231; at += rows)
                ck_ok(hs_product_rows(p, c.x + at * 517, rows < 231 - at ? rows : 231 - at, none, at * 517, NULL,
                                      y + at * 37, &e));
            same(y, c.plain, c.outs, list[k]->name);
        }
        hs_product_free(p);
    }
    unsetenv("HALFSTEP_ISA");
    hs_free(y);
    sum_close(&c);
}
END_TEST

START_TEST(no_bias_is_a_bias_of_zero)
{
    struct sum_case c = edges[7];
    sum_open(&c, 3);
    hs_free(c.bias);
    c.bias = NULL;
    sum_compute(&c);
    struct hs_product *p;
    float *y = hs_alloc(c.outs, sizeof *y);
    ck_ok(hs_product_pack(&c.taps, c.weight, NULL, &p, &e));
    ck_ok(hs_product_images(p, c.x, c.n, c.height, c.width, (struct hs_filter){.apply = NULL}, 0, NULL, y, &e));
    same(y, c.plain, c.outs, "best");
    hs_product_free(p);
    hs_free(y);
    sum_close(&c);
}
END_TEST

START_TEST(an_unknown_instruction_set_falls_back)
{
    const struct hs_kernel *list[4];
    size_t n = hs_kernels(list);
    ck_assert_int_eq(setenv("HALFSTEP_ISA", "abacus", 1), 0);
    ck_assert_ptr_eq(hs_kernel_best(), list[n - 1]);
    ck_assert_int_eq(setenv("HALFSTEP_ISA", "sse2", 1), 0);
    ck_assert_ptr_eq(hs_kernel_best(), list[0]);
    unsetenv("HALFSTEP_ISA");
    ck_assert_ptr_eq(hs_kernel_best(), list[n - 1]);
}
END_TEST

START_TEST(lack_of_memory_is_told)
{
    struct sum_case c = edges[_i ? 9 : 4];
    sum_open(&c, 3);
    struct hs_product *p;
    float *y = hs_alloc(c.outs, sizeof *y);
    struct hs_finish f = {.multiply = c.bias, .add = c.bias};
    long k = 1;
    for (;; k++) {
        e = (struct hs_err){.status = HS_OK};
        hs_mem_fail_at(k);
        enum hs_status st = hs_product_pack(&c.taps, c.weight, c.bias, &p, &e);
        if (st == HS_OK) {
            st = hs_product_images(p, c.x, c.n, c.height, c.width, (struct hs_filter){.apply = NULL}, 0, &f, y, &e);
            hs_product_free(p);
        }
        hs_mem_fail_at(0);
        ck_assert_int_eq(st, e.status);
        if (st == HS_OK) break;
        ck_assert_int_eq(st, HS_ENOMEM);
    }
    ck_assert_int_ge(k, 7);
    hs_free(y);
    sum_close(&c);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("product");
    TCase *t = tcase_create("product");
    tcase_add_loop_test(t, edge_cases_are_the_plain_sum, 0, sizeof edges / sizeof *edges);
    tcase_add_loop_test(t, random_shapes_are_the_plain_sum, 0, 10);
    tcase_add_loop_test(t, nan_and_infinity_go_where_arithmetic_sends_them, 0, 4);
    tcase_add_loop_test(t, nan_wins_in_a_pool_from_every_corner, 0, 2);
    tcase_add_test(t, minus_zero_stays_through_relu_and_pool);
    tcase_add_test(t, the_rows_of_a_product_do_not_look_at_each_other);
    tcase_add_test(t, no_bias_is_a_bias_of_zero);
    tcase_add_test(t, an_unknown_instruction_set_falls_back);
    tcase_add_loop_test(t, lack_of_memory_is_told, 0, 2);
    suite_add_tcase(s, t);
    return check_main(s);
}
