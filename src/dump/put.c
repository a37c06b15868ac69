/* put.c - groups, attributes and datasets, written without a time stamp so that two runs write the same bytes. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dump/put.h"

#include <string.h>

/* Groups on the way to an object are made with it. */
static hid_t link_list(void)
{
    hid_t list = H5Pcreate(H5P_LINK_CREATE);
    if (list >= 0) H5Pset_create_intermediate_group(list, 1);
    return list;
}

hid_t hs_put_group(const struct hs_dump_writer *w, const char *path, struct hs_err *e)
{
    struct hs_h5 h = {.id = w->id, .path = w->path};
    enum hs_h5_kind kind;
    if (hs_h5_look(&h, path, &kind, e)) return -1;
    hid_t id;
    if (kind == HS_H5_GROUP) id = H5Gopen2(w->id, path, H5P_DEFAULT);
    else {
        hid_t links = link_list(), list = H5Pcreate(H5P_GROUP_CREATE);
        H5Pset_obj_track_times(list, 0);
        id = H5Gcreate2(w->id, path, links, list, H5P_DEFAULT);
        H5Pclose(links);
        H5Pclose(list);
    }
    if (id < 0) hs_h5_fail(e, HS_ECREATE, "cannot write the group '%s' of '%s'", path, w->path);
    return id;
}

static enum hs_status put(hid_t object, const char *name, hid_t type, const void *value, size_t n, bool scalar,
                          struct hs_err *e)
{
    hsize_t dim = n;
    hid_t space = scalar && n == 1 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &dim, NULL);
    hid_t id = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    herr_t bad = id < 0 ? -1 : n ? H5Awrite(id, type, value) : 0;
    enum hs_status st = bad < 0 ? hs_h5_fail(e, HS_ECREATE, "cannot write the attribute '%s'", name) : HS_OK;
    if (id >= 0) H5Aclose(id);
    H5Sclose(space);
    return st;
}

enum hs_status hs_put_texts(hid_t object, const char *name, const char *const *text, size_t n, bool scalar,
                            struct hs_err *e)
{
    hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, H5T_VARIABLE);
    H5Tset_cset(type, H5T_CSET_UTF8);
    enum hs_status st = put(object, name, type, text, n, scalar, e);
    H5Tclose(type);
    return st;
}

enum hs_status hs_put_ints(hid_t object, const char *name, const int64_t *v, size_t n, bool scalar, struct hs_err *e)
{
    return put(object, name, H5T_NATIVE_INT64, v, n, scalar, e);
}

enum hs_status hs_put_reals(hid_t object, const char *name, const double *v, size_t n, bool scalar, struct hs_err *e)
{
    return put(object, name, H5T_NATIVE_DOUBLE, v, n, scalar, e);
}

/* binary16 as the field calls it: h5py reads it as float16. */
static hid_t half(void)
{
    hid_t type = H5Tcopy(H5T_IEEE_F32LE);
    H5Tset_fields(type, 15, 10, 5, 0, 10);
    H5Tset_size(type, 2);
    H5Tset_ebias(type, 15);
    return type;
}

static hid_t file_type(enum hs_dump_type t)
{
    const hid_t types[] = {
        [HS_DUMP_U8] = H5T_STD_U8LE,    [HS_DUMP_I8] = H5T_STD_I8LE,    [HS_DUMP_U16] = H5T_STD_U16LE,
        [HS_DUMP_I16] = H5T_STD_I16LE,  [HS_DUMP_U32] = H5T_STD_U32LE,  [HS_DUMP_I32] = H5T_STD_I32LE,
        [HS_DUMP_U64] = H5T_STD_U64LE,  [HS_DUMP_I64] = H5T_STD_I64LE,  [HS_DUMP_BF16] = H5T_STD_U16LE,
        [HS_DUMP_F32] = H5T_IEEE_F32LE, [HS_DUMP_F64] = H5T_IEEE_F64LE,
    };
    return t == HS_DUMP_F16 ? half() : H5Tcopy(types[t]);
}

static hid_t set_list(const struct hs_dump_array *x)
{
    hid_t list = H5Pcreate(H5P_DATASET_CREATE);
    hsize_t chunk[HS_MAX_RANK];
    H5Pset_obj_track_times(list, 0);
    H5Pset_attr_phase_change(list, 8, 6);
    if (!x->chunk || !x->shape.rank || !hs_shape_count(&x->shape)) return list;
    for (int i = 0; i < x->shape.rank; i++) chunk[i] = x->shape.dim[i];
    if (x->chunk < chunk[0]) chunk[0] = x->chunk;
    H5Pset_chunk(list, x->shape.rank, chunk);
    if (x->gzip) H5Pset_shuffle(list), H5Pset_deflate(list, (unsigned)x->gzip);
    return list;
}

static enum hs_status put_coefficients(hid_t id, const struct hs_dump_array *x, struct hs_err *e)
{
    const char *bf16 = "bfloat16";
    bool scalar = x->coefficients == 1;
    if (x->type == HS_DUMP_BF16) HS_TRY(hs_put_texts(id, "dtype", &bf16, 1, true, e));
    if (x->scale) HS_TRY(hs_put_reals(id, "scale", x->scale, x->coefficients, scalar, e));
    if (x->mean) HS_TRY(hs_put_reals(id, "mean", x->mean, x->coefficients, scalar, e));
    if (x->std) HS_TRY(hs_put_reals(id, "std", x->std, x->coefficients, scalar, e));
    return HS_OK;
}

enum hs_status hs_put_set(hid_t group, const char *name, const struct hs_dump_array *x, struct hs_err *e)
{
    hsize_t dim[HS_MAX_RANK];
    for (int i = 0; i < x->shape.rank; i++) dim[i] = x->shape.dim[i];
    hid_t type = file_type(x->type), links = link_list(), list = set_list(x);
    hid_t space = x->shape.rank ? H5Screate_simple(x->shape.rank, dim, NULL) : H5Screate(H5S_SCALAR);
    hid_t id = H5Dcreate2(group, name, type, space, links, list, H5P_DEFAULT);
    herr_t bad = id < 0 ? -1 : H5Dwrite(id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, x->data);
    enum hs_status st = bad < 0 ? hs_h5_fail(e, HS_ECREATE, "cannot write the dataset '%s'", name) : HS_OK;
    if (!st) st = put_coefficients(id, x, e);
    if (id >= 0 && H5Dclose(id) < 0 && !st) st = hs_h5_fail(e, HS_ECREATE, "cannot write the dataset '%s'", name);
    H5Sclose(space);
    H5Pclose(list);
    H5Pclose(links);
    H5Tclose(type);
    return st;
}
