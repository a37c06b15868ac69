/* draw.h - the only door to gnuplot. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_REPORT_DRAW_H
#define HS_REPORT_DRAW_H
#include "report/figure.h"

/* Writes style.gp, term.gp and every figure's script and data into dir/figures, then has gnuplot draw them in the formats
 * asked for. svg[i] gets figure i for a page, whatever the formats; the caller frees them. What could not be drawn is no
 * failure: `trouble` says it in one sentence and stays empty otherwise. */
enum hs_status hs_figures_draw(const char *dir, const struct hs_report_about *, const struct hs_figures *,
                               struct hs_text *svg, struct hs_text *trouble, struct hs_err *);

/* Gives the bytes of a PDF a fixed date, in place. */
void hs_pdf_undate(char *bytes, size_t n);

#endif
