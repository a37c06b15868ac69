/* progress.h - how far a long piece of work is: one rewritten line on a terminal, plain lines
 * elsewhere. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_BASE_PROGRESS_H
#define HS_BASE_PROGRESS_H
#include <stddef.h>
#include <stdio.h>

enum hs_verbosity {
    HS_QUIET = -1, /* nothing but errors */
    HS_NORMAL,     /* on a terminal a line that is rewritten; elsewhere the notes only */
    HS_VERBOSE,    /* a line for each piece as well */
};

/* May be used by many threads. */
struct hs_progress;
/* total pieces of work, of which `done` were there before. NULL: no memory (and every call
 * below takes NULL). */
struct hs_progress *hs_progress_open(FILE *to, enum hs_verbosity, size_t total, size_t done);
/* One more piece is finished; what: its name. */
void hs_progress_step(struct hs_progress *, const char *what);
/* A whole line that stays, printed even when quiet where `always`. */
void hs_progress_note(struct hs_progress *, int always, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void hs_progress_close(struct hs_progress *); /* clears the rewritten line */

/* "3 s", "4 min 10 s", "2 h 05 min". Returns buf. */
char *hs_progress_time(double seconds, char buf[32]);

#endif
