/* runs.h - several runs as one: their trials together, the run being a factor. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_REPORT_RUNS_H
#define HS_REPORT_RUNS_H
#include "report/difference.h"
#include "report/folder.h"
#include "report/ranking.h"

struct hs_runs {
    size_t n;
    struct hs_folder *folder;
    struct hs_record *record; /* of all; texts and traces stay the folders' */
    struct hs_view view;
    size_t run;               /* the factor; SIZE_MAX where there is one run alone */
    bool *differs;            /* factors with one level in each run, not the same in all: what tells the runs apart */
};
/* Fails as hs_folder_open does, saying which run. */
enum hs_status hs_runs_open(struct hs_runs *, char *const *dir, size_t n, struct hs_err *);
void hs_runs_close(struct hs_runs *);

/* One sheet: in each network and format the best by the metric against all others. */
enum hs_status hs_contrast_best(struct hs_runs *, const struct hs_sampled *, struct hs_sheet *, struct hs_err *);
/* Two sheets: the first run against each other one, trials that agree in all else side by side (draws averaged); and the
 * trials that have no like. */
enum hs_status hs_contrast_runs(struct hs_runs *, const struct hs_sampled *, struct hs_sheet *, struct hs_err *);
/* One sheet: average ranks of the levels of a factor by any metric of the runs, or "output-error" (NULL). */
enum hs_status hs_contrast_levels(struct hs_runs *, const char *factor, const char *metric, struct hs_sheet *, struct hs_err *);

#endif
