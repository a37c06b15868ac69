/* texts.h - style.gp, term.gp, page.css and page.js, so that the program needs no data files. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_REPORT_TEXTS_H
#define HS_REPORT_TEXTS_H

extern const char hs_text_style_gp[], hs_text_term_gp[], hs_text_page_css[], hs_text_page_js[];

#endif
