/* block.h - the expected error of formats that scale each block by its maximum. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_LITERATURE_BLOCK_H
#define HS_LITERATURE_BLOCK_H
#include "base/err.h"
#include "literature/density.h"

struct hs_block {
    const struct hs_density *density;
    const double *level; /* n ascending */
    size_t n, size;      /* values a block */
    double (*scale)(const struct hs_block *,
                    double m); /* of a block whose largest magnitude is m */
    int emax;                  /* power of two: the exponent of the largest level */
    double tensor_max; /* NVFP4: the tensor's largest magnitude, which sets the float32 scale */
};
double hs_block_absmax(const struct hs_block *, double m); /* m goes to the largest level */
double hs_block_power_of_two(const struct hs_block *,
                             double m); /* OCP MX 1.0: 2^(floor(log2 m) - emax) */
double hs_block_e4m3(const struct hs_block *,
                     double m); /* NVFP4: m / 6 over the tensor's scale, rounded to e4m3 */

/* Mean squared error a value: over the distribution of the block's maximum, the error of the
 * maximum itself and of the others, which are distributed as the density cut at it. */
enum hs_status hs_block_error(const struct hs_block *, double *error, struct hs_err *);
/* E max |x| of n independent values. */
enum hs_status hs_block_expected_max(const struct hs_density *, double n, double *expected,
                                     struct hs_err *);

#endif
