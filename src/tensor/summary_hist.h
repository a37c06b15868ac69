/* summary_hist.h - inside tensor/: the histogram keyed by the upper 20 bits of a float: sign, exponent, 11 of mantissa.
 *
 * Each bucket keeps an exact integer count and an exact integer sum of the 12 bits below the key, so that buckets add up
 * exactly in any order and the mean of each is known. Storage comes by the octave (sign and exponent, 2,048 buckets). */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_SUMMARY_HIST_H
#define HS_SUMMARY_HIST_H
#include "base/err.h"
#include "tensor/summary_kernel.h"
#include "tensor/summary_wide.h"

#include <stdbool.h>

enum { HS_LOW = 12, HS_OCTAVES = 512, HS_OCTAVE = 2048 };

struct hs_octave { uint64_t count[HS_OCTAVE], low[HS_OCTAVE]; };

struct hs_hist {
    struct hs_octave *octave[HS_OCTAVES]; /* by the upper 9 bits; NULL while nothing fell there */
    /* Two tables of all keys, cleared by the octave when it is first met. Each value adds its bits and 2^40, and with
     * key 2^12 the bits that all of a bucket share, the sum is n (2^40 + key 2^12) + the low bits: a division takes it
     * apart. Emptied into `octave` before 2^24 values could overflow it. */
    uint64_t *wide[2];
    size_t pending;
    int tables;               /* how many of the two are in use */
    /* And a table of narrow counters, count 2^22 plus the low bits: the one that is filled while no key has many values. */
    uint32_t *narrow;
    size_t narrow_pending;
    bool crowded;             /* one was full soon: no longer used */
    uint32_t any;             /* OR of the bits of all values: their lower 12 all 0 means that each bucket is one value */
    uint64_t tiny[2];         /* nonzero values in the two buckets that hold 0: positive, negative */
    struct hs_wide squares;   /* of what the low bits add, over all values */
};

struct hs_hist *hs_hist_open(void); /* NULL: no memory */
void hs_hist_close(struct hs_hist *);
/* At most HS_BLOCK finite values and what their bits are. */
enum hs_status hs_hist_block(struct hs_hist *, const struct hs_summary_kernels *, const struct hs_bits *, const float *x,
                             size_t n, struct hs_err *);
/* One value `count` times, by its bits. */
enum hs_status hs_hist_add(struct hs_hist *, uint32_t bits, uint64_t count, struct hs_err *);
/* A whole bucket; its values' other sums are set apart (summary_flat.c). */
enum hs_status hs_hist_put(struct hs_hist *, uint32_t key, uint64_t count, uint64_t low, struct hs_err *);
enum hs_status hs_hist_plus(struct hs_hist *, const struct hs_hist *, struct hs_err *);
void hs_hist_settle(struct hs_hist *); /* empties the fast tables */
/* Exact sums over all values, once settled: of magnitudes by sign, and of squares. */
void hs_hist_sums(const struct hs_hist *, double *sum, double *magnitude, double *square);
size_t hs_hist_memory(const struct hs_hist *);

static inline float hs_hist_edge(uint32_t key) /* the smaller magnitude of a bucket, signed */
{
    union { uint32_t u; float f; } v = {key << HS_LOW};
    return v.f;
}

#endif
