/* svg.c - makes gnuplot's SVG fit into a page that may be dark, beside others like it. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "report/svg.h"

#include "report/sheet.h"

#include <stdio.h>
#include <string.h>

/* What is replaced, wherever it stands; @ is the prefix. Longer ones first where one begins
 * another. */
/* clang-format off */
static const struct {
    const char *from, *to;
} swap[] = {
    {" id=\"", " id=\"@"}, {" id='", " id='@"},
    {"href='#", "href='#@"}, {"href=\"#", "href=\"#@"},
    {"url(#", "url(#@"},
    {"rgb(34,34,34)", "currentColor"}, {"rgb( 34,  34,  34)", "currentColor"}, {"rgb(34, 34, 34)", "currentColor"},
    {"\"black\"", "\"currentColor\""}, {"'black'", "'currentColor'"},
    {"rgb(217,217,217)", "var(--faint)"}, {"rgb(217, 217, 217)", "var(--faint)"},
    {"rgb(  0, 114, 178)", "var(--blue)"}, {"rgb(0,114,178)", "var(--blue)"},
    {"font-family=\"DejaVu Sans\"", ""},
    {"xmlns=\"http://www.w3.org/2000/svg\"", ""}, {"xmlns:xlink=\"http://www.w3.org/1999/xlink\"", ""}, /* HTML knows */
};
/* clang-format on */

static void whiteless(struct hs_text *page, const char *tag, size_t n)
{
    static const char white[] = "fill=\"#ffffff\"";
    const char *fill = memmem(tag, n, white, sizeof white - 1);
    if (!fill) {
        hs_text_put(page, tag, n);
        return;
    }
    hs_text_put(page, tag, (size_t)(fill - tag));
    hs_text_add(page, "fill=\"none\"");
    hs_text_put(page, fill + sizeof white - 1, n - (size_t)(fill - tag) - (sizeof white - 1));
}

/* Inside a tag. Returns how much of s was taken. */
static size_t one(struct hs_text *page, const char *s, const char *prefix)
{
    for (size_t i = 0; i < sizeof swap / sizeof *swap; i++) {
        size_t n = strlen(swap[i].from);
        if (strncmp(s, swap[i].from, n)) continue;
        for (const char *p = swap[i].to; *p; p++) {
            if (*p == '@')
                hs_text_add(page, "%s", prefix);
            else
                hs_text_put(page, p, 1);
        }
        return n;
    }
    hs_text_put(page, s, 1);
    return 1;
}

/* Of the picture, pixels; 624 are the width of a page, which is 54 rem on the screen: letters are as large in all figures. */
static double width_of(const char *svg)
{
    double width = 0;
    const char *box = strstr(svg, "viewBox=\"");
    return box && sscanf(box, "viewBox=\"%*f %*f %lf", &width) == 1 ? width : 0;
}

void hs_svg_inline(struct hs_text *page, const char *svg, const char *prefix, const char *label)
{
    static const char title[] = "<title>",
                      end_of_title[] =
                          "</title>"; /* gnuplot's name plots, not what they show */
    const char *s = strstr(svg, "<svg"), *rect;
    if (!s) return;
    double width = s ? width_of(s) : 0;
    hs_text_add(page, "<svg ");
    if (width > 0) hs_text_add(page, "style=\"max-width:%.4grem\" ", width * 54 / 624);
    hs_text_add(page, "role=\"img\" aria-label=\"");
    hs_escape_html(page, label);
    hs_text_add(page, "\"");
    s += 4;
    rect = strstr(s, "<rect");
    bool tag = true; /* names in texts stay what they are */
    while (*s) {
        if (*s == '<' || *s == '>') tag = *s == '<';
        const char *after =
            strncmp(s, title, sizeof title - 1) ? NULL : strstr(s, end_of_title);
        if (after) {
            s = after + sizeof end_of_title - 1, tag = false;
        } else if (s == rect) { /* the first one is the ground */
            const char *end = strchr(s, '>');
            if (!end) return;
            whiteless(page, s, (size_t)(end + 1 - s));
            s = end + 1, tag = false;
        } else if (tag) {
            s += one(page, s, prefix);
        } else
            hs_text_put(page, s++, 1);
    }
}
