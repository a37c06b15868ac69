/* hash.c - digests by XXH3 (libxxhash); steps are chained: each new state is the digest of (state, piece). */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/hash.h"

#include "base/file.h"
#include "base/mem.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <xxhash.h>

bool hs_key_equal(struct hs_key a, struct hs_key b) { return a.hi == b.hi && a.lo == b.lo; }

void hs_key_hex(struct hs_key k, char hex[HS_KEY_HEX])
{
    snprintf(hex, HS_KEY_HEX, "%016" PRIx64 "%016" PRIx64, k.hi, k.lo);
}

static struct hs_key from(XXH128_hash_t h) { return (struct hs_key){.hi = h.high64, .lo = h.low64}; }

struct hs_key hs_hash_bytes(const void *p, size_t n) { return from(XXH3_128bits(p, n)); }

struct hs_key hs_hash_file(const char *path, struct hs_err *e)
{
    enum { BLOCK = 1 << 20 };
    struct hs_key key = {0, 0};
    const char *why;
    FILE *f = hs_file_open(path, &why);
    if (!f) {
        HS_FAIL(e, HS_ENOINPUT, "cannot open %s: %s", path, why);
        return key;
    }
    XXH3_state_t *s = XXH3_createState();
    char *block = hs_alloc(1, BLOCK);
    if (!s || !block || XXH3_128bits_reset(s) != XXH_OK) {
        HS_OUT_OF_MEMORY(e);
    } else {
        size_t n;
        while ((n = fread(block, 1, BLOCK, f)) > 0) XXH3_128bits_update(s, block, n);
        if (ferror(f)) HS_FAIL(e, HS_EDATA, "cannot read %s: %s", path, strerror(errno));
        key = from(XXH3_128bits_digest(s));
    }
    hs_free(block);
    XXH3_freeState(s);
    fclose(f);
    return key;
}

void hs_hash_begin(struct hs_hash *h, const char *what)
{
    *h = (struct hs_hash){{0, 0}};
    hs_hash_text(h, what);
}

void hs_hash_add(struct hs_hash *h, const void *p, size_t n)
{
    XXH128_hash_t piece = XXH3_128bits(p, n);
    const uint64_t all[5] = {h->state[0], h->state[1], n, piece.high64, piece.low64};
    XXH128_hash_t next = XXH3_128bits(all, sizeof all);
    h->state[0] = next.high64, h->state[1] = next.low64;
}

void hs_hash_text(struct hs_hash *h, const char *s)
{
    if (s)
        hs_hash_add(h, s, strlen(s) + 1);
    else
        hs_hash_add(h, "", 0);
}

void hs_hash_int(struct hs_hash *h, int64_t i) { hs_hash_add(h, &i, sizeof i); }

void hs_hash_real(struct hs_hash *h, double x)
{
    if (x == 0) x = 0;
    hs_hash_add(h, &x, sizeof x);
}

void hs_hash_key(struct hs_hash *h, struct hs_key k) { hs_hash_add(h, &k, sizeof k); }

struct hs_key hs_hash_end(const struct hs_hash *h)
{
    return (struct hs_key){.hi = h->state[0], .lo = h->state[1]};
}
