/* dots.h - what the figures of strategies and orders share: rows, panels, series; random orders are drawn by chance.c. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_REPORT_DOTS_H
#define HS_REPORT_DOTS_H
#include "report/figure.h"

enum { HS_DOTS_ROWS = 16, HS_DOTS_PANELS = 9 };

/* What is drawn: which entries, by which labels. */
struct hs_dots {
    const struct hs_view *v;
    size_t metric; /* SIZE_MAX: the SQNR of the output */
    bool orders;   /* series are orders, random ones a cloud; else only the first named order is
                      drawn */
    size_t rows, panels, series, columns;
    const char *row[HS_DOTS_ROWS], *panel[HS_DOTS_PANELS], *name[HS_STYLES];
    const char *only;   /* the order that is drawn alone */
    double left, pitch; /* inches: where the panels begin, height of a row */
    double width;       /* of a panel */
};

/* The label of an entry's row, whether it stands in a panel, and its value there. */
const char *hs_dots_row(const struct hs_dots *, const struct hs_entry *);
bool hs_dots_in_panel(const struct hs_dots *, const struct hs_entry *, size_t panel);
struct hs_value hs_dots_value(const struct hs_dots *, const struct hs_entry *);

/* Data of the random orders of a panel, whose axis has that range: a point each, where there are not too many. */
enum hs_status hs_dots_cloud(const struct hs_dots *, struct hs_figure *, size_t panel, struct hs_range, struct hs_err *);
/* A closed outline for each row of many random orders, then a stroke at each median; adds to a plot command what draws them. */
enum hs_status hs_dots_violins(const struct hs_dots *, struct hs_figure *, size_t panel, struct hs_err *);

#endif
