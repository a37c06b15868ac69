/* calibrate.h - the two halves of a layer's calibration. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_PROPAGATE_CALIBRATE_H
#define HS_PROPAGATE_CALIBRATE_H
#include "propagate/lab.h"

enum { HS_MAX_WEIGHTS = 8 };

/* The layer's weights on their grids: from the weights alone, hence the same in every context, unless the method looks at
 * the layer's inputs: then from those in the context, through the quantizer that q->input[0] already is. */
enum hs_status hs_lab_calibrate_weights(struct hs_lab *, const struct hs_spec *, const struct hs_layer *,
                                        const struct hs_state *context, const struct hs_quant *q, bool report,
                                        const struct hs_weights **, struct hs_err *);

#endif
