/* write.h - writes dumps of schema version 1. What is not finished leaves no file behind. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_DUMP_WRITE_H
#define HS_DUMP_WRITE_H
#include "dump/type.h"
#include "net/net.h"

/* A dump on its way: written under a temporary name beside the path. Two runs write the same bytes. */
struct hs_dump_writer;
enum hs_status hs_dump_create(const char *path, struct hs_dump_writer **, struct hs_err *);
/* Closes, syncs, and gives the file its name, replacing what was there. The writer is gone in any case. */
enum hs_status hs_dump_finish(struct hs_dump_writer *, struct hs_err *);
void hs_dump_abandon(struct hs_dump_writer *); /* removes the temporary file; NULL is fine */

/* The network: root attributes and /network, parameters as float32. It must be finished; hidden nodes are left out. */
enum hs_status hs_dump_put_net(struct hs_dump_writer *, const struct hs_net *, struct hs_err *);

/* A dataset. data: values of the type, C order, in the file's layout. scale, mean, std: NULL, or coefficients[...]
 * values each (1, or one a channel). */
struct hs_dump_array {
    enum hs_dump_type type;
    struct hs_shape shape;
    const void *data;
    size_t coefficients;
    const double *scale, *mean, *std;
    size_t chunk; /* rows a chunk; 0: contiguous */
    int gzip;     /* 1 to 9, with chunks; 0: none */
};
/* path: "/data/evaluation/inputs"; groups on the way are made. */
enum hs_status hs_dump_put(struct hs_dump_writer *, const char *path, const struct hs_dump_array *, struct hs_err *);
/* A text attribute of an object that is there: root "/", "/network" ... */
enum hs_status hs_dump_put_text(struct hs_dump_writer *, const char *path, const char *name, const char *text,
                                struct hs_err *);
/* Recorded outputs of a node, in the file's layout. */
enum hs_status hs_dump_put_activation(struct hs_dump_writer *, const char *split, const struct hs_net *, int node,
                                      const struct hs_tensor *, struct hs_err *);

/* All in one: a file with the network alone. */
enum hs_status hs_dump_write_net(const char *path, const struct hs_net *, struct hs_err *);

#endif
