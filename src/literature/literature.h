/* literature.h - tables of the lecture and of papers, computed here and set beside what was
 * printed there: one file each.
 *
 * A table computes; it prints nothing and writes no file but the figure that it was asked for.
 */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_LITERATURE_H
#define HS_LITERATURE_H
#include "base/err.h"
#include "base/output.h"

enum { HS_MAX_ANSWERS = 8 };

enum hs_table_kind {
    HS_SLIDE, /* halfstep slides */
    HS_PAPER, /* halfstep paper */
};

/* What the user asked of it; {0} asks for the example as it stands. */
struct hs_table_ask {
    const char *const
        *value; /* numbers as they were written: the exact decimal is part of the question */
    size_t values;
    const char *figure;         /* folder to write the figure into, or NULL */
    const char *file, *dataset; /* real values in place of the example's, or NULL */
};

/* What it answers: tables in the order in which they are read. Columns live in the arena, or
 * are static. */
struct hs_answer {
    struct hs_arena *arena;
    struct hs_table table[HS_MAX_ANSWERS];
    size_t n;
};

struct hs_table_type {
    const char *name, *summary, *cite;
    enum hs_table_kind kind;
    bool takes_values, has_figure, takes_file;
    enum hs_status (*run)(const struct hs_table_ask *, struct hs_answer *, struct hs_err *);
};
extern const struct hs_table_type *const hs_table_roster[]; /* ends with NULL */
/* NULL with e filled, naming what there is of that kind, for an unknown name. */
const struct hs_table_type *hs_table_find(enum hs_table_kind, const char *name,
                                          struct hs_err *);

/* Opens *answer, runs, and checks that every table is filled; on failure *answer is closed
 * again. */
enum hs_status hs_table_run(const struct hs_table_type *, const struct hs_table_ask *,
                            struct hs_answer *, struct hs_err *);
void hs_answer_close(struct hs_answer *);

/* For the tables: the next one. Never NULL: a shortage of memory shows when the table is
 * printed. */
struct hs_table *hs_answer_table(struct hs_answer *, const char *name, const char *title,
                                 const struct hs_column *, size_t n);
#define HS_COLUMNS(array) (array), sizeof(array) / sizeof *(array)

#endif
