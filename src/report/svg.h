/* svg.h - a picture that may stand inside a page. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_REPORT_SVG_H
#define HS_REPORT_SVG_H
#include "base/text.h"

/* Adds gnuplot's SVG to a page: without prolog and white ground, ids and references under a prefix of their own, ink as
 * currentColor, faint lines as a class of the page, named for those who cannot see it. */
void hs_svg_inline(struct hs_text *page, const char *svg, const char *prefix, const char *label);

#endif
