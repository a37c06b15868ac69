/* htmltable.c - a sheet as an HTML table that can be sorted and filtered. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/sheet.h"

#include <math.h>
#include <string.h>

static bool number(const struct hs_sheet_column *c) { return c->show != HS_SHOW_TEXT; }

static void head(const struct hs_sheet *t, struct hs_text *out)
{
    hs_text_add(out, "<thead><tr>");
    for (size_t c = 0; c < t->columns; c++) {
        if (t->column[c].aside) continue;
        hs_text_add(out, "<th scope=\"col\" aria-sort=\"none\"%s><button type=\"button\">",
                    number(&t->column[c]) ? " class=\"n\"" : "");
        hs_escape_html(out, t->column[c].heading);
        hs_text_add(out, "</button></th>");
    }
    hs_text_add(out, "</tr></thead>\n<tbody>\n");
}

/* The interval stands back: "12.3 [12.1, 12.5]". */
static void shown(struct hs_text *out, const struct hs_sheet_column *k,
                  const struct hs_sheet_cell *x)
{
    struct hs_text s = {0};
    hs_sheet_show(&s, k, x);
    const char *text = s.s ? s.s : "", *bracket = number(k) ? strstr(text, " [") : NULL;
    if (x->bold) hs_text_add(out, "<strong>");
    if (bracket) {
        hs_text_put(out, text, (size_t)(bracket - text));
        if (x->bold) hs_text_add(out, "</strong>");
        hs_text_add(out, " <i>%s</i>", bracket + 1);
    } else {
        hs_escape_html(out, text);
        if (x->bold) hs_text_add(out, "</strong>");
    }
    out->failed |= s.failed;
    hs_text_free(&s);
}

static void cell(struct hs_text *out, const struct hs_sheet_column *k,
                 const struct hs_sheet_cell *x)
{
    if (!number(k))
        hs_text_add(out, hs_sheet_width(x->text) > 36 ? "<td class=\"l\">"
                                                      : "<td>"); /* long texts may wrap */
    else if (isnan(x->x))
        hs_text_add(out, "<td class=\"n\" data-v=\"NaN\">");
    else if (isinf(x->x))
        hs_text_add(out, "<td class=\"n\" data-v=\"%sInfinity\">", x->x < 0 ? "-" : "");
    else
        hs_text_add(out, "<td class=\"n\" data-v=\"%.9g\">", x->x);
    shown(out, k, x);
    hs_text_add(out, "</td>");
}

static void html(const struct hs_sheet *t, struct hs_text *out)
{
    hs_text_add(out, "<div class=\"sheet\" id=\"%s\"><p class=\"caption\">", t->name);
    hs_escape_html(out, t->caption);
    hs_text_add(
        out,
        "</p>\n<div class=\"tools\"><label>Filter <input type=\"search\" autocomplete=\"off\" "
        "placeholder=\"words that a row must have\"></label> <output></output></div>\n"
        "<div class=\"scroll\" tabindex=\"0\"><table>");
    head(t, out);
    for (size_t r = 0; r < t->rows; r++) {
        hs_text_add(out, "<tr>");
        for (size_t c = 0; c < t->columns; c++)
            if (!t->column[c].aside) cell(out, &t->column[c], &t->cell[r * t->columns + c]);
        hs_text_add(out, "</tr>\n");
    }
    hs_text_add(out, "</tbody></table></div></div>\n");
}

const struct hs_notation hs_notation_html = {.name = "html", .write = html};
