/* compare.c - halfstep compare: what is better, and whether that is sure; or what changed between runs. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"
#include "cli/output.h"

#include "report/runs.h"

#include <argp.h>

struct ask {
    char **dir;
    size_t dirs;
    const char *metric, *factor;
    enum hs_output how;
    struct hs_err *e;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct ask *a = state->input;
    switch (key) {
    case 'm': a->metric = arg; return 0;
    case 'f': a->factor = arg; return 0;
    case HS_OUTPUT_KEY: hs_output_find(arg, &a->how, a->e); return 0;
    case ARGP_KEY_ARGS:
        a->dir = state->argv + state->next;
        a->dirs = (size_t)(state->argc - state->next);
        return 0;
    case ARGP_KEY_NO_ARGS: argp_error(state, "which runs?"); return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

static enum hs_status contrast(const struct ask *a, struct hs_runs *runs, struct hs_err *e)
{
    struct hs_sheet t[2] = {{0}};
    const struct hs_sampled *m = NULL;
    if (!a->factor && !(m = hs_sampled_find(a->metric ? a->metric : "output-error", e))) return e->status;
    enum hs_status st = a->factor           ? hs_contrast_levels(runs, a->factor, a->metric, &t[0], e)
                        : runs->run == SIZE_MAX ? hs_contrast_best(runs, m, &t[0], e)
                                            : hs_contrast_runs(runs, m, t, e);
    if (st == HS_OK) st = hs_sheets_print(stdout, a->how, t, t[1].rows ? 2 : 1, e);
    hs_sheet_close(&t[0]), hs_sheet_close(&t[1]);
    return st;
}

static int compare(int argc, char **argv, struct hs_err *e)
{
    static const struct argp_option options[] = {
        {"metric", 'm', "NAME", 0, "output-error (the default), sqnr, accuracy, loss or perplexity, of which every sample's share "
                                   "is stored; with --factor any metric of the trials", 0},
        {"factor", 'f', "NAME", 0, "Rank the levels of this factor (calibration.weights, method, run ...) within blocks of trials "
                                   "that agree in all else: Friedman, Iman and Davenport, Nemenyi", 0},
        HS_OUTPUT_OPTION,
        {0}};
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "DIR...",
        .doc = "Say which differences are real. Of one run: in each network and format the best against all others, paired over "
               "samples. Of several: the first against each other one, trials that agree in all but what tells the runs apart "
               "side by side, and the trials that have no like.\v"
               "Differences and effect sizes bear 95 % intervals (BCa bootstrap, from 200 samples up); p is Wilcoxon's, or "
               "McNemar's of accuracies of one draw, adjusted by Holm: over the table's rows for runs, over all pairs of a "
               "network and format for the best, which was found on the same samples. `better` needs p < 0.05, an interval "
               "without 0, and the same sign in every draw. doc/results.md explains the columns.",
    };
    struct ask a = {.e = e};
    struct hs_runs runs;
    argv[0] = "halfstep compare"; /* what --help calls it */
    if (argp_parse(&argp, argc, argv, 0, NULL, &a)) return 64;
    if (e->status != HS_OK || hs_runs_open(&runs, a.dir, a.dirs, e)) return 0;
    contrast(&a, &runs, e);
    hs_runs_close(&runs);
    return 0;
}

const struct hs_command hs_command_compare = {
    .name = "compare",
    .summary = "which differences are real: strategies of a run, levels of a factor, runs",
    .main = compare,
};
