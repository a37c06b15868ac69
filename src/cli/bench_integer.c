/* bench_integer.c - products of int8 and int4 codes beside the same loop in float32 and float16, one thread: the lecture's
 * "2-4x", on this machine. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/bench.h"

#include "base/mem.h"
#include "base/work.h"
#include "integer/kernel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One row of x is a token: weights pass from memory once, and their bytes decide. Many rows: arithmetic decides. */
static const struct size {
    const char *name;
    size_t rows, outs, k;
} sizes[] = {
    {"matrix-vector 8192 x 4096", 1, 8192, 4096},
    {"matrix-matrix 256 x 512 x 1024", 256, 512, 1024},
};
enum { INT8, INT4, FLOAT16, FLOAT32, KINDS, MOST_REPS = 1001 };
static const char *const kinds[KINDS] = {"int8 x int8 -> int32", "int8 x int4 -> int32", "float32 x float16", "float32 x float32"};
static const double bytes[KINDS] = {1, 0.5, 2, 4}; /* a weight */

struct operands {
    int8_t *x8, *w8;
    uint8_t *w4;
    uint16_t *w16;
    float *x, *w, *y;
    int32_t *sum, *acc;
};

static bool take(struct operands *o, const struct size *s)
{
    size_t nx = s->rows * s->k, nw = s->outs * s->k;
    *o = (struct operands){
        .x8 = hs_alloc(nx, 1), .w8 = hs_alloc(nw, 1), .w4 = hs_alloc(nw / 2, 1), .w16 = hs_alloc(nw, 2), .x = hs_alloc(nx, 4),
        .w = hs_alloc(nw, 4), .y = hs_alloc(s->rows * s->outs, 4), .sum = hs_alloc_zeroed(s->outs, 4),
        .acc = hs_alloc(s->rows * s->outs, 4)};
    if (!o->x8 || !o->w8 || !o->w4 || !o->w16 || !o->x || !o->w || !o->y || !o->sum || !o->acc) return false;
    uint32_t u = 1;
    for (size_t i = 0; i < nx; i++) u = u * 1664525u + 1013904223u, o->x[i] = o->x8[i] = (int8_t)((int)(u >> 24) - 128);
    for (size_t i = 0; i < nw; i++) {
        u = u * 1664525u + 1013904223u;
        o->w8[i] = (int8_t)((int)(u >> 28) - 8);
        o->w[i] = o->w8[i];
        o->w16[i] = 0x3c00; /* 1: the values do not matter to the clock */
        o->sum[i / s->k] += o->w8[i];
    }
    for (size_t r = 0; r < s->outs; r++) hs_int_pack4(o->w8 + r * s->k, s->k, o->w4 + r * s->k / 2);
    return true;
}

static void drop(struct operands *o)
{
    hs_free(o->x8), hs_free(o->w8), hs_free(o->w4), hs_free(o->w16), hs_free(o->x), hs_free(o->w), hs_free(o->y);
    hs_free(o->sum), hs_free(o->acc);
}

static void run(const struct hs_int_kernel *k, int kind, const struct size *s, const struct operands *o)
{
    if (kind == INT8) k->s8(o->x8, o->w8, o->sum, s->rows, s->outs, s->k, o->acc);
    else if (kind == INT4) k->s4(o->x8, o->w4, s->rows, s->outs, s->k, o->acc);
    else if (kind == FLOAT16) k->f16(o->x, o->w16, s->rows, s->outs, s->k, o->y);
    else k->f32(o->x, o->w, s->rows, s->outs, s->k, o->y);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* All kinds in turns, after one round that nobody counts; ratios of medians. */
static enum hs_status one(struct hs_bench *b, const struct hs_int_kernel *k, const struct size *s, const struct operands *o,
                          struct hs_err *e)
{
    size_t n = (size_t)b->reps < MOST_REPS ? (size_t)b->reps : MOST_REPS;
    double *time = hs_alloc(KINDS * n, sizeof *time), reference = 0, work = 2e-9 * (double)(s->rows * s->outs * s->k);
    if (!time) return HS_OUT_OF_MEMORY(e);
    for (size_t r = 0; r <= n; r++)
        for (int kind = 0; kind < KINDS; kind++) {
            if (kind == FLOAT16 && !k->f16) continue;
            double start = hs_work_now();
            run(k, kind, s, o);
            if (r) time[(size_t)kind * n + r - 1] = hs_work_now() - start;
        }
    for (int kind = KINDS; kind-- > 0;) {
        char note[128];
        double *t = time + (size_t)kind * n;
        if (kind == FLOAT16 && !k->f16) continue;
        qsort(t, n, sizeof *t, by_size);
        double median = (t[(n - 1) / 2] + t[n / 2]) / 2;
        if (kind == FLOAT32) reference = median;
        snprintf(note, sizeof note, "%s: %.2f x float32, weights at %.1f GB/s", s->name, reference / median,
                 1e-9 * bytes[kind] * (double)(s->outs * s->k) / median);
        struct hs_bench row = {.reps = (int)n, .table = b->table};
        hs_bench_row(&row, kinds[kind], k->name, t, work, "GOP/s", note);
    }
    hs_free(time);
    return HS_OK;
}

enum hs_status hs_bench_integer(struct hs_bench *b, struct hs_err *e)
{
    const struct hs_int_kernel *list[4];
    size_t n = hs_int_kernels(list);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes && !e->status; i++) {
        struct operands o;
        if (!take(&o, &sizes[i])) HS_OUT_OF_MEMORY(e);
        for (size_t k = 0; k < n && !e->status; k++) one(b, list[k], &sizes[i], &o, e);
        drop(&o);
    }
    return e->status;
}
