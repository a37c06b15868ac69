/* roster.c - every command there is. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"

#include <stddef.h>

#define MEMBER(n) extern const struct hs_command hs_command_##n;
#include "cli/roster.inc"
#undef MEMBER

const struct hs_command *const hs_command_roster[] = {
#define MEMBER(n) &hs_command_##n,
#include "cli/roster.inc"
#undef MEMBER
    NULL};
