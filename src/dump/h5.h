/* h5.h - the calls that stand directly on HDF5: each fails with a sentence that names the object and the library's own
 * root cause. For the files of this room only.
 *
 * Who opens a handle closes it; what is read goes to the caller's arena or buffer. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_DUMP_H5_H
#define HS_DUMP_H5_H
#include "base/err.h"
#include "base/mem.h"
#include "dump/type.h"
#include "tensor/tensor.h"

#include <hdf5.h>
#include <stdbool.h>
#include <stdint.h>

/* A failure with the library's root cause after a colon. Call it right after the failed call: the next one wipes it. */
enum hs_status hs_h5_fail(struct hs_err *, enum hs_status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Adds the file's name to a failure that does not have it yet; returns the status. */
enum hs_status hs_h5_name_file(struct hs_err *, const char *path);

struct hs_h5 {
    hid_t id;
    const char *path; /* the caller's */
    uint64_t bytes;   /* size of the file: what it can hold at most */
    char *config, *metadata; /* of a .keras archive: its JSON texts; NULL: a plain file */
};
/* A file that can be opened without waiting for anybody, and its size; `wanted`: what it should be, for the message. */
enum hs_status hs_h5_check_file(const char *path, const char *wanted, uint64_t *bytes, struct hs_err *);
/* Read-only; the weights within where it is a .keras archive. HS_ENOINPUT where there is no such file, HS_EDATA where it is
 * no readable HDF5 file. */
enum hs_status hs_h5_open(const char *path, struct hs_h5 *, struct hs_err *);
void hs_h5_close(struct hs_h5 *); /* {0} is fine */

/* What a path leads to. Links to other files are never followed: they are an error here. */
enum hs_h5_kind { HS_H5_ABSENT, HS_H5_GROUP, HS_H5_DATASET, HS_H5_OTHER };
enum hs_status hs_h5_look(const struct hs_h5 *, const char *path, enum hs_h5_kind *, struct hs_err *);
/* Names of the children of a group, ascending by bytes; the list and its texts live in the arena. */
enum hs_status hs_h5_children(const struct hs_h5 *, const char *path, struct hs_arena *, char ***name, size_t *n,
                              struct hs_err *);

/* An attribute, whatever it holds. n = 0 with kind ABSENT where there is none. */
struct hs_h5_attr {
    enum { HS_H5_NONE, HS_H5_INTS, HS_H5_REALS, HS_H5_TEXTS } kind;
    size_t n;
    bool scalar;
    int64_t *ints;
    double *reals;
    char **texts;
};
/* where: path of the object that carries it, for the message. */
enum hs_status hs_h5_attr(hid_t object, const char *where, const char *name, struct hs_arena *, struct hs_h5_attr *,
                          struct hs_err *);
/* Names of all attributes, ascending. */
enum hs_status hs_h5_attr_names(hid_t object, const char *where, struct hs_arena *, char ***name, size_t *n,
                                struct hs_err *);
/* The same for an object by path. */
enum hs_status hs_h5_attr_at(const struct hs_h5 *, const char *path, const char *name, struct hs_arena *,
                             struct hs_h5_attr *, struct hs_err *);
/* One text; NULL where there is none; HS_EDATA where it is no text. */
enum hs_status hs_h5_text_at(const struct hs_h5 *, const char *path, const char *name, struct hs_arena *, char **text,
                             struct hs_err *);

/* A numeric dataset, open. */
struct hs_h5_set {
    hid_t id, memory; /* memory: the type to read as */
    char path[1024];  /* for messages */
    enum hs_dump_type type;
    int rank;
    hsize_t dim[HS_MAX_RANK];
    hsize_t chunk[HS_MAX_RANK]; /* chunk[0] = 0 where it is not chunked */
    bool is_virtual;
};
/* Refuses what is not numeric, lies in another file (external storage, external links; virtual datasets may name files
 * beside this one, which must be there), has more than HS_MAX_RANK axes, or claims more elements than the file could hold. */
enum hs_status hs_h5_set_open(const struct hs_h5 *, const char *path, struct hs_h5_set *, struct hs_err *);
/* The same for the sources of a virtual dataset `path` whose creation list is given; hs_h5_set_open does so. */
enum hs_status hs_h5_check_sources(const struct hs_h5 *, const char *path, hid_t list, struct hs_err *);
void hs_h5_set_close(struct hs_h5_set *); /* {0} is fine */
/* Rows first .. first + n - 1 (axis 0; a scalar has one row) as they lie in memory; raw has room for n rows. */
enum hs_status hs_h5_set_rows(const struct hs_h5_set *, hsize_t first, hsize_t n, void *raw, struct hs_err *);
hsize_t hs_h5_set_row(const struct hs_h5_set *);   /* values a row */
hsize_t hs_h5_set_count(const struct hs_h5_set *); /* values in all */
/* "(2, 3)" */
char *hs_h5_set_shape(const struct hs_h5_set *, char text[128]);
/* A part of it in C order, count[k] values from start[k] along axis k. */
enum hs_status hs_h5_set_part(const struct hs_h5_set *, const hsize_t *start, const hsize_t *count, void *raw,
                              struct hs_err *);
/* The whole dataset as float32; the caller frees the tensor. Integers beyond 2^24 that float32 cannot hold are refused. */
enum hs_status hs_h5_set_tensor(const struct hs_h5_set *, struct hs_tensor *, struct hs_err *);

#endif
