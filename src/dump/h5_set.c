/* h5_set.c - numeric datasets: what they claim is checked before a byte is allocated for them; rows are read raw. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dump/h5.h"

#include <stdio.h>
#include <string.h>

/* deflate cannot expand a byte to more (RFC 1951: 258 bytes from 2 bits). */
enum { MOST_FROM_A_BYTE = 1032, MIB = 1 << 20 };

static enum hs_status refuse(const struct hs_h5 *h, const struct hs_h5_set *s, struct hs_err *e, const char *why)
{
    return HS_FAIL(e, HS_EDATA, "dataset '%s' in %s %s", s->path, h->path, why);
}

/* A filter that is not here would fail at the first value, with words about folders of plugins. */
static enum hs_status check_filters(const struct hs_h5 *h, const struct hs_h5_set *s, hid_t list, int n, struct hs_err *e)
{
    for (int i = 0; i < n; i++) {
        unsigned flags;
        size_t values = 0;
        char name[64] = "";
        H5Z_filter_t id = H5Pget_filter2(list, (unsigned)i, &flags, &values, NULL, sizeof name, name, NULL);
        bool there = id >= 0 && H5Zfilter_avail(id) > 0;
        H5Eclear2(H5E_DEFAULT);
        if (!there)
            return HS_FAIL(e, HS_EDATA, "dataset '%s' in %s is compressed by filter %d (%.63s), which the HDF5 library here does "
                           "not have: save it with gzip", s->path, h->path, id, name[0] ? name : "of no name");
    }
    return HS_OK;
}

static enum hs_status check_storage(const struct hs_h5 *h, struct hs_h5_set *s, hid_t list, hid_t type, struct hs_err *e)
{
    H5D_layout_t layout = H5Pget_layout(list);
    uint64_t bytes = H5Tget_size(type), most = h->bytes;
    if (layout < 0) return hs_h5_fail(e, HS_EDATA, "cannot open '%s' in %s", s->path, h->path);
    if (H5Pget_external_count(list) > 0)
        return refuse(h, s, e, "keeps its values in another file, which is never read");
    for (int i = 0; i < s->rank; i++)
        if (__builtin_mul_overflow(bytes, s->dim[i], &bytes) || bytes > INT64_MAX)
            return refuse(h, s, e, "claims more elements than 64 bits can count");
    s->is_virtual = layout == H5D_VIRTUAL;
    if (s->is_virtual) return hs_h5_check_sources(h, s->path, list, e);
    if (layout == H5D_CHUNKED) {
        if (H5Pget_chunk(list, HS_MAX_RANK, s->chunk) != s->rank)
            return hs_h5_fail(e, HS_EDATA, "cannot open '%s' in %s", s->path, h->path);
        int filters = H5Pget_nfilters(list);
        if (filters > 0) most *= MOST_FROM_A_BYTE;
        HS_TRY(check_filters(h, s, list, filters, e));
    }
    if (bytes > most) {
        char shape[128];
        return HS_FAIL(e, HS_EDATA, "dataset '%s' in %s claims the shape %s, %llu MiB: more than the file could hold",
                       s->path, h->path, hs_h5_set_shape(s, shape), (unsigned long long)(bytes / MIB));
    }
    return HS_OK;
}

static enum hs_status take_shape(const struct hs_h5 *h, struct hs_h5_set *s, struct hs_err *e)
{
    hid_t space = H5Dget_space(s->id);
    if (space < 0) return hs_h5_fail(e, HS_EDATA, "cannot open '%s' in %s", s->path, h->path);
    int rank = H5Sget_simple_extent_type(space) == H5S_NULL ? -2 : H5Sget_simple_extent_ndims(space);
    enum hs_status st = HS_OK;
    if (rank == -2) st = refuse(h, s, e, "is empty");
    else if (rank < 0) st = hs_h5_fail(e, HS_EDATA, "cannot open '%s' in %s", s->path, h->path);
    else if (rank > HS_MAX_RANK) st = refuse(h, s, e, "has more than 8 axes");
    else H5Sget_simple_extent_dims(space, s->dim, NULL);
    s->rank = rank;
    H5Sclose(space);
    return st;
}

static bool half_type(hid_t type, enum hs_dump_type *as)
{
    size_t sign, exponent, exponent_bits, mantissa, mantissa_bits;
    if (H5Tget_size(type) != 2 ||
        H5Tget_fields(type, &sign, &exponent, &exponent_bits, &mantissa, &mantissa_bits) < 0)
        return false;
    if (sign != 15 || mantissa != 0 || exponent != mantissa_bits || exponent_bits + mantissa_bits != 15) return false;
    *as = exponent_bits == 5 ? HS_DUMP_F16 : HS_DUMP_BF16;
    return exponent_bits == 5 || exponent_bits == 8;
}

static hid_t integer_memory(hid_t type, enum hs_dump_type *as)
{
    static const enum hs_dump_type types[2][4] = {{HS_DUMP_U8, HS_DUMP_U16, HS_DUMP_U32, HS_DUMP_U64},
                                                {HS_DUMP_I8, HS_DUMP_I16, HS_DUMP_I32, HS_DUMP_I64}};
    size_t bytes = H5Tget_size(type);
    bool is_signed = H5Tget_sign(type) == H5T_SGN_2;
    int k = bytes == 1 ? 0 : bytes == 2 ? 1 : bytes <= 4 ? 2 : bytes <= 8 ? 3 : -1;
    if (k < 0) return -1;
    const hid_t memory[2][4] = {{H5T_NATIVE_UINT8, H5T_NATIVE_UINT16, H5T_NATIVE_UINT32, H5T_NATIVE_UINT64},
                                {H5T_NATIVE_INT8, H5T_NATIVE_INT16, H5T_NATIVE_INT32, H5T_NATIVE_INT64}};
    *as = types[is_signed][k];
    return H5Tcopy(memory[is_signed][k]);
}

static hid_t float_memory(hid_t type, enum hs_dump_type *as)
{
    if (half_type(type, as)) {
        hid_t memory = H5Tcopy(type);
        if (memory >= 0) H5Tset_order(memory, H5Tget_order(H5T_NATIVE_FLOAT));
        return memory;
    }
    *as = H5Tget_size(type) <= 4 ? HS_DUMP_F32 : HS_DUMP_F64;
    return H5Tcopy(*as == HS_DUMP_F32 ? H5T_NATIVE_FLOAT : H5T_NATIVE_DOUBLE);
}

/* Booleans are enumerations over one byte: read as they are, since the library converts them to nothing else. */
static hid_t enum_memory(hid_t type, enum hs_dump_type *as)
{
    *as = HS_DUMP_I8;
    return H5Tget_size(type) == 1 ? H5Tget_native_type(type, H5T_DIR_ASCEND) : -1;
}

static enum hs_status take_type(const struct hs_h5 *h, struct hs_h5_set *s, hid_t type, struct hs_err *e)
{
    struct hs_h5_attr dtype;
    switch (H5Tget_class(type)) {
    case H5T_INTEGER: s->memory = integer_memory(type, &s->type); break;
    case H5T_FLOAT: s->memory = float_memory(type, &s->type); break;
    case H5T_ENUM: s->memory = enum_memory(type, &s->type); break;
    default: s->memory = -1;
    }
    if (s->memory < 0) {
        s->memory = 0;
        H5Eclear2(H5E_DEFAULT);
        return refuse(h, s, e, "is not numeric");
    }
    struct hs_arena *a = hs_arena_open();
    if (!a) return HS_OUT_OF_MEMORY(e);
    enum hs_status st = hs_h5_attr(s->id, s->path, "dtype", a, &dtype, e);
    if (!st && dtype.kind == HS_H5_TEXTS && dtype.n == 1 && !strcmp(dtype.texts[0], "bfloat16")) {
        if (s->type == HS_DUMP_U16 || s->type == HS_DUMP_I16 || s->type == HS_DUMP_BF16) s->type = HS_DUMP_BF16;
        else st = refuse(h, s, e, "has dtype = bfloat16 but elements that are no 16-bit integers");
    }
    hs_arena_close(a);
    return st ? hs_err_where(e, "%s", h->path) : HS_OK;
}

/* Chunks that one row of the dataset runs through are kept until the next row is read, or each would be unpacked again
 * and again. Only where they are more than the library keeps by itself. */
static hid_t reopen(const struct hs_h5 *h, const struct hs_h5_set *s)
{
    enum { BY_ITSELF = MIB, MOST = 256 * MIB };
    if (!s->chunk[0]) return -1;
    double band = (double)hs_dump_type_bytes(s->type) * (double)s->chunk[0], chunks = 1;
    for (int i = 1; i < s->rank; i++) {
        double across = (double)((s->dim[i] + s->chunk[i] - 1) / s->chunk[i]);
        band *= across * (double)s->chunk[i], chunks *= across;
    }
    if (band <= BY_ITSELF || band > MOST || chunks > 1e5) return -1;
    hid_t list = H5Pcreate(H5P_DATASET_ACCESS), id = -1;
    if (list >= 0 && H5Pset_chunk_cache(list, (size_t)chunks * 97 + 1, (size_t)(2 * band), 1) >= 0)
        id = H5Dopen2(h->id, s->path, list);
    if (list > 0) H5Pclose(list);
    return id;
}

enum hs_status hs_h5_set_open(const struct hs_h5 *h, const char *path, struct hs_h5_set *s, struct hs_err *e)
{
    enum hs_h5_kind kind;
    *s = (struct hs_h5_set){0};
    snprintf(s->path, sizeof s->path, "%s", path);
    if (strlen(path) >= sizeof s->path) return HS_FAIL(e, HS_EDATA, "a path of %zu bytes in %s", strlen(path), h->path);
    HS_TRY(hs_h5_look(h, path, &kind, e));
    if (kind == HS_H5_ABSENT) return HS_FAIL(e, HS_EDATA, "there is no dataset '%s' in %s", path, h->path);
    if (kind != HS_H5_DATASET) return HS_FAIL(e, HS_EDATA, "'%s' in %s is not a dataset", path, h->path);
    if ((s->id = H5Dopen2(h->id, path, H5P_DEFAULT)) < 0) {
        s->id = 0;
        return hs_h5_fail(e, HS_EDATA, "cannot open '%s' in %s", path, h->path);
    }
    hid_t type = H5Dget_type(s->id), list = H5Dget_create_plist(s->id);
    enum hs_status st =
        type < 0 || list < 0 ? hs_h5_fail(e, HS_EDATA, "cannot open '%s' in %s", path, h->path) : HS_OK;
    if (!st) st = take_shape(h, s, e);
    if (!st) st = take_type(h, s, type, e);
    if (!st) st = check_storage(h, s, list, type, e);
    if (type > 0) H5Tclose(type);
    if (list > 0) H5Pclose(list);
    hid_t again = st ? -1 : reopen(h, s);
    if (again >= 0) {
        H5Dclose(s->id);
        s->id = again;
    }
    if (st) hs_h5_set_close(s);
    return st;
}

void hs_h5_set_close(struct hs_h5_set *s)
{
    if (s->memory > 0) H5Tclose(s->memory);
    if (s->id > 0) H5Dclose(s->id);
    s->id = s->memory = 0;
}

hsize_t hs_h5_set_row(const struct hs_h5_set *s)
{
    hsize_t n = 1;
    for (int i = 1; i < s->rank; i++) n *= s->dim[i];
    return n;
}

hsize_t hs_h5_set_count(const struct hs_h5_set *s) { return s->rank ? s->dim[0] * hs_h5_set_row(s) : 1; }

char *hs_h5_set_shape(const struct hs_h5_set *s, char text[128])
{
    int n = snprintf(text, 128, "(");
    for (int i = 0; i < s->rank && n < 100; i++)
        n += snprintf(text + n, 128 - (size_t)n, "%llu%s", (unsigned long long)s->dim[i], i + 1 < s->rank ? ", " : "");
    snprintf(text + n, 128 - (size_t)n, ")");
    return text;
}

enum hs_status hs_h5_set_part(const struct hs_h5_set *s, const hsize_t *start, const hsize_t *count, void *raw,
                              struct hs_err *e)
{
    hsize_t all = 1;
    herr_t bad = -1;
    for (int i = 0; i < s->rank; i++) all *= count[i];
    if (all == 0) return HS_OK;
    /* In memory of the same rank as in the file: else the library maps chunks element by element, ten times slower. */
    hid_t space = H5Dget_space(s->id), memory = s->rank ? H5Screate_simple(s->rank, count, NULL) : H5Screate(H5S_SCALAR);
    if (space >= 0 && memory >= 0)
        bad = s->rank ? H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL) : 0;
    if (bad >= 0) bad = H5Dread(s->id, s->memory, memory, space, H5P_DEFAULT, raw);
    enum hs_status st = bad < 0 ? hs_h5_fail(e, HS_EDATA, "cannot read dataset '%s'", s->path) : HS_OK;
    if (space > 0) H5Sclose(space);
    if (memory > 0) H5Sclose(memory);
    return st;
}

enum hs_status hs_h5_set_rows(const struct hs_h5_set *s, hsize_t first, hsize_t n, void *raw, struct hs_err *e)
{
    hsize_t start[HS_MAX_RANK] = {first}, count[HS_MAX_RANK] = {n};
    for (int i = 1; i < s->rank; i++) count[i] = s->dim[i];
    return hs_h5_set_part(s, start, count, raw, e);
}

static enum hs_status check_integers(const struct hs_h5_set *s, const float *got, const double *exact, size_t n,
                                     struct hs_err *e)
{
    for (size_t i = 0; i < n; i++)
        if ((double)got[i] != exact[i])
            return HS_FAIL(e, HS_EDATA, "dataset '%s' holds %.0f at index %zu, which float32 cannot hold", s->path,
                           exact[i], i);
    return HS_OK;
}

enum hs_status hs_h5_set_tensor(const struct hs_h5_set *s, struct hs_tensor *t, struct hs_err *e)
{
    struct hs_shape shape = {.rank = s->rank};
    for (int i = 0; i < s->rank; i++) shape.dim[i] = (size_t)s->dim[i];
    *t = (struct hs_tensor){0};
    HS_TRY(hs_tensor_alloc(t, &shape, e));
    size_t n = hs_shape_count(&shape);
    void *raw = hs_alloc(n, hs_dump_type_bytes(s->type));
    enum hs_status st = raw ? hs_h5_set_rows(s, 0, s->rank ? s->dim[0] : 1, raw, e) : HS_OUT_OF_MEMORY(e);
    if (!st) hs_dump_to_floats(s->type, raw, n, t->data);
    if (!st && hs_dump_type_is_integer(s->type) && hs_dump_type_bytes(s->type) > 2) {
        double *exact = hs_alloc(n, sizeof *exact);
        if (exact) hs_dump_to_doubles(s->type, raw, n, exact);
        st = exact ? check_integers(s, t->data, exact, n, e) : HS_OUT_OF_MEMORY(e);
        hs_free(exact);
    }
    hs_free(raw);
    if (st) hs_tensor_free(t);
    return st;
}
