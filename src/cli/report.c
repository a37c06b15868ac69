/* report.c - halfstep report DIR: results.h5, tables, figures and the page, from the trials that are stored. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"
#include "report/report.h"

#include <argp.h>

static error_t parse(int key, char *arg, struct argp_state *state)
{
    const char **dir = state->input;
    switch (key) {
    case ARGP_KEY_ARG:
        if (*dir) return ARGP_ERR_UNKNOWN;
        *dir = arg;
        return 0;
    case ARGP_KEY_END:
        if (!*dir) argp_error(state, "which run?");
        return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

static int report(int argc, char **argv, struct hs_err *e)
{
    static const struct argp argp = {
        .parser = parse,
        .args_doc = "DIR",
        .doc = "Write results.h5, tables, figures and report.html from the trials stored in DIR, and print the main table. This "
               "joins the shards of a run: the same trials give the same results.h5 and tables, whoever computed them.",
    };
    const char *dir = NULL;
    argv[0] = "halfstep report"; /* what --help calls it */
    if (argp_parse(&argp, argc, argv, 0, NULL, &dir)) return 64;
    hs_report_write(dir, e);
    return 0;
}

const struct hs_command hs_command_report = {
    .name = "report",
    .summary = "results.h5, tables, figures and a page from the trials of a run",
    .main = report,
};
