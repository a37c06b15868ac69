/* moments.h - second moments of what a layer reads, for the methods that round by them. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_PROPAGATE_MOMENTS_H
#define HS_PROPAGATE_MOMENTS_H
#include "propagate/lab.h"
#include "weights/weights.h"

struct hs_moments {
    size_t groups, columns;
    double *mean, *float_mean; /* (groups, columns): E[x^] and E[x] */
    double *moments, *cross;   /* (groups, columns, columns): X^ X^^T and (X - X^) X^^T */
};
/* A product of its one input with its one weight: linear and convolutions. Others have no such moments. */
bool hs_moments_exist(const struct hs_net *, const struct hs_node *);
/* Over the calibration data: the layer's inputs X^ in a context, through the quantizer `input` (NULL: none), and X, those of
 * the float network. needs: of hs_weights_needs; the mean is always there, what else is not needed is NULL, and so are
 * float_mean and cross where X^ is X. Columns in the order of the weight's axes. Summed sample by sample, position by position, in double: chunks change nothing. Masked samples and positions stay
 * out. */
enum hs_status hs_lab_moments(struct hs_lab *, const struct hs_node *, const struct hs_state *context,
                              const struct hs_site *input, unsigned needs, struct hs_moments *,
                              struct hs_err *);
void hs_moments_free(struct hs_moments *); /* {0} is fine */

#endif
