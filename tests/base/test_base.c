/* test_base.c - errors, memory, names of streams, digests, words and workers. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check_main.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/rng.h"
#include "base/text.h"
#include "base/work.h"

#include <gsl/gsl_randist.h>
#include <stdint.h>
#include <string.h>

START_TEST(first_error_wins_and_places_add_up)
{
    struct hs_err e = {0};
    HS_FAIL(&e, HS_EDATA, "first %d", 1);
    HS_FAIL(&e, HS_ENOMEM, "second");
    hs_err_where(&e, "/act in a.h5");
    hs_err_where(&e, "trial %d", 17);
    ck_assert_int_eq(e.status, HS_EDATA);
    ck_assert_str_eq(e.what, "first 1");
    ck_assert_str_eq(e.where, "/act in a.h5, trial 17");
    ck_assert_int_eq(hs_err_exit(e.status), 65);
}
END_TEST

START_TEST(long_errors_end_in_dots)
{
    struct hs_err e = {0};
    char text[5000];
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    HS_FAIL(&e, HS_EDATA, "%s", text);
    ck_assert_uint_eq(strlen(e.what), sizeof e.what - 1);
    ck_assert_str_eq(e.what + sizeof e.what - 4, "...");
}
END_TEST

START_TEST(memory_is_aligned_and_overflow_is_refused)
{
    ck_assert_ptr_null(hs_alloc(SIZE_MAX / 2, 3));
    char *p = hs_alloc(3, 7);
    ck_assert_uint_eq((uintptr_t)p % 64, 0);
    memset(p, 5, 21);
    p = hs_realloc(p, 1000, 7);
    ck_assert_int_eq(p[20], 5);
    hs_free(p);
    hs_mem_fail_at(2);
    void *a = hs_alloc(1, 1), *b = hs_alloc(1, 1);
    hs_mem_fail_at(0);
    ck_assert_ptr_nonnull(a);
    ck_assert_ptr_null(b);
    hs_free(a);
}
END_TEST

START_TEST(an_arena_hands_out_zeroed_aligned_blocks)
{
    struct hs_arena *a = hs_arena_open();
    for (size_t n = 1; n < 300000; n = n * 3 + 1) {
        unsigned char *p = HS_NEW(a, n, unsigned char);
        ck_assert_uint_eq((uintptr_t)p % 64, 0);
        for (size_t i = 0; i < n; i++) ck_assert_int_eq(p[i], 0);
        memset(p, 0xff, n);
    }
    ck_assert_str_eq(hs_arena_text(a, "%s-%d", "n", 7), "n-7");
    ck_assert_ptr_null(hs_arena_take(a, SIZE_MAX / 8, 16));
    hs_arena_close(a);
}
END_TEST

START_TEST(a_stream_is_known_by_root_and_name)
{
    gsl_rng *a = hs_rng_open(1, "x"), *b = hs_rng_open(1, "x"), *c = hs_rng_open(1, "y"),
            *d = hs_rng_open(1 + (UINT64_C(1) << 32), "x");
    double sum = 0;
    int same_c = 0, same_d = 0;
    for (int i = 0; i < 10000; i++) {
        double u = gsl_rng_uniform(a);
        sum += u;
        ck_assert(u == gsl_rng_uniform(b) && u >= 0 && u < 1);
        same_c += u == gsl_rng_uniform(c), same_d += u == gsl_rng_uniform(d);
    }
    ck_assert_int_eq(same_c + same_d, 0);
    ck_assert_double_eq_tol(sum / 10000, 0.5, 0.015); /* five standard deviations */
    ck_assert(hs_rng_at(7, 3) == hs_rng_at(7, 3) && hs_rng_at(7, 3) != hs_rng_at(7, 4));
    gsl_rng_free(a), gsl_rng_free(b), gsl_rng_free(c), gsl_rng_free(d);
}
END_TEST

START_TEST(philox_gives_its_published_answer)
{
    gsl_rng *r = hs_rng_open(1, "x");
    gsl_rng_set(r, 0); /* key 0, counter 0: known answer of the Random123 distribution */
    const unsigned long want[4] = {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8};
    for (int i = 0; i < 4; i++) ck_assert_uint_eq(gsl_rng_get(r), want[i]);
    gsl_rng_free(r);
}
END_TEST

START_TEST(digests_tell_pieces_apart)
{
    struct hs_hash a, b, c;
    hs_hash_begin(&a, "t"), hs_hash_text(&a, "ab"), hs_hash_text(&a, "c");
    hs_hash_begin(&b, "t"), hs_hash_text(&b, "a"), hs_hash_text(&b, "bc");
    hs_hash_begin(&c, "t"), hs_hash_text(&c, "ab"), hs_hash_text(&c, "c");
    ck_assert(!hs_key_equal(hs_hash_end(&a), hs_hash_end(&b)));
    ck_assert(hs_key_equal(hs_hash_end(&a), hs_hash_end(&c)));
    hs_hash_text(&a, NULL), hs_hash_text(&c, "");
    ck_assert(!hs_key_equal(hs_hash_end(&a), hs_hash_end(&c)));
    struct hs_err e = {0};
    hs_hash_file("/no/such/file", &e);
    ck_assert_int_eq(e.status, HS_ENOINPUT);
}
END_TEST

START_TEST(a_misspelt_word_finds_its_neighbour)
{
    const char *const list[] = {"minmax", "percentile", "mse", "entropy", NULL};
    ck_assert_str_eq(hs_text_nearest("minmx", list), "minmax");
    ck_assert_str_eq(hs_text_nearest("entrpoy", list), "entropy");
    ck_assert_ptr_null(hs_text_nearest("hadamard", list));
    ck_assert_uint_eq(hs_text_distance("ab", "ba"), 1);
    ck_assert_uint_eq(hs_text_distance("", "abc"), 3);
    ck_assert(hs_text_match("fc*", "fc1") && !hs_text_match("fc*", "conv"));
}
END_TEST

static void square(void *ctx, size_t i, int worker)
{
    (void)worker;
    ((size_t *)ctx)[i] += i * i;
}

START_TEST(only_what_people_read_stays)
{
    static const char *const pair[][2] = {
        {"conv1/é µ\t\n€ 𝄞", "conv1/é µ\t\n€ 𝄞"}, {"\x1b[31mred\x07\x7f", "?[31mred??"}, {"\xff\xfe", "??"}, {"\xc3", "?"},
        {"\xc2\x9b" "1m", "??1m"}, {"\xc0\xaf", "??"}, {"\xe0\x80\xaf", "???"}, {"\xed\xa0\x80", "???"},
        {"\xed\x9f\xbf", "\xed\x9f\xbf"}, {"\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf"}, {"\xf4\x90\x80\x80", "????"}, {"\xe2\x82", "??"}};
    for (size_t i = 0; i < sizeof pair / sizeof *pair; i++) {
        char text[64];
        snprintf(text, sizeof text, "%s", pair[i][0]);
        hs_text_tidy(text);
        ck_assert_str_eq(text, pair[i][1]);
    }
}
END_TEST

START_TEST(every_job_is_done_once)
{
    size_t out[1000] = {0};
    hs_work(1000, 4, square, out);
    for (size_t i = 0; i < 1000; i++) ck_assert_uint_eq(out[i], i * i);
    hs_work(0, 4, square, NULL);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("base");
    TCase *c = tcase_create("base");
    tcase_add_test(c, first_error_wins_and_places_add_up);
    tcase_add_test(c, long_errors_end_in_dots);
    tcase_add_test(c, memory_is_aligned_and_overflow_is_refused);
    tcase_add_test(c, an_arena_hands_out_zeroed_aligned_blocks);
    tcase_add_test(c, a_stream_is_known_by_root_and_name);
    tcase_add_test(c, philox_gives_its_published_answer);
    tcase_add_test(c, digests_tell_pieces_apart);
    tcase_add_test(c, a_misspelt_word_finds_its_neighbour);
    tcase_add_test(c, only_what_people_read_stays);
    tcase_add_test(c, every_job_is_done_once);
    suite_add_tcase(s, c);
    return check_main(s);
}
