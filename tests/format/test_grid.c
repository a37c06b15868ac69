/* test_grid.c - points, parts, dynamic scales, errors and costs of grids. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "check_main.h"
#include "grids.h"

#include <float.h>

static const struct hs_format *format(const char *name)
{
    struct hs_err e = {0};
    const struct hs_format *f = hs_format_find(name, &e);
    ck_assert_ptr_nonnull(f);
    return f;
}

START_TEST(a_range_becomes_the_scale_and_zero_of_the_rules)
{
    struct hs_point p = hs_grid_point(format("uint4"), false, false, -1, 2);
    ck_assert(p.scale == (double)(float)(3. / 15) && p.zero == 5);
    p = hs_grid_point(format("int8"), false, true, .5, 2); /* stretched to contain 0; restricted: -127 .. 127 */
    ck_assert(p.scale == (double)(float)(2. / 254) && p.zero == -127);
    p = hs_grid_point(format("int8"), false, false, -3, -1);
    ck_assert(p.scale == (double)(float)(3. / 255) && p.zero == 127);
    p = hs_grid_point(format("int8"), true, false, -3, 1);
    ck_assert(p.scale == (double)(float)(3. / 127) && p.zero == 0);
    p = hs_grid_point(format("uint8"), true, false, -3, 1);
    ck_assert(p.scale == (double)(float)(1. / 255) && p.zero == 0);
    p = hs_grid_point(format("int2"), false, false, -.5, 2.5); /* qmin - lo / S = -1.5, an exact tie: away from zero */
    ck_assert(p.scale == 1 && p.zero == -2);
    p = hs_grid_point(format("uint2"), false, false, -.5, 2.5);
    ck_assert(p.scale == 1 && p.zero == 1);
    p = hs_grid_point(format("fp8-e4m3"), true, false, -3, 1);
    ck_assert(p.scale == (double)(float)(3. / 448));
    p = hs_grid_point(format("bf16"), true, false, -3, 1);
    ck_assert(p.scale == 1);
}
END_TEST

START_TEST(every_range_has_a_usable_point)
{
    const struct hs_format *f = hs_format_roster[_i];
    static const double range[][2] = {{0, 0}, {0, 1e-45}, {-1e-45, 0}, {-FLT_MAX, FLT_MAX}, {0, FLT_MAX}, {-1e-38, 1e-38},
                                      {5, 5}, {-5, -5}, {-1e-30, 1e30}};
    for (size_t i = 0; i < sizeof range / sizeof *range; i++)
        for (int k = 0; k < 4; k++) {
            int qmin, qmax;
            struct hs_point p = hs_grid_point(f, k & 1, k & 2, range[i][0], range[i][1]);
            hs_grid_codes(f, k & 2, &qmin, &qmax);
            ck_assert(p.scale >= FLT_MIN && p.scale <= FLT_MAX && (double)(float)p.scale == p.scale);
            ck_assert(p.zero == rint(p.zero));
            if (f->kind == HS_INTEGER) ck_assert(p.zero >= qmin && p.zero <= qmax);
            if (range[i][0] == 0 && range[i][1] == 0) ck_assert(p.scale == 1);
        }
}
END_TEST

/* Data times 2^k gives the scale times 2^k and the same zero-point. */
START_TEST(points_scale_with_the_data)
{
    const struct hs_format *f = hs_format_roster[_i];
    gsl_rng *r = hs_rng_open(1, "points");
    for (int i = 0; i < 500; i++) {
        double lo = -(double)(float)gsl_rng_uniform(r), hi = (float)gsl_rng_uniform(r);
        for (int k = 0; k < 4; k++) {
            struct hs_point a = hs_grid_point(f, k & 1, k & 2, lo, hi), b = hs_grid_point(f, k & 1, k & 2, 64 * lo, 64 * hi);
            if (f->cast || f->scale_kind == HS_SCALE_E4M3) continue; /* no scale; e4m3 of 6 octaves below subnormals */
            ck_assert(b.scale == 64 * a.scale && b.zero == a.zero);
        }
    }
    gsl_rng_free(r);
}
END_TEST

/* Every granularity, rows that groups do not divide among them. */
static const struct hs_parts shapes[] = {
    {HS_PER_TENSOR, 3, 5, 7, 0},  {HS_PER_CHANNEL, 3, 5, 7, 0},  {HS_PER_CHANNEL, 40, 37, 1, 0}, {HS_PER_CHANNEL, 2, 3, 80, 0},
    {HS_PER_GROUP, 1, 6, 100, 32}, {HS_PER_GROUP, 1, 6, 64, 32}, {HS_PER_GROUP, 9, 100, 1, 48},  {HS_PER_GROUP, 9, 96, 1, 48},
    {HS_PER_BLOCK, 1, 5, 70, 16},  {HS_PER_BLOCK, 7, 64, 1, 16}, {HS_PER_TOKEN, 11, 33, 1, 0},   {HS_PER_TOKEN, 4, 300, 1, 0},
    {HS_PER_GROUP, 2, 4, 12, 5},   {HS_PER_GROUP, 1, 3, 4, 100}, {HS_PER_GROUP, 6, 128, 1, 64},  {HS_PER_CHANNEL, 1, 8, 1, 0},
};
enum { SHAPES = sizeof shapes / sizeof *shapes, SAMPLES = 3, ROOM = 8192 };

/* The part of an index, said anew: outer, channel, inner from the index, then by the words of the header. */
static size_t part_of(const struct hs_parts *p, size_t index)
{
    size_t inner = index % p->inner, channel = index / p->inner % p->channels;
    size_t outer = index / p->inner / p->channels % p->outer;
    bool long_row = p->inner > 1;
    size_t row = long_row ? outer * p->channels + channel : outer, at = long_row ? inner : channel;
    size_t width = long_row ? p->inner : p->channels;
    switch (p->granularity) {
    case HS_PER_TENSOR: return 0;
    case HS_PER_CHANNEL: return channel;
    case HS_PER_TOKEN: return outer;
    default: return row * ((width + p->group - 1) / p->group) + at / p->group;
    }
}

START_TEST(parts_are_those_of_the_header)
{
    const struct hs_parts *p = &shapes[_i];
    size_t total = p->outer * p->channels * p->inner, most = 0;
    for (size_t i = 0; i < total; i++) {
        if (hs_parts_of(p, i) != part_of(p, i)) ck_abort_msg("index %zu", i);
        if (part_of(p, i) > most) most = part_of(p, i);
    }
    ck_assert_uint_eq(hs_parts_count(p), most + 1);
}
END_TEST

/* One value by the plain formula, in a grid of one part. */
static float alone(const struct hs_grid *g, float scale, float zero, float x)
{
    struct hs_grid one = *g;
    float y;
    one.parts = (struct hs_parts){HS_PER_TENSOR, 1, 1, 1, 0};
    one.dynamic = false, one.n = 1, one.scale = &scale, one.zero = &zero;
    if (!g->zero && (!g->dynamic || g->symmetric)) one.zero = NULL;
    hs_grid_apply(&one, &x, &y, 1, 0);
    return y;
}

static void check_losses(const struct hs_grid *g, const float *x, const float *y, size_t n)
{
    static float z[ROOM];
    double naive = 0, power = 0, largest = 0;
    for (size_t i = 0; i < n; i++) {
        double d = (double)x[i] - y[i];
        naive += d * d, power += (double)x[i] * x[i], largest = fmax(largest, fabs(d));
    }
    struct hs_loss l = hs_grid_loss(g, x, n, 0);
    double once = 0x1p-24 * sqrt(1.2 * power), room = 2 * sqrt(naive) * once + once * once; /* y was rounded to float32 */
    ck_assert_double_le(fabs(l.squared - naive), room);
    ck_assert_double_eq_tol(l.power, power, 1e-13 * power);
    ck_assert_double_le(fabs(l.largest - largest), once);
    ck_assert(l.squared == l.clipping + l.rounding);
    double fast = hs_grid_apply_loss(g, x, z, n, 0);
    ck_assert(memcmp(y, z, n * sizeof *y) == 0);
    ck_assert_double_le(fabs(fast - naive), 1e-6 * naive + once * once);
    ck_assert(hs_grid_apply_loss(g, x, NULL, n, 0) == fast);
    memcpy(z, x, n * sizeof *z);
    ck_assert(hs_grid_apply_loss(g, z, z, n, 0) == fast);
    ck_assert(memcmp(y, z, n * sizeof *y) == 0);
}

static void on_every_isa(const struct hs_grid *g, const float *x, size_t n, const float *want)
{
    static float y[ROOM];
    double first = 0;
    struct hs_loss exact = {0};
    for (int isa = 0; isa < HS_ISAS; isa++) {
        force(isa);
        hs_grid_apply(g, x, y, n, 0);
        for (size_t i = 0; i < n; i++)
            if (y[i] != want[i])
                ck_abort_msg("%s on %s: value %zu, %.9g gives %.9g, not %.9g", g->format->name, hs_isa_names[isa], i, x[i],
                             y[i], want[i]);
        double loss = hs_grid_apply_loss(g, x, NULL, n, 0);
        struct hs_loss l = hs_grid_loss(g, x, n, 0);
        if (isa == 0) first = loss, exact = l;
        ck_assert(loss == first && l.squared == exact.squared && l.clipping == exact.clipping);
    }
    check_losses(g, x, y, n);
}

static const char *const some[] = {"int8", "uint4", "int4", "fp8-e4m3", "fp4-e2m1", "nf4", "mxfp4", "mxint8", "nvfp4", "bf16"};
enum { SOME = sizeof some / sizeof *some };

static void values(float *x, size_t n, const char *name)
{
    gsl_rng *r = hs_rng_open(9, name);
    wild(x, n, r, 1);
    memset(x, 0, 20 * sizeof *x); /* a block of zeros */
    gsl_rng_free(r);
}

START_TEST(static_grids_use_the_scale_of_each_part)
{
    static float x[ROOM], want[ROOM];
    const struct hs_parts *p = &shapes[_i];
    size_t n = p->outer * p->channels * p->inner * SAMPLES, parts = hs_parts_count(p);
    gsl_rng *r = hs_rng_open(8, "scales");
    values(x, n, "static");
    for (int k = 0; k < SOME; k++)
        for (int c = 0; c < 8; c++) {
            struct hs_err e = {0};
            struct hs_grid g = {.format = format(some[k]), .parts = *p, .convention = hs_convention_roster[c % 4].is};
            bool zero = g.format->kind == HS_INTEGER && !g.format->block && c / 4;
            hs_grid_codes(g.format, false, &g.qmin, &g.qmax);
            g.symmetric = !zero;
            ck_ok(hs_grid_alloc(&g, parts, zero, &e));
            for (size_t i = 0; i < parts; i++) {
                g.scale[i] = (float)exp2(4 * gsl_rng_uniform(r) - 5);
                if (zero) g.zero[i] = (float)(g.qmin + (int)gsl_rng_uniform_int(r, (unsigned long)(g.qmax - g.qmin + 1)));
            }
            for (size_t i = 0; i < n; i++) {
                size_t part = part_of(p, i);
                want[i] = alone(&g, g.scale[part], zero ? g.zero[part] : 0, x[i]);
            }
            on_every_isa(&g, x, n, want);
            hs_grid_free(&g);
        }
    gsl_rng_free(r);
}
END_TEST

/* Extremes of the part that index i belongs to, in its own sample, and of the sample. */
static void extremes(const struct hs_parts *p, const float *x, size_t i, double own[2], double all[2])
{
    size_t total = p->outer * p->channels * p->inner, begin = i / total * total, part = part_of(p, i);
    own[0] = all[0] = INFINITY, own[1] = all[1] = -INFINITY;
    for (size_t k = begin; k < begin + total; k++) {
        all[0] = fmin(all[0], x[k]), all[1] = fmax(all[1], x[k]);
        if (part_of(p, k) != part) continue;
        own[0] = fmin(own[0], x[k]), own[1] = fmax(own[1], x[k]);
    }
}

static double e4m3(double v) /* nearest e4m3 value by its list */
{
    double list[253], best = 0;
    hs_format_values(format("fp8-e4m3"), list);
    for (int i = 0; i < 253; i++)
        if (fabs(list[i] - v) < fabs(best - v)) best = list[i];
    return best;
}

START_TEST(dynamic_grids_measure_their_own_part)
{
    static float x[ROOM], want[ROOM];
    const struct hs_parts *p = &shapes[_i];
    size_t n = p->outer * p->channels * p->inner * SAMPLES;
    values(x, n, "dynamic");
    for (int k = 0; k < SOME; k++)
        for (int symmetric = 0; symmetric < 2; symmetric++) {
            struct hs_grid g = {.format = format(some[k]), .parts = *p, .dynamic = true, .symmetric = symmetric};
            hs_grid_codes(g.format, false, &g.qmin, &g.qmax);
            for (size_t i = 0; i < n; i++) {
                double own[2], all[2];
                extremes(p, x, i, own, all);
                struct hs_point point = hs_grid_point(g.format, symmetric, false, own[0], own[1]);
                if (g.format->scale_kind == HS_SCALE_E4M3) {
                    double tensor = (float)(fmax(-all[0], all[1]) / (448 * 6)), top = fmax(-own[0], own[1]);
                    point.scale = top > 0 ? (float)(fmax(e4m3(top / 6 / tensor), 0x1p-9) * tensor) : 1;
                }
                want[i] = alone(&g, (float)point.scale, (float)point.zero, x[i]);
            }
            on_every_isa(&g, x, n, want);
        }
}
END_TEST

START_TEST(measuring_a_static_grid_is_what_a_dynamic_one_does)
{
    static float x[ROOM], y[ROOM], z[ROOM];
    const struct hs_parts *p = &shapes[_i];
    size_t n = p->outer * p->channels * p->inner;
    values(x, n, "measure");
    for (int k = 0; k < SOME; k++) {
        struct hs_err e = {0};
        struct hs_grid g = {.format = format(some[k]), .parts = *p, .symmetric = k % 2};
        hs_grid_codes(g.format, false, &g.qmin, &g.qmax);
        ck_ok(hs_grid_alloc(&g, hs_parts_count(p), !g.symmetric && g.format->kind == HS_INTEGER, &e));
        hs_grid_measure(&g, x, n);
        hs_grid_apply(&g, x, y, n, 0);
        struct hs_grid d = g;
        d.dynamic = true, d.scale = d.zero = NULL;
        hs_grid_apply(&d, x, z, n, 0);
        ck_assert_msg(memcmp(y, z, n * sizeof *y) == 0, "%s", some[k]);
        ck_assert_double_eq_tol(hs_grid_bits(&g, n), hs_grid_bits(&d, n), 1e-12);
        hs_grid_free(&g);
    }
}
END_TEST

/* E8M0 rounds the block's range down to a power of two: 8 / 6 of it does not fit e2m1, so a fraction log2(8 / 6) of blocks
 * with log-uniform extremes clips its own largest value. */
START_TEST(mxfp4_clips_the_largest_of_two_blocks_in_five)
{
    enum { BLOCKS = 100000 };
    static float x[32];
    struct hs_grid g = {.format = format("mxfp4"), .parts = {HS_PER_BLOCK, 1, 1, 32, 32}, .dynamic = true, .symmetric = true};
    double clipped = 0;
    for (int b = 0; b < BLOCKS; b++) {
        x[b % 32] = (float)exp2(5. * b / BLOCKS - 2);
        clipped += hs_grid_loss(&g, x, 32, 0).clipped == 1;
        x[b % 32] = 0;
    }
    ck_assert_double_eq_tol(clipped / BLOCKS, log2(8. / 6), 5e-5);
}
END_TEST

START_TEST(bits_count_the_metadata)
{
    static const struct { const char *name; struct hs_parts parts; bool affine; double bits; } row[] = {
        {"mxfp4", {HS_PER_BLOCK, 1, 64, 64, 32}, false, 4.25},
        {"nvfp4", {HS_PER_BLOCK, 1, 64, 64, 16}, false, 4.5 + 32. / 4096},
        {"nf4", {HS_PER_GROUP, 1, 64, 64, 64}, false, 4.5},
        {"int4", {HS_PER_GROUP, 1, 16, 256, 128}, true, 4 + 36. / 128},
        {"int8", {HS_PER_CHANNEL, 1, 64, 64, 0}, false, 8.5},
        {"fp16", {HS_PER_TENSOR, 1, 64, 64, 0}, false, 16},
    };
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        struct hs_err e = {0};
        struct hs_grid g = {.format = format(row[i].name), .parts = row[i].parts};
        ck_ok(hs_grid_alloc(&g, hs_parts_count(&g.parts), row[i].affine, &e));
        ck_assert_double_eq_tol(hs_grid_bits(&g, 4096), row[i].bits, 1e-12);
        ck_assert_uint_eq(hs_grid_packed(&g, 4096), (size_t)ceil(row[i].bits * 4096 / 8));
        hs_grid_free(&g);
    }
    ck_assert_double_eq_tol(hs_format_bits(format("int4"), 128, 16, 4), 4.15625, 1e-12); /* fp16 scale, 4-bit zero-point */
}
END_TEST

START_TEST(entropy_is_that_of_the_codes)
{
    struct hs_err e = {0};
    float scale = 1, x[8] = {0, 0, 0, 0, 1, 1, -2, 7}, same[8] = {0};
    double bits;
    struct hs_grid g = grid_of(format("int4"), &scale, NULL);
    ck_ok(hs_grid_entropy(&g, x, 8, 0, &bits, &e));
    ck_assert_double_eq_tol(bits, .5 * 1 + .25 * 2 + 2 * .125 * 3, 1e-12);
    ck_ok(hs_grid_entropy(&g, same, 8, 0, &bits, &e));
    ck_assert(bits == 0 && !signbit(bits));
}
END_TEST

/* float32 squares of the fast error would over- and underflow here. */
START_TEST(tiny_and_huge_errors_are_still_measured)
{
    static float x[2000], y[2000];
    static const double sizes[] = {1e-30, 1e-19, 1e19, 1e30};
    gsl_rng *r = hs_rng_open(4, "sizes");
    for (int k = 0; k < 4; k++) {
        float scale = (float)sizes[k];
        struct hs_grid g = grid_of(format("int4"), &scale, NULL);
        wild(x, 2000, r, sizes[k]);
        double fast = hs_grid_apply_loss(&g, x, y, 2000, 0), exact = hs_grid_loss(&g, x, 2000, 0).squared;
        ck_assert_double_eq_tol(fast, exact, 1e-5 * exact);
    }
    float zeros[100] = {0}, scale = 1;
    struct hs_grid g = grid_of(format("int4"), &scale, NULL);
    ck_assert(hs_grid_apply_loss(&g, zeros, y, 100, 0) == 0);
    ck_assert(hs_grid_apply_loss(&g, zeros, y, 0, 0) == 0);
    gsl_rng_free(r);
}
END_TEST

START_TEST(clipping_and_rounding_part_at_the_outermost_levels)
{
    float scale = 1, x[] = {7.25f, 6.75f, -8.5f, 0.25f, 9};
    struct hs_grid g = grid_of(format("int4"), &scale, NULL);
    struct hs_loss l = hs_grid_loss(&g, x, 5, 0);
    ck_assert(l.clipped == 3 && l.clipping == .0625 + .25 + 4 && l.rounding == .0625 + .0625 && l.largest == 2);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("grid");
    TCase *t = tcase_create("grid");
    tcase_add_test(t, a_range_becomes_the_scale_and_zero_of_the_rules);
    tcase_add_loop_test(t, every_range_has_a_usable_point, 0, (int)formats());
    tcase_add_loop_test(t, points_scale_with_the_data, 0, (int)formats());
    tcase_add_loop_test(t, parts_are_those_of_the_header, 0, SHAPES);
    tcase_add_loop_test(t, static_grids_use_the_scale_of_each_part, 0, SHAPES);
    tcase_add_loop_test(t, dynamic_grids_measure_their_own_part, 0, SHAPES);
    tcase_add_loop_test(t, measuring_a_static_grid_is_what_a_dynamic_one_does, 0, SHAPES);
    tcase_add_test(t, mxfp4_clips_the_largest_of_two_blocks_in_five);
    tcase_add_test(t, bits_count_the_metadata);
    tcase_add_test(t, entropy_is_that_of_the_codes);
    tcase_add_test(t, tiny_and_huge_errors_are_still_measured);
    tcase_add_test(t, clipping_and_rounding_part_at_the_outermost_levels);
    suite_add_tcase(s, t);
    return check_main(s);
}
