/* summary_state.h - inside tensor/: what a summary holds. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_SUMMARY_STATE_H
#define HS_SUMMARY_STATE_H
#include "tensor/summary.h"
#include "tensor/summary_dict.h"
#include "tensor/summary_hist.h"
#include "tensor/summary_twofold.h"

/* Which one follows from the values alone, however they came: all of them up to limit.exact; the distinct ones up to
 * limit.distinct; else buckets. */
enum hs_holding { HS_VALUES, HS_DISTINCT, HS_BUCKETS };

/* The exact distribution as it is asked for: values ascending, each with how many lie before it, and twofold prefix sums
 * of x and x^2 before every 2^shift-th. */
struct hs_ladder {
    const float *value; /* m, ascending */
    float *own;         /* value, where it is not the summary's list */
    uint64_t *before;   /* m + 1; NULL: once each */
    uint64_t *count;    /* m; NULL: once each */
    struct hs_two *sum, *square;
    uint32_t *jump;     /* into value by the upper bits; NULL while there are few */
    size_t m;
    int shift;
};

/* The histogram as it is asked for: buckets of all octaves that were met, in the order of the values. Prefix k is what lies
 * before bucket k. */
struct hs_rung { double count, sum, square; };
struct hs_stairs {
    struct hs_rung *rung;          /* m + 1 */
    float *mean, *half;            /* m; a bucket's values count as uniform on mean -+ half */
    uint32_t first[HS_OCTAVES];    /* of an octave's buckets, or where they would be; negative ones descend */
    bool met[HS_OCTAVES];
    size_t m;
};

struct hs_summary {
    struct hs_summary_limits limit;
    uint64_t seen;              /* values, the non-finite ones among them */
    uint64_t count, nonfinite, first_nonfinite;
    float lo, hi;               /* of the finite ones; lo > hi: none yet */
    enum hs_holding holding;
    float *value;               /* HS_VALUES */
    size_t n, room;
    struct hs_dict dict;        /* HS_DISTINCT */
    struct hs_hist *hist;       /* HS_BUCKETS */
    double *batch;              /* lo, hi of each batch */
    size_t batches, batch_room;
    float batch_lo, batch_hi;   /* of the running one; lo > hi: nothing yet */
    bool prepared, exact;
    struct hs_facts facts;
    struct hs_ladder ladder;    /* exact */
    struct hs_stairs stairs;    /* not exact */
};

/* What lies below a point. */
struct hs_prefix {
    double count;
    struct hs_two sum, square;
};
/* x < t, or x <= t. */
void hs_summary_prefix(const struct hs_summary *, double t, bool inclusive, struct hs_prefix *);

/* summary_hold.c: finite values and weighted ones go in; the holding changes as it must. */
enum hs_status hs_summary_hold(struct hs_summary *, const struct hs_summary_kernels *, const struct hs_bits *, const float *x,
                               size_t n, struct hs_err *); /* at most HS_BLOCK, with their bits */
enum hs_status hs_summary_to_buckets(struct hs_summary *, struct hs_err *); /* not buckets yet */
enum hs_status hs_summary_hold_many(struct hs_summary *, const struct hs_summary *from, struct hs_err *);
/* n more values are coming, those of x or NULL: makes room, or does without where they will not fit anyway. */
enum hs_status hs_summary_expect(struct hs_summary *, const float *x, size_t n, struct hs_err *);
enum hs_status hs_summary_add_batch(struct hs_summary *, double lo, double hi, struct hs_err *);

/* summary_ladder.c and summary_stairs.c: made once after observing, then read by any number of threads. */
enum hs_status hs_ladder_make(struct hs_summary *, struct hs_err *);
void hs_ladder_prefix(const struct hs_ladder *, double t, bool inclusive, struct hs_prefix *);
double hs_ladder_ordinal(const struct hs_ladder *, uint64_t k);
void hs_ladder_free(struct hs_ladder *);
enum hs_status hs_stairs_make(struct hs_summary *, struct hs_err *);
void hs_stairs_prefix(const struct hs_stairs *, double t, bool inclusive, struct hs_prefix *);
void hs_stairs_masses(const struct hs_stairs *, const double *t, size_t n, struct hs_mass *); /* of x < t[i] */
double hs_stairs_ordinal(const struct hs_summary *, uint64_t k);
void hs_stairs_free(struct hs_stairs *);

enum hs_status hs_sort_floats(float *x, size_t n, struct hs_err *); /* ascending; no NaN */

#endif
