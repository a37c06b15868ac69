/* apply.c - halfstep apply: the quantization of a stored trial, to be taken away. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"

#include "dump/dump.h"
#include "experiment/apply.h"
#include "experiment/run.h"

#include <argp.h>
#include <string.h>
#include <unistd.h>

struct ask {
    const char *dir, *trial, *file, *from;
    bool force;
};

static enum hs_status write_trial(const struct ask *a, struct hs_study *s, const struct hs_trial *t, struct hs_err *e)
{
    struct hs_record record = {0};
    struct hs_err missing = {0};
    size_t layers = 0;
    bool stored = hs_record_read(a->dir, t->id, &record, &missing) == HS_OK;
    enum hs_status st = hs_apply(s, t, stored ? &record : NULL, a->file, &layers, e);
    if (st == HS_OK) {
        struct hs_text what = {0};
        hs_trial_text(t, &what);
        printf("%s: %zu layers of %s as in trial %.12s: %s\n", a->file, layers, s->inputs.net[t->network].name, t->id,
               what.s ? what.s : "");
        if (!stored) printf("(the trial itself is not stored: its scales could not be compared)\n");
        hs_text_free(&what);
    }
    if (stored) hs_record_close(&record);
    return st;
}

static enum hs_status apply(const struct ask *a, const char *from, struct hs_text *mistakes, struct hs_err *e)
{
    struct hs_past *past;
    struct hs_study study;
    const struct hs_trial *t;
    char id[HS_KEY_HEX];
    if (!a->force && !access(a->file, F_OK))
        return HS_FAIL(e, HS_ECREATE, "%s exists; --force writes over it", a->file);
    HS_TRY(hs_past_open(a->dir, &past, e));
    if (!hs_past_find(past, a->trial, id, e) && !hs_past_study(past, from, &study, mistakes, e)) {
        if (!hs_past_trial(past, &study, id, &t, e)) write_trial(a, &study, t, e);
        hs_study_close(&study);
    }
    hs_past_close(past);
    return e->status;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct ask *a = state->input;
    if (key == 'o') a->file = arg;
    else if (key == 'C') a->from = arg;
    else if (key == 'f') a->force = true;
    else if (key == ARGP_KEY_ARG && !a->dir) a->dir = arg;
    else if (key == ARGP_KEY_ARG && !a->trial) a->trial = arg;
    else if (key == ARGP_KEY_ARG) argp_error(state, "one DIR and one TRIAL, please");
    else if (key == ARGP_KEY_END && !a->trial) argp_error(state, "which DIR, and which TRIAL?");
    else if (key == ARGP_KEY_END && !a->file) argp_error(state, "-o FILE says where it goes");
    else return ARGP_ERR_UNKNOWN;
    return 0;
}

static int apply_main(int argc, char **argv, struct hs_err *e)
{
    static const struct argp_option options[] = {
        {"write", 'o', "FILE", 0, "The HDF5 file to be written", 0},
        {"from", 'C', "FOLDER", 0, "Where relative names of networks and data begin: the folder of the config that was run (this "
                                   "folder)", 0},
        {"force", 'f', NULL, 0, "Write over a file that is there", 0},
        {0}};
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "DIR TRIAL",
        .doc = "Make the quantization of a trial of the run in DIR again and write it down: for each layer the codes, scales and "
               "zero points, and the network with its weights rounded, which halfstep reads as any other.\v"
               "TRIAL is its number in the plan (from 0), the beginning of its id, `best` (by the metric that stands first in the "
               "config; else sqnr) or `best:METRIC`. Networks and data are read again and must be what they were. "
               "doc/apply.md says what the file holds.",
    };
    struct ask a = {0};
    struct hs_text mistakes = {0};
    argv[0] = "halfstep apply"; /* what --help calls it */
    if (argp_parse(&argp, argc, argv, 0, NULL, &a)) return 64;
    struct hs_arena *arena = hs_arena_open();
    const char *from = !arena ? NULL : !a.from ? "" : hs_arena_text(arena, "%s/", a.from);
    hs_dump_init();
    if (!from) HS_OUT_OF_MEMORY(e);
    else if (apply(&a, from, &mistakes, e) && mistakes.s) fputs(mistakes.s, stderr);
    hs_text_free(&mistakes);
    hs_arena_close(arena);
    return 0;
}

const struct hs_command hs_command_apply = {
    .name = "apply",
    .summary = "write the quantization of a stored trial",
    .main = apply_main,
};
