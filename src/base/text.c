/* text.c - growing text and the distance between words. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"

#include "base/mem.h"

#include <fnmatch.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static bool reserve(struct hs_text *t, size_t more)
{
    if (t->room - t->n > more) return true;
    size_t room = (t->n + more + 1) * 2 + 64;
    char *s = hs_realloc(t->s, room, 1);
    if (!s) {
        t->failed = true;
        return false;
    }
    t->s = s, t->room = room;
    return true;
}

void hs_text_put(struct hs_text *t, const char *bytes, size_t n)
{
    if (!reserve(t, n)) return;
    memcpy(t->s + t->n, bytes, n);
    t->n += n;
    t->s[t->n] = '\0';
}

void hs_text_add(struct hs_text *t, const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    if (n >= 0 && reserve(t, (size_t)n)) {
        vsnprintf(t->s + t->n, (size_t)n + 1, fmt, again);
        t->n += (size_t)n;
    }
    va_end(again);
    va_end(ap);
}

/* Bytes of the character that begins here, 0: it is none (overlong, a surrogate, beyond U+10FFFF, cut). */
static size_t character(const unsigned char *s)
{
    size_t n = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : s[0] < 0xf5 ? 4 : 0;
    for (size_t i = 1; i < n; i++)
        if ((s[i] & 0xc0) != 0x80) return 0;
    if (n < 3) return n;
    bool none = (s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
                (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f);
    return none ? 0 : n;
}

static bool commands(const unsigned char *s)
{
    return (s[0] < ' ' && s[0] != '\n' && s[0] != '\t') || s[0] == 0x7f || (s[0] == 0xc2 && s[1] < 0xa0);
}

void hs_text_tidy(char *text)
{
    for (unsigned char *s = (unsigned char *)text; *s;) {
        size_t n = character(s), bad = !n ? 1 : commands(s) ? n : 0;
        memset(s, '?', bad);
        s += bad ? bad : n;
    }
}

void hs_text_free(struct hs_text *t)
{
    hs_free(t->s);
    *t = (struct hs_text){0};
}

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

size_t hs_text_distance(const char *a, const char *b)
{
    enum { MAX = 63 };
    size_t na = strlen(a), nb = strlen(b);
    if (na > MAX || nb > MAX) return SIZE_MAX;
    size_t row[3][MAX + 1]; /* the last three rows of the table */
    for (size_t j = 0; j <= nb; j++) row[0][j] = j;
    for (size_t i = 1; i <= na; i++) {
        size_t *now = row[i % 3], *up = row[(i + 2) % 3], *up2 = row[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= nb; j++) {
            now[j] = least(least(up[j], now[j - 1]) + 1, up[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                now[j] = least(now[j], up2[j - 2] + 1);
        }
    }
    return row[na % 3][nb];
}

const char *hs_text_nearest(const char *word, const char *const *list)
{
    const char *best = NULL;
    size_t near = strlen(word) / 3 + 1; /* beyond a third of the word it is another word */
    for (; *list; list++) {
        size_t d = hs_text_distance(word, *list);
        if (d <= near) best = *list, near = d ? d - 1 : 0;
        if (d == 0) break;
    }
    return best;
}

bool hs_text_match(const char *glob, const char *s) { return fnmatch(glob, s, 0) == 0; }

bool hs_text_match_path(const char *glob, const char *path)
{
    return hs_text_match(glob, path) || (path[0] == '/' && glob[0] != '/' && hs_text_match(glob, path + 1));
}

const char *hs_text_literal(struct hs_arena *arena, const char *s)
{
    char *glob = HS_NEW(arena, 2 * strlen(s) + 1, char), *to = glob;
    for (; glob && *s; s++) {
        if (strchr("*?[]\\", *s)) *to++ = '\\';
        *to++ = *s;
    }
    return glob;
}
