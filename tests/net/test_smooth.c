/* test_smooth.c - our own exponentials against libm's long doubles. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check_main.h"

#include "net/smooth.h"

static double d_exp(double x) { return hs_exp(x); }
static double d_expm1(double x) { return hs_expm1(x); }
static double d_tanh(double x) { return hs_tanh(x); }
static double d_sigmoid(double x) { return hs_sigmoid(x); }
static double d_log1p(double x) { return hs_log1p_unit(x); }
static double d_erfc(double x)
{
    double z[HS_ERFC_BLOCK], squared[HS_ERFC_BLOCK], y[HS_ERFC_BLOCK];
    for (int i = 0; i < HS_ERFC_BLOCK; i++) z[i] = x, squared[i] = x * x;
    hs_erfc_block(z, squared, y);
    return y[HS_ERFC_BLOCK - 1];
}
static long double sigmoidl(long double x) { return 1 / (1 + expl(-x)); }

static const struct {
    const char *name;
    double (*ours)(double);
    long double (*theirs)(long double);
    double lo, hi, relative;
} function[] = {
    {"exp", d_exp, expl, -690, 690, 1.5e-14},
    {"expm1", d_expm1, expm1l, -690, 690, 2e-14},
    {"expm1 near 0", d_expm1, expm1l, -1e-3, 1e-3, 4e-16},
    {"tanh", d_tanh, tanhl, -30, 30, 5e-14},
    {"tanh near 0", d_tanh, tanhl, -1e-6, 1e-6, 8e-16},
    {"sigmoid", d_sigmoid, sigmoidl, -690, 690, 1.5e-14},
    {"log1p", d_log1p, log1pl, 0, 1, 4e-16},
    {"log1p near 0", d_log1p, log1pl, 0, 1e-6, 4e-16},
    {"erfc", d_erfc, erfcl, 0, 5, 2e-12},
    {"erfc far out", d_erfc, erfcl, 5, 26, 2e-12},
};

START_TEST(is_as_exact_as_a_double)
{
    double lo = function[_i].lo, hi = function[_i].hi, worst = 0, at = 0;
    for (int k = 0; k <= 20000; k++) {
        double x = lo + (hi - lo) * k / 20000;
        long double want = function[_i].theirs((long double)x);
        double error = want == 0 ? (function[_i].ours(x) != 0)
                                 : fabs((double)((function[_i].ours(x) - want) / want));
        if (!(error <= worst)) worst = error, at = x;
    }
    ck_assert_msg(worst <= function[_i].relative, "%s: relative error %g at %.17g",
                  function[_i].name, worst, at);
}
END_TEST

START_TEST(has_the_right_limits)
{
    ck_assert(hs_exp(0) == 1 && hs_expm1(0) == 0 && hs_tanh(0) == 0 && hs_sigmoid(0) == 0.5 &&
              fabs(d_erfc(0) - 1) < 2e-12);
    ck_assert(isinf((float)hs_exp(INFINITY)) && (float)hs_exp(-INFINITY) == 0);
    ck_assert(hs_expm1(-INFINITY) == -1 && hs_tanh(INFINITY) == 1 && hs_tanh(-INFINITY) == -1);
    ck_assert(hs_sigmoid(INFINITY) == 1 && (float)hs_sigmoid(-INFINITY) == 0);
    ck_assert(isnan(hs_exp(NAN)) && isnan(hs_expm1(NAN)) && isnan(hs_tanh(NAN)) &&
              isnan(hs_sigmoid(NAN)) && isnan(hs_log1p_unit(NAN)) && isnan(d_erfc(NAN)));
    ck_assert(hs_expm1(1e-300) == 1e-300 && hs_tanh(1e-300) == 1e-300);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("smooth");
    TCase *c = tcase_create("functions");
    tcase_add_loop_test(c, is_as_exact_as_a_double, 0,
                        (int)(sizeof function / sizeof *function));
    tcase_add_test(c, has_the_right_limits);
    suite_add_tcase(s, c);
    return check_main(s);
}
