/* study.h - what the commands that take a CONFIG share. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_CLI_STUDY_H
#define HS_CLI_STUDY_H
#include "experiment/study.h"

/* hs_study_open; its mistakes are printed. */
enum hs_status hs_cli_study(const char *config, const char *const *set, size_t sets, struct hs_study *, struct hs_err *);

#endif
