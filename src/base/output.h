/* output.h - a table of cells, printed for people, for spreadsheets, for papers or for
 * programs. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_BASE_OUTPUT_H
#define HS_BASE_OUTPUT_H
#include "base/err.h"
#include "base/mem.h"

#include <stdbool.h>
#include <stdio.h>

enum hs_output { HS_OUTPUT_TEXT, HS_OUTPUT_CSV, HS_OUTPUT_MD, HS_OUTPUT_TEX, HS_OUTPUT_JSON };
extern const char *const hs_output_names[]; /* "text" "csv" "md" "tex" "json"; NULL-ended */
enum hs_status hs_output_find(const char *word, enum hs_output *, struct hs_err *);

/* For a command's argp table; the parser hands key and argument to hs_output_find. */
enum { HS_OUTPUT_KEY = 0x1000 };
#define HS_OUTPUT_OPTION                                                                       \
    {                                                                                          \
        "output", HS_OUTPUT_KEY, "FORMAT", 0, "text, csv, md, tex or json (text)", 0           \
    }

/* Cells are added row by row; texts are copied. A failed allocation shows when the table is
 * printed. */
struct hs_cell;
struct hs_column {
    const char *name; /* stays stable: programs read it */
    bool right;       /* aligned to the right: numbers */
};
struct hs_table {
    struct hs_arena *arena;
    const char *name, *title; /* a word for programs; a line for people, or NULL */
    const struct hs_column *column;
    size_t columns, cells;
    struct hs_cell *cell;
    bool failed;
};
/* column: n of them, which outlive the table. */
void hs_table_open(struct hs_table *, const char *name, const char *title,
                   const struct hs_column *column, size_t n);
void hs_table_close(struct hs_table *);
/* The next cell. A NULL or empty text is an empty cell. */
void hs_table_text(struct hs_table *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* A number: for people by fmt ("%.2f"), in csv and json with 9 significant digits, whole
 * numbers in full; NaN is an empty cell (json: null). */
void hs_table_number(struct hs_table *, const char *fmt, double);

/* Several tables: csv separates them by a blank line and "# name", json makes one object of
 * arrays. A single one is plain csv, or one array of objects. Refuses a table with an
 * unfinished row (a programmer's mistake) by assertion. */
enum hs_status hs_output_print(FILE *, enum hs_output, const struct hs_table *, size_t n,
                               struct hs_err *);

#endif
