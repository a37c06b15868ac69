/* run.h - runs the trials of a plan that are not stored yet, and stores each one when it is
 * done. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_EXPERIMENT_RUN_H
#define HS_EXPERIMENT_RUN_H
#include "base/progress.h"
#include "experiment/inputs.h"
#include "experiment/plan.h"

#include <signal.h>

struct hs_run_options {
    const char *dir; /* made where it is missing */
    int threads;
    size_t shard, shards; /* this is part `shard` (from 0) of `shards`: neighbours in the plan
                             stay together */
    const char *only;     /* the trials whose id begins like this; NULL: all */
    enum hs_verbosity verbosity;
    size_t memory;     /* bytes that a thread may keep of what trials share; 0: a share of the
                          machine's */
    const char *repro; /* the command line that --only ID is appended to: halfstep run NAME.yaml
                          --set ... */
    const volatile sig_atomic_t
        *stop; /* set from outside: no further trial begins; NULL: never */
};
struct hs_run_result {
    size_t trials; /* of this shard */
    size_t kept;   /* were there already, whole */
    size_t ran, failed;
    double calibrations, evaluations; /* of layers, of nodes: each trial counted as if alone */
    bool stopped;
    double seconds;
};

/* HS_OK even where trials failed: the result counts them and each was reported on standard
 * error. HS_ECREATE where a result could not be written: what was stored before stays valid. */
enum hs_status hs_run(const struct hs_plan *, const struct hs_inputs *,
                      const struct hs_run_options *, struct hs_run_result *, struct hs_err *);

/* "network = cnn, order = random-2": the levels that tell a trial from the others. The caller
 * frees the text. */
void hs_trial_text(const struct hs_trial *, struct hs_text *);
/* Bytes that one thread may keep, by default. */
size_t hs_run_memory(int threads);

#endif
