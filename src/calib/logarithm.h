/* logarithm.h - logarithms with the same bits on every machine, unlike glibc's. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_CALIB_LOGARITHM_H
#define HS_CALIB_LOGARITHM_H
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

#endif
