/* aciq.h - ACIQ's thresholds on densities of unit scale. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_CALIB_ACIQ_H
#define HS_CALIB_ACIQ_H

/* alpha / sigma and alpha / b for M bits (Banner, Nahshan, Soudry 2019, equations 11 and 12). A
 * fused ReLU leaves one side to the same codes: alpha_relu(M) = alpha(M + 1). */
double hs_aciq_gauss(double bits);
double hs_aciq_laplace(double bits); /* W0(3 4^M) */

#endif
