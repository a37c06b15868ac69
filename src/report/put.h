/* put.h - files appear complete or not at all. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_REPORT_PUT_H
#define HS_REPORT_PUT_H
#include "base/err.h"
#include "base/text.h"

/* Makes dir/sub, with its parents, where it is missing. */
enum hs_status hs_put_folder(const char *dir, const char *sub, struct hs_err *);
/* dir/name: a temporary name first, then renamed. A text that failed is out of memory. */
enum hs_status hs_put_text(const char *dir, const char *name, const struct hs_text *, struct hs_err *);
/* path + ".new" -> path, synced. */
enum hs_status hs_put_rename(const char *path, struct hs_err *);
/* Reads a whole file. */
enum hs_status hs_put_read(const char *path, struct hs_text *, struct hs_err *);

#endif
