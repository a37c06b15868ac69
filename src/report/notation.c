/* notation.c - a table as csv, Markdown and plain text. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/sheet.h"

#include <math.h>
#include <string.h>

static const struct hs_sheet_cell *at(const struct hs_sheet *t, size_t row, size_t column)
{
    return &t->cell[row * t->columns + column];
}

static void csv_number(struct hs_text *out, double x)
{
    if (isnan(x)) return; /* an empty field: pandas, R and gnuplot read it as missing */
    if (isinf(x))
        hs_text_add(out, x > 0 ? "inf" : "-inf");
    else
        hs_text_add(out, "%.9g", x == 0 ? 0 : x); /* no -0 */
}

static void csv(const struct hs_sheet *t, struct hs_text *out)
{
    for (size_t c = 0; c < t->columns; c++) {
        const struct hs_sheet_column *k = &t->column[c];
        hs_text_add(out, "%s%s", c ? "," : "", k->name);
        if (k->interval) hs_text_add(out, ",%s_lo,%s_hi", k->name, k->name);
    }
    for (size_t r = 0; r < t->rows; r++) {
        for (size_t c = 0; c < t->columns; c++) {
            const struct hs_sheet_cell *x = at(t, r, c);
            hs_text_put(out, c ? "," : "\n", 1);
            if (t->column[c].show == HS_SHOW_TEXT)
                hs_escape_csv(out, x->text);
            else
                csv_number(out, x->x);
            if (!t->column[c].interval) continue;
            hs_text_put(out, ",", 1), csv_number(out, x->lo);
            hs_text_put(out, ",", 1), csv_number(out, x->hi);
        }
    }
    hs_text_put(out, "\n", 1);
}

static bool skip(const struct hs_sheet_column *c, bool narrow)
{
    return c->aside || (narrow && c->wide);
}

static void md_cell(struct hs_text *out, const struct hs_sheet_column *c,
                    const struct hs_sheet_cell *x)
{
    struct hs_text s = {0};
    hs_sheet_show(&s, c, x);
    if (x->bold) hs_text_put(out, "**", 2);
    if (c->show == HS_SHOW_TEXT)
        hs_escape_md(out, s.s ? s.s : "");
    else
        hs_text_put(out, s.s ? s.s : "", s.n);
    if (x->bold) hs_text_put(out, "**", 2);
    out->failed |= s.failed;
    hs_text_free(&s);
}

static void md(const struct hs_sheet *t, struct hs_text *out)
{
    for (size_t c = 0; c < t->columns; c++)
        if (!skip(&t->column[c], false))
            hs_text_add(out, "| "), hs_escape_md(out, t->column[c].heading),
                hs_text_add(out, " ");
    hs_text_add(out, "|\n");
    for (size_t c = 0; c < t->columns; c++)
        if (!skip(&t->column[c], false))
            hs_text_add(out, t->column[c].show == HS_SHOW_TEXT ? "| :-- " : "| --: ");
    hs_text_add(out, "|\n");
    for (size_t r = 0; r < t->rows; r++) {
        for (size_t c = 0; c < t->columns; c++) {
            if (skip(&t->column[c], false)) continue;
            hs_text_add(out, "| ");
            md_cell(out, &t->column[c], at(t, r, c));
            hs_text_add(out, " ");
        }
        hs_text_add(out, "|\n");
    }
    hs_text_add(out, "\n");
    hs_escape_md(out, t->caption);
    hs_text_add(out, "\n");
}

static void pad(struct hs_text *out, size_t n)
{
    while (n--) hs_text_put(out, " ", 1);
}

/* What is bold elsewhere bears a star. */
static void text_cell(struct hs_text *out, const struct hs_sheet *t, size_t row, size_t c,
                      bool stars)
{
    struct hs_text s = {0};
    hs_sheet_show(&s, &t->column[c], at(t, row, c));
    hs_escape_text(out, s.s ? s.s : "");
    if (stars) hs_text_add(out, at(t, row, c)->bold ? "*" : " ");
    out->failed |= s.failed;
    hs_text_free(&s);
}

struct fit {
    bool shown, stars;
    size_t width;
};

/* A heading stands in two lines, parted at a space: the first line is 0. */
static void heading_line(struct hs_text *out, const char *heading, int line)
{
    const char *space = strchr(heading, ' ');
    if (line == 0)
        hs_text_put(out, heading, space ? (size_t)(space - heading) : 0);
    else
        hs_text_add(out, "%s", space ? space + 1 : heading);
}

static size_t heading_width(const char *heading)
{
    size_t most = 0;
    for (int line = 0; line < 2; line++) {
        struct hs_text t = {0};
        heading_line(&t, heading, line);
        size_t n = hs_sheet_width(t.s ? t.s : "");
        if (n > most) most = n;
        hs_text_free(&t);
    }
    return most;
}

/* As many columns as 100 characters hold; returns the last. */
static size_t fit(const struct hs_sheet *t, struct fit *f)
{
    size_t used = 0, last = 0;
    for (size_t c = 0; c < t->columns; c++) {
        f[c] = (struct fit){.width = heading_width(t->column[c].heading)};
        for (size_t r = 0; r < t->rows; r++) f[c].stars |= at(t, r, c)->bold;
        for (size_t r = 0; r < t->rows; r++) {
            struct hs_text s = {0};
            text_cell(&s, t, r, c, f[c].stars);
            size_t n = hs_sheet_width(s.s ? s.s : "");
            if (n > f[c].width) f[c].width = n;
            hs_text_free(&s);
        }
        f[c].shown = !skip(&t->column[c], true) && (!used || used + 2 + f[c].width <= 100);
        if (f[c].shown) used += (used ? 2 : 0) + f[c].width, last = c;
    }
    return last;
}

/* Lines 0 and 1 are the headings. */
static void text_line(struct hs_text *out, const struct hs_sheet *t, size_t line,
                      const struct fit *f, size_t last)
{
    size_t start = out->n;
    for (size_t c = 0, any = 0; c < t->columns; c++) {
        if (!f[c].shown) continue;
        struct hs_text s = {0};
        bool left = t->column[c].show == HS_SHOW_TEXT;
        if (line < 2) {
            heading_line(&s, t->column[c].heading, (int)line);
            if (f[c].stars) hs_text_add(&s, " ");
        } else
            text_cell(&s, t, line - 2, c, f[c].stars);
        size_t n = hs_sheet_width(s.s ? s.s : ""), gap = f[c].width > n ? f[c].width - n : 0;
        if (any++) pad(out, 2);
        if (!left) pad(out, gap);
        hs_text_put(out, s.s ? s.s : "", s.n);
        if (left && c != last) pad(out, gap);
        out->failed |= s.failed;
        hs_text_free(&s);
    }
    while (out->n > start && out->s[out->n - 1] == ' ') out->s[--out->n] = '\0';
    if (out->n > start || line > 0) hs_text_put(out, "\n", 1);
}

static void text(const struct hs_sheet *t, struct hs_text *out)
{
    struct fit f[sizeof t->column / sizeof *t->column];
    size_t last = fit(t, f);
    for (size_t line = 0; line < t->rows + 2; line++) text_line(out, t, line, f, last);
}

const struct hs_notation hs_notation_csv = {.name = "csv", .write = csv};
const struct hs_notation hs_notation_md = {.name = "md", .write = md};
const struct hs_notation hs_notation_text = {.name = "text", .write = text};

const struct hs_notation *hs_notation_find(const char *name)
{
    static const struct hs_notation *const all[] = {&hs_notation_csv, &hs_notation_md,
                                                    &hs_notation_tex};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (!strcmp(all[i]->name, name)) return all[i];
    return NULL;
}
