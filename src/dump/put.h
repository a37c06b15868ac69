/* put.h - the HDF5 calls of the writer. For the files of this room only. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_DUMP_PUT_H
#define HS_DUMP_PUT_H
#include "dump/h5.h"
#include "dump/write.h"

struct hs_dump_writer {
    hid_t id;
    char *path, *temporary;
};

/* A group by path, made where it is not there, with what leads to it. The caller closes it; negative: failed. */
hid_t hs_put_group(const struct hs_dump_writer *, const char *path, struct hs_err *);
/* Attributes of an open object. n = 1 with scalar: a scalar, else a list. */
enum hs_status hs_put_texts(hid_t object, const char *name, const char *const *text, size_t n, bool scalar,
                            struct hs_err *);
enum hs_status hs_put_ints(hid_t object, const char *name, const int64_t *, size_t n, bool scalar, struct hs_err *);
enum hs_status hs_put_reals(hid_t object, const char *name, const double *, size_t n, bool scalar, struct hs_err *);
enum hs_status hs_put_set(hid_t group, const char *name, const struct hs_dump_array *, struct hs_err *);

#endif
