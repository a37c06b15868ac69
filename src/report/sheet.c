/* sheet.c - a table's cells, and how a number looks to people. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/sheet.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum hs_status hs_sheet_open(struct hs_sheet *t, const char *name, struct hs_err *e)
{
    *t = (struct hs_sheet){.arena = hs_arena_open(), .name = name, .caption = ""};
    return t->arena ? HS_OK : HS_OUT_OF_MEMORY(e);
}

void hs_sheet_close(struct hs_sheet *t)
{
    hs_free(t->cell);
    hs_arena_close(t->arena);
    *t = (struct hs_sheet){0};
}

void hs_sheet_column(struct hs_sheet *t, struct hs_sheet_column c)
{
    assert(!t->rows);
    /* More factors than a page has room for: the last ones stay in results.h5. */
    if (t->columns < sizeof t->column / sizeof *t->column) t->column[t->columns++] = c;
}

enum hs_status hs_sheet_row(struct hs_sheet *t, struct hs_sheet_cell **first, struct hs_err *e)
{
    if (t->rows == t->room) {
        size_t room = 2 * t->room + 64;
        struct hs_sheet_cell *cell = hs_realloc(t->cell, room * t->columns, sizeof *cell);
        if (!cell) return HS_OUT_OF_MEMORY(e);
        t->cell = cell, t->room = room;
    }
    *first = t->cell + t->rows++ * t->columns;
    for (size_t c = 0; c < t->columns; c++)
        (*first)[c] = (struct hs_sheet_cell){.text = "", .x = NAN, .lo = NAN, .hi = NAN};
    return HS_OK;
}

size_t hs_sheet_width(const char *s)
{
    size_t n = 0;
    for (; *s; s++) n += ((unsigned char)*s & 0xc0) != 0x80;
    return n;
}

static void count(char *out, size_t size, double x)
{
    char digits[32];
    int n = snprintf(digits, sizeof digits, "%.0f", fabs(x));
    if (fabs(x) >= 1e15 || x != rint(x)) {
        snprintf(out, size, "%.4g", x);
        return;
    }
    char *p = out;
    if (x < 0) *p++ = '-';
    for (int i = 0; i < n; i++) {
        if (i && (n - i) % 3 == 0 && n > 4) *p++ = ',';
        *p++ = digits[i];
    }
    *p = '\0';
}

/* n significant digits; an exponent only where the number would be long. */
static void significant(char *out, size_t size, double x, int n, double least, double most)
{
    double a = fabs(x);
    if (a != 0 && (a < least || a >= most)) {
        snprintf(out, size, "%.*e", n - 1, x);
        return;
    }
    int decimals = a == 0 ? 0 : n - 1 - (int)floor(log10(a));
    snprintf(out, size, "%.*f", decimals > 0 ? decimals : 0, x);
}

static void number(char *out, size_t size, enum hs_show show, double x)
{
    if (isnan(x))
        snprintf(out, size, "-");
    else if (isinf(x))
        snprintf(out, size, x > 0 ? "inf" : "-inf");
    else if (show == HS_SHOW_COUNT)
        count(out, size, x);
    else if (show == HS_SHOW_PERCENT)
        snprintf(out, size, "%.2f", 100 * x);
    else if (show == HS_SHOW_DB)
        snprintf(out, size, "%.2f", x);
    else if (show == HS_SHOW_COSINE)
        snprintf(out, size, "%.6f", x);
    else if (show == HS_SHOW_ERROR)
        significant(out, size, x, 3, 1e-3, 1e4);
    else if (show == HS_SHOW_RATIO)
        significant(out, size, x, 3, 1e-2, 1e6);
    else if (x == rint(x) && fabs(x) < 1e5)
        snprintf(out, size, "%.0f", x == 0 ? 0 : x);
    else
        significant(out, size, x, 4, 1e-3, 1e5);
}

void hs_sheet_show(struct hs_text *t, const struct hs_sheet_column *c,
                   const struct hs_sheet_cell *cell)
{
    char x[64], lo[64], hi[64];
    if (c->show == HS_SHOW_TEXT) {
        hs_text_add(t, "%s", cell->text);
        return;
    }
    number(x, sizeof x, c->show, cell->x);
    hs_text_add(t, "%s", x);
    if (!c->interval || isnan(cell->lo) || isnan(cell->hi)) return;
    number(lo, sizeof lo, c->show, cell->lo);
    number(hi, sizeof hi, c->show, cell->hi);
    hs_text_add(t, " [%s, %s]", lo, hi);
}
