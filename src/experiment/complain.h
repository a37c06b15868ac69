/* complain.h - everything that is wrong with a config, each with its place, told in one go. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_EXPERIMENT_COMPLAIN_H
#define HS_EXPERIMENT_COMPLAIN_H
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"

/* A text that people wrote: a file, or one --set of the command line. */
struct hs_source {
    const char *name; /* as it is shown: "a.yaml", "command line" */
    const char *text; /* NUL-terminated */
    size_t n;
    int rank;            /* complaints are sorted by it: 0 the file, 1 the first --set ... */
    size_t skip, column; /* bytes and characters before the YAML begins: --set KEY=VALUE has it
                            in the middle */
};
/* A place; lines and columns (characters, not bytes) from 0. */
struct hs_mark {
    const struct hs_source *source;
    size_t line, column, span; /* span: characters to underline, at least 1 */
};

struct hs_complaint {
    struct hs_mark at;
    const char *what;
    bool missing; /* a file that is not there */
};
/* The arena is the caller's and owns the texts, and the trees and settings that are read along
 * the way. */
struct hs_complaints {
    struct hs_arena *arena;
    size_t n, room;
    struct hs_complaint *list;
    bool no_memory;
};

void hs_complain(struct hs_complaints *, struct hs_mark, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void hs_complain_missing(struct hs_complaints *, struct hs_mark, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* From the arena; NULL notes that memory ran out. */
void *hs_complaints_take(struct hs_complaints *, size_t n, size_t size);
char *hs_complaints_text(struct hs_complaints *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Sorted by place, `name:line:column: message`, the line, and a caret under the place. */
void hs_complaints_show(struct hs_complaints *, struct hs_text *);
/* HS_OK without complaints; HS_ENOINPUT where only files are missing, else HS_ECONFIG: e says
 * how many there are. */
enum hs_status hs_complaints_status(const struct hs_complaints *, struct hs_err *);

#endif
