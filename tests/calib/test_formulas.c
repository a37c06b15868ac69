/* test_formulas.c - each strategy against its formula, written down again as plainly as can be.
 */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/data.h"
#include "check_main.h"

#include "calib/divergence.h"

#include <gsl/gsl_math.h>
#include <string.h>

static struct data d;
static struct hs_summary *s;

static void open_data(int set)
{
    data_make(&d, set, 11);
    s = summary_of(d.x, d.n);
}

static struct hs_fit fit(const char *name, const struct hs_target *t, const double *knob)
{
    struct hs_err e = {0};
    struct hs_fit f;
    const struct hs_calib_type *type = hs_calib_find(name, &e);
    double value[HS_MAX_KNOBS] = {0};
    for (size_t k = 0; type->knob && type->knob[k].name; k++)
        value[k] = knob && !isnan(knob[k]) ? knob[k] : type->knob[k].value;
    enum hs_status st = hs_calib_fit(type, s, t, value, &f, &e);
    ck_assert_msg(st == HS_OK, "%s: %s", name, e.what);
    return f;
}

static struct hs_target int8(bool symmetric)
{
    struct hs_err e = {0};
    return (struct hs_target){
        .format = hs_format_find("int8", &e), .symmetric = symmetric, .restricted = true};
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double quantile(bool magnitude, double p)
{
    double v[1024], at = p * (double)(d.n - 1);
    for (size_t i = 0; i < d.n; i++) v[i] = magnitude ? fabs(d.x[i]) : d.x[i];
    qsort(v, d.n, sizeof *v, ascending);
    size_t k = (size_t)at;
    return k + 1 < d.n ? v[k] + (at - (double)k) * (v[k + 1] - v[k]) : v[k];
}

START_TEST(percentile)
{
    open_data(_i);
    struct hs_target symmetric = int8(true), affine = int8(false);
    double p[HS_MAX_KNOBS] = {97.3, NAN};
    struct hs_fit a = fit("percentile", &symmetric, p), b = fit("percentile", &affine, p);
    ck_assert_double_eq_tol(fmax(a.hi, -a.lo), quantile(true, .973), 1e-6 * (1 + a.hi));
    ck_assert_double_eq_tol(b.lo, quantile(false, .0135), 1e-6);
    ck_assert_double_eq_tol(b.hi, quantile(false, .9865), 1e-6);
    hs_summary_close(s);
}
END_TEST

/* The fixed point holds at the threshold that came out. */
START_TEST(octav)
{
    open_data(_i);
    struct hs_target t = int8(true);
    struct hs_fit f = fit("octav", &t, NULL);
    double top = fmax(f.hi, -f.lo), out = 0, beyond = 0, in = 0;
    for (size_t i = 0; i < d.n; i++) {
        double a = fabs(d.x[i]);
        if (a > top)
            out += a, beyond++;
        else if (a > 0)
            in++;
    }
    if (beyond > 0)
        ck_assert_double_eq_tol(top, out / (pow(4, -8) / 3 * in + beyond), 1e-6 * top);
    hs_summary_close(s);
}
END_TEST

START_TEST(aciq)
{
    open_data(GAUSS);
    struct hs_target t = int8(false);
    double mean = 0, square = 0, away = 0, gauss[HS_MAX_KNOBS] = {1},
           laplace[HS_MAX_KNOBS] = {2};
    for (size_t i = 0; i < d.n; i++) mean += d.x[i] / (double)d.n;
    for (size_t i = 0; i < d.n; i++) {
        square += (d.x[i] - mean) * (d.x[i] - mean) / (double)d.n;
        away += fabs(d.x[i] - mean) / (double)d.n;
    }
    double lo = quantile(false, 0), hi = quantile(false, 1);
    struct hs_fit g = fit("aciq", &t, gauss), l = fit("aciq", &t, laplace),
                  any = fit("aciq", &t, NULL);
    ck_assert_double_eq_tol(g.hi, fmin(mean + sqrt(square) * 3.924035, hi), 2e-6);
    ck_assert_double_eq_tol(g.lo, fmax(mean - sqrt(square) * 3.924035, lo), 2e-6);
    ck_assert_double_eq_tol(l.hi, fmin(mean + away * 9.896760, hi), 5e-6);
    ck_assert(any.scale == g.scale); /* the data are Gaussian, and it sees that */
    hs_summary_close(s);
    open_data(LAPLACE);
    ck_assert(fit("aciq", &t, NULL).scale == fit("aciq", &t, laplace).scale);
    hs_summary_close(s);
    open_data(RELU); /* sigma of the whole density: twice the mean square of the half */
    square = 0;
    for (size_t i = 0; i < d.n; i++) square += (double)d.x[i] * d.x[i] / (double)d.n;
    struct hs_fit r = fit("aciq", &t, gauss);
    ck_assert(r.lo == 0);
    ck_assert_double_eq_tol(r.hi, fmin(sqrt(2 * square) * 4.216083, quantile(false, 1)), 1e-3);
    hs_summary_close(s);
}
END_TEST

START_TEST(sawb)
{
    static const struct {
        const char *format;
        double c1, c2;
    } rows[] = {{"int2", 3.12, -2.064},
                {"int3", 7.509, -6.892},
                {"int4", 12.68, -12.80},
                {"int5", 17.74, -18.64},
                {"int8", 31.76, -35.04}};
    open_data(GAUSS);
    double rms = 0, magnitude = 0, top = quantile(true, 1);
    for (size_t i = 0; i < d.n; i++) {
        rms += (double)d.x[i] * d.x[i] / (double)d.n;
        magnitude += fabs(d.x[i]) / (double)d.n;
    }
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        struct hs_err e = {0};
        struct hs_target t = int8(true);
        t.format = hs_format_find(rows[k].format, &e);
        struct hs_fit f = fit("sawb", &t, NULL);
        double want = fmin(rows[k].c1 * sqrt(rms) + rows[k].c2 * magnitude, top);
        ck_assert_double_eq_tol(fmax(f.hi, -f.lo), want, 1e-9);
    }
    hs_summary_close(s);
}
END_TEST

START_TEST(moving_average)
{
    struct hs_err e = {0};
    struct hs_target t = int8(false);
    double lo = 0, hi = 0, constant[HS_MAX_KNOBS] = {.25};
    data_make(&d, GAUSS, 11);
    s = hs_summary_open(NULL);
    for (size_t k = 0; k < 10; k++) {
        double a = INFINITY, b = -INFINITY;
        for (size_t i = 100 * k; i < 100 * (k + 1); i++)
            a = fmin(a, d.x[i]), b = fmax(b, d.x[i]);
        lo = k ? lo + .25 * (a - lo) : a;
        hi = k ? hi + .25 * (b - hi) : b;
        ck_ok(hs_summary_observe(s, d.x + 100 * k, 100, &e));
        ck_ok(hs_summary_end_batch(s, &e));
    }
    struct hs_fit f = fit("moving-average", &t, constant);
    ck_assert_double_eq_tol(f.lo, lo, 1e-12);
    ck_assert_double_eq_tol(f.hi, hi, 1e-12);
    ck_assert_str_eq(f.warning, "");
    hs_summary_close(s);
}
END_TEST

/* The values on a grid, by the formula. */
static double quantized(const struct hs_target *t, double scale, double zero, double x)
{
    int qmin, qmax;
    hs_grid_codes(t->format, t->restricted, &qmin, &qmax);
    return scale * (fmin(fmax(rint(x / scale + zero), qmin), qmax) - zero);
}

static double norm(const struct hs_target *t, double factor, double p)
{
    double lo = quantile(false, 0), hi = quantile(false, 1), sum = 0;
    struct hs_point g =
        hs_grid_point(t->format, t->symmetric, t->restricted, factor * lo, factor * hi);
    for (size_t i = 0; i < d.n; i++)
        sum += pow(fabs(d.x[i] - quantized(t, g.scale, g.zero, d.x[i])), p);
    return sum;
}

START_TEST(lp)
{
    open_data(LAPLACE);
    struct hs_target t = int8(_i == 0);
    struct hs_err e = {0};
    t.format = hs_format_find("int4", &e);
    for (double p = 1; p <= 4; p += 0.7) {
        double knob[HS_MAX_KNOBS] = {p, NAN};
        struct hs_fit f = fit("lp", &t, knob);
        double found = norm(&t, f.hi / quantile(false, 1), p), least = INFINITY;
        for (double factor = 0.02; factor < 2; factor *= 1.005)
            least = fmin(least, norm(&t, factor, p));
        ck_assert_msg(found <= 1.01 * least, "p = %g: %.6g, but %.6g exists", p, found, least);
    }
    hs_summary_close(s);
}
END_TEST

START_TEST(cosine)
{
    open_data(LAPLACE);
    struct hs_target t = int8(true);
    double best = -1, at = 0, lo = quantile(false, 0), hi = quantile(false, 1);
    for (int k = 0; k < 100; k++) {
        double factor = .5 + 1.5 * k / 99, inner = 0, square = 0;
        struct hs_point g = hs_grid_point(t.format, true, true, factor * lo, factor * hi);
        for (size_t i = 0; i < d.n; i++) {
            double y = quantized(&t, g.scale, 0, d.x[i]);
            inner += d.x[i] * y;
            square += y * y;
        }
        if (inner / sqrt(square) > best) best = inner / sqrt(square), at = factor;
    }
    struct hs_fit f = fit("cosine", &t, NULL);
    ck_assert_double_eq_tol(f.hi, at * hi, 1e-9);
    ck_assert_int_eq(f.candidates, 100);
    hs_summary_close(s);
}
END_TEST

static double weighed(const struct hs_target *t, double scale, double zero, double gamma)
{
    int qmin, qmax;
    double sum = 0;
    hs_grid_codes(t->format, t->restricted, &qmin, &qmax);
    for (size_t i = 0; i < d.n; i++) {
        double v = d.x[i] - quantized(t, scale, zero, d.x[i]);
        bool clips = d.x[i] < scale * (qmin - zero) || d.x[i] > scale * (qmax - zero);
        sum += (clips ? gamma : 1) * v * v;
    }
    return sum;
}

START_TEST(tf_enhanced)
{
    open_data(LAPLACE);
    struct hs_err e = {0};
    struct hs_target t = int8(_i == 0);
    t.format = hs_format_find("int4", &e);
    struct hs_fit f = fit("tf-enhanced", &t, NULL);
    double least = INFINITY, found = weighed(&t, f.scale, f.zero, 3);
    for (int z = _i ? -7 : 0; z <= (_i ? 7 : 0); z++)
        for (double scale = 1e-3; scale < 2; scale *= 1.003)
            least = fmin(least, weighed(&t, scale, z, 3));
    ck_assert_msg(found <= least * (1 + 1e-9), "%.9g, but %.9g exists", found, least);
    ck_assert_msg(found >= least * 0.99, "%.9g is far below a fine scan's %.9g", found, least);
    hs_summary_close(s);
}
END_TEST

/* hqq/core/optimize.py in double: shrink, new zero-point, larger beta, until the mean error
 * stops falling. */
START_TEST(hqq)
{
    open_data(SHIFTED);
    struct hs_err e = {0};
    struct hs_target t = int8(false);
    t.format = hs_format_find("int4", &e);
    int qmin, qmax;
    hs_grid_codes(t.format, true, &qmin, &qmax);
    double lo = quantile(false, 0), hi = quantile(false, 1), beta = 10, least = INFINITY;
    double scale = (float)((hi - lo) / (qmax - qmin)), zero = qmin - lo / scale;
    for (int k = 0; k < 20; k++) {
        double next = 0, error = 0;
        for (size_t i = 0; i < d.n; i++) {
            double q = fmin(fmax(rint(d.x[i] / scale + zero), qmin), qmax),
                   v = d.x[i] - scale * (q - zero);
            double less = fabs(v) > 0 ? fmax(fabs(v) - pow(fabs(v), -.3) / beta, 0) : 0;
            next += (q - (d.x[i] - copysign(less, v)) / scale) / (double)d.n;
            error += fabs(v) / (double)d.n;
        }
        zero = next;
        beta *= 1.01;
        if (!(error < least)) break;
        least = error;
    }
    struct hs_fit f = fit("hqq", &t, NULL);
    ck_assert_double_eq_tol(f.zero, zero, 1e-6 * fabs(zero));
    ck_assert(f.scale == scale && f.zero != rint(f.zero));
    hs_summary_close(s);
}
END_TEST

/* Migacz's loop, letter by letter, with whole arrays for each candidate. */
static double divergence(const double *bins, size_t n, size_t levels, size_t i)
{
    double p[4096], q[4096], outside = 0, sp = 0, sq = 0, kl = 0;
    for (size_t k = i; k < n; k++) outside += bins[k];
    for (size_t k = 0; k < i; k++) p[k] = bins[k] + (k == i - 1 ? outside : 0), q[k] = 0;
    for (size_t l = 0; l < levels; l++) {
        double mass = 0, full = 0;
        for (size_t k = 0; k < i; k++)
            if (k * levels / i == l) mass += bins[k], full += bins[k] > 0;
        for (size_t k = 0; k < i; k++)
            if (k * levels / i == l && bins[k] > 0) q[k] = mass / full;
    }
    for (size_t k = 0; k < i; k++) sp += p[k], sq += q[k];
    for (size_t k = 0; k < i; k++) {
        if (p[k] > 0 && !(q[k] > 0)) return INFINITY;
        if (p[k] > 0) kl += p[k] / sp * log(p[k] / sp / (q[k] / sq));
    }
    return kl;
}

START_TEST(entropy)
{
    enum { BINS = 300 };
    static const int sets[] = {GAUSS, LAPLACE, RELU, OUTLIER};
    open_data(sets[_i]);
    double bins[BINS] = {0}, top = quantile(true, 1), least = INFINITY,
           knob[HS_MAX_KNOBS] = {BINS, 16, 1, HS_ZERO_KEEP};
    size_t best = 0;
    struct hs_target t = int8(true);
    for (size_t i = 0; i < d.n; i++) {
        size_t k = (size_t)(fabs(d.x[i]) / top * BINS);
        bins[k < BINS ? k : BINS - 1]++;
    }
    for (size_t i = 16; i <= BINS; i++) {
        double now = divergence(bins, BINS, 16, i);
        if (now < least) least = now, best = i;
    }
    struct hs_fit f = fit("entropy", &t, knob);
    double want = best < BINS ? (best + .5) * top / BINS : top;
    ck_assert_msg(fabs(fmax(f.hi, -f.lo) - want) <= 1e-9 * top, "%s: %.9g, by the letter %.9g",
                  d.name, f.hi, want);
    ck_assert_int_eq(f.candidates, BINS - 16 + 1);
    hs_summary_close(s);
}
END_TEST

/* A cut before all values diverges least: legal, useless, and told. */
START_TEST(entropy_says_that_it_is_lost_far_from_zero)
{
    static const char *const strategies[] = {"entropy", "nvidia-entropy"};
    struct hs_target t = int8(true);
    for (int side = -1; side <= 1; side++) {
        data_make(&d, GAUSS, 11);
        for (size_t i = 0; i < d.n; i++) d.x[i] = d.x[i] / 2 + 20 * (float)side;
        s = summary_of(d.x, d.n);
        for (int i = 0; i < 2; i++) {
            struct hs_fit f = fit(strategies[i], &t, NULL);
            ck_assert_msg(!side == !strstr(f.warning, "% of the values clip"), "%s: %g .. %g, '%s'", strategies[i], f.lo, f.hi,
                          f.warning);
        }
        hs_summary_close(s);
    }
}
END_TEST

/* The toolkit's int(min), int(max): the same data at twice the size do not get twice the scale.
 */
START_TEST(torch_histogram_loses_values)
{
    open_data(GAUSS);
    struct hs_target t = int8(true);
    struct hs_fit f = fit("torch-histogram", &t, NULL), own = fit("hist-l2", &t, NULL);
    ck_assert_ptr_nonnull(strstr(f.warning, "lacks"));
    ck_assert(own.warning[0] == '\0');
    hs_summary_close(s);
}
END_TEST

START_TEST(given)
{
    open_data(GAUSS);
    struct hs_target t = int8(false);
    double knob[HS_MAX_KNOBS] = {.1, 3.25};
    struct hs_fit f = fit("given", &t, knob);
    ck_assert(f.scale == (double).1f && f.zero == 3.25);
    ck_assert_double_eq_tol(f.lo, (double).1f * (-127 - 3.25), 1e-12);
    hs_summary_close(s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("calib formulas");
    TCase *c = tcase_create("strategies");
    tcase_set_timeout(c, 120);
    tcase_add_loop_test(c, percentile, GAUSS, TWO + 1);
    tcase_add_loop_test(c, octav, GAUSS, TWO + 1);
    tcase_add_test(c, aciq);
    tcase_add_test(c, sawb);
    tcase_add_test(c, moving_average);
    tcase_add_loop_test(c, lp, 0, 2);
    tcase_add_test(c, cosine);
    tcase_add_loop_test(c, tf_enhanced, 0, 2);
    tcase_add_test(c, hqq);
    tcase_add_loop_test(c, entropy, 0, 4);
    tcase_add_test(c, entropy_says_that_it_is_lost_far_from_zero);
    tcase_add_test(c, torch_histogram_loses_values);
    tcase_add_test(c, given);
    suite_add_tcase(suite, c);
    return check_main(suite);
}
