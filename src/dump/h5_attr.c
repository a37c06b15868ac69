/* h5_attr.c - attributes of every kind that the writers of dumps use: numbers, texts of fixed and variable length. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "dump/h5.h"

#include <string.h>

enum { MOST = 1 << 24 }; /* values; an attribute is no place for data */

struct source {
    hid_t id, type, space;
    size_t size;
    const char *name, *where;
};

static enum hs_status unreadable(const struct source *s, struct hs_err *e)
{
    return hs_h5_fail(e, HS_EDATA, "cannot read attribute '%s' of %s", s->name, s->where);
}

static enum hs_status read_numbers(const struct source *s, bool real, struct hs_arena *a, struct hs_h5_attr *v,
                                   struct hs_err *e)
{
    hid_t enumerated = H5Tget_class(s->type) == H5T_ENUM ? H5Tget_native_type(s->type, H5T_DIR_ASCEND) : 0;
    void *to = real ? (void *)(v->reals = HS_NEW(a, v->n + 1, double)) : (void *)(v->ints = HS_NEW(a, v->n + 1, int64_t));
    herr_t bad = to ? 0 : -1;
    v->kind = real ? HS_H5_REALS : HS_H5_INTS;
    if (to && !enumerated) bad = H5Aread(s->id, real ? H5T_NATIVE_DOUBLE : H5T_NATIVE_INT64, to);
    if (to && enumerated) { /* h5py's booleans: one byte each; the library converts no enumeration to a number */
        bad = H5Tget_size(enumerated) == 1 ? H5Aread(s->id, enumerated, to) : -1;
        for (size_t i = v->n; i-- > 0 && !bad;) v->ints[i] = ((const int8_t *)to)[i];
    }
    enum hs_status st = !to ? HS_OUT_OF_MEMORY(e) : bad < 0 ? unreadable(s, e) : HS_OK;
    if (enumerated > 0) H5Tclose(enumerated);
    return st;
}

static char *copy(struct hs_arena *a, const char *s, size_t n)
{
    char *to = HS_NEW(a, n + 1, char);
    if (to) memcpy(to, s, n);
    return to;
}

static enum hs_status read_variable_texts(const struct source *s, struct hs_arena *a, struct hs_h5_attr *v,
                                          struct hs_err *e)
{
    char **raw = HS_NEW(a, v->n + 1, char *);
    enum hs_status st = HS_OK;
    if (!raw) return HS_OUT_OF_MEMORY(e);
    if (H5Aread(s->id, s->type, raw) < 0) return unreadable(s, e);
    for (size_t i = 0; i < v->n; i++) {
        v->texts[i] = copy(a, raw[i] ? raw[i] : "", raw[i] ? strlen(raw[i]) : 0);
        if (!v->texts[i]) st = HS_OUT_OF_MEMORY(e);
    }
    H5Dvlen_reclaim(s->type, s->space, H5P_DEFAULT, raw);
    return st;
}

static enum hs_status read_texts(const struct source *s, struct hs_arena *a, struct hs_h5_attr *v, struct hs_err *e)
{
    v->kind = HS_H5_TEXTS;
    if (!(v->texts = HS_NEW(a, v->n + 1, char *))) return HS_OUT_OF_MEMORY(e);
    if (H5Tis_variable_str(s->type) > 0) return read_variable_texts(s, a, v, e);
    bool padded = H5Tget_strpad(s->type) == H5T_STR_SPACEPAD;
    char *raw = s->size > MOST / (v->n + 1) ? NULL : HS_NEW(a, v->n * s->size + 1, char);
    if (!raw) return HS_FAIL(e, HS_EDATA, "attribute '%s' of %s is too long", s->name, s->where);
    if (H5Aread(s->id, s->type, raw) < 0) return unreadable(s, e);
    for (size_t i = 0; i < v->n; i++) { /* often without a final NUL */
        size_t n = strnlen(raw + i * s->size, s->size);
        while (padded && n && raw[i * s->size + n - 1] == ' ') n--;
        if (!(v->texts[i] = copy(a, raw + i * s->size, n))) return HS_OUT_OF_MEMORY(e);
    }
    return HS_OK;
}

static enum hs_status read_any(const struct source *s, struct hs_arena *a, struct hs_h5_attr *v, struct hs_err *e)
{
    H5S_class_t kind = H5Sget_simple_extent_type(s->space);
    hssize_t n = kind == H5S_NULL ? 0 : H5Sget_simple_extent_npoints(s->space);
    if (n < 0 || n > MOST) return HS_FAIL(e, HS_EDATA, "attribute '%s' of %s is too long", s->name, s->where);
    v->n = (size_t)n;
    v->scalar = kind == H5S_SCALAR;
    switch (H5Tget_class(s->type)) {
    case H5T_INTEGER:
    case H5T_ENUM: return read_numbers(s, false, a, v, e);
    case H5T_FLOAT: return read_numbers(s, true, a, v, e);
    case H5T_STRING: return read_texts(s, a, v, e);
    default:
        return HS_FAIL(e, HS_EDATA, "attribute '%s' of %s is neither number nor text", s->name, s->where);
    }
}

enum hs_status hs_h5_attr(hid_t object, const char *where, const char *name, struct hs_arena *a, struct hs_h5_attr *v,
                          struct hs_err *e)
{
    struct source s = {.name = name, .where = where};
    *v = (struct hs_h5_attr){0};
    htri_t exists = H5Aexists(object, name);
    if (exists < 0) return unreadable(&s, e);
    if (!exists) return HS_OK;
    if ((s.id = H5Aopen(object, name, H5P_DEFAULT)) < 0) return unreadable(&s, e);
    s.type = H5Aget_type(s.id);
    s.space = H5Aget_space(s.id);
    s.size = s.type < 0 ? 0 : H5Tget_size(s.type);
    enum hs_status st = s.type < 0 || s.space < 0 || !s.size ? unreadable(&s, e) : read_any(&s, a, v, e);
    if (s.type > 0) H5Tclose(s.type);
    if (s.space > 0) H5Sclose(s.space);
    H5Aclose(s.id);
    return st;
}

enum hs_status hs_h5_attr_names(hid_t object, const char *where, struct hs_arena *a, char ***name, size_t *n,
                                struct hs_err *e)
{
    H5O_info_t info;
    *n = 0;
    if (H5Oget_info2(object, &info, H5O_INFO_NUM_ATTRS) < 0 || info.num_attrs > MOST)
        return hs_h5_fail(e, HS_EDATA, "cannot list the attributes of %s", where);
    if (!(*name = HS_NEW(a, info.num_attrs + 1, char *))) return HS_OUT_OF_MEMORY(e);
    for (hsize_t i = 0; i < info.num_attrs; i++) {
        char s[256];
        ssize_t len = H5Aget_name_by_idx(object, ".", H5_INDEX_NAME, H5_ITER_INC, i, s, sizeof s, H5P_DEFAULT);
        if (len < 0 || (size_t)len >= sizeof s)
            return hs_h5_fail(e, HS_EDATA, "cannot list the attributes of %s", where);
        if (!((*name)[(*n)++] = copy(a, s, (size_t)len))) return HS_OUT_OF_MEMORY(e);
    }
    return HS_OK;
}

enum hs_status hs_h5_attr_at(const struct hs_h5 *h, const char *path, const char *name, struct hs_arena *a,
                             struct hs_h5_attr *v, struct hs_err *e)
{
    *v = (struct hs_h5_attr){0};
    hid_t object = H5Oopen(h->id, path, H5P_DEFAULT);
    if (object < 0) return hs_h5_fail(e, HS_EDATA, "cannot open '%s' in %s", path, h->path);
    enum hs_status st = hs_h5_attr(object, path, name, a, v, e);
    H5Oclose(object);
    return st ? hs_err_where(e, "%s", h->path) : HS_OK;
}

enum hs_status hs_h5_text_at(const struct hs_h5 *h, const char *path, const char *name, struct hs_arena *a,
                             char **text, struct hs_err *e)
{
    struct hs_h5_attr v;
    *text = NULL;
    HS_TRY(hs_h5_attr_at(h, path, name, a, &v, e));
    if (v.kind == HS_H5_NONE) return HS_OK;
    if (v.kind != HS_H5_TEXTS || v.n != 1)
        return HS_FAIL(e, HS_EDATA, "attribute '%s' of %s in %s is no single text", name, path, h->path);
    *text = v.texts[0];
    return HS_OK;
}
