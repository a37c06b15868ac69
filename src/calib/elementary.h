/* elementary.h - log and exp with the same bits on every machine, unlike glibc's. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_CALIB_ELEMENTARY_H
#define HS_CALIB_ELEMENTARY_H
#include <stdint.h>
#include <string.h>

/* x normal and positive; within 2 units in the last place. With x = 2^e m, m in [sqrt 1/2, sqrt
 * 2), f = (m - 1) / (m + 1): e ln 2 + 2 (f + f^3 / 3 + ... + f^19 / 19); inlined into loops, it
 * is vectorised. */
static inline double hs_logarithm(double x)
{
    uint64_t u, top;
    double m, e;
    memcpy(&u, &x, sizeof u);
    top = (u - UINT64_C(0x3fe6a09e667f3bcd)) &
          UINT64_C(0xfff0000000000000); /* the exponent, where sqrt 1/2 counts as 0 */
    u -= top;
    memcpy(&m, &u, sizeof m);
    /* (int64) top / 2^52 as a double, without a conversion that has no vector form */
    uint64_t biased = ((top >> 52) + 1024) % 4096 | UINT64_C(0x4330000000000000);
    memcpy(&e, &biased, sizeof e);
    e -= 0x1p52 + 1024;
    double f = (m - 1) / (m + 1), z = f * f;
    double tail =
        z *
        (1. / 3 +
         z * (1. / 5 +
              z * (1. / 7 +
                   z * (1. / 9 +
                        z * (1. / 11 +
                             z * (1. / 13 + z * (1. / 15 + z * (1. / 17 + z * (1. / 19)))))))));
    return e * 0.6931471805599453 + (2 * f + 2 * f * tail);
}

/* -700 <= x <= 700; within 2 units in the last place. With x = k ln 2 + r, |r| <= ln 2 / 2: 2^k
 * by its bits times the Taylor series of exp r to r^13 / 13!. */
static inline double hs_exponential(double x)
{
    double k = x * 1.4426950408889634 + 0x1.8p52,
           r; /* the magic sum rounds to a whole number */
    uint64_t bits;
    memcpy(&bits, &k, sizeof bits);
    k -= 0x1.8p52;
    r = (x - k * 0x1.62e42fefap-1) - k * 0x1.cf79abc9e3b3ap-40; /* ln 2 in two parts */
    double p = 1. / 479001600 + r * (1. / 6227020800);
    p = 1. / 3628800 + r * (1. / 39916800 + r * p);
    p = 1. / 40320 + r * (1. / 362880 + r * p);
    p = 1. / 720 + r * (1. / 5040 + r * p);
    p = 1. / 24 + r * (1. / 120 + r * p);
    p = 1 + r * (1 + r * (.5 + r * (1. / 6 + r * p)));
    bits = (bits + 1023) << 52; /* the low bits of the magic sum are k in two's complement */
    double two;
    memcpy(&two, &bits, sizeof two);
    return p * two;
}

#endif
