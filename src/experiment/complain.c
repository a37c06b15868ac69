/* complain.c - collects complaints and shows them under the lines that they are about. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/complain.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN = 60, WIDTH = 160 };

void *hs_complaints_take(struct hs_complaints *c, size_t n, size_t size)
{
    void *p = hs_arena_take(c->arena, n, size);
    if (!p) c->no_memory = true;
    return p;
}

static char *text_of(struct hs_complaints *c, const char *fmt, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    char *p = n < 0 ? NULL : hs_complaints_take(c, (size_t)n + 1, 1);
    if (p) vsnprintf(p, (size_t)n + 1, fmt, again);
    va_end(again);
    return p;
}

char *hs_complaints_text(struct hs_complaints *c, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    char *p = text_of(c, fmt, ap);
    va_end(ap);
    return p;
}

static void add(struct hs_complaints *c, struct hs_mark at, bool missing, const char *what)
{
    if (!what) return;
    for (size_t i = 0; i < c->n; i++) /* what follows from one cause is said once */
        if (c->list[i].at.source == at.source && c->list[i].at.line == at.line &&
            c->list[i].at.column == at.column && !strcmp(c->list[i].what, what))
            return;
    if (c->n == c->room) {
        size_t room = c->room ? 2 * c->room : 16;
        struct hs_complaint *list = hs_complaints_take(c, room, sizeof *list);
        if (!list) return;
        if (c->n) memcpy(list, c->list, c->n * sizeof *list);
        c->list = list, c->room = room;
    }
    c->list[c->n++] = (struct hs_complaint){.at = at, .what = what, .missing = missing};
}

void hs_complain(struct hs_complaints *c, struct hs_mark at, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    add(c, at, false, text_of(c, fmt, ap));
    va_end(ap);
}

void hs_complain_missing(struct hs_complaints *c, struct hs_mark at, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    add(c, at, true, text_of(c, fmt, ap));
    va_end(ap);
}

static int by_place(const void *pa, const void *pb)
{
    const struct hs_complaint *a = pa, *b = pb;
    int ra = a->at.source ? a->at.source->rank : -1,
        rb = b->at.source ? b->at.source->rank : -1;
    if (ra != rb) return ra < rb ? -1 : 1;
    if (a->at.line != b->at.line) return a->at.line < b->at.line ? -1 : 1;
    if (a->at.column != b->at.column) return a->at.column < b->at.column ? -1 : 1;
    return strcmp(a->what, b->what);
}

static bool begins_character(char byte) { return ((unsigned char)byte & 0xc0) != 0x80; }

/* The line and the marker below it: tabs stay tabs, so that the caret stands where the eye
 * expects it. */
static void show_line(struct hs_text *t, const struct hs_mark *at)
{
    const char *s = at->source->text, *end = s + at->source->n;
    for (size_t line = 0; line < at->line && s < end; s++) line += *s == '\n';
    size_t n = strcspn(s, "\r\n"), column = 0, i = 0;
    if (n > (size_t)(end - s)) n = (size_t)(end - s);
    if (n == 0 || n > WIDTH) return;
    hs_text_add(t, "%5zu | ", at->line + 1);
    hs_text_put(t, s, n);
    hs_text_add(t, "\n      | ");
    for (; i < n && column < at->column; i++)
        if (begins_character(s[i])) {
            column++;
            hs_text_put(t, s[i] == '\t' ? "\t" : " ", 1);
        }
    while (i < n && !begins_character(s[i])) i++;
    hs_text_put(t, "^", 1);
    for (size_t k = 1; k < at->span && column + k < n; k++) hs_text_put(t, "~", 1);
    hs_text_put(t, "\n", 1);
}

void hs_complaints_show(struct hs_complaints *c, struct hs_text *t)
{
    if (c->n) qsort(c->list, c->n, sizeof *c->list, by_place);
    for (size_t i = 0; i < c->n && i < SHOWN; i++) {
        const struct hs_mark *at = &c->list[i].at;
        if (!at->source) {
            hs_text_add(t, "%s\n", c->list[i].what);
            continue;
        }
        hs_text_add(t, "%s:%zu:%zu: %s\n", at->source->name, at->line + 1, at->column + 1,
                    c->list[i].what);
        show_line(t, at);
    }
    if (c->n > SHOWN) hs_text_add(t, "... and %zu more\n", c->n - SHOWN);
}

enum hs_status hs_complaints_status(const struct hs_complaints *c, struct hs_err *e)
{
    bool all_missing = true;
    if (c->no_memory) return HS_OUT_OF_MEMORY(e);
    if (!c->n) return HS_OK;
    for (size_t i = 0; i < c->n; i++) all_missing = all_missing && c->list[i].missing;
    return HS_FAIL(e, all_missing ? HS_ENOINPUT : HS_ECONFIG, "%zu mistake%s in the config",
                   c->n, c->n == 1 ? "" : "s");
}
