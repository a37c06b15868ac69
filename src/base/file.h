/* file.h - opens files that others name without waiting for anybody: a named pipe would never give its first byte. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_BASE_FILE_H
#define HS_BASE_FILE_H
#include <stdio.h>

/* A regular file, for reading: its descriptor, or -1 and why not, half a sentence that lives for ever. */
int hs_file_descriptor(const char *path, const char **why);
/* The same as a stream, or NULL. */
FILE *hs_file_open(const char *path, const char **why);

#endif
