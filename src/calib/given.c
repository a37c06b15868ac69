/* given.c - a scale and zero-point from elsewhere: any outside method beside ours. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/calib.h"

enum { SCALE, ZERO };
/* A file of scales (dump/given.h) becomes one pair of knobs for each part of each site. */
static const struct hs_knob knobs[] = {
    [SCALE] = {.name = "scale",
               .value = 1,
               .min = 1.17549435e-38,
               .max = 3.40282347e38,
               .meaning = "S, rounded to float32"},
    [ZERO] = {.name = "zero",
              .value = 0,
              .min = -65536,
              .max = 65536,
              .meaning = "Z, a code; real where the method says so"},
    {0}};

static enum hs_status fit(const struct hs_summary *s, const struct hs_facts *f,
                          const struct hs_target *t, const double *knob, struct hs_fit *out,
                          bool *has_grid, struct hs_err *e)
{
    (void)s, (void)f, (void)t, (void)e;
    out->scale = knob[SCALE];
    out->zero = knob[ZERO];
    out->candidates = 1;
    *has_grid = true;
    return HS_OK;
}

const struct hs_calib_type hs_calib_given = {
    .name = "given",
    .summary = "scale and zero-point as they are given, in one pair or in a file by site",
    .version = 1,
    .keeps = HS_KEEPS_ORDER | HS_KEEPS_SPLIT | HS_KEEPS_NESTED,
    .takes_file = true,
    .knob = knobs,
    .fit = fit,
};
