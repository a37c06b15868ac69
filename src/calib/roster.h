/* roster.h - every strategy there is, and the checked door to them. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_CALIB_ROSTER_H
#define HS_CALIB_ROSTER_H
#include "calib/calib.h"

extern const struct hs_calib_type *const hs_calib_roster[]; /* ends with NULL */
/* NULL with e filled, naming what there is and the nearest, for an unknown name. */
const struct hs_calib_type *hs_calib_find(const char *name, struct hs_err *);

/* Fits and finishes: refuses a summary without finite values, gives constant and all-zero data
 * their grid, turns the range into scale and zero. knob: NULL for the defaults. */
enum hs_status hs_calib_fit(const struct hs_calib_type *, struct hs_summary *,
                            const struct hs_target *, const double *knob, struct hs_fit *,
                            struct hs_err *);
/* Squared error of a fit on what was summarised, its clipping and rounding parts; integer
 * formats and all others. */
enum hs_status hs_calib_loss(struct hs_summary *, const struct hs_target *,
                             const struct hs_fit *, struct hs_loss *, struct hs_err *);
/* The least squared error that any scale (and zero-point, for affine grids) reaches on the
 * data. */
enum hs_status hs_calib_optimum(struct hs_summary *, const struct hs_target *, struct hs_fit *,
                                struct hs_loss *, struct hs_err *);

#endif
