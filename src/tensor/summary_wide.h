/* summary_wide.h - inside tensor/: a sum of floats' squares without any rounding, whatever the order of its terms.
 * Kulisch's long accumulator: an integer wide enough for every product of two floats. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_SUMMARY_WIDE_H
#define HS_SUMMARY_WIDE_H
#include <stdint.h>

enum { HS_WIDE_LIMBS = 21, HS_WIDE_POINT = 304 }; /* limb k counts 2^(32 k - 304) */
struct hs_wide {
    int64_t limb[HS_WIDE_LIMBS]; /* digits to base 2^32 whose carries wait: room for 2^30 additions */
};

__extension__ typedef unsigned __int128 hs_u128;
void hs_wide_add(struct hs_wide *, double); /* >= 0, at least 2^-304 times an integer, as sums of squares of floats are */
void hs_wide_add_scaled(struct hs_wide *, hs_u128 n, int exponent); /* n 2^exponent; exponent >= -304 */
void hs_wide_plus(struct hs_wide *, const struct hs_wide *);
void hs_wide_minus(struct hs_wide *, const struct hs_wide *);
double hs_wide_round(const struct hs_wide *); /* to nearest, ties to even */

#endif
