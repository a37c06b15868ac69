/* tables.h - which tables there are, and what stands in them. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_REPORT_TABLES_H
#define HS_REPORT_TABLES_H
#include "report/sheet.h"
#include "report/view.h"

/* What a table is for: machines want everything, people what differs. */
enum hs_scope {
    HS_SCOPE_STORE,  /* every factor, every row: results.h5 */
    HS_SCOPE_ALL,    /* varying factors, every row: csv */
    HS_SCOPE_PEOPLE, /* varying factors; layers and nodes: of the best trial of each network and format, where all would be too many */
};

enum hs_status hs_tables_trials(const struct hs_view *, enum hs_scope, struct hs_sheet *, struct hs_err *);
/* One row an entry: draws averaged. */
enum hs_status hs_tables_summary(const struct hs_view *, enum hs_scope, struct hs_sheet *, struct hs_err *);
/* The same, by group and ascending error, at most `most` rows a group. */
enum hs_status hs_tables_ranking(const struct hs_view *, size_t most, struct hs_sheet *, struct hs_err *);
enum hs_status hs_tables_layers(const struct hs_view *, enum hs_scope, struct hs_sheet *, struct hs_err *);
enum hs_status hs_tables_nodes(const struct hs_view *, enum hs_scope, struct hs_sheet *, struct hs_err *);
enum hs_status hs_tables_figures(const struct hs_view *, enum hs_scope, struct hs_sheet *, struct hs_err *);
/* Which differences are real: the best of each network and format against its nearest rivals (difference.h); and the average
 * ranks of each factor's levels (ranking.h). No rows: there is nothing to say. */
enum hs_status hs_tables_differences(const struct hs_view *, enum hs_scope, struct hs_sheet *, struct hs_err *);
enum hs_status hs_tables_ranks(const struct hs_view *, enum hs_scope, struct hs_sheet *, struct hs_err *);
/* What the final error varies with, and how an order that was chosen on one draw does on the others (layout.h). */
enum hs_status hs_tables_order_variance(const struct hs_view *, enum hs_scope, struct hs_sheet *, struct hs_err *);
enum hs_status hs_tables_order_transfer(const struct hs_view *, enum hs_scope, struct hs_sheet *, struct hs_err *);
/* Tables that analyses of trials left (propagate/table.h): the i-th name, NULL after the last one; and the table of that
 * name over all trials, with the trial and its factors in front. */
const char *hs_tables_extra_name(const struct hs_view *, size_t i);
enum hs_status hs_tables_extra(const struct hs_view *, enum hs_scope, const char *name, struct hs_sheet *, struct hs_err *);
/* More rows than this are for machines: csv and HDF5 alone. */
enum { HS_TABLES_LONG = 200 };

/* Shared: columns of the factors, and their cells; returns the cell after them. */
void hs_tables_factors(const struct hs_view *, enum hs_scope, struct hs_sheet *);
struct hs_sheet_cell *hs_tables_levels(const struct hs_view *, enum hs_scope, size_t trial, struct hs_sheet_cell *);
/* The column of a metric for people: heading with its unit, and how its values are shown. */
struct hs_sheet_column hs_tables_metric(const struct hs_view *, size_t metric);

#endif
