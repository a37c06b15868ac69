/* manifest.h - what a run was: its config, its inputs, its versions, its machine, and the
 * trials in plan order. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_EXPERIMENT_MANIFEST_H
#define HS_EXPERIMENT_MANIFEST_H
#include "experiment/inputs.h"
#include "experiment/plan.h"

/* When and on how many threads the trials were run, and what was computed. seconds: negative
 * while that goes on. */
struct hs_manifest_time {
    double began; /* since 1970 */
    double seconds;
    int threads;
    double calibrations, evaluations; /* of layers, of nodes */
};
/* dir/manifest.json. time NULL: nothing was run, what the file said before stays. */
enum hs_status hs_manifest_write(const char *dir, const struct hs_plan *,
                                 const struct hs_inputs *, const struct hs_manifest_time *,
                                 struct hs_err *);

#endif
