/* temp.h - where tests put their files: TMPDIR, or else /tmp. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_TEST_TEMP_H
#define HS_TEST_TEMP_H
#include <stdio.h>
#include <stdlib.h>

enum { TEMP_PATH = 256 }; /* a longer TMPDIR ends the test */

static inline const char *temp_folder(void)
{
    const char *s = getenv("TMPDIR");
    return s && *s ? s : "/tmp";
}

/* A template for mkdtemp() or mkstemp(). */
static inline void temp_name(char name[TEMP_PATH], const char *what)
{
    if (snprintf(name, TEMP_PATH, "%s/halfstep-%s-XXXXXX", temp_folder(), what) < TEMP_PATH) return;
    fprintf(stderr, "TMPDIR is too long\n");
    exit(99);
}

#endif
