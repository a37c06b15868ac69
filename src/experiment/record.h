/* record.h - one finished trial: what decided it, and what came of it. What run writes and report reads. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_EXPERIMENT_RECORD_H
#define HS_EXPERIMENT_RECORD_H
#include "base/hash.h"
#include "propagate/trace.h"

/* A factor is a config key that unfolds (or could): "network", "calibration.weights", "order" ... */
struct hs_level {
    const char *factor, *level; /* "scheme.weights.format" = "int8"; levels as a person would write them */
    bool varies;                /* takes more than one level in this plan */
};

struct hs_record {
    struct hs_arena *arena;  /* owns the texts; the trace has its own */
    char id[HS_KEY_HEX];     /* hash of all that decides the outcome */
    size_t number;           /* position in the plan, from 0; not part of the identity */
    size_t levels;
    struct hs_level *level;  /* in the order of the schema table */
    const char *repro;       /* command that runs this trial alone */
    struct hs_trace trace;
};

/* dir/trials/ID.trial: temporary name, fsync, rename. */
enum hs_status hs_record_write(const char *dir, const struct hs_record *, struct hs_err *);
/* HS_ENOINPUT where there is none, HS_EDATA where it is damaged (e says how). */
enum hs_status hs_record_read(const char *dir, const char *id, struct hs_record *, struct hs_err *);
void hs_record_close(struct hs_record *);

#endif
