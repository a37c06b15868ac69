/* store.c - results.h5: one compound table a sheet, byte-identical for the same rows. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/store.h"

#include "experiment/put.h"

#include <hdf5.h>
#include <stdio.h>
#include <string.h>

/* Longest text of a column; HDF5 has no strings of length 0. */
static size_t longest(const struct hs_sheet *s, size_t c)
{
    size_t most = 1;
    for (size_t r = 0; r < s->rows; r++) {
        size_t n = strlen(s->cell[r * s->columns + c].text);
        if (n > most) most = n;
    }
    return most;
}

static size_t column_size(const struct hs_sheet *s, size_t c)
{
    if (s->column[c].show == HS_SHOW_TEXT) return longest(s, c);
    return sizeof(double) * (s->column[c].interval ? 3 : 1);
}

static bool insert_text(hid_t row, const char *name, size_t at, size_t size)
{
    hid_t text = H5Tcopy(H5T_C_S1);
    bool good = text >= 0 && H5Tset_size(text, size) >= 0 &&
                H5Tset_strpad(text, H5T_STR_NULLPAD) >= 0 &&
                H5Tset_cset(text, H5T_CSET_UTF8) >= 0 && H5Tinsert(row, name, at, text) >= 0;
    if (text >= 0) H5Tclose(text);
    return good;
}

static bool insert_numbers(hid_t row, const struct hs_sheet_column *c, size_t at)
{
    static const char *const ending[] = {"", "_lo", "_hi"};
    for (size_t i = 0; i < (c->interval ? 3u : 1u); i++) {
        char name[256];
        snprintf(name, sizeof name, "%s%s", c->name, ending[i]);
        if (H5Tinsert(row, name, at + i * sizeof(double), H5T_IEEE_F64LE) < 0) return false;
    }
    return true;
}

/* The caller closes it; negative: failed. */
static hid_t row_type(const struct hs_sheet *s, const size_t *offset)
{
    hid_t row = H5Tcreate(H5T_COMPOUND, offset[s->columns]);
    bool good = row >= 0;
    for (size_t c = 0; c < s->columns && good; c++)
        good = s->column[c].show == HS_SHOW_TEXT
                   ? insert_text(row, s->column[c].name, offset[c], offset[c + 1] - offset[c])
                   : insert_numbers(row, &s->column[c], offset[c]);
    if (good || row < 0) return row;
    H5Tclose(row);
    return -1;
}

/* x86-64 and the file agree on float64; a big-endian machine would convert here. */
static void pack(const struct hs_sheet *s, const size_t *offset, char *bytes)
{
    for (size_t r = 0; r < s->rows; r++, bytes += offset[s->columns])
        for (size_t c = 0; c < s->columns; c++) {
            const struct hs_sheet_cell *x = &s->cell[r * s->columns + c];
            const double value[] = {x->x, x->lo, x->hi};
            if (s->column[c].show == HS_SHOW_TEXT)
                memcpy(bytes + offset[c], x->text, strlen(x->text));
            else
                memcpy(bytes + offset[c], value, offset[c + 1] - offset[c]);
        }
}

static bool attribute(hid_t data, const char *name, const char *value)
{
    hid_t space = H5Screate(H5S_SCALAR), type = H5Tcopy(H5T_C_S1), a = -1;
    bool good = space >= 0 && type >= 0 && H5Tset_size(type, strlen(value) + 1) >= 0 &&
                (a = H5Acreate2(data, name, type, space, H5P_DEFAULT, H5P_DEFAULT)) >= 0 &&
                H5Awrite(a, type, value) >= 0;
    if (a >= 0) good &= H5Aclose(a) >= 0;
    if (type >= 0) H5Tclose(type);
    if (space >= 0) H5Sclose(space);
    return good;
}

static bool describe(hid_t data, const struct hs_sheet *s, hid_t row)
{
    bool good = attribute(data, "CLASS", "TABLE") && attribute(data, "VERSION", "3.0") &&
                attribute(data, "TITLE", s->name);
    for (int i = 0; i < H5Tget_nmembers(row) && good; i++) {
        char name[32], *field = H5Tget_member_name(row, (unsigned)i);
        snprintf(name, sizeof name, "FIELD_%d_NAME", i);
        good = field && attribute(data, name, field);
        H5free_memory(field);
    }
    return good;
}

/* Chunked, as the table convention wants; no modification times. */
static hid_t layout(size_t rows)
{
    hid_t p = H5Pcreate(H5P_DATASET_CREATE);
    hsize_t chunk = rows < 1 ? 1 : rows > 1024 ? 1024 : rows;
    bool good = p >= 0 && H5Pset_obj_track_times(p, 0) >= 0 &&
                H5Pset_chunk(p, 1, &chunk) >= 0 && H5Pset_attr_phase_change(p, 0, 0) >= 0;
    if (good && H5Zfilter_avail(H5Z_FILTER_DEFLATE) > 0)
        good = H5Pset_shuffle(p) >= 0 && H5Pset_deflate(p, 4) >= 0;
    if (good || p < 0) return p;
    H5Pclose(p);
    return -1;
}

static bool write_rows(hid_t file, const struct hs_sheet *s, const size_t *offset,
                       const char *bytes)
{
    hsize_t rows = s->rows, most = H5S_UNLIMITED;
    hid_t row = row_type(s, offset), space = H5Screate_simple(1, &rows, &most),
          how = layout(s->rows), data = -1;
    bool good =
        row >= 0 && space >= 0 && how >= 0 &&
        (data = H5Dcreate2(file, s->name, row, space, H5P_DEFAULT, how, H5P_DEFAULT)) >= 0 &&
        (!rows || H5Dwrite(data, row, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes) >= 0) &&
        describe(data, s, row);
    if (data >= 0) good &= H5Dclose(data) >= 0;
    if (how >= 0) H5Pclose(how);
    if (space >= 0) H5Sclose(space);
    if (row >= 0) H5Tclose(row);
    return good;
}

static enum hs_status write_sheet(hid_t file, const struct hs_sheet *s, const char *path,
                                  struct hs_err *e)
{
    size_t offset[sizeof s->column / sizeof *s->column + 1] = {0};
    for (size_t c = 0; c < s->columns; c++) offset[c + 1] = offset[c] + column_size(s, c);
    char *bytes = hs_alloc_zeroed(s->rows, offset[s->columns]);
    if (!bytes) return HS_OUT_OF_MEMORY(e);
    pack(s, offset, bytes);
    bool good = write_rows(file, s, offset, bytes);
    hs_free(bytes);
    return good ? HS_OK : HS_FAIL(e, HS_ECREATE, "cannot write table %s in %s", s->name, path);
}

/* In memory: the file then appears like every other, complete or not at all. The caller frees
 * *bytes. */
static enum hs_status image(hid_t file, const char *path, char **bytes, size_t *n,
                            struct hs_err *e)
{
    ssize_t size = H5Fflush(file, H5F_SCOPE_GLOBAL) < 0 ? -1 : H5Fget_file_image(file, NULL, 0);
    if (size < 0) return HS_FAIL(e, HS_ECREATE, "cannot lay out %s", path);
    if (!(*bytes = hs_alloc((size_t)size, 1))) return HS_OUT_OF_MEMORY(e);
    *n = (size_t)size;
    return H5Fget_file_image(file, *bytes, *n) < 0
               ? HS_FAIL(e, HS_ECREATE, "cannot lay out %s", path)
               : HS_OK;
}

static hid_t create(void)
{
    hid_t how = H5Pcreate(H5P_FILE_CREATE), where = H5Pcreate(H5P_FILE_ACCESS), file = -1;
    if (how >= 0 && where >= 0 && H5Pset_obj_track_times(how, 0) >= 0 &&
        H5Pset_fapl_core(where, 1 << 20, 0) >= 0)
        file = H5Fcreate("results.h5", H5F_ACC_TRUNC, how, where);
    if (how >= 0) H5Pclose(how);
    if (where >= 0) H5Pclose(where);
    return file;
}

enum hs_status hs_results_write(const char *dir, const struct hs_sheet *const *sheet, size_t n,
                                struct hs_err *e)
{
    char *bytes = NULL;
    size_t size = 0;
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    hid_t file = create();
    if (file < 0) return HS_FAIL(e, HS_ENOMEM, "no memory for the tables of results.h5");
    enum hs_status st = HS_OK;
    for (size_t i = 0; i < n && st == HS_OK; i++)
        st = write_sheet(file, sheet[i], "results.h5", e);
    if (st == HS_OK) st = image(file, "results.h5", &bytes, &size, e);
    H5Fclose(file);
    if (st == HS_OK) st = hs_store_put(dir, "results.h5", bytes, size, e);
    hs_free(bytes);
    return st;
}
