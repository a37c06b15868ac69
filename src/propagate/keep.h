/* keep.h - node outputs that were computed once, under what they depend on; the least recently used go first. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_PROPAGATE_KEEP_H
#define HS_PROPAGATE_KEEP_H
#include "base/hash.h"
#include "tensor/tensor.h"

struct hs_kept {
    struct hs_key key;
    struct hs_tensor t;
    int pins;          /* users; a pinned tensor is never dropped */
    bool has_extremes; /* lo, hi are known */
    float lo, hi;
    size_t bytes;
    struct hs_kept *newer, *older, *next;
};

struct hs_keep;
struct hs_keep *hs_keep_open(size_t budget); /* NULL: no memory */
void hs_keep_close(struct hs_keep *);        /* NULL is fine; pins do not matter any more */
void hs_keep_clear(struct hs_keep *);        /* drops all that is not pinned */
/* Pins what is found, or returns NULL. */
struct hs_kept *hs_keep_find(struct hs_keep *, struct hs_key);
/* A new tensor, pinned, its values not set yet. Room is made by dropping what is neither pinned nor recent; where all
 * is pinned the budget is exceeded rather than the work refused. */
enum hs_status hs_keep_add(struct hs_keep *, struct hs_key, const struct hs_shape *, struct hs_kept **, struct hs_err *);
/* Gives a pin back. */
void hs_keep_release(struct hs_keep *, struct hs_kept *);
/* Forgets a tensor whose computation failed; it must have one pin. */
void hs_keep_drop(struct hs_keep *, struct hs_kept *);

#endif
