/* study.c - a config opened for a command: what is wrong with it goes to standard error. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/study.h"

#include <stdio.h>

enum hs_status hs_cli_study(const char *config, const char *const *set, size_t sets, struct hs_study *study, struct hs_err *e)
{
    struct hs_text mistakes = {0};
    enum hs_status st = hs_study_open(config, set, sets, study, &mistakes, e);
    if (st != HS_OK && mistakes.s) fputs(mistakes.s, stderr);
    hs_text_free(&mistakes);
    return st;
}
