/* summary_kernel_body.h - included once for each instruction set, with TARGET and NAME(x) defined. One function a
 * statistic: several at once cost the compiler its registers. Integers, exact sums and comparisons alone: the results do
 * not depend on the vector width. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tensor/summary_kernel.h"

#include <math.h>
#include <string.h>

enum { LANES = 64 };

TARGET static void NAME(bits)(const uint32_t *u, size_t n, struct hs_bits *out)
{
    uint32_t high[LANES], low[LANES];
    int32_t top[LANES];
    size_t k = 0;
    for (size_t j = 0; j < LANES; j++) high[j] = low[j] = u[0], top[j] = (int32_t)u[0];
    for (; k + LANES <= n; k += LANES)
        for (size_t j = 0; j < LANES; j++) {
            uint32_t v = u[k + j];
            high[j] = v > high[j] ? v : high[j];
            low[j] = v < low[j] ? v : low[j];
            top[j] = (int32_t)v > top[j] ? (int32_t)v : top[j];
        }
    for (size_t j = 0; k + j < n; j++) {
        uint32_t v = u[k + j];
        high[j] = v > high[j] ? v : high[j];
        low[j] = v < low[j] ? v : low[j];
        top[j] = (int32_t)v > top[j] ? (int32_t)v : top[j];
    }
    for (size_t j = 1; j < LANES; j++) {
        high[0] = high[j] > high[0] ? high[j] : high[0];
        low[0] = low[j] < low[0] ? low[j] : low[0];
        top[0] = top[j] > top[0] ? top[j] : top[0];
    }
    *out = (struct hs_bits){high[0], low[0], top[0]};
}

TARGET static void NAME(low_bits)(const uint32_t *u, size_t n, struct hs_low_bits *out)
{
    uint32_t any[LANES] = {0}, smallest[LANES];
    size_t k = 0;
    for (size_t j = 0; j < LANES; j++) smallest[j] = 0xffffffffu;
    for (; k + LANES <= n; k += LANES)
        for (size_t j = 0; j < LANES; j++) {
            uint32_t v = u[k + j], a = (v & 0x7fffffffu) - 1;
            any[j] |= v;
            smallest[j] = a < smallest[j] ? a : smallest[j];
        }
    for (size_t j = 0; k + j < n; j++) {
        uint32_t v = u[k + j], a = (v & 0x7fffffffu) - 1;
        any[j] |= v;
        smallest[j] = a < smallest[j] ? a : smallest[j];
    }
    for (size_t j = 1; j < LANES; j++) {
        any[0] |= any[j];
        smallest[0] = smallest[j] < smallest[0] ? smallest[j] : smallest[0];
    }
    *out = (struct hs_low_bits){any[0], smallest[0]};
}

TARGET static uint32_t NAME(repeats)(const uint32_t *u, size_t n)
{
    uint32_t equal[LANES] = {0}, sum = 0;
    for (size_t k = 0; k + LANES <= n; k += LANES)
        for (size_t j = 0; j < LANES; j++) equal[j] += u[k + j] == u[k + j + 1];
    for (size_t j = 0; j < LANES; j++) sum += equal[j];
    return sum;
}

/* What the low bits add, where the magnitude is in the upper range, and where it is in the lower one; 0 elsewhere. */
static inline TARGET __attribute__((always_inline)) void NAME(rest)(const uint32_t *u, size_t j, int32_t t0, int32_t t1,
                                                                    float *high, float *low)
{
    uint32_t v = u[j], b = v & 0xfffff000u, r;
    int32_t a = (int32_t)(v & 0x7fffffffu), upper = -(a >= t0), lower = -(a >= t1) & ~upper;
    float x, base, rest;
    memcpy(&x, &v, sizeof x);
    memcpy(&base, &b, sizeof base);
    rest = x - base; /* exact */
    memcpy(&r, &rest, sizeof r);
    uint32_t h = r & (uint32_t)upper, l = r & (uint32_t)lower;
    memcpy(high, &h, sizeof h);
    memcpy(low, &l, sizeof l);
}

enum { WIDE = 32 };
TARGET static void NAME(squares_of)(const uint32_t *u, size_t n, const int32_t t[2], double *restrict high,
                                    double *restrict low)
{
    for (size_t k = 0; k < n; k += WIDE) {
        float h[WIDE], l[WIDE];
        for (size_t j = 0; j < WIDE; j++) NAME(rest)(u + k, j, t[0], t[1], &h[j], &l[j]);
        for (size_t j = 0; j < WIDE; j++) {
            double v = h[j];
            high[j] += v * v;
        }
        for (size_t j = 0; j < WIDE; j++) {
            double v = l[j];
            low[j] += v * v;
        }
    }
}

TARGET static void NAME(squares)(const float *x, size_t n, const float t[2], double out[2])
{
    double high[WIDE] = {0}, low[WIDE] = {0};
    uint32_t tail[WIDE] = {0};
    int32_t at[2];
    size_t whole = n / WIDE * WIDE;
    memcpy(at, t, sizeof at);
    NAME(squares_of)((const uint32_t *)(const void *)x, whole, at, high, low);
    memcpy(tail, x + whole, (n - whole) * sizeof *tail);
    NAME(squares_of)(tail, WIDE, at, high, low);
    out[0] = out[1] = 0;
    for (size_t j = 0; j < WIDE; j++) out[0] += high[j], out[1] += low[j];
}

TARGET static size_t NAME(below)(const float *x, size_t n, float t, uint16_t *at)
{
    size_t found = 0;
    for (size_t k = 0; k < n; k += LANES) {
        size_t end = n - k < LANES ? n : k + LANES;
        uint32_t some = 0;
        for (size_t i = k; i < end; i++) some |= (uint32_t)(fabsf(x[i]) < t);
        for (size_t i = k; some && i < end; i++)
            if (fabsf(x[i]) < t && x[i] != 0) at[found++] = (uint16_t)i;
    }
    return found;
}

const struct hs_summary_kernels NAME(hs_summary_kernels) = {NAME(bits), NAME(low_bits), NAME(repeats), NAME(squares),
                                                            NAME(below)};
