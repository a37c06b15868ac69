/* hash.h - 128-bit digests: the identity of inputs, of trials, and of everything that is computed only once. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_BASE_HASH_H
#define HS_BASE_HASH_H
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hs_key { uint64_t hi, lo; };
enum { HS_KEY_HEX = 33 }; /* 32 hexadecimal digits and a NUL */

bool hs_key_equal(struct hs_key, struct hs_key);
void hs_key_hex(struct hs_key, char hex[HS_KEY_HEX]);
struct hs_key hs_hash_bytes(const void *, size_t n); /* XXH3, 128 bits */
struct hs_key hs_hash_file(const char *path, struct hs_err *); /* on failure e->status is set */

/* A digest in steps. Every piece carries its length, so that ("ab", "c") and ("a", "bc") differ. */
struct hs_hash { uint64_t state[2]; };
void hs_hash_begin(struct hs_hash *, const char *what);
void hs_hash_add(struct hs_hash *, const void *, size_t n);
void hs_hash_text(struct hs_hash *, const char *); /* NULL is a value of its own */
void hs_hash_int(struct hs_hash *, int64_t);
void hs_hash_real(struct hs_hash *, double); /* by its bits; -0 counts as 0 */
void hs_hash_key(struct hs_hash *, struct hs_key);
struct hs_key hs_hash_end(const struct hs_hash *);

#endif
