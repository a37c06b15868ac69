/* latex_number.c - numbers of a table as siunitx aligns them: with or without powers of ten, and what room they need. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/latex_number.h"

#include <stdlib.h>
#include <string.h>

/* A text as it stands for a number: NaN and infinities are none that siunitx knows. */
const char *hs_latex_words(const char *s, size_t n)
{
    if (n == 1 && *s == '-') return "--";
    if (n == 3 && !strncmp(s, "inf", 3)) return "$\\infty$";
    if (n == 4 && !strncmp(s, "-inf", 4)) return "$-\\infty$";
    return NULL;
}

static const struct hs_sheet_cell *at(const struct hs_sheet *t, size_t row, size_t column)
{
    return &t->cell[row * t->columns + column];
}

bool hs_latex_powers(const struct hs_sheet *t, size_t c)
{
    bool found = false;
    for (size_t r = 0; r < t->rows && !found; r++) {
        struct hs_text s = {0};
        hs_sheet_show(&s, &t->column[c], at(t, r, c));
        found = s.s && !hs_latex_words(s.s, strlen(s.s)) && strchr(s.s, 'e');
        hs_text_free(&s);
    }
    return found;
}

/* 0.00124 as 1.24e-03, with the digits that it has. */
static void as_power(struct hs_text *s)
{
    char number[64];
    size_t n = 0, digits = 0;
    for (const char *p = s->s; *p && n + 1 < sizeof number; p++)
        if (*p != ',') number[n++] = *p;
    number[n] = '\0';
    for (const char *p = number + strcspn(number, "123456789"); *p; p++) digits += *p >= '0' && *p <= '9';
    if (!digits) return;
    double x = strtod(number, NULL);
    hs_text_free(s);
    hs_text_add(s, "%.*e", (int)digits - 1, x);
}

void hs_latex_show(const struct hs_sheet *t, size_t row, size_t c, bool powers, struct hs_text *out)
{
    hs_sheet_show(out, &t->column[c], at(t, row, c));
    if (powers && out->s && !hs_latex_words(out->s, strlen(out->s)) && !strchr(out->s, 'e')) as_power(out);
}

static void most(size_t *x, size_t n)
{
    if (n > *x) *x = n;
}

static void measure(struct hs_latex_digits *d, const char *s)
{
    if (hs_latex_words(s, strlen(s))) return;
    size_t whole = 0, decimals = 0, exponent = 0;
    if (*s == '-') d->minus = true, s++;
    for (; *s && *s != '.' && *s != 'e'; s++) whole += *s != ',';
    if (*s == '.')
        for (s++; *s && *s != 'e'; s++) decimals++;
    if (*s == 'e') {
        s++;
        if (*s == '-') d->down = true;
        if (*s == '-' || *s == '+') s++;
        while (*s == '0' && s[1]) s++;
        exponent = strlen(s);
    }
    most(&d->whole, whole), most(&d->decimals, decimals), most(&d->exponent, exponent);
}

struct hs_latex_digits hs_latex_digits(const struct hs_sheet *t, size_t c)
{
    struct hs_latex_digits d = {.whole = 1};
    bool powers = hs_latex_powers(t, c);
    for (size_t r = 0; r < t->rows; r++) {
        struct hs_text s = {0};
        hs_latex_show(t, r, c, powers, &s);
        measure(&d, s.s ? s.s : "");
        hs_text_free(&s);
    }
    return d;
}
