/* bench.h - what the measurements share. Private to bench*.c. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_CLI_BENCH_H
#define HS_CLI_BENCH_H
#include "cli/output.h"
#include "dump/dump.h"

struct hs_bench {
    int reps;
    struct hs_table *table;
};
/* A row: seconds of each repetition (sorted here), and the work of one in units of 1e9. */
void hs_bench_row(struct hs_bench *, const char *what, const char *variant, double *seconds, double work, const char *unit,
                  const char *note);
/* Times job(ctx) after one run that nobody counts. */
enum hs_status hs_bench_time(struct hs_bench *, const char *what, const char *variant, double work, const char *unit,
                             enum hs_status (*job)(void *ctx, struct hs_err *), void *ctx, struct hs_err *);

enum hs_status hs_bench_kernels(struct hs_bench *, struct hs_err *);
/* 2^24 values: summary, strategies, quantization, each beside a sum or a copy of them. */
enum hs_status hs_bench_calibration(struct hs_bench *, struct hs_err *);
/* Integer products beside float ones: how much faster, on which instructions. */
enum hs_status hs_bench_integer(struct hs_bench *, struct hs_err *);
/* forward_only: just the float pass. */
enum hs_status hs_bench_search(struct hs_bench *, const struct hs_net *, const struct hs_data *, size_t memory,
                               bool forward_only, struct hs_err *);
/* n samples of random values for the network's inputs. */
enum hs_status hs_bench_drawn(const struct hs_net *, struct hs_data *, size_t n, struct hs_err *);
/* The network and images of the baseline, with random values: conv 3 x 3 1 -> 32, relu, pool, conv 3 x 3 32 -> 64, relu,
 * pool, linear 3136 -> 128, relu, linear 128 -> 10; n images of 28 x 28. */
enum hs_status hs_bench_baseline(struct hs_net *, struct hs_data *, size_t n, struct hs_err *);

#endif
