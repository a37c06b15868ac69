/* summary_twofold.h - inside tensor/: sums of two doubles, for prefix sums whose differences must not lose digits.
 * Dekker 1971; Knuth, TAOCP 2, section 4.2.2. Around 106 bits. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_SUMMARY_TWOFOLD_H
#define HS_SUMMARY_TWOFOLD_H

struct hs_two { double hi, lo; };

static inline struct hs_two hs_two_of(double a, double b) /* a + b exactly */
{
    double s = a + b, back = s - a;
    return (struct hs_two){s, (a - (s - back)) + (b - back)};
}

static inline struct hs_two hs_two_quick(double a, double b) /* the same where |a| >= |b| */
{
    double s = a + b;
    return (struct hs_two){s, b - (s - a)};
}

static inline struct hs_two hs_two_add(struct hs_two a, double b)
{
    struct hs_two s = hs_two_of(a.hi, b);
    return hs_two_quick(s.hi, s.lo + a.lo);
}

static inline struct hs_two hs_two_plus(struct hs_two a, struct hs_two b)
{
    struct hs_two s = hs_two_of(a.hi, b.hi), t = hs_two_of(a.lo, b.lo);
    s = hs_two_quick(s.hi, s.lo + t.hi);
    return hs_two_quick(s.hi, s.lo + t.lo);
}

static inline struct hs_two hs_two_minus(struct hs_two a, struct hs_two b)
{
    return hs_two_plus(a, (struct hs_two){-b.hi, -b.lo});
}

static inline struct hs_two hs_two_product(double a, double b) /* exactly, while nothing under- or overflows */
{
    double p = a * b, c = 0x1.0000002p27 * a, d = 0x1.0000002p27 * b;
    double ah = c - (c - a), al = a - ah, bh = d - (d - b), bl = b - bh;
    return (struct hs_two){p, ((ah * bh - p) + ah * bl + al * bh) + al * bl};
}

static inline struct hs_two hs_two_times(struct hs_two a, double b)
{
    struct hs_two p = hs_two_product(a.hi, b);
    return hs_two_quick(p.hi, p.lo + a.lo * b);
}

#endif
