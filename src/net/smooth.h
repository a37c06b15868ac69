/* smooth.h - exponentials and their kin in double, the same bits on every machine.
 *
 * Made of sums and products alone (the C library's differ between processors), so that loops over
 * them become vector code. Relative error below 2e-14 (erfc: 2e-12); the caller rounds once to
 * float32. NaN goes through. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_NET_SMOOTH_H
#define HS_NET_SMOOTH_H
#include <math.h>
#include <stdint.h>
#include <string.h>

/* x = k ln 2 + r, |r| <= ln 2 / 2: e^x = s (1 + q) with s = 2^k and q = e^r - 1 by its Taylor
 * polynomial. Beyond +-700 nothing changes any more once it is a float. */
struct hs_power {
    double s, q;
};
static inline struct hs_power hs_power(double x)
{
    const double shift = 0x1.8p52, high = 0x1.62e42fefa3800p-1,
                 low = 0x1.ef35793c76730p-45; /* ln 2 = high + low */
    x = x > 700 ? 700 : x;
    x = x < -700 ? -700 : x;
    double t = x * 0x1.71547652b82fep0 + shift, k = t - shift, r = (x - k * high) - k * low, s;
    uint64_t bits; /* the low bits of t are k */
    memcpy(&bits, &t, sizeof bits);
    bits = (bits + 1023) << 52;
    memcpy(&s, &bits, sizeof s);
    double q = 1.0 / 39916800;
    q = q * r + 1.0 / 3628800;
    q = q * r + 1.0 / 362880;
    q = q * r + 1.0 / 40320;
    q = q * r + 1.0 / 5040;
    q = q * r + 1.0 / 720;
    q = q * r + 1.0 / 120;
    q = q * r + 1.0 / 24;
    q = q * r + 1.0 / 6;
    q = q * r + 1.0 / 2;
    q = q * r * r + r;
    return (struct hs_power){s, q};
}

static inline double hs_exp(double x)
{
    struct hs_power p = hs_power(x);
    return p.s + p.s * p.q;
}

static inline double hs_expm1(double x)
{
    struct hs_power p = hs_power(x);
    return p.s * p.q + (p.s - 1);
}

static inline double hs_tanh(double x)
{
    double t = hs_expm1(2 * x);
    return t / (t + 2);
}

static inline double hs_sigmoid(double x) { return 1 / (1 + hs_exp(-x)); }

/* log(1 + t) for 0 <= t <= 1, as 2 artanh(t / (2 + t)). */
static inline double hs_log1p_unit(double t)
{
    double u = t / (2 + t), v = u * u, sum = 0;
    for (int k = 35; k > 0; k -= 2) sum = sum * v + 1.0 / k;
    return 2 * u * sum;
}

/* erfc(z) for z >= 0, given its square: (1 + 2 z) exp(z^2) erfc(z) is smooth in u = (z - 3.75)
 * / (z + 3.75) and was expanded in Chebyshev polynomials (Shepherd and Laframboise 1981;
 * coefficients computed in 50 digits). In blocks, because vector code wants the loop over
 * values inside. */
enum { HS_ERFC_TERMS = 19, HS_ERFC_BLOCK = 64 };
static const double hs_erfc_terms[HS_ERFC_TERMS] = {
    0x1.2d75d0246cee8p+1 / 2, -0x1.2cd0564f8c1b7p-8, -0x1.59159e8868995p-4,
    0x1.e50c3e7c7dccep-5,     -0x1.b4c68f4569326p-6, 0x1.295e991a7d82dp-7,
    -0x1.3c4c54f8d419dp-9,    0x1.014ed1572209ap-11, -0x1.221e6f70130b5p-14,
    0x1.15c3f597f0492p-18,    0x1.9f8f03ca86fc1p-21, -0x1.d601c320c8f9cp-23,
    0x1.71e1efca86cf9p-27,    0x1.36bf2885524c9p-28, -0x1.aa4d7b1cdf20ap-31,
    -0x1.15df59ca6082bp-34,   0x1.f8af0a9aa6d31p-36, 0x1.b61b723941781p-43,
    -0x1.0fc16c00b50f2p-40};

static inline void hs_erfc_block(const double *restrict z, const double *restrict squared,
                                 double *restrict y)
{
    double u[HS_ERFC_BLOCK], b[HS_ERFC_BLOCK], c[HS_ERFC_BLOCK]; /* Clenshaw's recurrence */
    for (int k = 0; k < HS_ERFC_BLOCK; k++)
        u[k] = (z[k] - 3.75) / (z[k] + 3.75), b[k] = c[k] = 0;
    for (int i = HS_ERFC_TERMS - 1; i > 0; i--)
        for (int k = 0; k < HS_ERFC_BLOCK; k++) {
            double t = 2 * u[k] * b[k] - c[k] + hs_erfc_terms[i];
            c[k] = b[k], b[k] = t;
        }
    for (int k = 0; k < HS_ERFC_BLOCK; k++)
        y[k] = hs_exp(-squared[k]) * (u[k] * b[k] - c[k] + hs_erfc_terms[0]) / (1 + 2 * z[k]);
}

#endif
