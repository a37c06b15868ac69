/* paper_formats.c - what each number format can reach, with one scale and with blocks. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "literature/block.h"
#include "literature/literature.h"

#include "base/mem.h"
#include "calib/curve.h"

#include <math.h>
#include <string.h>

static const struct hs_density *const densities[] = {&hs_density_gauss, &hs_density_laplace};

/* Formats of the papers that nobody stores alone. */
#define MINIFLOAT(word, e, m, e0, top)                                                         \
    {                                                                                          \
        .name = word, .kind = HS_FLOATING, .bits = 1 + e + m, .is_signed = true,               \
        .exponent_bits = e, .mantissa_bits = m, .min_exponent = e0, .max = top                 \
    }
static const struct hs_format extra[] = {MINIFLOAT("e3m4", 3, 4, -2, 31),
                                         MINIFLOAT("e2m5", 2, 5, 0, 7.875)};

static enum hs_status levels_of(const char *name, double **level, size_t *n, int *bits,
                                struct hs_err *e)
{
    const struct hs_format *f = NULL;
    for (size_t i = 0; i < sizeof extra / sizeof *extra; i++)
        if (!strcmp(extra[i].name, name)) f = &extra[i];
    if (!f && !(f = hs_format_find(name, e))) return e->status;
    *bits = f->bits;
    if (f->kind != HS_INTEGER) return hs_curve_levels(f, level, n, e);
    *level = hs_density_codes(-f->code_max, f->code_max, n);
    return *level ? HS_OK : HS_OUT_OF_MEMORY(e);
}

/* Of thresholds between 1 and 32 sigma: a minifloat repeats itself an octave further out. */
static double best_db(const struct hs_density *d, const double *level, size_t n, double *top)
{
    double max = fmax(level[n - 1], -level[0]),
           s = hs_density_best_scale(d, level, n, 1, 1 / max, 32 / max);
    *top = s * max;
    return -10 * log10(hs_density_error(d, level, n, s, NULL));
}

static enum hs_status per_tensor(struct hs_answer *a, struct hs_err *e)
{
    static const char *const names[] = {
        "fp8-e4m3", "fp8-e5m2", "fp6-e3m2", "fp6-e2m3", "fp4-e2m1", "fp4-e3m0", "e3m4", "e2m5",
        "nf4",      "af4",      "int8",     "int6",     "int4",     "int3",     "int2"};
    static const struct hs_column column[] = {{"format", false},          {"bits", true},
                                              {"levels", true},           {"gauss_db", true},
                                              {"gauss_threshold", true},  {"laplace_db", true},
                                              {"laplace_threshold", true}};
    struct hs_table *t = hs_answer_table(
        a, "formats",
        "One scale for all: the least error, unit variance; codes of integers are "
        "-q .. q",
        HS_COLUMNS(column));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        double *level, top, db;
        size_t n;
        int bits;
        HS_TRY(levels_of(names[i], &level, &n, &bits, e));
        hs_table_text(t, "%s", names[i]);
        hs_table_number(t, "%.0f", bits);
        hs_table_number(t, "%.0f", (double)n);
        for (size_t k = 0; k < 2; k++) {
            db = best_db(densities[k], level, n, &top);
            hs_table_number(t, "%.3f", db);
            hs_table_number(t, "%.4f", top);
        }
        hs_free(level);
    }
    return HS_OK;
}

static enum hs_status block_db(struct hs_block *b, const char *format, double *db,
                               struct hs_err *e)
{
    double *level, error;
    int bits;
    HS_TRY(levels_of(format, &level, &b->n, &bits, e));
    b->level = level;
    enum hs_status st = hs_block_error(b, &error, e);
    hs_free(level);
    *db = -10 * log10(error);
    return st;
}

static enum hs_status absmax(struct hs_answer *a, struct hs_err *e)
{
    static const char *const names[] = {"int4", "nf4", "af4", "fp4-e2m1", "int8"};
    static const size_t sizes[] = {16, 32, 64, 128, 256, 1024};
    static const struct hs_column column[] = {
        {"density", false}, {"format", false},   {"block_16", true},  {"block_32", true},
        {"block_64", true}, {"block_128", true}, {"block_256", true}, {"block_1024", true}};
    struct hs_table *t = hs_answer_table(
        a, "absmax", "Blocks scaled by their largest magnitude: SQNR in dB, scales exact",
        HS_COLUMNS(column));
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
            hs_table_text(t, "%s", densities[k]->name);
            hs_table_text(t, "%s", names[i]);
            for (size_t j = 0; j < sizeof sizes / sizeof *sizes; j++) {
                struct hs_block b = {
                    .density = densities[k], .size = sizes[j], .scale = hs_block_absmax};
                double db;
                HS_TRY(block_db(&b, names[i], &db, e));
                hs_table_number(t, "%.3f", db);
            }
        }
    return HS_OK;
}

/* mxint8's elements are k / 64: its largest exponent is 0, of 127 / 64 too; here in units of 1
 * / 64. */
static const struct {
    const char *name, *element;
    size_t size;
    int emax;
    double bits;
} mx[] = {
    {"mxfp8-e4m3", "fp8-e4m3", 32, 8, 8.25}, {"mxfp8-e5m2", "fp8-e5m2", 32, 15, 8.25},
    {"mxfp6-e3m2", "fp6-e3m2", 32, 4, 6.25}, {"mxfp6-e2m3", "fp6-e2m3", 32, 2, 6.25},
    {"mxfp4", "fp4-e2m1", 32, 2, 4.25},      {"mxint8", "int8", 32, 6, 8.25},
    {"nvfp4", "fp4-e2m1", 16, 0, 4.5},
};

static enum hs_status blocks(struct hs_answer *a, struct hs_err *e)
{
    static const struct hs_column column[] = {{"format", false},
                                              {"block", true},
                                              {"bits_with_scale", true},
                                              {"gauss_db", true},
                                              {"laplace_db", true}};
    struct hs_table *t = hs_answer_table(
        a, "mx",
        "Block formats with the scales of their specifications; nvfp4: in a tensor of "
        "2^20 values of the density",
        HS_COLUMNS(column));
    for (size_t i = 0; i < sizeof mx / sizeof *mx; i++) {
        hs_table_text(t, "%s", mx[i].name);
        hs_table_number(t, "%.0f", (double)mx[i].size);
        hs_table_number(t, "%.2f", mx[i].bits);
        for (size_t k = 0; k < 2; k++) {
            struct hs_block b = {.density = densities[k],
                                 .size = mx[i].size,
                                 .emax = mx[i].emax,
                                 .scale = mx[i].emax ? hs_block_power_of_two : hs_block_e4m3};
            double db;
            HS_TRY(hs_block_expected_max(densities[k], 0x1p20, &b.tensor_max, e));
            HS_TRY(block_db(&b, mx[i].element, &db, e));
            hs_table_number(t, "%.3f", db);
        }
    }
    return HS_OK;
}

static enum hs_status clip_share(struct hs_answer *a, struct hs_err *e)
{
    static const struct hs_column column[] = {
        {"element", false}, {"clipped_share", true}, {"formula", false}};
    struct hs_table *t =
        hs_answer_table(a, "clipping",
                        "Blocks whose largest value clips under a power-of-two scale, maxima "
                        "log-uniform",
                        HS_COLUMNS(column));
    for (size_t i = 0; i + 1 < sizeof mx / sizeof *mx; i++) {
        double *level;
        size_t n;
        int bits;
        HS_TRY(levels_of(mx[i].element, &level, &n, &bits, e));
        double top = level[n - 1], next = ldexp(1, mx[i].emax + 1);
        hs_free(level);
        hs_table_text(t, "%s", mx[i].element);
        hs_table_number(t, "%.5f", log2(next / top));
        hs_table_text(t, "log2(%g / %g)", next, top);
    }
    return HS_OK;
}

static enum hs_status run(const struct hs_table_ask *ask, struct hs_answer *a, struct hs_err *e)
{
    (void)ask;
    HS_TRY(per_tensor(a, e));
    HS_TRY(absmax(a, e));
    HS_TRY(blocks(a, e));
    return clip_share(a, e);
}

const struct hs_table_type hs_table_paper_formats = {
    .name = "formats",
    .summary = "number formats on the Gaussian and the Laplacian: one scale, blocks by absmax, "
               "MX, NVFP4",
    .cite = "OCP MX 1.0; Rouhani et al. 2023, arXiv:2310.10537; Dettmers et al. 2023, "
            "arXiv:2305.14314",
    .kind = HS_PAPER,
    .run = run,
};
