/* page.h - report.html: the question, the finding, the pictures, the tables, and where they come from. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_REPORT_PAGE_H
#define HS_REPORT_PAGE_H
#include "report/figure.h"

/* One file that needs no network. svg[i] is figure i as gnuplot drew it, or empty; trouble: why some are. */
enum hs_status hs_page_write(const char *dir, const struct hs_view *, const struct hs_figures *, const struct hs_text *svg,
                             const char *trouble, struct hs_err *);

#endif
