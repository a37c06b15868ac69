/* calibrate.h - inside cli/: tensors x formats x strategies, fitted and measured. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_CLI_CALIBRATE_H
#define HS_CLI_CALIBRATE_H
#include "base/output.h"
#include "calib/roster.h"

enum { HS_CALIBRATE_MOST = 64 };

struct hs_calibrate_pick {
    const struct hs_calib_type *type;
    double knob[HS_MAX_KNOBS];
    const char *label; /* as it was written */
};

struct hs_calibrate_ask {
    const char *path;
    const char *glob[HS_CALIBRATE_MOST]; /* of dataset paths; none: all */
    size_t globs;
    struct hs_calibrate_pick strategy[HS_CALIBRATE_MOST];
    size_t strategies;
    const struct hs_format *format[HS_CALIBRATE_MOST];
    size_t formats;
    bool symmetric, restricted, allow_nonfinite;
    enum hs_granularity granularity; /* tensor, channel (what lies under one index of an axis), group (runs within that) */
    size_t group;
    int axis; /* of the channels; negative counts from the last */
    size_t batch; /* values a batch, for the strategies that look at batches; 0: all are one */
    int threads;
};

extern const struct hs_column hs_calibrate_column[];
extern const size_t hs_calibrate_columns;
/* Adds the rows of every dataset that was asked for to an open table. */
enum hs_status hs_calibrate_file(const struct hs_calibrate_ask *, struct hs_table *, struct hs_err *);

#endif
