/* data.h - where the parts of a split lie in a file. For the files of this room only. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_DUMP_DATA_H
#define HS_DUMP_DATA_H
#include "dump/dump.h"
#include "dump/h5.h"

/* An open split. Paths live in the arena; NULL where there is no such part. */
struct hs_split {
    struct hs_h5 h;
    struct hs_arena *a;
    const struct hs_net *net;
    const struct hs_data_where *where;
    char **input; /* one dataset a port */
    char *targets, *mask, *cluster;
    size_t begin, n; /* rows after row_begin and row_end */
};
enum hs_status hs_split_open(const struct hs_net *, const struct hs_data_where *, struct hs_split *, struct hs_err *);
void hs_split_close(struct hs_split *);

/* One part, read. row: n row numbers after begin, or NULL. */
struct hs_rows_wanted {
    const size_t *row;
    size_t n;
};
/* Normalised values of a port in the engine's memory order; the tensor is allocated here. */
enum hs_status hs_split_port(const struct hs_split *, size_t port, struct hs_rows_wanted, struct hs_tensor *,
                             struct hs_err *);
/* Plain values; width: how many a row. */
enum hs_status hs_split_values(const struct hs_split *, const char *path, struct hs_rows_wanted, struct hs_shape *shape,
                               float **value, struct hs_err *);

#endif
