/* h5.c - opens files and finds out what lies in them, with the library's root cause in every failure. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dump/h5.h"

#include "dump/archive.h"
#include "dump/dump.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void hs_dump_init(void)
{
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    /* Without its class the library cannot follow a link to another file, wherever a path might lead through one. */
    H5Lunregister(H5L_TYPE_EXTERNAL);
    H5Eclear2(H5E_DEFAULT);
}

static herr_t first_frame(unsigned n, const H5E_error2_t *frame, void *ctx)
{
    char *cause = ctx;
    if (n == 0 && frame->desc) snprintf(cause, 512, "%s", frame->desc);
    return 0;
}

enum hs_status hs_h5_fail(struct hs_err *e, enum hs_status st, const char *fmt, ...)
{
    char what[1024], cause[512] = "";
    va_list ap;
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, first_frame, cause);
    H5Eclear2(H5E_DEFAULT);
    va_start(ap, fmt);
    vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    for (char *c = cause; *c; c++)
        if ((unsigned char)*c < ' ') *c = ' ';
    if (strstr(cause, "unable to lock file"))
        return HS_FAIL(e, st, "%s: %s (is it open for writing elsewhere? HDF5_USE_FILE_LOCKING=FALSE reads it anyway)",
                       what, cause);
    return cause[0] ? HS_FAIL(e, st, "%s: %s", what, cause) : HS_FAIL(e, st, "%s", what);
}

enum hs_status hs_h5_check_file(const char *path, const char *wanted, uint64_t *bytes, struct hs_err *e)
{
    struct stat s;
    if (stat(path, &s) || access(path, R_OK))
        return HS_FAIL(e, HS_ENOINPUT, "cannot read '%s': %s", path, strerror(errno));
    if (!S_ISREG(s.st_mode))
        return HS_FAIL(e, HS_EDATA, "'%s' is %s, not %s", path, S_ISDIR(s.st_mode) ? "a directory" : "no regular file", wanted);
    if (s.st_size == 0) return HS_FAIL(e, HS_EDATA, "'%s' is empty, not %s", path, wanted);
    *bytes = (uint64_t)s.st_size;
    return HS_OK;
}

enum hs_status hs_h5_open(const char *path, struct hs_h5 *h, struct hs_err *e)
{
    uint64_t bytes = 0;
    *h = (struct hs_h5){.path = path};
    HS_TRY(hs_h5_check_file(path, "an HDF5 file", &bytes, e));
    if (hs_archive_is(path)) return hs_archive_open(path, h, e);
    if (H5Fis_hdf5(path) <= 0) return HS_FAIL(e, HS_EDATA, "'%s' is not an HDF5 file", path);
    h->bytes = bytes;
    h->id = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (h->id >= 0) return HS_OK;
    h->id = 0;
    return hs_h5_fail(e, HS_EDATA, "cannot open '%s'", path);
}

void hs_h5_close(struct hs_h5 *h)
{
    if (h->id > 0) H5Fclose(h->id);
    hs_free(h->config), hs_free(h->metadata);
    *h = (struct hs_h5){0};
}

/* One step of a path: refuses links that leave the file. */
static enum hs_status look_at_link(const struct hs_h5 *h, const char *path, bool *there, struct hs_err *e)
{
    H5L_info_t info;
    htri_t exists = H5Lexists(h->id, path, H5P_DEFAULT);
    *there = exists > 0;
    if (exists < 0) return hs_h5_fail(e, HS_EDATA, "cannot look up '%s' in %s", path, h->path);
    if (!exists) return HS_OK;
    if (H5Lget_info(h->id, path, &info, H5P_DEFAULT) < 0)
        return hs_h5_fail(e, HS_EDATA, "cannot look up '%s' in %s", path, h->path);
    if (info.type != H5L_TYPE_HARD && info.type != H5L_TYPE_SOFT)
        return HS_FAIL(e, HS_EDATA, "'%s' in %s is a link to another file, which is never followed", path, h->path);
    return HS_OK;
}

enum hs_status hs_h5_look(const struct hs_h5 *h, const char *path, enum hs_h5_kind *kind, struct hs_err *e)
{
    char part[1024];
    size_t n = strlen(path);
    *kind = HS_H5_ABSENT;
    if (n >= sizeof part) return HS_FAIL(e, HS_EDATA, "a path of %zu bytes in %s", n, h->path);
    for (size_t i = 1; i <= n; i++) {
        bool there;
        if ((path[i] != '/' && path[i] != '\0') || path[i - 1] == '/') continue;
        memcpy(part, path, i);
        part[i] = '\0';
        HS_TRY(look_at_link(h, part, &there, e));
        if (!there) return HS_OK;
        if (path[i] && H5Oexists_by_name(h->id, part, H5P_DEFAULT) <= 0) return HS_OK;
    }
    if (strcmp(path, "/") && H5Oexists_by_name(h->id, path, H5P_DEFAULT) <= 0) return HS_OK;
    H5O_info_t info;
    if (H5Oget_info_by_name2(h->id, path, &info, H5O_INFO_BASIC, H5P_DEFAULT) < 0)
        return hs_h5_fail(e, HS_EDATA, "cannot open '%s' in %s", path, h->path);
    *kind = info.type == H5O_TYPE_GROUP     ? HS_H5_GROUP
            : info.type == H5O_TYPE_DATASET ? HS_H5_DATASET
                                            : HS_H5_OTHER;
    return HS_OK;
}

enum hs_status hs_h5_children(const struct hs_h5 *h, const char *path, struct hs_arena *a, char ***name, size_t *n,
                              struct hs_err *e)
{
    H5G_info_t info;
    *n = 0;
    if (H5Gget_info_by_name(h->id, path, &info, H5P_DEFAULT) < 0)
        return hs_h5_fail(e, HS_EDATA, "cannot list the group '%s' in %s", path, h->path);
    if (info.nlinks > h->bytes / 8) /* a link costs more than that */
        return HS_FAIL(e, HS_EDATA, "the group '%s' in %s claims more members than the file could hold", path, h->path);
    if (!(*name = HS_NEW(a, info.nlinks + 1, char *))) return HS_OUT_OF_MEMORY(e);
    for (hsize_t i = 0; i < info.nlinks; i++) {
        ssize_t len = H5Lget_name_by_idx(h->id, path, H5_INDEX_NAME, H5_ITER_INC, i, NULL, 0, H5P_DEFAULT);
        if (len < 0) return hs_h5_fail(e, HS_EDATA, "cannot list the group '%s' in %s", path, h->path);
        char *s = HS_NEW(a, (size_t)len + 1, char);
        if (!s) return HS_OUT_OF_MEMORY(e);
        if (H5Lget_name_by_idx(h->id, path, H5_INDEX_NAME, H5_ITER_INC, i, s, (size_t)len + 1, H5P_DEFAULT) < 0)
            return hs_h5_fail(e, HS_EDATA, "cannot list the group '%s' in %s", path, h->path);
        (*name)[(*n)++] = s;
    }
    return HS_OK;
}

enum hs_status hs_h5_name_file(struct hs_err *e, const char *path)
{
    return strstr(e->what, path) || strstr(e->where, path) ? e->status : hs_err_where(e, "%s", path);
}
