/* escape.c - any name, in any notation, unharmed. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/sheet.h"

#include <string.h>

/* Characters of `plain` are replaced by the text of the same index. Control characters become
 * spaces: no notation here can carry them, and a name with a newline must not break a row. */
static void escape(struct hs_text *t, const char *s, const char *plain, const char *const *text)
{
    for (; *s; s++) {
        const char *at = strchr(plain, *s);
        if (at)
            hs_text_add(t, "%s", text[at - plain]);
        else
            hs_text_put(t, (unsigned char)*s < 32 || *s == 127 ? " " : s, 1);
    }
}

void hs_escape_text(struct hs_text *t, const char *s) { escape(t, s, "", NULL); }

void hs_escape_csv(struct hs_text *t, const char *s)
{
    bool quote = strpbrk(s, ",\"\r\n") || *s == ' ' || (*s && s[strlen(s) - 1] == ' ');
    if (quote) hs_text_put(t, "\"", 1);
    for (; *s; s++) {
        if (*s == '"') hs_text_put(t, "\"", 1);
        hs_text_put(t, s, 1);
    }
    if (quote) hs_text_put(t, "\"", 1);
}

void hs_escape_md(struct hs_text *t, const char *s)
{
    static const char *const text[] = {"\\\\", "\\|",  "\\*",   "\\_", "\\`", "\\[", "\\]",
                                       "&lt;", "&gt;", "&amp;", "\\#", "\\~", "\\$"};
    escape(t, s, "\\|*_`[]<>&#~$", text);
}

void hs_escape_tex(struct hs_text *t, const char *s)
{
    static const char *const text[] = {"\\textbackslash{}",
                                       "\\{",
                                       "\\}",
                                       "\\$",
                                       "\\&",
                                       "\\#",
                                       "\\_",
                                       "\\%",
                                       "\\textasciicircum{}",
                                       "\\textasciitilde{}",
                                       "\\textless{}",
                                       "\\textgreater{}",
                                       "\\textbar{}",
                                       "\\textquotedbl{}",
                                       "\\textquotesingle{}",
                                       "{[}",
                                       "{]}"};
    escape(t, s, "\\{}$&#_%^~<>|\"'[]", text);
}

void hs_escape_html(struct hs_text *t, const char *s)
{
    static const char *const text[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
    escape(t, s, "&<>\"'", text);
}

void hs_escape_gnuplot(struct hs_text *t, const char *s)
{
    static const char *const text[] = {"''"};
    hs_text_put(t, "'", 1);
    escape(t, s, "'", text);
    hs_text_put(t, "'", 1);
}
