/* cli.h - a command: one file each, one line in local.mk; turns words into calls. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_CLI_H
#define HS_CLI_H
#include "base/err.h"

struct hs_command {
    const char *name, *summary;
    /* argv[0] is the command's name. Results go to stdout. Returns an exit code; on failure either e is filled (main
     * prints it and takes the exit code from it) or the code alone speaks. */
    int (*main)(int argc, char **argv, struct hs_err *);
};
extern const struct hs_command *const hs_command_roster[]; /* ends with NULL */

#endif
