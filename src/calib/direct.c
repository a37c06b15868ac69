/* direct.c - explicit lanes, so that each instruction set adds in the same order. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "calib/direct.h"

#ifdef HS_X86_KERNELS
#define CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define CLONES
#endif

enum { LANES = HS_DIRECT_LANES };

CLONES void hs_direct_loss(const double *x, size_t n, double scale, double zero, int qmin,
                           int qmax, double *clipping, double *rounding)
{
    const double bottom = qmin - zero, top = qmax - zero, magic = 0x1.8p52;
    double clip[LANES] = {0}, all[LANES] = {0};
    for (size_t i = 0; i < n; i += LANES)
#ifdef __SANITIZE_ADDRESS__ /* a third of the time: lanes that it need not look after */
#pragma GCC unroll 16
#endif
        for (int j = 0; j < LANES; j++) {
            double v = x[i + (size_t)j], t = v / scale;
            t = t < bottom ? bottom : t > top ? top : t;
            double q = t + zero;
            q = (q + magic) - magic; /* to the nearest code; ties do not matter to the error */
            double e = v - scale * (q - zero), square = e * e;
            all[j] += square;
            clip[j] += v < scale * bottom || v > scale * top ? square : 0;
        }
    double a = 0, c = 0;
    for (int j = 0; j < LANES; j++) a += all[j], c += clip[j];
    *clipping = c;
    *rounding = a - c;
}
