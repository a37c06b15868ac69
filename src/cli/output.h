/* output.h - tables on standard output; the writer itself is base/output.h, since other floors fill tables, too. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_CLI_OUTPUT_H
#define HS_CLI_OUTPUT_H
#include "base/output.h"
#endif
