/* dump.h - this room stands between halfstep and HDF5: networks and data in, dumps out. No other room but the store
 * includes hdf5.h. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_DUMP_H
#define HS_DUMP_H
#include "base/err.h"
#include "net/net.h"

#include <stdbool.h>
#include <stdint.h>

/* Muzzles the library's own printing; once, in main and in each test program. */
void hs_dump_init(void);

/* Reads a network: schema version 1, or a Keras file (then hs_keras_read does the work). The file is first read by a
 * child process under limits, so that a file which kills the library ends as a clear error. */
enum hs_status hs_dump_read_net(const char *path, bool allow_nonfinite, struct hs_net *, struct hs_err *);

/* Does the file hold a network at all, of whatever kind and whether or not it can be read? */
enum hs_status hs_dump_has_network(const char *path, bool *has, struct hs_err *);

/* Where the data of a split lies. Defaults: file = the network's, inputs = /data/<split>/inputs ... */
struct hs_data_where {
    const char *file, *split;                        /* split: "calibration", "evaluation" */
    const char *inputs, *targets, *mask, *cluster;   /* dataset paths; NULL: by convention */
    size_t row_begin, row_end;                       /* row_end 0: to the end */
    bool allow_nonfinite;
};

/* Rows of a split, in memory, in the engine's memory order, normalised. */
struct hs_data {
    size_t n;
    size_t ports;
    struct hs_tensor *input; /* one a port, dim[0] = n */
    float *target;           /* n * target_width, or NULL */
    size_t target_width;
    float *mask;             /* n * mask_width, or NULL; 1 where a position counts, 0 where it stays out */
    size_t mask_width;
    uint32_t *cluster;       /* n, or NULL */
    struct hs_key digest;    /* of all of the above */
};
/* How many rows there are. */
enum hs_status hs_data_count(const struct hs_net *, const struct hs_data_where *, size_t *n, struct hs_err *);
/* row: n row numbers in the split (after row_begin), ascending or not; NULL: the first n. Checks shapes against the
 * ports (both sides named), labels against the output's width, and finiteness. hs_data_free gives it back. */
enum hs_status hs_data_read(const struct hs_net *, const struct hs_data_where *, const size_t *row, size_t n,
                            struct hs_data *, struct hs_err *);
void hs_data_free(struct hs_data *);

/* Recorded outputs of a node for the first samples of a split, in the file's logical order. HS_OK with value->data NULL
 * where there are none. */
enum hs_status hs_dump_read_activation(const char *path, const char *split, const struct hs_net *, int node,
                                       struct hs_tensor *value, struct hs_err *);

#endif
