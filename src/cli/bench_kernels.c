/* bench_kernels.c - products and convolutions on every instruction set that is there. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/bench.h"

#include "base/mem.h"
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
