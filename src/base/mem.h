/* mem.h - the only door to malloc: aligned blocks with one owner, and arenas for what lives and dies together. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_BASE_MEM_H
#define HS_BASE_MEM_H
#include <stddef.h>

/* n * size bytes at a 64-byte boundary, not cleared; NULL when there is no memory or the product overflows.
 * n * size == 0 gives a valid pointer. The caller owns it and gives it back through hs_free. */
void *hs_alloc(size_t n, size_t size) __attribute__((warn_unused_result));
void *hs_alloc_zeroed(size_t n, size_t size) __attribute__((warn_unused_result));
/* Grows or shrinks; the first min(old, n * size) bytes stay. NULL leaves the old block as it was. */
void *hs_realloc(void *block, size_t n, size_t size) __attribute__((warn_unused_result));
void hs_free(void *block); /* NULL is fine */
/* Once, in main: what is freed stays with the process, so that the next tensor of its size costs no page faults. */
void hs_mem_reuse(void);
/* For tests: the k-th allocation from now fails (k = 1 is the next one); 0 switches this off. */
void hs_mem_fail_at(long k);

/* An arena owns all that is taken from it and frees it at once. Not shared between threads. */
struct hs_arena;
struct hs_arena *hs_arena_open(void); /* NULL: no memory */
void hs_arena_close(struct hs_arena *); /* NULL is fine */
/* Zeroed, 64-byte aligned, valid until the arena is closed; NULL: no memory. */
void *hs_arena_take(struct hs_arena *, size_t n, size_t size) __attribute__((warn_unused_result));
char *hs_arena_text(struct hs_arena *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3), warn_unused_result));
#define HS_NEW(arena, n, type) ((type *)hs_arena_take((arena), (n), sizeof(type)))

#endif
