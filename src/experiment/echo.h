/* echo.h - the resolved config as JSON, which is YAML too: what a manifest keeps can be run
 * again. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_EXPERIMENT_ECHO_H
#define HS_EXPERIMENT_ECHO_H
#include "experiment/config.h"

#include <jansson.h>

/* Defaults filled in, paths as they were written. The caller's reference; NULL: no memory. */
json_t *hs_config_echo(const struct hs_config *);

#endif
