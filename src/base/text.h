/* text.h - text that grows, and the nearest word to a misspelt one. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_BASE_TEXT_H
#define HS_BASE_TEXT_H
#include <stdbool.h>
#include <stddef.h>

/* Starts as {0}; the caller gives s back through hs_text_free. After a failed allocation the text stays as it was
 * and failed is set: look once, at the end. */
struct hs_text {
    char *s; /* NUL-terminated, or NULL while empty */
    size_t n, room;
    bool failed;
};
void hs_text_add(struct hs_text *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void hs_text_put(struct hs_text *, const char *bytes, size_t n);
void hs_text_free(struct hs_text *);

/* Names come out of other people's files: puts ? for each byte that commands a terminal (not line ends and tabs) or is no UTF-8. */
void hs_text_tidy(char *s);

/* Edits (insert, drop, change, swap neighbours) from a to b: optimal string alignment. */
size_t hs_text_distance(const char *a, const char *b);
/* The word of a NULL-ended list that is nearest to a misspelt one, or NULL where none is near enough to suggest. */
const char *hs_text_nearest(const char *word, const char *const *list);
/* Shell-like glob with * ? [..], whole string. */
bool hs_text_match(const char *glob, const char *s);
/* The same of a path in a file, whose first slash the glob may leave out. */
bool hs_text_match_path(const char *glob, const char *path);
/* A glob that matches this text alone; from the arena, NULL: no memory. */
struct hs_arena;
const char *hs_text_literal(struct hs_arena *, const char *s);

#endif
