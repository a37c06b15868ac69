/* density.h - symmetric densities of unit variance, with moments in closed form. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_LITERATURE_DENSITY_H
#define HS_LITERATURE_DENSITY_H
#include <stddef.h>

struct hs_moments {
    double mass, first, second;
}; /* integrals of p, x p, x^2 p */

struct hs_density {
    const char *name;
    double (*pdf)(double x);
    struct hs_moments (*beyond)(double a); /* over [a, infinity), a >= 0 */
    double (*quantile)(double tail);       /* the a with P(x > a) = tail < 1/2 */
    double peak;        /* beyond this the density is nothing in double: end of quadratures */
    double panter_dite; /* D ~ this * 4^-bits for the best non-uniform quantizer */
    double entropy_constant; /* 2^(2h) / (2 pi e): Shannon's lower bound is this * 4^-bits */
};
extern const struct hs_density hs_density_gauss, hs_density_laplace;
/* p = (sqrt 3 / (8 pi |x|))^(1/2) exp(-sqrt 3 |x| / 2); Jones 1977, Lin 2016. quantile by
 * Newton, no peak at 0: infinite. */
extern const struct hs_density hs_density_gamma;

struct hs_moments hs_density_between(const struct hs_density *, double a, double b);
/* Squared error of [a, b] on one value y. */
double hs_density_cell(const struct hs_density *, double a, double b, double y);
/* Squared error of values to the nearest of n ascending levels times scale; *clipping (or
 * NULL): beyond the outermost. */
double hs_density_error(const struct hs_density *, const double *level, size_t n, double scale,
                        double *clipping);
/* The scale of least error (with what clips weighed by `weight`) in [lo, hi]: a scan in 1 %
 * steps, each local minimum refined by golden section. */
double hs_density_best_scale(const struct hs_density *, const double *level, size_t n,
                             double weight, double lo, double hi);
/* n levels -q .. q, or qmin .. qmax; *level belongs to the caller (hs_free); NULL: no memory.
 */
double *hs_density_codes(int qmin, int qmax, size_t *n);

#endif
