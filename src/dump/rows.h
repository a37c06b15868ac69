/* rows.h - rows of a dataset by number, in any order, in bounded memory. For the files of this room only. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_DUMP_ROWS_H
#define HS_DUMP_ROWS_H
#include "dump/h5.h"

/* Called for each row asked for: at is its place in the list, raw its values as they lie in memory. */
typedef enum hs_status hs_rows_sink(void *ctx, size_t at, const void *raw, struct hs_err *);

/* Reads rows row[0 .. n-1] + first (row NULL: 0 .. n-1), each once and in the file's order whatever the list's, so that
 * every chunk is unpacked once; a row may occur twice. All must lie in the dataset. */
enum hs_status hs_rows_gather(const struct hs_h5_set *, size_t first, const size_t *row, size_t n, hs_rows_sink *,
                              void *ctx, struct hs_err *);

#endif
