/* temporary.h - a folder for one test, with a config and whatever else it names. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_TEST_TEMPORARY_H
#define HS_TEST_TEMPORARY_H
#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "temp.h"

static char temporary[TEMP_PATH];

static inline void temporary_open(void)
{
    temp_name(temporary, "test");
    ck_assert_ptr_nonnull(mkdtemp(temporary));
}

static inline void temporary_close(void)
{
    char command[TEMP_PATH + 16];
    snprintf(command, sizeof command, "rm -rf '%s'", temporary);
    ck_assert_int_eq(system(command), 0);
}

/* Writes a file into the folder; returns its path, which stays until the next call. */
static inline const char *temporary_file(const char *name, const char *text)
{
    static char path[TEMP_PATH + 192];
    snprintf(path, sizeof path, "%s/%s", temporary, name);
    FILE *f = fopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(text, 1, strlen(text), f), strlen(text));
    ck_assert_int_eq(fclose(f), 0);
    return path;
}

#endif
