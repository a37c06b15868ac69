/* summary_dict.h - inside tensor/: exact counts of few distinct values. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_SUMMARY_DICT_H
#define HS_SUMMARY_DICT_H
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hs_dict {
    uint32_t *key;   /* bits of a finite float, never -0; HS_NO_KEY: free */
    uint64_t *count;
    size_t n, most;  /* distinct values; how many there may be */
    int log2;        /* of the slots, at least twice as many as values */
};
#define HS_NO_KEY 0xffffffffu

enum hs_status hs_dict_open(struct hs_dict *, size_t most, struct hs_err *);
void hs_dict_close(struct hs_dict *);
/* Counts values until one is new and there is no room for it; *taken says how many went in. */
enum hs_status hs_dict_add(struct hs_dict *, const float *x, size_t n, size_t *taken, struct hs_err *);
/* One value many times; *full: no room. */
enum hs_status hs_dict_put(struct hs_dict *, uint32_t bits, uint64_t count, bool *full, struct hs_err *);
static inline size_t hs_dict_slots(const struct hs_dict *d) { return d->key ? (size_t)1 << d->log2 : 0; }

#endif
