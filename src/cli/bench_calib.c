/* bench_calib.c - calibration and quantization beside a sum and a copy of the same values: ratios that a machine's clock
 * does not change. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/bench.h"

#include "base/mem.h"
#include "base/rng.h"
#include "base/work.h"
#include "calib/roster.h"
#include "format/grid.h"

#include <gsl/gsl_randist.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VALUES = 1 << 24, LANES = 64, STRATEGIES = 4, MOST_REPS = 1001 };
static const double work = VALUES * sizeof(float) * 1e-9;

struct values {
    float *x, *y;
    double sum;
    struct hs_summary *summary;
    struct hs_grid grid;
    const struct hs_calib_type *strategy[STRATEGIES];
    int threads;
    struct hs_err *e;
};
typedef void job(struct values *);

/* Gaussian values from a named stream. */
static void draw(float *x)
{
    gsl_rng *r = hs_rng_open(1, "bench/gaussian");
    for (size_t i = 0; r && i < VALUES; i++) x[i] = (float)gsl_ran_gaussian_ziggurat(r, 1);
    gsl_rng_free(r);
}

/* The least that a look at the values costs. */
static void sum(struct values *v)
{
    float lane[LANES];
    v->sum = 0;
    for (size_t i = 0; i < VALUES; i += 4096) {
        memset(lane, 0, sizeof lane);
        for (size_t k = i; k < i + 4096; k += LANES)
            for (size_t j = 0; j < LANES; j++) lane[j] += v->x[k + j];
        for (size_t j = 0; j < LANES; j++) v->sum += (double)lane[j];
    }
}

static void copy(struct values *v) { memcpy(v->y, v->x, VALUES * sizeof *v->x); }
static void apply(struct values *v) { hs_grid_apply(&v->grid, v->x, v->y, VALUES, 0); }
static void apply_error(struct values *v) { v->sum = hs_grid_apply_loss(&v->grid, v->x, v->y, VALUES, 0); }
static void error(struct values *v) { v->sum = hs_grid_apply_loss(&v->grid, v->x, NULL, VALUES, 0); }
static void parts(struct values *v) { v->sum = hs_grid_loss(&v->grid, v->x, VALUES, 0).squared; }

static void observe(struct values *v)
{
    struct hs_facts f;
    hs_summary_close(v->summary);
    v->summary = hs_summary_open(NULL);
    if (!v->summary) HS_OUT_OF_MEMORY(v->e);
    else if (!hs_summary_observe(v->summary, v->x, VALUES, v->e)) hs_summary_facts(v->summary, &f, v->e);
}

static void observe_by_threads(struct values *v)
{
    struct hs_summary *s = hs_summary_open(NULL);
    struct hs_facts f;
    if (!s) HS_OUT_OF_MEMORY(v->e);
    else if (!hs_summary_observe_by(s, v->x, VALUES, v->threads, v->e)) hs_summary_facts(s, &f, v->e);
    hs_summary_close(s);
}
static void observe_alone(struct values *v) { v->threads = 1, observe_by_threads(v); }
static void observe_by_two(struct values *v) { v->threads = 2, observe_by_threads(v); }

static void fit_from(struct values *v, size_t from, size_t to)
{
    const struct hs_target t = {.format = hs_format_find("int8", v->e), .symmetric = true, .restricted = true};
    struct hs_fit f;
    for (size_t k = from; k < to && !v->e->status; k++) hs_calib_fit(v->strategy[k], v->summary, &t, NULL, &f, v->e);
}
static void fit_minmax(struct values *v) { fit_from(v, 0, 1); }
static void fit_percentile(struct values *v) { fit_from(v, 1, 2); }
static void fit_mse(struct values *v) { fit_from(v, 2, 3); }
static void fit_entropy(struct values *v) { fit_from(v, 3, 4); }
static void fit_all(struct values *v) { fit_from(v, 0, STRATEGIES); }
static void whole(struct values *v) { observe(v), fit_all(v); }

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}
static double median(double *x, size_t n)
{
    qsort(x, n, sizeof *x, by_size);
    return (x[(n - 1) / 2] + x[n / 2]) / 2;
}

/* A job and its yardstick in turns, after one run of each that nobody counts. fmt: what the ratio of the yardstick's
 * median to the job's (or, inverse, of the job's to the yardstick's) is called. */
static enum hs_status beside(struct hs_bench *b, struct values *v, const char *what, const char *variant, job *run,
                             job *yardstick, bool inverse, const char *fmt, struct hs_err *e)
{
    size_t n = (size_t)b->reps < MOST_REPS ? (size_t)b->reps : MOST_REPS;
    double *time = hs_alloc(2 * n, sizeof *time), *other = time ? time + n : NULL;
    char note[128];
    if (!time) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i <= n && !e->status; i++) {
        double start = hs_work_now();
        run(v);
        double middle = hs_work_now();
        yardstick(v);
        if (i) time[i - 1] = middle - start, other[i - 1] = hs_work_now() - middle;
    }
    if (!e->status) {
        double ratio = median(other, n) / median(time, n);
        snprintf(note, sizeof note, fmt, inverse ? 1 / ratio : ratio);
        struct hs_bench one = {.reps = (int)n, .table = b->table};
        hs_bench_row(&one, what, variant, time, work, "GB/s", note);
    }
    hs_free(time);
    return e->status;
}

static enum hs_status calibration(struct hs_bench *b, struct values *v, struct hs_err *e)
{
    static const struct { const char *what; job *run; } fits[] = {
        {"minmax", fit_minmax}, {"percentile", fit_percentile}, {"mse", fit_mse}, {"entropy", fit_entropy},
        {"these four", fit_all},
    };
    for (size_t k = 0; k < STRATEGIES; k++) v->strategy[k] = hs_calib_find(fits[k].what, e);
    HS_TRY(beside(b, v, "sum", "float32, lanes", sum, copy, false, "%.2f x memcpy's rate", e));
    HS_TRY(beside(b, v, "summary", "2^24 Gaussian", observe, sum, true, "%.2f x one sum", e));
    for (size_t k = 0; k < sizeof fits / sizeof *fits; k++)
        HS_TRY(beside(b, v, "fit int8 to the summary", fits[k].what, fits[k].run, sum, true, "%.3f x one sum", e));
    HS_TRY(beside(b, v, "summary and these four", "int8", whole, sum, true, "%.2f x one sum", e));
    return beside(b, v, "summary", "two threads", observe_by_two, observe_alone, false, "%.2f x one thread", e);
}

static enum hs_status set_grid(struct hs_grid *g, const char *name, struct hs_err *e)
{
    const struct hs_format *f = hs_format_find(name, e);
    if (!f) return e->status;
    *g = (struct hs_grid){.format = f, .symmetric = true, .dynamic = f->block > 0,
                          .parts = {.granularity = f->block ? HS_PER_BLOCK : HS_PER_TENSOR, .outer = 1, .channels = 1,
                                    .inner = VALUES, .group = f->block}};
    hs_grid_codes(f, false, &g->qmin, &g->qmax);
    if (f->block) return HS_OK;
    HS_TRY(hs_grid_alloc(g, 1, false, e));
    g->scale[0] = (float)hs_grid_point(f, true, false, -4, 4).scale;
    return HS_OK;
}

static enum hs_status quantization(struct hs_bench *b, struct values *v, struct hs_err *e)
{
    static const char *const formats[] = {"int8", "int4", "fp8-e4m3", "fp4-e2m1", "mxfp4", "nf4"};
    for (size_t i = 0; i < sizeof formats / sizeof *formats && !e->status; i++) {
        if (set_grid(&v->grid, formats[i], e)) break;
        static const char fmt[] = "%.2f x memcpy's rate";
        if (beside(b, v, "quantize and dequantize", formats[i], apply, copy, false, fmt, e) == HS_OK &&
            beside(b, v, "quantize, dequantize, error", formats[i], apply_error, copy, false, fmt, e) == HS_OK &&
            beside(b, v, "error", formats[i], error, copy, false, fmt, e) == HS_OK)
            beside(b, v, "error in parts, double", formats[i], parts, copy, false, fmt, e);
        hs_grid_free(&v->grid);
    }
    return e->status;
}

enum hs_status hs_bench_calibration(struct hs_bench *b, struct hs_err *e)
{
    struct values v = {.x = hs_alloc(VALUES, sizeof *v.x), .y = hs_alloc(VALUES, sizeof *v.y), .e = e};
    if (v.x && v.y) {
        draw(v.x);
        if (!calibration(b, &v, e)) quantization(b, &v, e);
    } else {
        HS_OUT_OF_MEMORY(e);
    }
    hs_summary_close(v.summary);
    hs_free(v.x), hs_free(v.y);
    return e->status;
}
