/* main.c - finds the command and turns what it returns into a message and an exit code. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/mem.h"
#include "base/text.h"
#include "cli/cli.h"
#include "dump/dump.h"

#include <gsl/gsl_errno.h>
#include <stdio.h>
#include <string.h>

static int usage(FILE *to, int code)
{
    fprintf(to, "Usage: halfstep COMMAND [OPTION...]\n"
                "What rounding does to a neural network: which calibration, in which format, in which order.\n\n");
    for (const struct hs_command *const *c = hs_command_roster; *c; c++)
        fprintf(to, "  %-10s %s\n", (*c)->name, (*c)->summary);
    fprintf(to, "\nA first session: inspect FILE, check CONFIG, run CONFIG, then open results/NAME/report.html.\n"
                "halfstep COMMAND --help tells more, `man halfstep` all of it; halfstep check --explain prints every key of a config.\n");
    return code;
}

int main(int argc, char **argv)
{
    gsl_set_error_handler_off(); /* the default one aborts */
    hs_mem_reuse();
    hs_dump_init();
    if (argc < 2) return usage(stderr, 64);
    static char help[] = "--help";
    if (!strcmp(argv[1], "help") && argc == 3) argv[1] = argv[2], argv[2] = help;
    if (!strcmp(argv[1], help) || !strcmp(argv[1], "help")) return usage(stdout, 0);
    if (!strcmp(argv[1], "--version")) return puts(PACKAGE_STRING), 0;
    for (const struct hs_command *const *c = hs_command_roster; *c; c++) {
        if (strcmp(argv[1], (*c)->name)) continue;
        struct hs_err e = {0};
        int code = (*c)->main(argc - 1, argv + 1, &e);
        if (e.status == HS_OK) return code;
        hs_text_tidy(e.what), hs_text_tidy(e.where);
        fprintf(stderr, "halfstep %s: %s", (*c)->name, e.what);
        fprintf(stderr, e.where[0] ? " (%s)\n" : "%s\n", e.where);
        return hs_err_exit(e.status);
    }
    fprintf(stderr, "halfstep: no command '%s'\n", argv[1]);
    return usage(stderr, 64);
}
