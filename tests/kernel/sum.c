/* sum.c - a convolution, output by output, from its definition. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sum.h"

#include "base/mem.h"

#include <check.h>
#include <math.h>
#include <string.h>

uint32_t sum_draw(uint64_t *s)
{
    *s = *s * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*s >> 32);
}

static float *draw(size_t n, uint64_t *s)
{
    float *v = hs_alloc(n, sizeof *v);
    for (size_t i = 0; i < n; i++) v[i] = (float)((double)sum_draw(s) / 0x1p31 - 1);
    return v;
}

static float value(const struct sum_case *c, size_t n, size_t y, size_t x, size_t channel)
{
    const struct hs_taps *t = &c->taps;
    if (y < t->before[0] || x < t->before[1]) return 0;
    y -= t->before[0], x -= t->before[1];
    return y < c->height && x < c->width ? c->x[((n * c->height + y) * c->width + x) * t->channels + channel] : 0;
}

static void one(struct sum_case *c, size_t n, size_t y, size_t x, size_t o)
{
    const struct hs_taps *t = &c->taps;
    size_t group = t->channels / t->groups, first = o / (t->outs / t->groups) * group;
    volatile float plain = c->bias ? c->bias[o] : 0; /* volatile: each step is rounded to float32 */
    double exact = plain, size = fabs((double)plain);
    for (size_t i = 0; i < t->taps[0]; i++)
        for (size_t j = 0; j < t->taps[1]; j++)
            for (size_t k = 0; k < group; k++) {
                float w = c->weight[((o * group + k) * t->taps[0] + i) * t->taps[1] + j];
                float v = value(c, n, y * t->stride[0] + i * t->dilation[0], x * t->stride[1] + j * t->dilation[1],
                                first + k);
                volatile float product = w * v;
                plain = plain + product;
                exact += (double)w * (double)v;
                size += fabs((double)w * (double)v);
            }
    size_t at = ((n * c->steps[0] + y) * c->steps[1] + x) * t->outs + o;
    c->plain[at] = plain, c->exact[at] = exact;
    c->bound[at] = 4 * (double)(group * t->taps[0] * t->taps[1]) * 0x1p-24 * size;
}

void sum_compute(struct sum_case *c)
{
    for (size_t n = 0; n < c->n; n++)
        for (size_t y = 0; y < c->steps[0]; y++)
            for (size_t x = 0; x < c->steps[1]; x++)
                for (size_t o = 0; o < c->taps.outs; o++) one(c, n, y, x, o);
}

void sum_open(struct sum_case *c, uint64_t seed)
{
    struct hs_taps *t = &c->taps;
    for (int k = 0; k < 2; k++) t->stride[k] += !t->stride[k], t->dilation[k] += !t->dilation[k];
    for (int k = 0; k < 2; k++) c->steps[k] = hs_taps_steps(t, k, k ? c->width : c->height);
    c->ins = c->n * c->height * c->width * t->channels;
    c->outs = c->n * c->steps[0] * c->steps[1] * t->outs;
    c->x = draw(c->ins, &seed);
    c->weight = draw(t->outs * (t->channels / t->groups) * t->taps[0] * t->taps[1], &seed);
    c->bias = draw(t->outs, &seed);
    c->plain = hs_alloc(c->outs, sizeof *c->plain);
    c->exact = hs_alloc(c->outs, sizeof *c->exact);
    c->bound = hs_alloc(c->outs, sizeof *c->bound);
    ck_assert(c->x && c->weight && c->bias && c->plain && c->exact && c->bound);
    sum_compute(c);
}

void sum_close(struct sum_case *c)
{
    void *all[] = {c->x, c->weight, c->bias, c->plain, c->exact, c->bound};
    for (int i = 0; i < 6; i++) hs_free(all[i]);
}

size_t sum_finish(const struct sum_case *c, const struct hs_finish *f, float *y)
{
    size_t outs = c->taps.outs, row = c->steps[1] * outs;
    for (size_t i = 0; i < c->outs; i++) {
        volatile float v = c->plain[i];
        if (f->multiply) v = v * f->multiply[i % outs], v = v + f->add[i % outs];
        y[i] = f->relu && v < 0 ? 0 : v;
    }
    if (!f->pool) return c->outs;
    float *to = y;
    for (size_t i = 0; i < c->n * c->steps[0]; i += 2)
        for (size_t j = 0; j < c->steps[1]; j += 2)
            for (size_t o = 0; o < outs; o++) {
                const float *at = y + i * row + j * outs + o, corner[] = {at[0], at[outs], at[row], at[row + outs]};
                float best = corner[0];
                for (int k = 1; k < 4; k++)
                    if (corner[k] > best || isnan(corner[k])) best = corner[k];
                *to++ = best;
            }
    return c->outs / 4;
}
