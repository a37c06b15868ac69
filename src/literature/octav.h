/* octav.h - OCTAV's recursion on a density. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_LITERATURE_OCTAV_H
#define HS_LITERATURE_OCTAV_H
#include "literature/density.h"

/* s <- E|x|1(|x| > s) / (4^-B / 3 P(|x| <= s) + P(|x| > s)); it starts at E|x|. Sakr et al.
 * 2022, equation 6. */
double hs_octav_step(const struct hs_density *, int bits, double s);
double hs_octav_start(const struct hs_density *);
double hs_octav_fixed_point(const struct hs_density *, int bits);

#endif
