/* stream.h - any tensor of any HDF5 file, whatever its size, as blocks of floats in bounded memory.
 *
 * A child process reads and converts; the blocks come through a pipe. So what kills the HDF5 library ends as an error,
 * and reading overlaps with what is done with the values. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_DUMP_STREAM_H
#define HS_DUMP_STREAM_H
#include "base/err.h"
#include "base/mem.h"
#include "dump/type.h"
#include "tensor/tensor.h"

#include <stdint.h>

struct hs_tensor_info {
    const char *path; /* "/network/n0003/weight" */
    enum hs_dump_type type;
    int rank;
    uint64_t dim[HS_MAX_RANK];
    uint64_t count;      /* values */
    const char *refused; /* why it cannot be read (then the rest but path is 0), or NULL */
};

/* The numeric datasets of a file, by path; what is not numeric is left out. */
struct hs_tensor_list {
    struct hs_arena *arena;
    size_t n;
    struct hs_tensor_info *info;
};
enum hs_status hs_tensor_list_read(const char *path, struct hs_tensor_list *, struct hs_err *);
void hs_tensor_list_free(struct hs_tensor_list *); /* leaves {0} */

struct hs_stream;
/* dataset: its path in the file. Several streams may be open at once. */
enum hs_status hs_stream_open(const char *path, const char *dataset, struct hs_stream **, struct hs_err *);
const struct hs_tensor_info *hs_stream_info(const struct hs_stream *);
/* The next values, in C order: *n of them, at most 2^20, the stream's own until the next call. HS_DONE at the end.
 * Integers are rounded to float32 where they are too long for it. NaN and Inf come as they are. */
enum hs_status hs_stream_next(struct hs_stream *, const float **value, size_t *n, struct hs_err *);
void hs_stream_close(struct hs_stream *); /* NULL is fine; before the end as well */

#endif
