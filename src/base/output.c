/* output.c - prints tables: aligned text, csv (RFC 4180), Markdown, LaTeX (booktabs), JSON. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/output.h"

#include "base/text.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

const char *const hs_output_names[] = {"text", "csv", "md", "tex", "json", NULL};

enum hs_status hs_output_find(const char *word, enum hs_output *found, struct hs_err *e)
{
    for (int i = 0; hs_output_names[i]; i++)
        if (!strcmp(hs_output_names[i], word)) return *found = (enum hs_output)i, HS_OK;
    const char *near = hs_text_nearest(word, hs_output_names);
    return HS_FAIL(e, HS_EUSAGE, "no output format '%s'%s%s%s; there are: text csv md tex json", word,
                   near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "");
}

struct hs_cell {
    const char *text; /* as people read it */
    double value;
    bool number;
};

void hs_table_open(struct hs_table *t, const char *name, const char *title, const struct hs_column *column, size_t n)
{
    *t = (struct hs_table){.arena = hs_arena_open(), .column = column, .columns = n};
    t->failed = !t->arena;
    if (t->failed) return;
    t->name = hs_arena_text(t->arena, "%s", name);
    t->title = title ? hs_arena_text(t->arena, "%s", title) : NULL;
    t->failed = !t->name || (title && !t->title);
}

void hs_table_close(struct hs_table *t)
{
    hs_arena_close(t->arena);
    hs_free(t->cell);
    *t = (struct hs_table){0};
}

static void add(struct hs_table *t, struct hs_cell cell)
{
    if (t->failed) return;
    if (!(t->cells & (t->cells - 1))) { /* at each power of two */
        struct hs_cell *wider = hs_realloc(t->cell, t->cells ? 2 * t->cells : 1, sizeof *wider);
        if (!wider) t->failed = true;
        else t->cell = wider;
    }
    if (!cell.text) t->failed = true;
    if (!t->failed) t->cell[t->cells++] = cell;
}

void hs_table_text(struct hs_table *t, const char *fmt, ...)
{
    if (t->failed) return;
    if (!fmt) return add(t, (struct hs_cell){.text = ""});
    char small[512];
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(small, sizeof small, fmt, args);
    va_end(args);
    char *text = hs_arena_take(t->arena, (size_t)n + 1, 1);
    va_start(args, fmt);
    if (text) vsnprintf(text, (size_t)n + 1, fmt, args);
    va_end(args);
    if (text) hs_text_tidy(text);
    add(t, (struct hs_cell){.text = text});
}

#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* the caller's table of formats */
void hs_table_number(struct hs_table *t, const char *fmt, double value)
{
    if (t->failed) return;
    char text[64] = "";
    if (!isnan(value)) snprintf(text, sizeof text, fmt, value);
    add(t, (struct hs_cell){.text = hs_arena_text(t->arena, "%s", text), .value = value, .number = true});
}

static const struct hs_cell *at(const struct hs_table *t, size_t row, size_t column)
{
    return &t->cell[row * t->columns + column];
}
static size_t rows(const struct hs_table *t) { return t->cells / t->columns; }

/* Characters, not bytes; good enough for the scripts in use here. */
static size_t width_of(const char *s)
{
    size_t n = 0;
    for (; *s; s++) n += ((unsigned char)*s & 0xc0) != 0x80;
    return n;
}

static void spaces(FILE *to, size_t n)
{
    for (; n; n--) fputc(' ', to);
}

static void text_row(FILE *to, const struct hs_table *t, const size_t *width, size_t row)
{
    for (size_t c = 0; c < t->columns; c++) {
        const char *s = row ? at(t, row - 1, c)->text : t->column[c].name; /* row 0 is the heading */
        size_t gap = width[c] - width_of(s);
        if (t->column[c].right) spaces(to, gap);
        fputs(s, to);
        bool more = false; /* nothing but blanks follows: no trailing ones */
        for (size_t d = c + 1; d < t->columns && !more; d++) more = !row || *at(t, row - 1, d)->text;
        if (!more) break;
        if (!t->column[c].right) spaces(to, gap);
        spaces(to, 2);
    }
    fputc('\n', to);
}

static void print_text(FILE *to, const struct hs_table *t, size_t index, size_t n)
{
    size_t width[64];
    assert(t->columns <= 64);
    for (size_t c = 0; c < t->columns; c++) {
        width[c] = width_of(t->column[c].name);
        for (size_t r = 0; r < rows(t); r++)
            if (width_of(at(t, r, c)->text) > width[c]) width[c] = width_of(at(t, r, c)->text);
    }
    (void)n;
    if (index) fputc('\n', to);
    if (t->title) fprintf(to, "%s\n\n", t->title);
    for (size_t r = 0; r <= rows(t); r++) text_row(to, t, width, r);
}

static void csv_field(FILE *to, const char *s)
{
    if (!strpbrk(s, ",\"\r\n")) {
        fputs(s, to);
        return;
    }
    fputc('"', to);
    for (; *s; s++) *s == '"' ? fputs("\"\"", to) : fputc(*s, to);
    fputc('"', to);
}

/* Nine digits tell floats apart; counts stay whole. */
static void program_number(FILE *to, double v)
{
    fprintf(to, v == rint(v) && fabs(v) < 0x1p53 ? "%.0f" : "%.9g", v);
}

static void print_csv(FILE *to, const struct hs_table *t, size_t index, size_t n)
{
    if (n > 1) fprintf(to, "%s# %s\n", index ? "\n" : "", t->name);
    for (size_t c = 0; c < t->columns; c++) {
        if (c) fputc(',', to);
        csv_field(to, t->column[c].name);
    }
    for (size_t r = 0; r < rows(t); r++)
        for (size_t c = 0; c < t->columns; c++) {
            const struct hs_cell *cell = at(t, r, c);
            fputc(c ? ',' : '\n', to);
            if (!cell->number) csv_field(to, cell->text);
            else if (!isnan(cell->value)) program_number(to, cell->value);
        }
    fputc('\n', to);
}

static void escaped(FILE *to, const char *s, const char *const (*replace)[2])
{
    for (; *s; s++) {
        size_t i = 0;
        while (replace[i][0] && replace[i][0][0] != *s) i++;
        if (replace[i][0]) fputs(replace[i][1], to);
        else fputc(*s, to);
    }
}

static void print_md(FILE *to, const struct hs_table *t, size_t index, size_t n)
{
    static const char *const replace[][2] = {{"|", "\\|"}, {"\n", "<br>"}, {"<", "&lt;"}, {"*", "\\*"}, {NULL, NULL}};
    (void)n;
    if (index) fputc('\n', to);
    if (t->title) fprintf(to, "**%s**\n\n", t->title);
    for (size_t r = 0; r <= rows(t); r++) {
        for (size_t c = 0; c < t->columns; c++) {
            fputs("| ", to);
            escaped(to, r ? at(t, r - 1, c)->text : t->column[c].name, replace);
            fputc(' ', to);
        }
        fputs("|\n", to);
        for (size_t c = 0; c < t->columns && r == 0; c++) fputs(t->column[c].right ? "|--:" : "|---", to);
        if (r == 0) fputs("|\n", to);
    }
}

static const char *const tex_replace[][2] = {
    {"\\", "\\textbackslash{}"}, {"&", "\\&"}, {"%", "\\%"}, {"$", "\\$"}, {"#", "\\#"}, {"_", "\\_"}, {"{", "\\{"},
    {"}", "\\}"}, {"~", "\\textasciitilde{}"}, {"^", "\\textasciicircum{}"}, {"<", "\\textless{}"},
    {">", "\\textgreater{}"}, {"|", "\\textbar{}"}, {NULL, NULL}};

static void print_tex(FILE *to, const struct hs_table *t, size_t index, size_t n)
{
    (void)n;
    if (index) fputc('\n', to);
    if (t->title) fprintf(to, "%% %s\n", t->title);
    fputs("\\begin{tabular}{", to);
    for (size_t c = 0; c < t->columns; c++) fputc(t->column[c].right ? 'r' : 'l', to);
    fputs("}\n\\toprule\n", to);
    for (size_t r = 0; r <= rows(t); r++) {
        for (size_t c = 0; c < t->columns; c++) {
            if (c) fputs(" & ", to);
            escaped(to, r ? at(t, r - 1, c)->text : t->column[c].name, tex_replace);
        }
        fputs(r ? " \\\\\n" : " \\\\\n\\midrule\n", to);
    }
    fputs("\\bottomrule\n\\end{tabular}\n", to);
}

static void json_text(FILE *to, const char *s)
{
    fputc('"', to);
    for (; *s; s++) {
        if (*s == '"' || *s == '\\') fprintf(to, "\\%c", *s);
        else if ((unsigned char)*s < 32) fprintf(to, "\\u%04x", (unsigned)*s);
        else fputc(*s, to);
    }
    fputc('"', to);
}

static void json_cell(FILE *to, const struct hs_cell *cell)
{
    if (!cell->number) json_text(to, cell->text);
    else if (isfinite(cell->value)) program_number(to, cell->value);
    else fputs(isnan(cell->value) ? "null" : cell->value > 0 ? "1e999" : "-1e999", to); /* readers make it infinite */
}

static void print_json(FILE *to, const struct hs_table *t, size_t index, size_t n)
{
    if (n > 1) {
        fputs(index ? ",\n" : "{", to);
        json_text(to, t->name);
        fputs(": ", to);
    }
    fputc('[', to);
    for (size_t r = 0; r < rows(t); r++)
        for (size_t c = 0; c < t->columns; c++) {
            fputs(c ? ", " : r ? "},\n {" : "\n {", to);
            json_text(to, t->column[c].name);
            fputs(": ", to);
            json_cell(to, at(t, r, c));
        }
    fputs(rows(t) ? "}\n]" : "]", to);
    if (index + 1 == n) fputs(n > 1 ? "}\n" : "\n", to);
}

enum hs_status hs_output_print(FILE *to, enum hs_output how, const struct hs_table *t, size_t n, struct hs_err *e)
{
    static void (*const print[])(FILE *, const struct hs_table *, size_t, size_t) = {
        [HS_OUTPUT_TEXT] = print_text, [HS_OUTPUT_CSV] = print_csv,   [HS_OUTPUT_MD] = print_md,
        [HS_OUTPUT_TEX] = print_tex,   [HS_OUTPUT_JSON] = print_json,
    };
    for (size_t i = 0; i < n; i++) {
        if (t[i].failed) return HS_OUT_OF_MEMORY(e);
        assert(t[i].cells % t[i].columns == 0);
        print[how](to, &t[i], i, n);
    }
    return fflush(to) || ferror(to) ? HS_FAIL(e, HS_ECREATE, "the output could not be written") : HS_OK;
}
