/* table.h - what an analysis of a trial found, as a named table: it reaches the record, results.h5 and tables/ by itself. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_PROPAGATE_TABLE_H
#define HS_PROPAGATE_TABLE_H
#include "propagate/trace.h"

#include <stdbool.h>

/* What a column holds, and so how people see it; files get every number whole. */
enum hs_unit {
    HS_UNIT_TEXT,
    HS_UNIT_COUNT,   /* whole numbers: 12,345 */
    HS_UNIT_ERROR,   /* a squared error or a share of one: three digits, an exponent where it is small */
    HS_UNIT_VALUE,   /* four digits: losses, bits, coefficients */
    HS_UNIT_PERCENT, /* a share, shown times 100 */
    HS_UNIT_DB,
    HS_UNIT_RATIO,
    HS_UNITS
};
extern const char *const hs_unit_names[HS_UNITS]; /* "text", "count" ...: in records */

struct hs_trace_column {
    const char *name;    /* csv and HDF5: snake_case, stable, explained in doc/results.md under the table's name */
    const char *heading; /* for people, with the unit */
    enum hs_unit unit;
    bool interval;       /* lo and hi of each cell count */
};

struct hs_trace_cell {
    const char *text; /* HS_UNIT_TEXT; never NULL */
    double x, lo, hi; /* the others; NaN: not there */
};

struct hs_trace_table {
    const char *name;    /* snake_case; a file name and an HDF5 dataset; not that of a table every run has */
    const char *caption; /* sentences for people */
    size_t columns, rows, room;
    struct hs_trace_column *column;
    struct hs_trace_cell *cell; /* rows * columns */
};

/* A new table without rows; all texts are copied; NULL: no memory (e says so). It stays the trace's, and stays where it
 * is while others are added. The name must be new to the trace. */
struct hs_trace_table *hs_trace_add_table(struct hs_trace *, const char *name, const char *caption,
                                const struct hs_trace_column *, size_t columns, struct hs_err *);
/* A new row with empty texts and NaN numbers: its first cell, or NULL (no memory). Valid until the next row is made.
 * Texts put into cells must live as long as the trace: hs_arena_text(trace->arena, ...). */
struct hs_trace_cell *hs_trace_row(struct hs_trace *, struct hs_trace_table *, struct hs_err *);
/* NULL: there is none of that name. */
const struct hs_trace_table *hs_trace_find(const struct hs_trace *, const char *name);

#endif
