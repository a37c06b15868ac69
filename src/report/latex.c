/* latex.c - a table as LaTeX: booktabs for the rules, siunitx for every number, a longtable where one page is too short. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/latex_number.h"

#include "base/mem.h"

#include <math.h>
#include <string.h>

enum { PAGE = 45, PROSE = 15 }; /* rows that a page holds; width of sentences, em */

static const struct hs_sheet_cell *at(const struct hs_sheet *t, size_t row, size_t column)
{
    return &t->cell[row * t->columns + column];
}

static bool skip(const struct hs_sheet_column *c) { return c->aside || c->wide; }

/* siunitx takes a comma for a decimal marker: thousands are grouped by it, not here. */
static void plain(struct hs_text *out, const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (s[i] != ',') hs_text_put(out, s + i, 1);
}

static void num(struct hs_text *out, const char *s, size_t n)
{
    const char *word = hs_latex_words(s, n);
    if (word) {
        hs_text_add(out, "%s", word);
        return;
    }
    hs_text_add(out, "\\num{");
    plain(out, s, n);
    hs_text_add(out, "}");
}

/* "x [lo, hi]": BCa intervals lean to a side, so that x +- u would not say them. */
static void interval(struct hs_text *out, const char *s)
{
    const char *open = strstr(s, " ["), *comma = open ? strstr(open, ", ") : NULL;
    num(out, s, open ? (size_t)(open - s) : strlen(s));
    if (!comma) return;
    hs_text_add(out, " {[}");
    num(out, open + 2, (size_t)(comma - open - 2));
    hs_text_add(out, ", ");
    num(out, comma + 2, strlen(comma + 2) - 1);
    hs_text_add(out, "{]}");
}

/* In an S column braces keep a word from being read as a number. */
static void cell(struct hs_text *out, const struct hs_sheet *t, size_t row, size_t column, bool powers)
{
    const struct hs_sheet_column *c = &t->column[column];
    struct hs_text s = {0};
    hs_latex_show(t, row, column, powers, &s);
    const char *text = s.s ? s.s : "", *word = hs_latex_words(text, strlen(text));
    if (at(t, row, column)->bold) hs_text_add(out, "\\bfseries ");
    if (c->show == HS_SHOW_TEXT)
        hs_escape_tex(out, text);
    else if (!hs_latex_aligned(c))
        interval(out, text);
    else if (word)
        hs_text_add(out, "{%s}", word);
    else
        plain(out, text, strlen(text));
    out->failed |= s.failed;
    hs_text_free(&s);
}

static void most(size_t *x, size_t n)
{
    if (n > *x) *x = n;
}

/* Sentences rather than names: broken into lines, or the whole table shrinks for them. */
static bool is_prose(const struct hs_sheet *t, size_t c)
{
    enum { NAME = 45 };
    size_t widest = 0;
    for (size_t r = 0; r < t->rows; r++) {
        struct hs_text s = {0};
        hs_sheet_show(&s, &t->column[c], at(t, r, c));
        most(&widest, hs_sheet_width(s.s ? s.s : ""));
        hs_text_free(&s);
    }
    return widest > NAME;
}

static void column_type(const struct hs_sheet *t, size_t c, struct hs_text *out)
{
    if (!hs_latex_aligned(&t->column[c])) {
        if (t->column[c].interval) hs_text_add(out, "r");
        else if (is_prose(t, c)) hs_text_add(out, ">{\\raggedright\\arraybackslash}p{%dem}", PROSE);
        else hs_text_add(out, "l");
        return;
    }
    struct hs_latex_digits d = hs_latex_digits(t, c);
    hs_text_add(out, "S[table-format=%s%zu.%zu", d.minus ? "-" : "", d.whole, d.decimals);
    if (d.exponent) hs_text_add(out, "e%s%zu", d.down ? "-" : "", d.exponent);
    hs_text_add(out, "]");
}

static void types(const struct hs_sheet *t, struct hs_text *out)
{
    for (size_t c = 0; c < t->columns; c++)
        if (!skip(&t->column[c])) column_type(t, c, out);
}

static void heading(const struct hs_sheet *t, struct hs_text *out)
{
    const char *gap = "";
    hs_text_add(out, "\\toprule\n");
    for (size_t c = 0; c < t->columns; c++) {
        if (skip(&t->column[c])) continue;
        hs_text_add(out, "%s{", gap);
        hs_escape_tex(out, t->column[c].heading);
        hs_text_add(out, "}");
        gap = " & ";
    }
    hs_text_add(out, " \\\\\n\\midrule\n");
}

static void rows(const struct hs_sheet *t, struct hs_text *out)
{
    bool *powers = hs_alloc_zeroed(t->columns, sizeof *powers);
    if (!powers) out->failed = true;
    for (size_t c = 0; powers && c < t->columns; c++) powers[c] = hs_latex_aligned(&t->column[c]) && hs_latex_powers(t, c);
    for (size_t r = 0; powers && r < t->rows; r++) {
        const char *gap = "";
        for (size_t c = 0; c < t->columns; c++) {
            if (skip(&t->column[c])) continue;
            hs_text_add(out, "%s", gap);
            cell(out, t, r, c, powers[c]);
            gap = " & ";
        }
        hs_text_add(out, " \\\\\n");
    }
    hs_free(powers);
}

static void caption(const struct hs_sheet *t, struct hs_text *out)
{
    hs_text_add(out, "\\caption{");
    hs_escape_tex(out, t->caption);
    if (t->source && *t->source) {
        hs_text_add(out, " ");
        hs_escape_tex(out, t->source);
    }
    hs_text_add(out, "}\\label{tab:%s}", t->name);
}

static const char setup[] = "\\sisetup{detect-weight=true,group-digits=integer,group-separator={,}}\n";

static void one_page(const struct hs_sheet *t, struct hs_text *out)
{
    hs_text_add(out, "\\begin{table}\n\\centering\n\\setlength{\\belowcaptionskip}{0.6em}\n%s", setup);
    caption(t, out);
    hs_text_add(out, "\n\\begin{adjustbox}{max width=\\textwidth}\n\\begin{tabular}{");
    types(t, out);
    hs_text_add(out, "}\n");
    heading(t, out);
    rows(t, out);
    hs_text_add(out, "\\bottomrule\n\\end{tabular}\n\\end{adjustbox}\n\\end{table}\n");
}

/* Width of a column in points at scriptsize, generously: a digit of Computer Modern at 7 points is 4 of them, and so is the
 * widest of common letters; "x 10" with its spaces is 24. */
static double column_width(const struct hs_sheet *t, size_t c)
{
    const double letter = 4, power = 24;
    size_t widest = hs_sheet_width(t->column[c].heading), powers = 0;
    double numbers = 0;
    if (is_prose(t, c)) return PROSE * 7; /* an em */
    if (hs_latex_aligned(&t->column[c])) {
        struct hs_latex_digits d = hs_latex_digits(t, c);
        numbers = letter * (double)(2 + 2 * d.minus + d.whole + d.decimals + d.exponent + d.down) + (d.exponent ? power : 0);
    }
    for (size_t r = 0; r < t->rows && !numbers; r++) {
        struct hs_text s = {0};
        size_t here = 0;
        hs_sheet_show(&s, &t->column[c], at(t, r, c));
        most(&widest, hs_sheet_width(s.s ? s.s : ""));
        for (const char *p = s.s; t->column[c].interval && p && *p; p++) here += *p == 'e';
        most(&powers, here);
        hs_text_free(&s);
    }
    return fmax(numbers, letter * (double)widest + power * (double)powers);
}

static double natural_width(const struct hs_sheet *t)
{
    const double gap = 7; /* twice tabcolsep */
    double width = 0;
    for (size_t c = 0; c < t->columns; c++)
        if (!skip(&t->column[c])) width += column_width(t, c) + gap;
    return width;
}

/* Only the document knows the width of its page: TeX turns a table that is too wide, and shrinks the letters of one that is
 * too wide even so. adjustbox cannot scale what breaks over pages. */
static void many_pages(const struct hs_sheet *t, struct hs_text *out)
{
    double width = natural_width(t);
    hs_text_add(out,
                "\\ifdim%.0fpt>\\textwidth\\def\\hsturned{\\end{landscape}}\\begin{landscape}\\else\\let\\hsturned\\relax\\fi\n"
                "{\\scriptsize\\ifdim%.0fpt>\\linewidth\\fontsize{\\dimexpr7pt*\\number\\linewidth/\\number\\dimexpr%.0fpt"
                "\\relax\\relax}{8pt}\\selectfont\\fi\n"
                "\\setlength{\\tabcolsep}{0.42em}%s\\begin{longtable}{",
                width, width, width, setup);
    types(t, out);
    hs_text_add(out, "}\n");
    caption(t, out);
    hs_text_add(out, " \\\\\n");
    heading(t, out);
    hs_text_add(out, "\\endfirsthead\n");
    heading(t, out);
    hs_text_add(out, "\\endhead\n\\bottomrule\n\\endfoot\n");
    rows(t, out);
    hs_text_add(out, "\\end{longtable}}\n\\hsturned\n");
}

static void tex(const struct hs_sheet *t, struct hs_text *out)
{
    bool longer = t->rows > PAGE;
    hs_text_add(out,
                "%% needs \\usepackage[T1]{fontenc}, and of packages booktabs, siunitx, textcomp, %s\n",
                longer ? "longtable, pdflscape" : "adjustbox");
    (longer ? many_pages : one_page)(t, out);
}

const struct hs_notation hs_notation_tex = {.name = "tex", .write = tex};
