/* summary_sort.c - floats in ascending order, by the digits of their bits. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/mem.h"
#include "tensor/summary_state.h"

#include <string.h>

enum { DIGIT = 11, DIGITS = 3, FEW = 64 };

/* Bits whose order as integers is that of the floats, and back. */
static uint32_t ordered(uint32_t u) { return u ^ ((uint32_t)((int32_t)u >> 31) | 0x80000000u); }
static uint32_t restored(uint32_t u) { return u ^ ((uint32_t)((int32_t)~u >> 31) | 0x80000000u); }

static void insertion(float *x, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        float v = x[i];
        size_t k = i;
        for (; k && x[k - 1] > v; k--) x[k] = x[k - 1];
        x[k] = v;
    }
}

/* One pass: stable counting sort by digit d; false where all values share the digit and nothing was moved. */
static bool pass(const uint32_t *from, uint32_t *to, size_t n, const uint32_t *count, int d)
{
    uint32_t at[1 << DIGIT], sum = 0;
    int shift = d * DIGIT;
    if (count[(from[0] >> shift) & ((1 << DIGIT) - 1)] == n) return false;
    for (int i = 0; i < 1 << DIGIT; i++) at[i] = sum, sum += count[i];
    for (size_t i = 0; i < n; i++) to[at[(from[i] >> shift) & ((1 << DIGIT) - 1)]++] = from[i];
    return true;
}

enum hs_status hs_sort_floats(float *x, size_t n, struct hs_err *e)
{
    if (n < FEW) return insertion(x, n), HS_OK;
    uint32_t *a = (uint32_t *)(void *)x, *b = hs_alloc(n, sizeof *b), *c = hs_alloc_zeroed(DIGITS << DIGIT, sizeof *c);
    if (!b || !c) {
        hs_free(b), hs_free(c);
        return HS_OUT_OF_MEMORY(e);
    }
    for (size_t i = 0; i < n; i++) {
        uint32_t u;
        memcpy(&u, &x[i], sizeof u);
        u = ordered(u);
        memcpy(&x[i], &u, sizeof u);
        for (int d = 0; d < DIGITS; d++) c[(d << DIGIT) + ((u >> d * DIGIT) & ((1 << DIGIT) - 1))]++;
    }
    uint32_t *from = a, *to = b;
    for (int d = 0; d < DIGITS; d++)
        if (pass(from, to, n, c + (d << DIGIT), d)) {
            uint32_t *t = from;
            from = to, to = t;
        }
    for (size_t i = 0; i < n; i++) b[i] = restored(from[i]);
    memcpy(x, b, n * sizeof *x);
    hs_free(b), hs_free(c);
    return HS_OK;
}
