/* test_format.c - the contract of a format: its values, their codes, how they are packed, and what is nearest. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "check_main.h"
#include "grids.h"

static double *values_of(const struct hs_format *f, size_t *n)
{
    *n = hs_format_count(f);
    double *v = hs_alloc(*n, sizeof *v);
    ck_assert_ptr_nonnull(v);
    hs_format_values(f, v);
    return v;
}

START_TEST(names_are_found_and_unknown_ones_answered)
{
    struct hs_err e = {0};
    const struct hs_format *f = hs_format_roster[_i];
    ck_assert_ptr_eq(hs_format_find(f->name, &e), f);
    for (size_t k = 0; k < (size_t)_i; k++) ck_assert_str_ne(hs_format_roster[k]->name, f->name);
    ck_assert_ptr_nonnull(f->summary);
    ck_assert_ptr_nonnull(f->cite);
    ck_assert_int_gt(f->version, 0);
    ck_assert_ptr_null(hs_format_find("int33", &e));
    ck_assert_int_eq(e.status, HS_ECONFIG);
    ck_assert_ptr_nonnull(strstr(e.what, f->name));
}
END_TEST

START_TEST(values_ascend_and_codes_lead_back)
{
    const struct hs_format *f = hs_format_roster[_i];
    size_t n;
    double *v = values_of(f, &n);
    for (size_t k = 0; k < n; k++) {
        bool fine = (k == 0 || v[k] > v[k - 1]) && (double)(float)v[k] == v[k];
        if (!fine || hs_format_value(f, hs_format_code(f, k)) != v[k]) ck_abort_msg("%s: value %zu is %g", f->name, k, v[k]);
    }
    ck_assert_uint_le(n, (size_t)1 << f->bits);
    if (f->kind != HS_INTEGER) ck_assert(v[n - 1] == f->max);
    if (f->kind == HS_FLOATING) ck_assert(v[0] == -f->max && v[n / 2] == 0);
    ck_assert(isnan(hs_format_value(f, 1 << f->bits)) && isnan(hs_format_value(f, -(1 << f->bits))));
    hs_free(v);
}
END_TEST

START_TEST(packed_codes_come_back)
{
    const struct hs_format *f = hs_format_roster[_i];
    enum { N = 1003 };
    int32_t code[N], back[N];
    size_t n = hs_format_count(f), bytes = hs_format_packed(f, N);
    ck_assert_uint_eq(bytes, (N * (size_t)f->bits + 7) / 8);
    uint8_t *b = hs_alloc(bytes, 1);
    gsl_rng *r = hs_rng_open(3, f->name);
    for (size_t i = 0; i < N; i++) code[i] = hs_format_code(f, i < 2 ? i * (n - 1) : gsl_rng_uniform_int(r, n));
    hs_format_pack(f, code, N, b);
    hs_format_unpack(f, b, N, back);
    ck_assert(memcmp(code, back, sizeof code) == 0);
    gsl_rng_free(r);
    hs_free(b);
}
END_TEST

static void expect(const char *name, const double *v, size_t n)
{
    struct hs_err e = {0};
    size_t m;
    double *got = values_of(hs_format_find(name, &e), &m);
    for (size_t k = 0; k < n; k++) ck_assert_msg(got[m - n + k] == v[k], "%s: %g", name, got[m - n + k]);
    hs_free(got);
}

START_TEST(the_lists_of_the_specifications)
{
    expect("fp4-e2m1", (double[]){0, .5, 1, 1.5, 2, 3, 4, 6}, 8);
    expect("mxfp4", (double[]){0, .5, 1, 1.5, 2, 3, 4, 6}, 8);
    expect("fp4-e3m0", (double[]){0, .25, .5, 1, 2, 4, 8, 16}, 8);
    expect("fp6-e2m3", (double[]){0, .125, .25, .375, .5, .625, .75, .875, 1, 1.125, 1.25, 1.375, 1.5, 1.625, 1.75, 1.875, 2,
                                  2.25, 2.5, 2.75, 3, 3.25, 3.5, 3.75, 4, 4.5, 5, 5.5, 6, 6.5, 7, 7.5}, 32);
    expect("fp6-e3m2", (double[]){0, .0625, .125, .1875, .25, .3125, .375, .4375, .5, .625, .75, .875, 1, 1.25, 1.5, 1.75, 2,
                                  2.5, 3, 3.5, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28}, 32);
}
END_TEST

START_TEST(the_counts_of_the_specifications)
{
    static const struct { const char *name; size_t n; double max, least; } row[] = {
        {"fp8-e4m3", 253, 448, 0x1p-9}, {"fp8-e5m2", 247, 57344, 0x1p-16}, {"fp16", 63487, 65504, 0x1p-24},
        {"bf16", 65279, 0x1.fep127, 0x1p-133}, {"nf4", 16, 1, .07958029955625534f}, {"int8", 256, 127, 1},
        {"uint16", 65536, 65535, 1}, {"int2", 4, 1, 1}, {"mxint8", 256, 127, 1},
    };
    struct hs_err e = {0};
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        size_t n, k = 0;
        double *v = values_of(hs_format_find(row[i].name, &e), &n);
        ck_assert_uint_eq(n, row[i].n);
        ck_assert(v[n - 1] == row[i].max);
        while (v[k] <= 0) k++;
        ck_assert(v[k] == row[i].least);
        hs_free(v);
    }
}
END_TEST

/* NF4 is made of normal quantiles (QLoRA, section 3): within 1.1e-7 of the construction. */
START_TEST(nf4_is_what_its_construction_gives)
{
    struct hs_err e = {0};
    const struct hs_format *f = hs_format_find("nf4", &e);
    const double offset = .9677083;
    double q[16], largest = 0;
    size_t n = 0;
    for (int i = 0; i < 8; i++) { /* linspace(offset, .5, 9) without its end */
        double p = offset + (.5 - offset) * i / 8, lo = 0, hi = 4;
        for (int k = 0; k < 200; k++) *(.5 * erfc(-(lo + hi) / 2 / M_SQRT2) < p ? &lo : &hi) = (lo + hi) / 2;
        q[n++] = lo;
    }
    q[n++] = 0;
    for (int i = 0; i < 7; i++) {
        double p = offset + (.5 - offset) * i / 7, lo = 0, hi = 4;
        for (int k = 0; k < 200; k++) *(.5 * erfc(-(lo + hi) / 2 / M_SQRT2) < p ? &lo : &hi) = (lo + hi) / 2;
        q[n++] = -lo;
    }
    for (size_t i = 0; i < 16; i++) largest = fmax(largest, q[i]);
    for (size_t i = 0; i < 16; i++) {
        double nearest = INFINITY;
        for (size_t k = 0; k < 16; k++) nearest = fmin(nearest, fabs(f->value[k] - q[i] / largest));
        ck_assert_double_le(nearest, 1.1e-7);
    }
}
END_TEST

/* Nearest value of the list by brute force; among equals the even code (floating), the lower value (codebook), or away
 * from zero (integers under `slides` without a zero-point). */
static double nearest(const struct hs_format *f, const double *v, size_t n, double t)
{
    size_t a = 0, b = n - 1;
    while (a < b) { /* last value <= t */
        size_t m = (a + b + 1) / 2;
        if (v[m] <= t) a = m; else b = m - 1;
    }
    if (a + 1 == n || t <= v[a]) return v[a];
    double down = t - v[a], up = v[a + 1] - t;
    if (down != up) return down < up ? v[a] : v[a + 1];
    if (f->kind == HS_FLOATING) return fmod(v[a] / (v[a + 1] - v[a]), 2) == 0 ? v[a] : v[a + 1]; /* even in steps */
    return f->kind == HS_CODEBOOK || v[a] < 0 ? v[a] : v[a + 1];
}

static void check_nearest(const struct hs_format *f, float scale, const float *x, size_t m)
{
    size_t n;
    double *v = values_of(f, &n);
    struct hs_grid g = grid_of(f, &scale, NULL);
    float *y = hs_alloc(m, sizeof *y), *z = hs_alloc(m, sizeof *z);
    int32_t *q = hs_alloc(m, sizeof *q);
    for (int isa = 0; isa < HS_ISAS; isa++) {
        force(isa);
        hs_grid_apply(&g, x, y, m, 0);
        for (size_t i = 0; i < m; i++) {
            float want = (float)(scale * nearest(f, v, n, x[i] / scale));
            if (y[i] != want)
                ck_abort_msg("%s on %s: %.9g gives %.9g, nearest %.9g", f->name, hs_isa_names[isa], x[i], y[i], want);
        }
    }
    hs_grid_encode(&g, x, q, m, 0);
    hs_grid_decode(&g, q, z, m, 0);
    ck_assert(memcmp(y, z, m * sizeof *y) == 0);
    for (size_t i = 0; i < m; i++)
        if (isnan(hs_format_value(f, q[i]))) ck_abort_msg("%s: code %d means no number", f->name, q[i]);
    hs_grid_apply(&g, y, z, m, 0); /* idempotent */
    for (size_t i = 0; i < m; i++)
        if (z[i] != y[i]) ck_abort_msg("%s: %.9g then %.9g", f->name, y[i], z[i]);
    hs_free(v), hs_free(y), hs_free(z), hs_free(q);
}

START_TEST(apply_takes_the_nearest_value)
{
    enum { M = 20011 };
    const struct hs_format *f = hs_format_roster[_i];
    static float x[M];
    size_t n;
    gsl_rng *r = hs_rng_open(4, f->name);
    double *v = values_of(f, &n), top = fmin(f->kind == HS_INTEGER ? f->code_max : f->max, 1e30);
    for (int k = 0; k < 2; k++) {
        float scale = k && !f->cast ? .0123f : 1;
        wild(x, M, r, top / 3 * scale);
        for (size_t i = 0; i < M / 2; i++) { /* values, midpoints and the floats beside them */
            size_t at = gsl_rng_uniform_int(r, n - 1);
            float t = (float)(i % 4 == 0 ? v[at] : (v[at] + v[at + 1]) / 2) * scale;
            x[i] = i % 4 == 2 ? nextafterf(t, INFINITY) : i % 4 == 3 ? nextafterf(t, -INFINITY) : t;
        }
        const float edges[] = {0, -0.f, 1e-45f, -1e-45f, 0x1p-126f, 3e38f, -3e38f};
        memcpy(x, edges, sizeof edges);
        check_nearest(f, scale, x, M);
    }
    hs_free(v);
    gsl_rng_free(r);
}
END_TEST

START_TEST(floor_takes_the_value_below_and_stochastic_a_neighbour)
{
    enum { M = 4001 };
    const struct hs_format *f = hs_format_roster[_i];
    static float x[M], y[M];
    size_t n;
    double *v = values_of(f, &n);
    gsl_rng *r = hs_rng_open(5, f->name);
    float scale = 1;
    struct hs_grid g = grid_of(f, &scale, NULL);
    g.stream = 17;
    wild(x, M, r, fmin(f->kind == HS_INTEGER ? f->code_max : f->max, 1e30) / 3);
    for (int mode = HS_FLOOR; mode <= HS_STOCHASTIC; mode++) {
        g.convention.rounding = (enum hs_rounding)mode;
        hs_grid_apply(&g, x, y, M, 0);
        for (size_t i = 0; i < M; i++) {
            size_t a = 0, b = n - 1;
            while (a < b) {
                size_t m = (a + b + 1) / 2;
                if (v[m] <= x[i]) a = m; else b = m - 1;
            }
            bool up = mode == HS_STOCHASTIC && a + 1 < n && x[i] > v[a] && y[i] == v[a + 1];
            if (y[i] != v[a] && !up) ck_abort_msg("%s %s: %.9g gives %.9g", f->name, hs_rounding_names[mode], x[i], y[i]);
        }
    }
    hs_free(v);
    gsl_rng_free(r);
}
END_TEST

START_TEST(the_error_is_at_most_half_a_step_and_output_is_monotone)
{
    enum { M = 20000 };
    const struct hs_format *f = hs_format_roster[_i];
    static float x[M], y[M];
    struct hs_point p = hs_grid_point(f, true, true, f->is_signed ? -3 : 0, 3);
    float scale = (float)p.scale;
    struct hs_grid g = grid_of(f, &scale, NULL);
    for (size_t i = 0; i < M; i++) x[i] = (float)((f->is_signed ? -3 : 0) + (f->is_signed ? 6.0 : 3.0) * i / (M - 1));
    hs_grid_apply(&g, x, y, M, 0);
    for (size_t i = 0; i < M; i++) {
        if (i && y[i] < y[i - 1]) ck_abort_msg("%s falls at %.9g", f->name, x[i]);
        bool half = f->kind != HS_INTEGER || f->block || fabs((double)x[i] - y[i]) <= scale / 2. + 3 * 0x1p-23;
        if (!half) ck_abort_msg("%s: %.9g is more than half a step from %.9g", f->name, y[i], x[i]);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("format");
    TCase *t = tcase_create("format");
    int n = (int)formats();
    tcase_add_loop_test(t, names_are_found_and_unknown_ones_answered, 0, n);
    tcase_add_loop_test(t, values_ascend_and_codes_lead_back, 0, n);
    tcase_add_loop_test(t, packed_codes_come_back, 0, n);
    tcase_add_test(t, the_lists_of_the_specifications);
    tcase_add_test(t, the_counts_of_the_specifications);
    tcase_add_test(t, nf4_is_what_its_construction_gives);
    tcase_add_loop_test(t, apply_takes_the_nearest_value, 0, n);
    tcase_add_loop_test(t, floor_takes_the_value_below_and_stochastic_a_neighbour, 0, n);
    tcase_add_loop_test(t, the_error_is_at_most_half_a_step_and_output_is_monotone, 0, n);
    suite_add_tcase(s, t);
    return check_main(s);
}
