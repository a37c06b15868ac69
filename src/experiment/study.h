/* study.h - a config with its plan and its inputs: everything that stands before the first
 * trial. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_EXPERIMENT_STUDY_H
#define HS_EXPERIMENT_STUDY_H
#include "experiment/inputs.h"
#include "experiment/plan.h"

struct hs_study {
    struct hs_config config;
    struct hs_plan plan;
    struct hs_inputs inputs;
};

/* Reads, unfolds, opens, checks. mistakes: what is wrong with the config, ready to be shown; e
 * counts it or holds what else went wrong. The study must stay where it is: its parts point to
 * each other. */
enum hs_status hs_study_open(const char *file, const char *const *set, size_t sets,
                             struct hs_study *, struct hs_text *mistakes, struct hs_err *);
/* From n bytes of text: hs_config_parse. */
enum hs_status hs_study_parse(const char *name, const char *folder, const char *text, size_t n,
                              struct hs_study *, struct hs_text *mistakes, struct hs_err *);
void hs_study_close(struct hs_study *); /* {0} is fine */

/* How long the plan takes on one thread, in seconds: for each network and kind of order a first
 * trial and one that follows it are run on few samples, and the rest is a straight line. NaN:
 * not known. */
double hs_study_seconds(const struct hs_study *);
/* Bytes of networks and data. */
double hs_study_bytes(const struct hs_study *);
/* Different networks that come out: trials may share one. */
size_t hs_study_outcomes(const struct hs_study *);

#endif
