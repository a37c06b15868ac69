/* summary_kernel_body.h - included once for each instruction set, with TARGET, INTEGERS and NAME(x) defined. Integers, exact sums and comparisons alone: the results
 * do not depend on the vector width. INTEGERS: the machine converts to 64-bit integers in vectors. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tensor/summary_kernel.h"

#include <math.h>
#include <string.h>

enum { LANES = 64 };

TARGET static void NAME(bits)(const uint32_t *u, size_t n, struct hs_bits *out)
{
    uint32_t high = u[0], low = u[0], any = 0, smallest = 0xffffffffu;
    int32_t top = (int32_t)u[0];
    for (size_t i = 0; i < n; i++) {
        uint32_t a = (u[i] & 0x7fffffffu) - 1;
        high = u[i] > high ? u[i] : high;
        low = u[i] < low ? u[i] : low;
        top = (int32_t)u[i] > top ? (int32_t)u[i] : top;
        any |= u[i];
        smallest = a < smallest ? a : smallest;
    }
    *out = (struct hs_bits){high, low, top, any, smallest};
}

TARGET static uint32_t NAME(repeats)(const uint32_t *u, size_t n)
{
    uint32_t equal[LANES] = {0}, sum = 0;
    for (size_t k = 0; k + LANES <= n; k += LANES)
        for (size_t j = 0; j < LANES; j++) equal[j] += u[k + j] == u[k + j + 1];
    for (size_t j = 0; j < LANES; j++) sum += equal[j];
    return sum;
}

/* What the low bits add to a magnitude, times `scale`, where it is in a range; else 0. Exact. */
static inline TARGET __attribute__((always_inline)) float NAME(rest)(uint32_t v, int32_t from, int32_t to, float scale)
{
    uint32_t b = v & 0xfffff000u, r;
    int32_t magnitude = (int32_t)(v & 0x7fffffffu);
    float x, base, rest;
    memcpy(&x, &v, sizeof x);
    memcpy(&base, &b, sizeof base);
    rest = (x - base) * scale;
    memcpy(&r, &rest, sizeof r);
    r &= (uint32_t)-((magnitude >= from) & (magnitude < to));
    memcpy(&rest, &r, sizeof rest);
    return rest;
}

static int32_t NAME(power)(int e) /* bits of 2^e */ { return (e + 127) << 23; }

/* Scaled by 2^s the rests from exponent 23 - s up are integers, and so are their squares of 24 bits, exact in float32. */
#if INTEGERS
/* Fourteen octaves below the top one: squares below 2^52, and 2^12 of them fit 64 bits. */
TARGET static void NAME(squares)(const float *x, size_t n, int top, struct hs_squares *out)
{
    const uint32_t *u = (const uint32_t *)(const void *)x;
    int deep = top - 14;
    float scale = ldexpf(1, 23 - deep);
    int32_t from = NAME(power)(deep);
    uint64_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        float r = NAME(rest)(u[i], from, INT32_MAX, scale);
        sum += (uint64_t)(int64_t)(r * r);
    }
    *out = (struct hs_squares){{sum, 0}, {2 * (deep - 23), 0}, ldexpf(1, deep)};
}
#else
/* Eight octaves below the top one: squares below 2^40, and 2^12 of them fit the 53 bits of a double; then nine more. */
TARGET static void NAME(squares)(const float *x, size_t n, int top, struct hs_squares *out)
{
    enum { WIDE = 32 };
    const uint32_t *u = (const uint32_t *)(const void *)x;
    int first = top - 8, deep = top - 17;
    float scale[2] = {ldexpf(1, 23 - first), ldexpf(1, 23 - deep)};
    int32_t middle = NAME(power)(first), from = NAME(power)(deep);
    double high[WIDE] = {0}, low[WIDE] = {0}, sum[2] = {0, 0};
    size_t k = 0;
    for (; k + WIDE <= n; k += WIDE) {
        float h[WIDE], l[WIDE];
        for (size_t j = 0; j < WIDE; j++) h[j] = NAME(rest)(u[k + j], middle, INT32_MAX, scale[0]);
        for (size_t j = 0; j < WIDE; j++) l[j] = NAME(rest)(u[k + j], from, middle, scale[1]);
        for (size_t j = 0; j < WIDE; j++) high[j] += h[j] * h[j];
        for (size_t j = 0; j < WIDE; j++) low[j] += l[j] * l[j];
    }
    for (size_t j = 0; k + j < n; j++) {
        float h = NAME(rest)(u[k + j], middle, INT32_MAX, scale[0]), l = NAME(rest)(u[k + j], from, middle, scale[1]);
        high[j] += h * h, low[j] += l * l;
    }
    for (size_t j = 0; j < WIDE; j++) sum[0] += high[j], sum[1] += low[j];
    *out = (struct hs_squares){{(uint64_t)sum[0], (uint64_t)sum[1]}, {2 * (first - 23), 2 * (deep - 23)}, ldexpf(1, deep)};
}
#endif

TARGET static size_t NAME(below)(const float *x, size_t n, float t, uint16_t *at)
{
    const uint32_t *u = (const uint32_t *)(const void *)x;
    size_t found = 0;
    uint32_t limit;
    memcpy(&limit, &t, sizeof limit);
    limit--; /* magnitudes less one: 0 is the largest of all then */
    for (size_t k = 0; k < n; k += LANES) {
        size_t end = n - k < LANES ? n : k + LANES;
        uint32_t some = 0;
        for (size_t i = k; i < end; i++) some |= (uint32_t)((u[i] & 0x7fffffffu) - 1 < limit);
        for (size_t i = k; some && i < end; i++)
            if ((u[i] & 0x7fffffffu) - 1 < limit) at[found++] = (uint16_t)i;
    }
    return found;
}

const struct hs_summary_kernels NAME(hs_summary_kernels) = {NAME(bits), NAME(repeats), NAME(squares),
                                                            NAME(below)};
