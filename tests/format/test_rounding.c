/* test_rounding.c - integer grids against exact integer reasoning: every mode, placement of the zero-point and width. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "check_main.h"
#include "grids.h"

enum { N = 1 << 12 };

/* floor(t) is an integer, t - floor(t) is compared with one half in double, where both are exact enough to tell. */
static int32_t reference(float x, float scale, int zero, const struct hs_grid *g)
{
    const struct hs_convention *c = &g->convention;
    float inverse = 1 / scale, t = c->reciprocal ? x * inverse : x / scale;
    double low = floor((double)t), d = t - low;
    if (low < -1e6) return g->qmin;
    if (low > 1e6) return g->qmax;
    long n = (long)low, at = c->zero_after ? n : n + zero, up;
    if (d != .5)
        up = d > .5;
    else if (c->rounding == HS_HALF_EVEN)
        up = at % 2 != 0;
    else
        up = c->rounding == HS_HALF_UP || at >= 0; /* the tie lies at `at` + 1/2: above zero from at = 0 on */
    if (c->rounding == HS_FLOOR) up = 0;
    long q = n + up + zero;
    return (int32_t)(q < g->qmin ? g->qmin : q > g->qmax ? g->qmax : q);
}

/* Random values, exact ties, their neighbours in float32, and what lies beyond the range. */
static void fill(float *x, float scale, int zero, const struct hs_grid *g, gsl_rng *r)
{
    for (size_t i = 0; i < N; i++) {
        double code = g->qmin - 2 + (g->qmax - g->qmin + 4) * gsl_rng_uniform(r);
        double tie = floor(code) + .5 - zero;
        float v = (float)(scale * (i % 4 == 0 ? code - zero : tie));
        if (i % 4 == 2) v = nextafterf(v, INFINITY);
        if (i % 4 == 3) v = nextafterf(v, -INFINITY);
        x[i] = v;
    }
    const float edges[] = {0, -0.f, 1e-40f, -1e-40f, 1e38f, -1e38f, 0x1p-126f, scale / 2, -scale / 2};
    memcpy(x, edges, sizeof edges);
}

static void compare(const struct hs_grid *g, gsl_rng *r)
{
    static float x[N], y[N], z[N], w[N];
    static int32_t q[N];
    float scale = g->scale[0];
    int zero = g->zero ? (int)g->zero[0] : 0;
    fill(x, scale, zero, g, r);
    hs_grid_encode(g, x, q, N, 0);
    hs_grid_decode(g, q, w, N, 0);
    for (size_t i = 0; i < N; i++) {
        int32_t want = reference(x[i], scale, zero, g);
        if (q[i] != want)
            ck_abort_msg("%s %s Z=%d%s%s S=%.9g x=%.9g: %d, exact %d", g->format->name,
                         hs_rounding_names[g->convention.rounding], zero, g->convention.zero_after ? " after" : "",
                         g->convention.reciprocal ? " reciprocal" : "", scale, x[i], q[i], want);
        z[i] = (float)((double)scale * (want - zero));
    }
    ck_assert(memcmp(z, w, sizeof z) == 0);
    for (int isa = 0; isa < HS_ISAS; isa++) {
        force(isa);
        hs_grid_apply(g, x, y, N, 0);
        for (size_t i = 0; i < N; i++)
            if (y[i] != z[i])
                ck_abort_msg("%s on %s: x=%.9g gives %.9g, exact %.9g", g->format->name, hs_isa_names[isa], x[i], y[i], z[i]);
        memcpy(y, x, sizeof y);
        hs_grid_apply(g, y, y, N - 3, 0); /* in place, and not a multiple of anything */
        ck_assert(memcmp(y, z, (N - 3) * sizeof *y) == 0);
    }
}

/* Powers of two make every tie exact; the others are what calibration gives. */
static const float scales[] = {0x1p-5f, 1.f / 85, .0117f, 3.93f / 127};

START_TEST(every_width_and_convention_is_exact)
{
    const struct hs_format *f = hs_format_roster[_i];
    if (f->kind != HS_INTEGER) return;
    gsl_rng *r = hs_rng_open(1, f->name);
    for (int c = 0; c < 4 * 2 * 2; c++) {
        float scale = scales[gsl_rng_uniform_int(r, 4)], zero;
        struct hs_grid g = grid_of(f, &scale, &zero);
        g.convention = (struct hs_convention){(enum hs_rounding)(c % 4), c / 4 % 2, c / 8};
        for (int k = 0; k < 3; k++) {
            long span = g.qmax - g.qmin + 1;
            zero = (float)(g.qmin + (k == 0 ? 0 : k == 1 ? span - 1 : (long)gsl_rng_uniform_int(r, (unsigned long)span)));
            compare(&g, r);
        }
        g.zero = NULL;
        compare(&g, r);
    }
    gsl_rng_free(r);
}
END_TEST

/* Steps of half a level and the floats around them, and what lies far outside or next to zero. */
static float near_a_tie(const struct hs_format *f, float scale, gsl_rng *r)
{
    static const float far[] = {0, -0.f, 1e-45f, -1e-45f, -1e-40f, 0x1p-126f, -0x1p-101f, 0x1p-99f, 3.4e38f, -3.4e38f, 1e30f};
    if (gsl_rng_uniform(r) < .05) return far[gsl_rng_uniform_int(r, sizeof far / sizeof *far)];
    double top = f->kind == HS_INTEGER ? exp2(f->bits) : 1.5 * f->max, level = top * (2 * gsl_rng_uniform(r) - 1);
    if (f->kind == HS_INTEGER) level = floor(level) + .5;
    else level = ldexp(rint(ldexp(level, f->mantissa_bits + 1 - ilogb(level))), ilogb(level) - f->mantissa_bits - 1);
    float x = (float)(scale * level);
    for (long k = (long)gsl_rng_uniform_int(r, 5) - 2; k; k -= k > 0 ? 1 : -1) x = nextafterf(x, k > 0 ? INFINITY : -INFINITY);
    return isfinite(x) ? x : 1;
}

/* The fast paths have x / S without dividing: they must have all its bits, whatever the scale. SSE2 divides. */
START_TEST(every_scale_divides_exactly)
{
    const struct hs_format *f = hs_format_roster[_i];
    static float x[N], y[N], divided[N];
    if (f->block) return;
    gsl_rng *r = hs_rng_open(2, f->name);
    for (int k = 0; k < 200; k++) {
        float scale = ldexpf((float)(1 + gsl_rng_uniform(r)), (int)gsl_rng_uniform_int(r, 141) - 70);
        if (k % 8 == 0) scale = nextafterf(ldexpf(1, k - 70), k % 16 ? 0 : INFINITY);
        struct hs_grid g = grid_of(f, &scale, NULL);
        g.convention.rounding = k % 2 ? HS_HALF_EVEN : HS_HALF_AWAY;
        for (size_t i = 0; i < N; i++) x[i] = near_a_tie(f, scale, r);
        force(HS_SSE2);
        hs_grid_apply(&g, x, divided, N, 0);
        double loss = hs_grid_apply_loss(&g, x, NULL, N, 0);
        for (int isa = HS_AVX2; isa < HS_ISAS; isa++) {
            force(isa);
            hs_grid_apply(&g, x, y, N, 0);
            for (size_t i = 0; i < N; i++)
                if (memcmp(&y[i], &divided[i], sizeof *y))
                    ck_abort_msg("%s on %s: x=%.9g S=%.9g gives %.9g, by division %.9g", f->name, hs_isa_names[isa], x[i],
                                 scale, y[i], divided[i]);
            ck_assert(hs_grid_apply_loss(&g, x, NULL, N, 0) == loss);
        }
    }
    gsl_rng_free(r);
}
END_TEST

/* The worked example on [-1, 2] with int8: 0.5 and 1.5 are exact ties, and the answers differ (Guide, slides). */
START_TEST(the_worked_example_under_every_mode)
{
    static const float x[6] = {-1, -.8f, 0, .5f, 1.5f, 2};
    static const struct { enum hs_rounding rounding; bool after; int32_t half, three_halves; } row[] = {
        {HS_HALF_EVEN, false, 0, 84}, {HS_HALF_AWAY, false, -1, 85}, {HS_HALF_EVEN, true, -1, 85},
        {HS_HALF_AWAY, true, 0, 85},  {HS_HALF_UP, false, 0, 85},    {HS_HALF_UP, true, 0, 85},
        {HS_FLOOR, false, -1, 84},    {HS_FLOOR, true, -1, 84},
    };
    struct hs_err e = {0};
    const struct hs_format *f = hs_format_find("int8", &e);
    struct hs_point p = hs_grid_point(f, false, false, -1, 2);
    ck_assert(p.scale == (double)(3.f / 255) && p.zero == -43);
    float scale = (float)p.scale, zero = (float)p.zero;
    struct hs_grid g = grid_of(f, &scale, &zero);
    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
        for (int reciprocal = 0; reciprocal < 2; reciprocal++) {
            int32_t q[6], want[6] = {-128, -111, -43, row[i].half, row[i].three_halves, 127};
            g.convention = (struct hs_convention){row[i].rounding, row[i].after, reciprocal};
            hs_grid_encode(&g, x, q, 6, 0);
            for (int k = 0; k < 6; k++) ck_assert_int_eq(q[k], want[k]);
        }
}
END_TEST

/* A zero-point that is no integer: nearest code of the exact sum, by comparison in 80-bit arithmetic. */
START_TEST(a_real_zero_point_is_inside_the_rounding)
{
    struct hs_err e = {0};
    gsl_rng *r = hs_rng_open(2, "real");
    float scale = .0625f, zero = 0;
    struct hs_grid g = grid_of(hs_format_find("int4", &e), &scale, &zero);
    for (int k = 0; k < 20000; k++) {
        zero = k % 2 ? (float)(gsl_rng_uniform_int(r, 15)) - 7.5f : (float)(15 * gsl_rng_uniform(r) - 7.5);
        g.convention.rounding = (enum hs_rounding)(k / 2 % 4);
        float x = k % 3 ? (float)((gsl_rng_uniform(r) - .5) * 1.5) : scale * ((float)gsl_rng_uniform_int(r, 12) - 6);
        if (k % 3 == 2) x *= 0x1p-40f; /* t + Z is within 2^-40 of a tie, on either side */
        int32_t q;
        float y;
        hs_grid_encode(&g, &x, &q, 1, 0);
        hs_grid_apply(&g, &x, &y, 1, 0);
        long double t = (long double)(x / scale) + zero, low = floorl(t), d = t - low;
        int up = d > .5L;
        if (d == .5L) {
            if (g.convention.rounding == HS_HALF_EVEN) up = fmodl(low, 2) != 0;
            else up = g.convention.rounding == HS_HALF_UP || t > 0;
        }
        if (g.convention.rounding == HS_FLOOR) up = 0;
        long want = (long)low + up;
        want = want < g.qmin ? g.qmin : want > g.qmax ? g.qmax : want;
        if (q != want || y != (float)(scale * ((double)want - zero))) ck_abort_msg("x %.9g Z %.9g: %d, not %ld", x, zero, q, want);
    }
    gsl_rng_free(r);
}
END_TEST

START_TEST(stochastic_rounding_is_unbiased_and_known_by_index)
{
    struct hs_err e = {0};
    float scale = .5f, zero = 3;
    struct hs_grid g = grid_of(hs_format_find("int8", &e), &scale, &zero);
    g.convention.rounding = HS_STOCHASTIC;
    g.stream = hs_rng_key(7, "layer");
    static float x[40000], y[40000], z[40000];
    for (size_t i = 0; i < 40000; i++) x[i] = 2.15f; /* t = 4.3 */
    hs_grid_apply(&g, x, y, 40000, 0);
    double up = 0;
    for (size_t i = 0; i < 40000; i++) {
        if (y[i] != 2 && y[i] != 2.5f) ck_abort_msg("%g is no neighbour", y[i]);
        up += y[i] == 2.5f;
    }
    ck_assert_double_eq_tol(up / 40000, .3, 5 * sqrt(.21 / 40000));
    hs_grid_apply(&g, x + 100, z + 100, 200, 100); /* a piece of it draws the same */
    ck_assert(memcmp(y + 100, z + 100, 200 * sizeof *y) == 0);
    x[0] = -1.5f;
    hs_grid_apply(&g, x, y, 1, 0);
    ck_assert(y[0] == -1.5f); /* levels stay */
}
END_TEST

int main(void)
{
    Suite *s = suite_create("rounding");
    TCase *t = tcase_create("rounding");
    tcase_add_loop_test(t, every_width_and_convention_is_exact, 0, (int)formats());
    tcase_add_loop_test(t, every_scale_divides_exactly, 0, (int)formats());
    tcase_add_test(t, the_worked_example_under_every_mode);
    tcase_add_test(t, a_real_zero_point_is_inside_the_rounding);
    tcase_add_test(t, stochastic_rounding_is_unbiased_and_known_by_index);
    suite_add_tcase(s, t);
    return check_main(s);
}
