/* sheet.h - one table, many notations: filled once, written as csv, Markdown, LaTeX, plain text or HTML. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_REPORT_SHEET_H
#define HS_REPORT_SHEET_H
#include "base/err.h"
#include "base/mem.h"
#include "base/output.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

/* How a number is shown to people; csv and HDF5 always get it whole. */
enum hs_show {
    HS_SHOW_TEXT,
    HS_SHOW_COUNT,   /* 12,345 */
    HS_SHOW_ERROR,   /* 1.23e-03, 0.0123: three significant digits */
    HS_SHOW_RANGE,   /* four significant digits */
    HS_SHOW_PERCENT, /* a share times 100, two decimals */
    HS_SHOW_DB,      /* two decimals */
    HS_SHOW_COSINE,  /* six decimals */
    HS_SHOW_RATIO,   /* three significant digits, never an exponent below 1e6 */
};

struct hs_sheet_column {
    const char *name;    /* csv: snake_case, stable */
    const char *heading; /* for people: with the unit */
    enum hs_show show;
    bool interval;       /* csv has NAME_lo and NAME_hi too; people see "x [lo, hi]" */
    bool aside;          /* only in csv */
    bool wide;           /* left out where space is short: plain text, LaTeX */
};

struct hs_sheet_cell {
    const char *text; /* HS_SHOW_TEXT */
    double x, lo, hi;
    bool bold;
};

struct hs_sheet {
    struct hs_arena *arena; /* owns cells and made texts */
    const char *name;       /* file name without extension */
    const char *caption;    /* sentences for people */
    const char *source;     /* the config and the version, for a caption that leaves the folder; NULL: not said */
    size_t columns, rows, room;
    struct hs_sheet_column column[96];
    struct hs_sheet_cell *cell;   /* rows * columns */
};

/* Columns first, then rows: a cell is reached by hs_sheet_cell. */
enum hs_status hs_sheet_open(struct hs_sheet *, const char *name, struct hs_err *);
void hs_sheet_close(struct hs_sheet *);
void hs_sheet_column(struct hs_sheet *, struct hs_sheet_column);
/* A new row with empty texts and NaN numbers: its first cell; the next columns follow. */
enum hs_status hs_sheet_row(struct hs_sheet *, struct hs_sheet_cell **first, struct hs_err *);

/* A notation writes a whole table. */
struct hs_notation {
    const char *name; /* "csv": also the file's extension */
    void (*write)(const struct hs_sheet *, struct hs_text *);
};
extern const struct hs_notation hs_notation_csv, hs_notation_md, hs_notation_tex, hs_notation_text, hs_notation_html;
const struct hs_notation *hs_notation_find(const char *name); /* of csv, md, tex; NULL */

/* As a command prints them: csv parts several by a blank line and "# name", json makes an object of arrays of them. */
enum hs_status hs_sheets_print(FILE *, enum hs_output, const struct hs_sheet *, size_t n, struct hs_err *);

/* A cell as people read it, ASCII minus; "-" for NaN. Writes to a text that the caller frees. */
void hs_sheet_show(struct hs_text *, const struct hs_sheet_column *, const struct hs_sheet_cell *);
size_t hs_sheet_width(const char *utf8); /* code points */

/* Escaped for a notation. */
void hs_escape_text(struct hs_text *, const char *);
void hs_escape_csv(struct hs_text *, const char *);
void hs_escape_md(struct hs_text *, const char *);
void hs_escape_tex(struct hs_text *, const char *);
void hs_escape_html(struct hs_text *, const char *); /* attribute values in double quotes too */
void hs_escape_gnuplot(struct hs_text *, const char *); /* with its single quotes */

#endif
