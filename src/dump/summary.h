/* summary.h - summaries in a file, so that calibration can be repeated without the data.
 *
 * Root attribute halfstep_summaries = 1; /summaries/s0000, s0001 ...: one group a tensor, its true name in the attribute
 * `tensor`, the members of struct hs_summary_flat as attributes and datasets (doc/dump.md). */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_DUMP_SUMMARY_H
#define HS_DUMP_SUMMARY_H
#include "base/mem.h"
#include "dump/write.h"
#include "tensor/summary.h"

/* Number k of a file that is being written. */
enum hs_status hs_dump_put_summary(struct hs_dump_writer *, size_t k, const char *tensor, const struct hs_summary *,
                                   struct hs_err *);

/* The tensors whose summaries a file holds; n = 0 with is = false where it is no such file. */
struct hs_summary_names {
    struct hs_arena *arena;
    bool is;
    size_t n;
    const char **tensor;
};
enum hs_status hs_summary_names_read(const char *path, struct hs_summary_names *, struct hs_err *);
void hs_summary_names_free(struct hs_summary_names *); /* leaves {0} */
/* Number k of a file. HS_EDATA with the reason where it is none that halfstep could have written. The caller closes it. */
enum hs_status hs_dump_read_summary(const char *path, size_t k, struct hs_summary **, struct hs_err *);

#endif
