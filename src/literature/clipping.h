/* clipping.h - one curve of rounding and clipping error: values, a width of codes, shares of
 * their range. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_LITERATURE_CLIPPING_H
#define HS_LITERATURE_CLIPPING_H
#include "base/err.h"
#include "tensor/summary.h"

enum { HS_CLIPPING_STEPS = 40, HS_CLIPPING_MOST = 8 };

struct hs_clipping {
    const char *name; /* of the values */
    int bits;
    double share[HS_CLIPPING_STEPS]; /* of the range: 1, ... 1/40 */
    struct hs_loss loss[HS_CLIPPING_STEPS];
    int best;     /* the step of least squared error */
    double end;   /* the larger end of the whole range over the values' root mean square */
    double count; /* of the values */
};

/* Writes the figure of n curves into dir/figures. Where gnuplot is missing, script and data are
 * there without pictures. */
enum hs_status hs_clipping_draw(const char *dir, const struct hs_clipping *, size_t n,
                                struct hs_err *);

#endif
