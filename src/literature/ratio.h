/* ratio.h - decimal numbers as exact fractions: what a value is before any computer rounds it.
 */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_LITERATURE_RATIO_H
#define HS_LITERATURE_RATIO_H
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

/* num / den in lowest terms, den > 0. Made from at most 15 decimal digits, times and plus small
 * integers: int64 holds. */
struct hs_ratio {
    int64_t num, den;
};
struct hs_ratio hs_ratio_make(int64_t num, int64_t den);
/* "-0.8", "1.5", "3/255", "2e-3". Refuses what is no such number or has more than 15 digits. */
enum hs_status hs_ratio_parse(const char *text, struct hs_ratio *, struct hs_err *);
/* a r + b, for integers below 2^10. */
struct hs_ratio hs_ratio_line(struct hs_ratio r, int a, int b);
double hs_ratio_value(struct hs_ratio);
int64_t hs_ratio_floor(struct hs_ratio);
bool hs_ratio_is_tie(struct hs_ratio); /* just between two integers */
enum { HS_RATIO_TEXT = 48 };
const char *hs_ratio_text(struct hs_ratio, char text[HS_RATIO_TEXT]); /* "-1/2", "85" */

#endif
