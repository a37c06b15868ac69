/* violin.h - the outline of many values: a kernel density, mirrored. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_REPORT_VIOLIN_H
#define HS_REPORT_VIOLIN_H
#include <stddef.h>

enum {
    HS_VIOLIN_LEAST = 20,  /* fewer values have no outline worth drawing */
    HS_VIOLIN_POINTS = 65, /* of a side */
};

/* Density of n ascending values, at most 1, at points from the least to the largest: at[i] and density[i] for i <
 * HS_VIOLIN_POINTS. A Gaussian kernel, its width by Silverman 1986, eq. 3.31 (0.9 min(s, IQR / 1.34) n^-1/5); nothing is drawn
 * beyond the values. Returns the median, or NaN where there are too few values or they do not differ. */
double hs_violin(const double *ascending, size_t n, double *at, double *density);

#endif
