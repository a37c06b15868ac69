/* summary_kernel_body.h - included once for each instruction set, with TARGET, VECTOR and NAME(x) defined. Integers, exact sums and comparisons alone: the results do
 * not depend on the vector width. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tensor/summary_kernel.h"

#include <math.h>
#include <string.h>

/* VECTOR bytes a register: accumulators stay there, which they do not as arrays of lanes. */
enum { LANES = 64, WIDE = VECTOR / 4 };
typedef uint32_t whole __attribute__((vector_size(VECTOR)));
typedef int32_t integer __attribute__((vector_size(VECTOR)));
typedef float single __attribute__((vector_size(VECTOR)));
typedef float halved __attribute__((vector_size(VECTOR / 2)));
typedef double twice __attribute__((vector_size(VECTOR)));
union in_halves { single whole; halved part[2]; };
typedef uint32_t loaded __attribute__((vector_size(VECTOR), aligned(4), may_alias));

/* Where the condition holds (all bits set), a, else b. */
#define WHERE(condition, a, b) (((a) & (condition)) | ((b) & ~(condition)))

#define TAKE(v, high, low, top)                                                  \
    do {                                                                         \
        high = WHERE((whole)((v) > high), (v), high);                            \
        low = WHERE((whole)((v) < low), (v), low);                               \
        top = WHERE((integer)(v) > top, (integer)(v), top);                      \
    } while (0)

TARGET static void NAME(bits)(const uint32_t *u, size_t n, struct hs_bits *out)
{
    whole first = (whole){0} + u[0], high = first, low = first, high2 = first, low2 = first;
    integer top = (integer)first, top2 = top;
    size_t k = 0;
    for (; k + 2 * WIDE <= n; k += 2 * WIDE) {
        whole a = *(const loaded *)(u + k), b = *(const loaded *)(u + k + WIDE);
        TAKE(a, high, low, top);
        TAKE(b, high2, low2, top2);
    }
    TAKE(high2, high, low, top); /* each of these is one of the values */
    TAKE(low2, high, low, top);
    TAKE((whole)top2, high, low, top);
    *out = (struct hs_bits){high[0], low[0], top[0]};
    for (int j = 1; j < WIDE; j++) {
        out->high = high[j] > out->high ? high[j] : out->high;
        out->low = low[j] < out->low ? low[j] : out->low;
        out->top = top[j] > out->top ? top[j] : out->top;
    }
    for (; k < n; k++) {
        out->high = u[k] > out->high ? u[k] : out->high;
        out->low = u[k] < out->low ? u[k] : out->low;
        out->top = (int32_t)u[k] > out->top ? (int32_t)u[k] : out->top;
    }
}

TARGET static uint32_t NAME(repeats)(const uint32_t *u, size_t n)
{
    uint32_t equal[LANES] = {0}, sum = 0;
    for (size_t k = 0; k + LANES <= n; k += LANES)
        for (size_t j = 0; j < LANES; j++) equal[j] += u[k + j] == u[k + j + 1];
    for (size_t j = 0; j < LANES; j++) sum += equal[j];
    return sum;
}

struct NAME(sums) { twice high[2], low[2]; whole any, smallest; };

/* n is a multiple of WIDE. The square of 12 bits is exact in float32 for the octaves that hs_hist_block sends here. */
TARGET static void NAME(squares_of)(const uint32_t *u, size_t n, const int32_t t[2], struct NAME(sums) *out)
{
    struct NAME(sums) s = *out;
    const integer t0 = (integer){0} + t[0], t1 = (integer){0} + t[1];
    for (size_t k = 0; k < n; k += WIDE) {
        whole v = *(const loaded *)(u + k), magnitude = v & 0x7fffffffu, less = magnitude - 1;
        single rest = (single)v - (single)(v & 0xfffff000u); /* exact: what the low bits add */
        integer upper = (integer)magnitude >= t0, lower = ((integer)magnitude >= t1) & ~upper;
        union in_halves h = {(single)((integer)rest & upper)}, l = {(single)((integer)rest & lower)};
        h.whole *= h.whole, l.whole *= l.whole;
        s.high[0] += __builtin_convertvector(h.part[0], twice);
        s.high[1] += __builtin_convertvector(h.part[1], twice);
        s.low[0] += __builtin_convertvector(l.part[0], twice);
        s.low[1] += __builtin_convertvector(l.part[1], twice);
        s.any |= v;
        s.smallest = WHERE((whole)(less < s.smallest), less, s.smallest);
    }
    *out = s;
}

TARGET static void NAME(squares)(const float *x, size_t n, const float t[2], double out[2], struct hs_low_bits *bits)
{
    struct NAME(sums) s = {.smallest = (whole){0} - 1};
    uint32_t tail[WIDE] = {0};
    int32_t at[2];
    size_t most = n / WIDE * WIDE;
    memcpy(at, t, sizeof at);
    NAME(squares_of)((const uint32_t *)(const void *)x, most, at, &s);
    memcpy(tail, x + most, (n - most) * sizeof *tail);
    NAME(squares_of)(tail, WIDE, at, &s);
    out[0] = out[1] = 0;
    *bits = (struct hs_low_bits){0, 0xffffffffu};
    for (int j = 0; j < WIDE; j++) {
        out[0] += s.high[j % 2][j / 2], out[1] += s.low[j % 2][j / 2];
        bits->any |= s.any[j];
        bits->smallest = s.smallest[j] < bits->smallest ? s.smallest[j] : bits->smallest;
    }
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

const struct hs_summary_kernels NAME(hs_summary_kernels) = {NAME(bits), NAME(repeats), NAME(squares), NAME(below)};
