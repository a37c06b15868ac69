/* mem.c - aligned blocks and arenas over aligned_alloc. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/mem.h"

#include <limits.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGN = 64, CHUNK = 1 << 16 };

static atomic_long fail_at; /* tests count it down to 1; 0 is off */

void hs_mem_fail_at(long k) { atomic_store(&fail_at, k); }

static bool refused(void)
{
    if (atomic_load_explicit(&fail_at, memory_order_relaxed) == 0) return false;
    return atomic_fetch_sub(&fail_at, 1) == 1;
}

/* A block is preceded by one aligned header that keeps its size, so that growing knows what to copy. */
void *hs_alloc(size_t n, size_t size)
{
    size_t bytes;
    if (refused() || __builtin_mul_overflow(n, size, &bytes) || bytes > SIZE_MAX / 2) return NULL;
    bytes = (bytes + ALIGN - 1) / ALIGN * ALIGN;
    char *p = aligned_alloc(ALIGN, bytes + ALIGN);
    if (!p) return NULL;
    *(size_t *)(void *)p = bytes;
    return p + ALIGN;
}

void *hs_alloc_zeroed(size_t n, size_t size)
{
    void *p = hs_alloc(n, size);
    if (p) memset(p, 0, n * size);
    return p;
}

void hs_mem_reuse(void)
{
    mallopt(M_MMAP_THRESHOLD, 32 << 20); /* the most that glibc allows */
    mallopt(M_TRIM_THRESHOLD, INT_MAX);
}

void *hs_realloc(void *block, size_t n, size_t size)
{
    void *p = hs_alloc(n, size);
    if (p && block) {
        size_t had = *(size_t *)(void *)((char *)block - ALIGN);
        memcpy(p, block, had < n * size ? had : n * size);
        hs_free(block);
    }
    return p;
}

void hs_free(void *block)
{
    if (block) free((char *)block - ALIGN);
}

struct chunk {
    struct chunk *next;
    size_t used, size;
};
struct hs_arena {
    struct chunk *chunk;
};

struct hs_arena *hs_arena_open(void) { return hs_alloc_zeroed(1, sizeof(struct hs_arena)); }

void hs_arena_close(struct hs_arena *a)
{
    if (!a) return;
    for (struct chunk *c = a->chunk, *next; c; c = next) {
        next = c->next;
        hs_free(c);
    }
    hs_free(a);
}

void *hs_arena_take(struct hs_arena *a, size_t n, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(n, size, &bytes) || bytes > SIZE_MAX / 4) return NULL;
    bytes = (bytes + ALIGN - 1) / ALIGN * ALIGN;
    struct chunk *c = a->chunk;
    if (!c || c->size - c->used < bytes) {
        size_t room = bytes > CHUNK ? bytes : CHUNK;
        c = hs_alloc(1, ALIGN + room);
        if (!c) return NULL;
        *c = (struct chunk){.next = a->chunk, .size = room};
        a->chunk = c;
    }
    char *p = (char *)c + ALIGN + c->used;
    c->used += bytes;
    return memset(p, 0, bytes);
}

char *hs_arena_text(struct hs_arena *a, const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    char *p = n < 0 ? NULL : hs_arena_take(a, (size_t)n + 1, 1);
    if (p) vsnprintf(p, (size_t)n + 1, fmt, again);
    va_end(again);
    va_end(ap);
    return p;
}
