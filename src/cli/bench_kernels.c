/* bench_kernels.c - products and convolutions on every instruction set that is there; quantization beside memcpy. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/bench.h"

#include "base/mem.h"
#include "format/grid.h"
#include "tensor/product.h"

#include <stdlib.h>
#include <string.h>

static const struct shape {
    const char *name;
    struct hs_taps taps;
    size_t n, height, width;
    struct hs_finish finish;
} shapes[] = {
#define TAPS(c, o, g, k, s, p)                                                                                        \
    {.channels = (c), .outs = (o), .groups = (g), .taps = {(k), (k)}, .stride = {(s), (s)}, .dilation = {1, 1},        \
     .before = {(p), (p)}, .after = {(p), (p)}}
    {"linear 3136 -> 128, 500 rows", TAPS(3136, 128, 1, 1, 1, 0), 500, 1, 1, {.relu = true}},
    {"linear 512 -> 512, 1 row", TAPS(512, 512, 1, 1, 1, 0), 1, 1, 1, {.relu = true}},
    {"conv 3x3 1 -> 32, 28 x 28, pooled", TAPS(1, 32, 1, 3, 1, 1), 200, 28, 28, {.relu = true, .pool = 2}},
    {"conv 3x3 32 -> 64, 14 x 14, pooled", TAPS(32, 64, 1, 3, 1, 1), 100, 14, 14, {.relu = true, .pool = 2}},
    {"conv 3x3 64 -> 64, 32 x 32", TAPS(64, 64, 1, 3, 1, 1), 8, 32, 32, {.relu = true}},
    {"conv 3x3 64 -> 128, 56 x 56, stride 2", TAPS(64, 128, 1, 3, 2, 1), 8, 56, 56, {.relu = true}},
    {"conv 3x3 256 -> 256, 7 x 7", TAPS(256, 256, 1, 3, 1, 1), 8, 7, 7, {.relu = true}},
    {"conv 1x1 256 -> 64, 14 x 14", TAPS(256, 64, 1, 1, 1, 0), 16, 14, 14, {.relu = true}},
    {"conv 7x7 3 -> 64, 112 x 112, stride 2", TAPS(3, 64, 1, 7, 2, 3), 2, 112, 112, {.relu = true}},
    {"conv 3x3 64 -> 64 in 4 groups, 28 x 28", TAPS(64, 64, 4, 3, 1, 1), 16, 28, 28, {.relu = true}},
    {"conv 3x3 by channel, 128, 28 x 28", TAPS(128, 128, 128, 3, 1, 1), 16, 28, 28, {.relu = true}},
#undef TAPS
};

struct job {
    const struct shape *s;
    const struct hs_product *p;
    float *x, *y;
};

static enum hs_status run(void *ctx, struct hs_err *e)
{
    const struct job *j = ctx;
    const struct shape *s = j->s;
    return hs_product_images(j->p, j->x, s->n, s->height, s->width, (struct hs_filter){.apply = NULL}, 0, &s->finish, j->y,
                             e);
}

static float *numbers(size_t n)
{
    float *x = hs_alloc(n, sizeof *x);
    for (size_t i = 0; x && i < n; i++) x[i] = (float)((int)(i * 2654435761u >> 20 & 255) - 128) / 128;
    return x;
}

static enum hs_status one(struct hs_bench *b, const struct shape *s, const char *isa, struct hs_err *e)
{
    const struct hs_taps *t = &s->taps;
    size_t weights = t->outs * (t->channels / t->groups) * t->taps[0] * t->taps[1];
    size_t steps = s->n * hs_taps_steps(t, 0, s->height) * hs_taps_steps(t, 1, s->width);
    struct hs_product *p = NULL;
    struct job j = {s, NULL, numbers(s->n * s->height * s->width * t->channels), hs_alloc(steps * t->outs, sizeof(float))};
    float *w = numbers(weights), *bias = numbers(t->outs);
    if (!j.x || !j.y || !w || !bias) HS_OUT_OF_MEMORY(e);
    else if (!hs_product_pack(t, w, bias, &p, e)) {
        j.p = p;
        hs_bench_time(b, s->name, isa, 2e-9 * (double)steps * (double)weights, "GFLOP/s", run, &j, e);
    }
    hs_product_free(p);
    hs_free(j.x), hs_free(j.y), hs_free(w), hs_free(bias);
    return e->status;
}

enum hs_status hs_bench_kernels(struct hs_bench *b, struct hs_err *e)
{
    const struct hs_kernel *list[4];
    size_t n = hs_kernels(list);
    const char *before = getenv("HALFSTEP_ISA");
    char *had = before ? strdup(before) : NULL;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        for (size_t k = 0; k < n && !e->status; k++) {
            setenv("HALFSTEP_ISA", list[k]->name, 1);
            one(b, &shapes[i], list[k]->name, e);
        }
    if (had) setenv("HALFSTEP_ISA", had, 1);
    else unsetenv("HALFSTEP_ISA");
    free(had);
    return e->status;
}

enum { VALUES = 1 << 24 };
struct copy {
    const float *x;
    float *y;
    struct hs_grid grid;
};

static enum hs_status copy(void *ctx, struct hs_err *e)
{
    (void)e;
    struct copy *c = ctx;
    memcpy(c->y, c->x, VALUES * sizeof(float));
    return HS_OK;
}
static enum hs_status quantize(void *ctx, struct hs_err *e)
{
    (void)e;
    struct copy *c = ctx;
    hs_grid_apply(&c->grid, c->x, c->y, VALUES, 0);
    return HS_OK;
}
static enum hs_status error(void *ctx, struct hs_err *e)
{
    (void)e;
    struct copy *c = ctx;
    c->y[0] = (float)hs_grid_loss(&c->grid, c->x, VALUES, 0).squared;
    return HS_OK;
}
static enum hs_status summarise(void *ctx, struct hs_err *e)
{
    struct copy *c = ctx;
    struct hs_facts f;
    struct hs_summary *s = hs_summary_open(NULL);
    if (!s) return HS_OUT_OF_MEMORY(e);
    if (!hs_summary_observe(s, c->x, VALUES, e)) hs_summary_facts(s, &f, e);
    hs_summary_close(s);
    return e->status;
}

/* Values of many sizes: products of three. */
static void spread(float *x, size_t n)
{
    uint64_t s = 1;
    for (size_t i = 0; i < n; i++) {
        double v = 1;
        for (int k = 0; k < 3; k++) s = s * 6364136223846793005u + 1442695040888963407u, v *= (double)(int64_t)s * 0x1p-62;
        x[i] = (float)v;
    }
}

enum hs_status hs_bench_memory(struct hs_bench *b, struct hs_err *e)
{
    static const char *const formats[] = {"int8", "int4", "fp8-e4m3"};
    const double work = VALUES * sizeof(float) * 1e-9;
    float *x = hs_alloc(VALUES, sizeof(float));
    struct copy c = {.x = x, .y = hs_alloc(VALUES, sizeof(float))};
    if (!x || !c.y) HS_OUT_OF_MEMORY(e);
    if (!e->status) spread(x, VALUES), hs_bench_time(b, "memcpy", "", work, "GB/s", copy, &c, e);
    for (size_t i = 0; i < sizeof formats / sizeof *formats && !e->status; i++) {
        const struct hs_format *f = hs_format_find(formats[i], e);
        if (!f) break;
        c.grid = (struct hs_grid){.format = f, .symmetric = true,
                                  .parts = {.granularity = HS_PER_TENSOR, .outer = 1, .channels = 1, .inner = VALUES}};
        hs_grid_codes(f, false, &c.grid.qmin, &c.grid.qmax);
        if (hs_grid_alloc(&c.grid, 1, false, e)) break;
        c.grid.scale[0] = (float)hs_grid_point(f, true, false, -4, 4).scale;
        hs_bench_time(b, "quantize and dequantize", f->name, work, "GB/s", quantize, &c, e);
        if (!e->status) hs_bench_time(b, "quantization error", f->name, work, "GB/s", error, &c, e);
        hs_grid_free(&c.grid);
    }
    if (!e->status) hs_bench_time(b, "summary of 2^24 values", "", work, "GB/s", summarise, &c, e);
    hs_free(x), hs_free(c.y);
    return e->status;
}
