/* summary_wide.c - the long accumulator: shift, add, carry, and one rounding at the end. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tensor/summary_wide.h"

#include <math.h>
#include <string.h>

void hs_wide_add_scaled(struct hs_wide *w, hs_u128 n, int exponent)
{
    int at = exponent + HS_WIDE_POINT, limb = at >> 5, shift = at & 31;
    hs_u128 low = n & (((hs_u128)1 << 96) - 1), high = n >> 96; /* so that nothing is shifted out */
    for (low <<= shift; low; low >>= 32) w->limb[limb++] += (int64_t)(uint32_t)low;
    if (!high) return;
    limb = (at + 96) >> 5;
    for (high <<= shift; high; high >>= 32) w->limb[limb++] += (int64_t)(uint32_t)high;
}

void hs_wide_add(struct hs_wide *w, double d)
{
    uint64_t u;
    if (d == 0) return;
    memcpy(&u, &d, sizeof u);
    int e = (int)(u >> 52), zeros;
    uint64_t m = (u & 0xfffffffffffffull) | 0x10000000000000ull;
    zeros = __builtin_ctzll(m);
    hs_wide_add_scaled(w, m >> zeros, e - 1075 + zeros);
}

static void carry(struct hs_wide *w)
{
    for (int i = 0; i + 1 < HS_WIDE_LIMBS; i++) {
        int64_t up = w->limb[i] >> 32; /* floor: digits end in 0 .. 2^32 - 1, the sign in the last */
        w->limb[i] -= up * ((int64_t)1 << 32);
        w->limb[i + 1] += up;
    }
}

void hs_wide_plus(struct hs_wide *w, const struct hs_wide *from)
{
    struct hs_wide f = *from;
    carry(&f);
    for (int i = 0; i < HS_WIDE_LIMBS; i++) w->limb[i] += f.limb[i];
    carry(w);
}

void hs_wide_minus(struct hs_wide *w, const struct hs_wide *from)
{
    struct hs_wide f = *from;
    carry(&f);
    for (int i = 0; i < HS_WIDE_LIMBS; i++) w->limb[i] -= f.limb[i];
    carry(w);
}

double hs_wide_round(const struct hs_wide *from)
{
    struct hs_wide w = *from;
    carry(&w);
    if (w.limb[HS_WIDE_LIMBS - 1] < 0) {
        for (int i = 0; i < HS_WIDE_LIMBS; i++) w.limb[i] = -w.limb[i];
        return -hs_wide_round(&w);
    }
    int top = HS_WIDE_LIMBS - 1;
    while (top > 0 && w.limb[top] == 0) top--;
    hs_u128 m = 0;
    int low = top > 3 ? top - 3 : 0; /* at least 97 bits where more follow, and a bit for all that do */
    for (int i = top; i >= low; i--) m = m << 32 | (hs_u128)w.limb[i];
    for (int i = 0; i < low; i++)
        if (w.limb[i]) m |= 1;
    return ldexp((double)m, 32 * low - HS_WIDE_POINT);
}
