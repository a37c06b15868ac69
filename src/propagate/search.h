/* search.h - errors that orders ask for, by evaluating networks on the calibration data. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_PROPAGATE_SEARCH_H
#define HS_PROPAGATE_SEARCH_H
#include "propagate/lab.h"

/* error[i]: relative squared output error with layer i quantized on top of a state, calibrated in a context. done[i]:
 * leaves a layer out (NaN). */
enum hs_status hs_search_errors(struct hs_lab *, const struct hs_spec *, const struct hs_layer *, size_t layers,
                                const bool *done, const struct hs_state *state, const struct hs_state *context,
                                const struct hs_shared_inputs *, double *error, struct hs_err *);

#endif
