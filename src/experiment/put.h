/* put.h - a file is either written whole or not at all. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_EXPERIMENT_PUT_H
#define HS_EXPERIMENT_PUT_H
#include "base/err.h"

#include <stddef.h>

/* dir/name: under a temporary name first (with the process id in it, so that two runs in one
 * folder do not meet), synced, renamed. HS_ECREATE says what was not written, and why; nothing
 * is left behind then. */
enum hs_status hs_store_put(const char *dir, const char *name, const void *bytes, size_t n,
                            struct hs_err *);
/* A whole file; the caller frees *bytes with hs_free. HS_ENOINPUT where it cannot be opened. */
enum hs_status hs_store_get(const char *dir, const char *name, char **bytes, size_t *n,
                            struct hs_err *);
/* Makes a folder and those above it. */
enum hs_status hs_store_folder(const char *dir, struct hs_err *);

#endif
