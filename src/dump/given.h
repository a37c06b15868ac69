/* given.h - reads tables of scales, zero-points and rounded weights that another program chose.
 *
 * JSON: {"halfstep_given": 1, "sites": {"fc1/weight": {"scale": 0.01, "zero_point": 3}, ...}}, numbers or lists of them.
 * HDF5: root attribute halfstep_given = 1; /sites/s0000, s0001 ... with the attribute `site` and the datasets `scale` and
 * (optional) `zero_point`, and of a weight `rounded`: its values on their grid, in its own shape (then `scale` may be left
 * out). */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_DUMP_GIVEN_H
#define HS_DUMP_GIVEN_H
#include "base/err.h"
#include "base/mem.h"
#include "calib/given.h"

/* All of it lives in the arena. HS_EDATA names the site and what is wrong with it. */
enum hs_status hs_given_read(const char *path, struct hs_arena *, const struct hs_given **, struct hs_err *);

#endif
