/* apply.h - a stored trial's quantization, made again from the run's manifest and written to a file. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_EXPERIMENT_APPLY_H
#define HS_EXPERIMENT_APPLY_H
#include "experiment/study.h"

/* The run's manifest, taken apart. */
struct hs_past;
enum hs_status hs_past_open(const char *dir, struct hs_past **, struct hs_err *);
void hs_past_close(struct hs_past *); /* NULL is fine */
/* A trial by its number, the beginning of its id, "best" or "best:METRIC" (of the trials that are stored, by the metric
 * that was asked for first). id: 33 characters. */
enum hs_status hs_past_find(const struct hs_past *, const char *trial, char *id, struct hs_err *);
/* The study that was run: networks and data are read again, from the folder `from` ("", or ending in '/') where names are
 * relative. HS_EDATA where they are not what they were: the network, a split. */
enum hs_status hs_past_study(const struct hs_past *, const char *from, struct hs_study *, struct hs_text *mistakes,
                             struct hs_err *);
/* That trial in the study; refuses what this program would compute otherwise. */
enum hs_status hs_past_trial(const struct hs_past *, const struct hs_study *, const char *id, const struct hs_trial **,
                             struct hs_err *);

/* Quantizes as the trial says and writes the file (doc/apply.md). The study's network takes the rounded parameters.
 * record: the stored trial, whose scales must be those found now; or NULL. layers: how many were written. */
enum hs_status hs_apply(struct hs_study *, const struct hs_trial *, const struct hs_record *record, const char *file,
                        size_t *layers, struct hs_err *);

#endif
