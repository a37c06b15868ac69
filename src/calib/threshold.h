/* threshold.h - from a clipping threshold to the range of a target. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_CALIB_THRESHOLD_H
#define HS_CALIB_THRESHOLD_H
#include "calib/calib.h"

/* [centre - t, centre + t], never wider than the data. */
static inline void hs_calib_clip(struct hs_fit *out, const struct hs_facts *f, double centre,
                                 double t)
{
    out->lo = centre - t > f->lo ? centre - t : f->lo;
    out->hi = centre + t < f->hi ? centre + t : f->hi;
}

/* What stands for the number of bits in formulas made for uniform grids: of unsigned grids and
 * of affine grids on data of one sign all 2^bits codes lie on one side. */
static inline bool hs_calib_one_sided(const struct hs_target *t, const struct hs_facts *f)
{
    bool one_sign = f->lo >= 0 || f->hi <= 0;
    return t->format->kind == HS_INTEGER && one_sign &&
           (!t->symmetric || !t->format->is_signed);
}

#endif
