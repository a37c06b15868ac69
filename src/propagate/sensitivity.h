/* sensitivity.h - how much harm a layer does, measured or guessed, for orders that go by it. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_PROPAGATE_SENSITIVITY_H
#define HS_PROPAGATE_SENSITIVITY_H
#include "propagate/lab.h"
#include "propagate/layer.h"

/* The figure that the spec's order asks for (spec->order.type->figure): figure[layers]. What it cost in passes of the whole
 * network over the calibration data is added to *networks. A layer without a weight has the figure 0 where weights are looked
 * at; one whose inputs have no second moments (hs_moments_exist) has its weight's own error in place of the projected one. */
enum hs_status hs_lab_sensitivity(struct hs_lab *, const struct hs_spec *, const struct hs_layer *, size_t layers,
                                  double *figure, double *networks, struct hs_err *);

/* ||W' - W||^2 / ||W||^2 of the values that a layer really has: a method's rounding included. NULL: 0. */
double hs_weight_error(const struct hs_lab *, int node, const struct hs_weights *);

#endif
