/* test_summary.c - one look at the data: the same however it was split, exact while it can be, and close beyond that. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "check_main.h"

#include "base/mem.h"
#include "base/rng.h"
#include "format/grid.h"
#include "tensor/isa.h"

#include <float.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Small limits bring every way of holding values within reach of a test. */
static const struct hs_summary_limits limits[] = {{0, 0}, {1000, 0}, {1000, 500}};
enum { LIMITS = sizeof limits / sizeof *limits };

enum kind { GAUSS, RELU, WIDE, PIXELS, LATTICE, TINY, CONSTANT, ZEROS, HUGE_, KINDS };
static float draw(enum kind k, gsl_rng *r)
{
    switch (k) {
    case GAUSS: return (float)gsl_ran_gaussian_ziggurat(r, 1);
    case RELU: return fmaxf((float)gsl_ran_gaussian_ziggurat(r, 1), 0);
    case WIDE: return (float)(gsl_ran_gaussian_ziggurat(r, 1) * exp2(200 * gsl_rng_uniform(r) - 140));
    case PIXELS: return ((float)gsl_rng_uniform_int(r, 256) / 255 - .286f) / .353f;
    case LATTICE: return ((float)gsl_rng_uniform_int(r, 3000) - 1500) / 64; /* low bits are 0 */
    case TINY: return (float)gsl_rng_uniform_int(r, 9000) * 1e-45f - 5000 * 1e-45f;
    case CONSTANT: return .1f;
    case ZEROS: return gsl_rng_uniform_int(r, 2) ? 0.f : -0.f;
    default: return (float)(FLT_MAX * (2 * gsl_rng_uniform(r) - 1));
    }
}

static float *values(enum kind k, size_t n)
{
    float *x = hs_alloc(n + 1, sizeof *x);
    gsl_rng *r = hs_rng_open(k, "values");
    ck_assert_ptr_nonnull(x);
    for (size_t i = 0; i < n; i++) x[i] = draw(k, r);
    gsl_rng_free(r);
    return x;
}

static struct hs_summary *whole(const float *x, size_t n, const struct hs_summary_limits *l, struct hs_facts *f)
{
    struct hs_err e = {0};
    struct hs_summary *s = hs_summary_open(l);
    ck_assert_ptr_nonnull(s);
    ck_ok(hs_summary_observe(s, x, n, &e));
    ck_ok(hs_summary_facts(s, f, &e));
    return s;
}

static void same_loss(const struct hs_loss *a, const struct hs_loss *b)
{
    ck_assert(a->squared == b->squared && a->clipping == b->clipping && a->rounding == b->rounding);
    ck_assert(a->power == b->power && a->clipped == b->clipped);
}

/* Bit for bit the same answers. */
static void same(struct hs_summary *a, struct hs_summary *b)
{
    struct hs_err e = {0};
    struct hs_facts f, g;
    struct hs_loss la, lb;
    ck_ok(hs_summary_facts(a, &f, &e));
    ck_ok(hs_summary_facts(b, &g, &e));
    ck_assert(f.count == g.count && f.zeros == g.zeros && f.negative == g.negative && f.nonfinite == g.nonfinite);
    ck_assert(f.lo == g.lo && f.hi == g.hi && f.exact == g.exact);
    ck_assert(f.sum == g.sum && f.sum_squares == g.sum_squares && f.sum_magnitude == g.sum_magnitude);
    for (double p = 0; p <= 1; p += 1. / 64) {
        ck_assert(hs_summary_quantile(a, p) == hs_summary_quantile(b, p));
        ck_assert(hs_summary_magnitude_quantile(a, p) == hs_summary_magnitude_quantile(b, p));
        double t = f.lo + (f.hi - f.lo) * p;
        struct hs_mass m = hs_summary_below(a, t), n = hs_summary_below(b, t);
        ck_assert(m.count == n.count && m.sum == n.sum && m.squares == n.squares);
        hs_summary_grid_loss(a, fmax(f.hi, -f.lo) / 100 * (p + .01), 3, -128, 127, &la);
        hs_summary_grid_loss(b, fmax(f.hi, -f.lo) / 100 * (p + .01), 3, -128, 127, &lb);
        same_loss(&la, &lb);
    }
}

START_TEST(split_and_order_do_not_matter)
{
    enum { N = 20000 };
    struct hs_err e = {0};
    enum kind k = (enum kind)(_i / LIMITS);
    const struct hs_summary_limits *l = &limits[_i % LIMITS];
    float *x = values(k, N), *y = hs_alloc(N, sizeof *y);
    struct hs_facts f;
    struct hs_summary *all = whole(x, N, l, &f);
    gsl_rng *r = hs_rng_open(5, "split");
    for (int round = 0; round < 6; round++) {
        struct hs_summary *part[4], *some;
        memcpy(y, x, N * sizeof *y);
        gsl_ran_shuffle(r, y, N, sizeof *y);
        for (int i = 0; i < 4; i++) part[i] = hs_summary_open(l);
        for (size_t i = 0, m; i < N; i += m) { /* pieces of any length, most of them to the first */
            m = 1 + gsl_rng_uniform_int(r, round % 2 ? 200 : 9000);
            if (m > N - i) m = N - i;
            int to = (int)(gsl_rng_uniform_int(r, 4) * gsl_rng_uniform_int(r, 4) / 3);
            if (round % 3 == 1) ck_ok(hs_summary_observe_strided(part[to], y + i, m, 1, &e));
            else ck_ok(hs_summary_observe(part[to], y + i, m, &e));
            if (round == 4 && i < N / 2) ck_ok(hs_summary_facts(part[to], &f, &e)); /* asking does not change anything */
        }
        some = part[round % 4];
        for (int i = 0; i < 4; i++)
            if (i != round % 4) ck_ok(hs_summary_merge(some, part[i], &e));
        same(all, some);
        for (int i = 0; i < 4; i++) hs_summary_close(part[i]);
    }
    hs_summary_close(all);
    hs_free(x), hs_free(y);
    gsl_rng_free(r);
}
END_TEST

START_TEST(threads_see_what_one_sees)
{
    static const enum kind kinds[] = {GAUSS, PIXELS, LATTICE};
    enum { N = (1 << 21) + 12345, BAD = 1234567 };
    struct hs_err e = {0};
    float *x = values(kinds[_i], N);
    x[N - 5] = INFINITY;
    for (int round = 0; round < 2; round++) {
        struct hs_facts f, g;
        struct hs_summary *one = whole(x, 1000, NULL, &f), *all = whole(x, 1000, NULL, &f);
        ck_ok(hs_summary_observe(one, x, N, &e));
        ck_ok(hs_summary_observe_by(all, x, N, 2 + round, &e));
        same(one, all);
        ck_ok(hs_summary_facts(one, &f, &e));
        ck_ok(hs_summary_facts(all, &g, &e));
        ck_assert(f.nonfinite == 1u + (unsigned)round && f.first_nonfinite == 1000 + (round ? BAD : N - 5));
        ck_assert(g.nonfinite == f.nonfinite && g.first_nonfinite == f.first_nonfinite);
        hs_summary_close(one), hs_summary_close(all);
        x[BAD] = NAN;
    }
    hs_free(x);
}
END_TEST

static int ascending(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}
static int ascending_magnitude(const void *a, const void *b)
{
    float x = fabsf(*(const float *)a), y = fabsf(*(const float *)b);
    return (x > y) - (x < y);
}

static double quantile_of(const float *sorted, size_t n, double p, bool magnitude) /* numpy's default, in double */
{
    double h = p * (double)(n - 1);
    size_t k = (size_t)floor(h), next = k + 1 < n ? k + 1 : k;
    double a = sorted[k], b = sorted[next], t = h - (double)k;
    if (magnitude) a = fabs(a), b = fabs(b);
    return t < .5 ? a + (b - a) * t : b - (b - a) * (1 - t);
}

/* Facts that are exact whatever is held. */
START_TEST(facts_are_exact)
{
    enum { N = 30000 };
    enum kind k = (enum kind)(_i / LIMITS);
    float *x = values(k, N);
    struct hs_facts f;
    struct hs_summary *s = whole(x, N, &limits[_i % LIMITS], &f);
    long double sum = 0, squares = 0, magnitude = 0;
    uint64_t zeros = 0, negative = 0;
    float lo = INFINITY, hi = -INFINITY;
    for (size_t i = 0; i < N; i++) {
        sum += x[i], squares += (long double)x[i] * x[i], magnitude += fabsf(x[i]);
        zeros += x[i] == 0, negative += x[i] < 0;
        lo = fminf(lo, x[i]), hi = fmaxf(hi, x[i]);
    }
    ck_assert(f.count == N && f.zeros == zeros && f.negative == negative && f.nonfinite == 0);
    ck_assert(f.lo == lo && f.hi == hi && !(f.lo == 0 && signbit(f.lo)));
    ck_assert_double_le(fabsl(f.sum - sum), 1e-15L * fabsl(sum) + 1e-17L * magnitude);
    ck_assert_double_le(fabsl(f.sum_magnitude - magnitude), 2e-16L * magnitude);
    ck_assert_double_le(fabsl(f.sum_squares - squares), 2e-16L * squares);
    hs_summary_close(s);
    hs_free(x);
}
END_TEST

START_TEST(an_exact_summary_answers_as_the_values_do)
{
    enum { N = 30000 };
    enum kind k = (enum kind)(_i / LIMITS);
    float *x = values(k, N), *y = hs_alloc(N, sizeof *y);
    struct hs_facts f;
    struct hs_summary *s = whole(x, N, &limits[_i % LIMITS], &f);
    if (_i % LIMITS == 0 || k == PIXELS || k == LATTICE || k == CONSTANT || k == ZEROS) ck_assert(f.exact);
    if (_i % LIMITS == 2 && (k == GAUSS || k == WIDE || k == RELU)) ck_assert(!f.exact);
    memcpy(y, x, N * sizeof *y);
    qsort(x, N, sizeof *x, ascending);
    qsort(y, N, sizeof *y, ascending_magnitude);
    for (int i = 0; f.exact && i <= 300; i++) {
        double p = i / 300., t = i % 2 ? x[i * 99] : f.lo + (f.hi - f.lo) * p;
        ck_assert(hs_summary_quantile(s, p) == quantile_of(x, N, p, false));
        ck_assert(hs_summary_magnitude_quantile(s, p) == quantile_of(y, N, p, true));
        struct hs_mass m = hs_summary_below(s, t), n = hs_summary_magnitude_below(s, fabs(t));
        long double count = 0, sum = 0, square = 0, ncount = 0, nsum = 0, nsquare = 0;
        for (size_t j = 0; j < N; j++) {
            if (x[j] < t) count++, sum += x[j], square += (long double)x[j] * x[j];
            if (fabsf(x[j]) < fabs(t)) ncount++, nsum += fabsf(x[j]), nsquare += (long double)x[j] * x[j];
        }
        ck_assert(m.count == count && n.count == ncount);
        ck_assert_double_le(fabsl(m.sum - sum), 1e-15L * f.sum_magnitude);
        ck_assert_double_le(fabsl(m.squares - square), 1e-15L * square + 1e-30L * f.sum_squares);
        ck_assert_double_le(fabsl(n.sum - nsum), 1e-15L * nsum + 1e-30L * f.sum_magnitude); /* of differences of 106 bits */
        ck_assert_double_le(fabsl(n.squares - nsquare), 1e-15L * nsquare + 1e-30L * f.sum_squares);
    }
    hs_summary_close(s);
    hs_free(x), hs_free(y);
}
END_TEST

/* Nearest of the levels, in double, one value after the other: the definition of the loss. */
static struct hs_loss brute(const float *x, size_t n, const double *level, size_t m)
{
    long double clipping = 0, rounding = 0, power = 0, clipped = 0;
    for (size_t i = 0; i < n; i++) {
        size_t a = 0, b = m - 1;
        while (a < b) { /* the first level whose midpoint to the next is above x */
            size_t k = (a + b) / 2;
            if (x[i] < level[k] + .5 * (level[k + 1] - level[k])) b = k; else a = k + 1;
        }
        long double d = x[i] - (long double)level[a];
        bool out = x[i] < level[0] || x[i] > level[m - 1];
        *(out ? &clipping : &rounding) += d * d;
        clipped += out, power += (long double)x[i] * x[i];
    }
    return (struct hs_loss){.squared = (double)(clipping + rounding), .clipping = (double)clipping,
                            .rounding = (double)rounding, .power = (double)power, .clipped = (double)clipped};
}

static void near_loss(const struct hs_loss *got, const struct hs_loss *want, double relative, const char *what, double scale)
{
    double floor_ = 1e-18 * want->power; /* levels that hit the values exactly */
    if (!(fabs(got->squared - want->squared) <= relative * want->squared + floor_) ||
        !(fabs(got->clipping - want->clipping) <= relative * want->squared + floor_) ||
        !(fabs(got->rounding - want->rounding) <= relative * want->squared + floor_) || got->clipped != want->clipped)
        ck_abort_msg("%s, scale %g: %.17g = %.17g + %.17g (%g), not %.17g = %.17g + %.17g (%g)", what, scale, got->squared,
                     got->clipping, got->rounding, got->clipped, want->squared, want->clipping, want->rounding,
                     want->clipped);
}

START_TEST(losses_of_exact_summaries_are_those_of_the_values)
{
    enum { N = 20000 };
    static const int widths[] = {1, 3, 8, 16};
    enum kind k = (enum kind)(_i / LIMITS);
    float *x = values(k, N);
    struct hs_facts f;
    struct hs_summary *s = whole(x, N, &limits[_i % LIMITS], &f);
    gsl_rng *r = hs_rng_open(6, "grids");
    double *level = hs_alloc(65536, sizeof *level), top = fmax(f.hi, -f.lo);
    for (int i = 0; f.exact && i < 24; i++) {
        int q = 1 << (widths[i % 4] - 1);
        double zero = i < 8 ? 0 : i < 16 ? floor(q * (gsl_rng_uniform(r) - .5)) : q * (gsl_rng_uniform(r) - .5);
        double scale = fmax(top, 1e-30) / q * (.1 + 1.4 * gsl_rng_uniform(r));
        struct hs_loss got, want, listed;
        for (int c = -q; c < q; c++) level[c + q] = scale * (c - zero);
        hs_summary_grid_loss(s, scale, zero, -q, q - 1, &got);
        hs_summary_levels_loss(s, level, 2 * (size_t)q, &listed);
        want = brute(x, N, level, 2 * (size_t)q);
        near_loss(&got, &want, 1e-10, "grid", scale);
        near_loss(&listed, &want, 1e-10, "list", scale);
    }
    hs_free(level), hs_free(x);
    hs_summary_close(s);
    gsl_rng_free(r);
}
END_TEST

/* The error that is reported is the error of quantizing the values: formats of every kind. */
START_TEST(losses_are_those_of_quantizing)
{
    enum { N = 1 << 16 };
    static const char *const names[] = {"int8", "int4", "uint8", "fp8-e4m3", "fp6-e2m3", "fp4-e2m1", "nf4"};
    struct hs_err e = {0};
    float *x = values(_i % 2 ? RELU : GAUSS, N);
    struct hs_facts f;
    struct hs_summary *s = whole(x, N, _i / 2 ? &limits[2] : NULL, &f);
    double *level = hs_alloc(65536, sizeof *level);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct hs_format *format = hs_format_find(names[i], &e);
        struct hs_point p = hs_grid_point(format, true, true, .6 * f.lo, .6 * f.hi);
        float scale = (float)p.scale;
        struct hs_grid g = {.format = format, .parts = {HS_PER_TENSOR, 1, 1, 1, 0}, .n = 1, .scale = &scale};
        hs_grid_codes(format, true, &g.qmin, &g.qmax);
        struct hs_loss want = hs_grid_loss(&g, x, N, 0), got;
        size_t n = hs_format_count(format);
        hs_format_values(format, level);
        for (size_t k = 0; k < n; k++) level[k] *= scale;
        if (format->kind == HS_INTEGER) hs_summary_grid_loss(s, scale, 0, g.qmin, g.qmax, &got);
        else hs_summary_levels_loss(s, level, n, &got);
        double tolerance = f.exact ? 1e-7 : 1e-3; /* x / S was rounded to float32: values within 2^-24 of an edge */
        ck_assert_double_le(fabs(got.squared - want.squared), tolerance * want.squared);
        ck_assert_double_le(fabs(got.clipping - want.clipping), 2 * tolerance * want.squared);
        ck_assert_double_eq_tol(got.power, want.power, 1e-12 * want.power);
    }
    hs_free(level), hs_free(x);
    hs_summary_close(s);
}
END_TEST

/* The design asks for 2^24 values; a sanitizer would take minutes over them. */
static int many(void)
{
#ifdef __SANITIZE_ADDRESS__
    return 21;
#else
    return getenv("HALFSTEP_LONG") ? 24 : 21;
#endif
}

/* Beyond the limits: every grid of 3, 4 and 8 bits within 0.1 %, and ten times closer. */
START_TEST(buckets_are_close)
{
    size_t n = (size_t)1 << (_i < 4 ? many() : 18);
    struct hs_summary_limits few = {_i < 4 ? 0 : 1000, _i < 4 ? 0 : 500};
    float *x = values(_i % 4 == 0 ? GAUSS : RELU, n);
    gsl_rng *r = hs_rng_open(8, "t3");
    for (size_t i = 0; _i % 4 == 2 && i < n; i++) x[i] = (float)gsl_ran_tdist(r, 3);
    for (size_t i = 0; _i % 4 == 3 && i < n; i++) x[i] = (float)gsl_ran_laplace(r, 1);
    struct hs_facts f;
    struct hs_summary *s = whole(x, n, &few, &f);
    ck_assert(!f.exact);
    size_t m;
    const uint64_t *count;
    ck_assert_ptr_null(hs_summary_values(s, &m, &count));
    for (int bits = 3; bits <= 8; bits += bits == 4 ? 4 : 1)
        for (double t = fmax(f.hi, -f.lo); t > .2; t *= n > (1u << 21) ? .4 : .71) {
            int q = (1 << (bits - 1)) - 1;
            float scale = (float)(t / q);
            struct hs_grid g = {.format = hs_format_roster[6], .parts = {HS_PER_TENSOR, 1, 1, 1, 0}, .qmin = -q, .qmax = q,
                                .n = 1, .scale = &scale};
            struct hs_loss want = hs_grid_loss(&g, x, n, 0), got;
            hs_summary_grid_loss(s, scale, 0, -q, q, &got);
            if (!(fabs(got.squared / want.squared - 1) <= 1e-4))
                ck_abort_msg("%d bits at %g: %.9g, not %.9g", bits, t, got.squared, want.squared);
            ck_assert_double_le(fabs(got.clipping - want.clipping), 1e-4 * want.squared);
        }
    qsort(x, n, sizeof *x, ascending);
    for (double p = 0; p <= 1; p += .01) /* a bucket is 2^-11 of its value wide */
        ck_assert_double_le(fabs(hs_summary_quantile(s, p) - x[(size_t)(p * (double)(n - 1))]), 5e-4 * fabs(x[(size_t)(p * (double)(n - 1))]) + 1e-5);
    ck_assert(hs_summary_quantile(s, 0) == f.lo && hs_summary_quantile(s, 1) == f.hi);
    hs_summary_close(s);
    hs_free(x);
    gsl_rng_free(r);
}
END_TEST

START_TEST(empty_one_and_the_non_finite)
{
    struct hs_err e = {0};
    struct hs_facts f;
    struct hs_loss l;
    const float odd[] = {1, -2, NAN, INFINITY, 3, -INFINITY, -0.f};
    struct hs_summary *s = hs_summary_open(NULL), *t = hs_summary_open(NULL);
    ck_ok(hs_summary_facts(s, &f, &e));
    ck_assert(f.count == 0 && f.lo == 0 && f.hi == 0 && f.sum == 0 && f.exact);
    ck_assert(hs_summary_quantile(s, .5) == 0 && hs_summary_below(s, 1).count == 0);
    hs_summary_grid_loss(s, 1, 0, -8, 7, &l);
    ck_assert(l.squared == 0 && l.clipped == 0);
    ck_ok(hs_summary_observe(s, odd, 1, &e));
    ck_ok(hs_summary_facts(s, &f, &e));
    ck_assert(f.count == 1 && f.lo == 1 && f.hi == 1 && hs_summary_quantile(s, .3) == 1);
    ck_ok(hs_summary_observe(s, odd + 1, 6, &e));
    ck_ok(hs_summary_facts(s, &f, &e));
    ck_assert(f.count == 4 && f.nonfinite == 3 && f.first_nonfinite == 2 && f.lo == -2 && f.hi == 3 && f.zeros == 1);
    ck_assert(!signbit(hs_summary_quantile(s, 1. / 3)));
    ck_ok(hs_summary_observe(t, (float[]){5, 6}, 2, &e));
    ck_ok(hs_summary_merge(t, s, &e));
    ck_ok(hs_summary_facts(t, &f, &e));
    ck_assert(f.count == 6 && f.nonfinite == 3 && f.first_nonfinite == 4);
    struct hs_summary *bad = hs_summary_open(NULL);
    ck_ok(hs_summary_observe(bad, (float[]){NAN, NAN}, 2, &e));
    ck_ok(hs_summary_facts(bad, &f, &e));
    ck_assert(f.count == 0 && f.nonfinite == 2 && f.first_nonfinite == 0);
    hs_summary_close(s), hs_summary_close(t), hs_summary_close(bad);
}
END_TEST

/* NaN do not count: 999 values among 2,000 non-finite ones are still held exactly under a limit of 1,000. */
START_TEST(limits_count_finite_values)
{
    struct hs_err e = {0};
    struct hs_facts f;
    static float x[2999];
    for (int i = 0; i < 2999; i++) x[i] = i % 3 ? NAN : (float)i * 1.1f;
    struct hs_summary *s = hs_summary_open(&(struct hs_summary_limits){1000, 10});
    ck_ok(hs_summary_observe(s, x, 2999, &e));
    ck_ok(hs_summary_facts(s, &f, &e));
    ck_assert(f.exact && f.count == 1000 && f.first_nonfinite == 1);
    ck_ok(hs_summary_observe(s, x, 1, &e));
    ck_ok(hs_summary_facts(s, &f, &e));
    ck_assert(!f.exact && f.count == 1001);
    hs_summary_close(s);
}
END_TEST

START_TEST(batches_are_kept_apart)
{
    struct hs_err e = {0};
    double lo, hi;
    struct hs_summary *s = hs_summary_open(NULL), *t = hs_summary_open(NULL);
    ck_ok(hs_summary_end_batch(s, &e)); /* nothing in it */
    ck_ok(hs_summary_observe(s, (float[]){1, 2}, 2, &e));
    ck_ok(hs_summary_observe(s, (float[]){-4, 0}, 2, &e));
    ck_ok(hs_summary_end_batch(s, &e));
    ck_ok(hs_summary_observe(t, (float[]){9, NAN}, 2, &e));
    ck_ok(hs_summary_end_batch(t, &e));
    ck_ok(hs_summary_merge(s, t, &e));
    ck_assert_uint_eq(hs_summary_batches(s), 2);
    hs_summary_batch(s, 0, &lo, &hi);
    ck_assert(lo == -4 && hi == 2);
    hs_summary_batch(s, 1, &lo, &hi);
    ck_assert(lo == 9 && hi == 9);
    hs_summary_close(s), hs_summary_close(t);
}
END_TEST

START_TEST(strides_pick_a_channel)
{
    struct hs_err e = {0};
    struct hs_facts f;
    enum { N = 30000 };
    float *x = values(GAUSS, N), *y = hs_alloc(N / 3, sizeof *y);
    for (size_t i = 0; i < N / 3; i++) y[i] = x[3 * i + 1];
    struct hs_summary *s = hs_summary_open(NULL), *t = whole(y, N / 3, NULL, &f);
    ck_ok(hs_summary_observe_strided(s, x + 1, N / 3, 3, &e));
    same(s, t);
    hs_summary_close(s), hs_summary_close(t);
    hs_free(x), hs_free(y);
}
END_TEST

/* The histogram's tables and the sums of squares, whichever vector width filled them. */
START_TEST(instruction_sets_agree)
{
    enum { N = 50000 };
    float *x = values((enum kind)_i, N);
    struct hs_facts f;
    struct hs_summary *s[HS_ISAS];
    for (int isa = 0; isa < HS_ISAS; isa++) {
        setenv("HALFSTEP_ISA", hs_isa_names[isa], 1);
        s[isa] = whole(x, N, &limits[2], &f);
    }
    for (int isa = 1; isa < HS_ISAS; isa++) same(s[0], s[isa]);
    for (int isa = 0; isa < HS_ISAS; isa++) hs_summary_close(s[isa]);
    hs_free(x);
}
END_TEST

/* However many values come, the memory is that of the octaves they lie in. */
START_TEST(memory_is_bounded)
{
    struct hs_err e = {0};
    struct hs_facts f;
    enum { N = 1 << 20 };
    float *x = values(GAUSS, N);
    struct hs_summary *s = hs_summary_open(NULL);
    for (int i = 0; i < 4; i++) ck_ok(hs_summary_observe(s, x, N, &e));
    ck_ok(hs_summary_facts(s, &f, &e));
    size_t after = hs_summary_memory(s);
    for (int i = 0; i < 20; i++) ck_ok(hs_summary_observe(s, x, N, &e)); /* beyond 2^24 since the tables were emptied */
    ck_ok(hs_summary_facts(s, &f, &e));
    ck_assert_uint_eq(f.count, 24ull * N);
    ck_assert_uint_eq(hs_summary_memory(s), after);
    ck_assert_uint_lt(after, (size_t)16 << 20);
    struct hs_facts once;
    struct hs_summary *t = whole(x, N, &limits[2], &once);
    ck_assert(f.sum == 24 * once.sum && fabs(f.sum_squares - 24 * once.sum_squares) <= 4e-16 * f.sum_squares);
    hs_summary_close(s), hs_summary_close(t);
    hs_free(x);
}
END_TEST

START_TEST(exported_summaries_come_back)
{
    enum { N = 20000 };
    struct hs_err e = {0};
    enum kind k = (enum kind)(_i / LIMITS);
    float *x = values(k, N);
    struct hs_summary *s = hs_summary_open(&limits[_i % LIMITS]), *t;
    struct hs_summary_flat flat, again;
    double lo, hi;
    ck_ok(hs_summary_observe(s, x, N / 2, &e));
    ck_ok(hs_summary_end_batch(s, &e));
    ck_ok(hs_summary_observe(s, (float[]){NAN}, 1, &e));
    ck_ok(hs_summary_export(s, &flat, &e));
    ck_ok(hs_summary_import(&flat, &t, &e));
    ck_ok(hs_summary_observe(s, x + N / 2, N / 2, &e)); /* both go on */
    ck_ok(hs_summary_observe(t, x + N / 2, N / 2, &e));
    same(s, t);
    ck_assert_uint_eq(hs_summary_batches(t), 1);
    hs_summary_batch(t, 0, &lo, &hi);
    ck_ok(hs_summary_end_batch(t, &e));
    hs_summary_flat_free(&flat);
    ck_ok(hs_summary_export(s, &flat, &e));
    ck_ok(hs_summary_export(t, &again, &e));
    ck_assert(flat.n == again.n && flat.seen == again.seen && memcmp(flat.square, again.square, sizeof flat.square) == 0);
    hs_summary_flat_free(&again);
    hs_summary_close(t);
    flat.nonfinite++; /* counts that do not add up */
    ck_assert_int_eq(hs_summary_import(&flat, &t, &e), HS_EDATA);
    ck_assert_ptr_null(t);
    hs_summary_flat_free(&flat);
    hs_summary_close(s);
    hs_free(x);
}
END_TEST

START_TEST(failing_memory_is_reported)
{
    enum { N = 9000 };
    float *x = values(GAUSS, N);
    for (int which = 0; which < LIMITS; which++)
        for (long k = 1;; k++) {
            struct hs_err e = {0};
            struct hs_facts f;
            hs_mem_fail_at(k);
            struct hs_summary *s = hs_summary_open(&limits[which]);
            enum hs_status st = s ? hs_summary_observe(s, x, N, &e) : HS_ENOMEM;
            if (!st) st = hs_summary_facts(s, &f, &e);
            hs_mem_fail_at(0);
            hs_summary_close(s);
            ck_assert(st == HS_OK || st == HS_ENOMEM);
            if (st == HS_OK) break;
            ck_assert_int_lt(k, 500);
        }
    hs_free(x);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("summary");
    TCase *t = tcase_create("summary");
    tcase_set_timeout(t, 120);
    tcase_add_loop_test(t, split_and_order_do_not_matter, 0, KINDS * LIMITS);
    tcase_add_loop_test(t, threads_see_what_one_sees, 0, 3);
    tcase_add_loop_test(t, facts_are_exact, 0, KINDS * LIMITS);
    tcase_add_loop_test(t, an_exact_summary_answers_as_the_values_do, 0, KINDS * LIMITS);
    tcase_add_loop_test(t, losses_of_exact_summaries_are_those_of_the_values, 0, KINDS * LIMITS);
    tcase_add_loop_test(t, losses_are_those_of_quantizing, 0, 4);
    tcase_add_loop_test(t, buckets_are_close, 0, 8);
    tcase_add_test(t, empty_one_and_the_non_finite);
    tcase_add_test(t, limits_count_finite_values);
    tcase_add_test(t, batches_are_kept_apart);
    tcase_add_test(t, strides_pick_a_channel);
    tcase_add_loop_test(t, instruction_sets_agree, 0, KINDS);
    tcase_add_test(t, memory_is_bounded);
    tcase_add_loop_test(t, exported_summaries_come_back, 0, KINDS * LIMITS);
    tcase_add_test(t, failing_memory_is_reported);
    suite_add_tcase(s, t);
    return check_main(s);
}
