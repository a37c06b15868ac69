/* rng.c - Philox4x32-10 (Salmon et al., SC 2011): counter-based, so streams never overlap and any draw can be had. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/rng.h"

#include <string.h>

struct philox {
    uint32_t key[2], counter[4], out[4];
    int used;
};

static void block(const uint32_t key[2], const uint32_t counter[4], uint32_t out[4])
{
    uint32_t k0 = key[0], k1 = key[1];
    uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
    for (int round = 0; round < 10; round++) {
        uint64_t a = (uint64_t)0xD2511F53u * c0, b = (uint64_t)0xCD9E8D57u * c2;
        uint32_t n0 = (uint32_t)(b >> 32) ^ c1 ^ k0, n2 = (uint32_t)(a >> 32) ^ c3 ^ k1;
        c1 = (uint32_t)b, c3 = (uint32_t)a, c0 = n0, c2 = n2;
        k0 += 0x9E3779B9u, k1 += 0xBB67AE85u;
    }
    out[0] = c0, out[1] = c1, out[2] = c2, out[3] = c3;
}

static void seed(void *state, unsigned long s)
{
    struct philox *p = state;
    *p = (struct philox){.key = {(uint32_t)s, (uint32_t)((uint64_t)s >> 32)}, .used = 4};
}

static unsigned long get(void *state)
{
    struct philox *p = state;
    if (p->used == 4) {
        block(p->key, p->counter, p->out);
        p->used = 0;
        for (int i = 0; i < 4 && ++p->counter[i] == 0; i++) continue;
    }
    return p->out[p->used++];
}

static double unit(uint32_t a, uint32_t b)
{
    return ((a >> 5) * 67108864.0 + (b >> 6)) * (1 / 9007199254740992.0);
}

static double get_double(void *state)
{
    uint32_t a = (uint32_t)get(state), b = (uint32_t)get(state);
    return unit(a, b);
}

static const gsl_rng_type philox = {
    .name = "philox4x32-10", .max = 0xffffffffu, .min = 0, .size = sizeof(struct philox),
    .set = seed, .get = get, .get_double = get_double,
};

static uint64_t mix(uint64_t z) /* SplitMix64's finaliser: every bit of the input reaches every bit of the key */
{
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

uint64_t hs_rng_key(uint64_t root, const char *name)
{
    uint64_t h = 0xcbf29ce484222325u; /* FNV-1a over the name */
    for (; *name; name++) h = (h ^ (unsigned char)*name) * 0x100000001b3u;
    return mix(mix(root + 0x9e3779b97f4a7c15u) ^ h);
}

gsl_rng *hs_rng_open(uint64_t root, const char *name)
{
    gsl_rng *r = gsl_rng_alloc(&philox);
    if (r) gsl_rng_set(r, hs_rng_key(root, name));
    return r;
}

double hs_rng_at(uint64_t key, uint64_t i)
{
    const uint32_t k[2] = {(uint32_t)key, (uint32_t)(key >> 32)};
    const uint32_t counter[4] = {(uint32_t)i, (uint32_t)(i >> 32), 0x68737264u, 0};
    uint32_t out[4];
    block(k, counter, out);
    return unit(out[0], out[1]);
}
