/* h5_source.c - where a virtual dataset takes its values from: the library fills in zeros for what is not there. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "dump/h5.h"

#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct source {
    char file[1024], set[1024];
};

/* In the folder of the file, or of what it is a link to, or in this one: the places where the library looks. */
static bool find(const char *path, const char *name, char found[PATH_MAX + 1032], struct stat *s)
{
    char folder[PATH_MAX], real[PATH_MAX];
    if (strlen(path) < sizeof folder) {
        snprintf(found, PATH_MAX + 1032, "%s/%s", dirname(strcpy(folder, path)), name);
        if (!stat(found, s)) return true;
    }
    snprintf(found, PATH_MAX + 1032, "%s", name);
    if (!stat(found, s)) return true;
    if (!realpath(path, real)) return false;
    snprintf(found, PATH_MAX + 1032, "%s/%s", dirname(real), name);
    return !stat(found, s);
}

static enum hs_status refuse(const struct hs_h5 *h, const char *path, const struct source *from, struct hs_err *e, const char *why)
{
    return HS_FAIL(e, HS_EDATA, "dataset '%s' in %s takes its values from '%s'%s%s%s, which %s", path, h->path, from->set,
                   from->file[0] ? " in '" : "", from->file, from->file[0] ? "'" : "", why);
}

static bool has(hid_t file, const char *set)
{
    hid_t id = file < 0 ? -1 : H5Dopen2(file, set, H5P_DEFAULT);
    H5Eclear2(H5E_DEFAULT);
    if (id >= 0) H5Dclose(id);
    return id >= 0;
}

static enum hs_status check(const struct hs_h5 *h, const char *path, struct source *from, struct hs_err *e)
{
    char found[PATH_MAX + 1032];
    struct stat s;
    if (!strcmp(from->file, ".")) from->file[0] = '\0';
    if (!from->file[0] && !strcmp(from->set + (from->set[0] == '/'), path + (path[0] == '/')))
        return refuse(h, path, from, e, "is itself");
    if (!from->file[0]) return has(h->id, from->set) ? HS_OK : refuse(h, path, from, e, "is not there");
    if (strchr(from->file, '/') || strchr(from->file, '%'))
        return HS_FAIL(e, HS_EDATA, "dataset '%s' in %s takes its values from a file in another folder, which is never read", path,
                       h->path);
    if (getenv("HDF5_VDS_PREFIX")) return HS_OK; /* whoever sets it knows where they are */
    if (!find(h->path, from->file, found, &s)) return refuse(h, path, from, e, "is not there");
    if (!S_ISREG(s.st_mode)) return refuse(h, path, from, e, "is no regular file"); /* a pipe would block */
    hid_t file = H5Fopen(found, H5F_ACC_RDONLY, H5P_DEFAULT);
    enum hs_status st = HS_OK;
    if (file < 0) st = refuse(h, path, from, e, "is not an HDF5 file that can be read");
    else if (!has(file, from->set)) st = refuse(h, path, from, e, "is not there");
    if (file >= 0) H5Fclose(file);
    H5Eclear2(H5E_DEFAULT);
    return st;
}

enum hs_status hs_h5_check_sources(const struct hs_h5 *h, const char *path, hid_t list, struct hs_err *e)
{
    struct source from, before = {{0}, {0}};
    size_t n = 0;
    if (H5Pget_virtual_count(list, &n) < 0) return hs_h5_fail(e, HS_EDATA, "cannot open '%s' in %s", path, h->path);
    for (size_t i = 0; i < n; i++) {
        memset(&from, 0, sizeof from);
        ssize_t file = H5Pget_virtual_filename(list, i, from.file, sizeof from.file);
        ssize_t set = H5Pget_virtual_dsetname(list, i, from.set, sizeof from.set);
        if (file < 0 || set < 0 || (size_t)file >= sizeof from.file || (size_t)set >= sizeof from.set)
            return hs_h5_fail(e, HS_EDATA, "dataset '%s' in %s takes its values from what has no readable name", path, h->path);
        if (i && !memcmp(&from, &before, sizeof from)) continue; /* one block over and over */
        before = from;
        HS_TRY(check(h, path, &from, e));
    }
    return HS_OK;
}
