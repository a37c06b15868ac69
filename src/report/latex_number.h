/* latex_number.h - inside report/: numbers of a table as siunitx aligns them. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_REPORT_LATEX_NUMBER_H
#define HS_REPORT_LATEX_NUMBER_H
#include "report/sheet.h"

/* What stands for a text of n characters that siunitx takes for no number (NaN, infinities); or NULL. */
const char *hs_latex_words(const char *s, size_t n);
/* Is a column aligned by its decimal point? */
static inline bool hs_latex_aligned(const struct hs_sheet_column *c) { return c->show != HS_SHOW_TEXT && !c->interval; }
/* Does it show a power of ten? An aligned column is written in powers of ten from top to bottom, or not at all: in one with
 * both siunitx leaves room for the decimals of the one before the powers of the other. */
bool hs_latex_powers(const struct hs_sheet *, size_t column);
/* What a cell shows; powers: of its column. out: appended to. */
void hs_latex_show(const struct hs_sheet *, size_t row, size_t column, bool powers, struct hs_text *out);

/* What siunitx must leave room for. */
struct hs_latex_digits {
    size_t whole, decimals, exponent;
    bool minus, down; /* a sign before the number, before the exponent */
};
struct hs_latex_digits hs_latex_digits(const struct hs_sheet *, size_t column); /* of an aligned one */

#endif
