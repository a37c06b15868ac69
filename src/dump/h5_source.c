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

enum { DEEPEST = 4 }; /* virtual datasets of virtual datasets; also what ends a circle of them */

struct source {
    char file[1024], set[1024];
};

/* The places where the library looks for a file, in its order: each part of HDF5_VDS_PREFIX, all of it with the folder of
 * the file for ${ORIGIN}, the folder of the file, this one, the folder of what the file is a link to. */
struct search {
    const char *name;
    char *found; /* PLACE bytes */
    struct stat *s;
};
enum { PLACE = 2 * PATH_MAX };

static bool try(const struct search *w, const char *folder, size_t n)
{
    if (n + strlen(w->name) + 2 > PLACE) return false;
    snprintf(w->found, PLACE, "%.*s%s%s", (int)n, folder, n ? "/" : "", w->name);
    return !stat(w->found, w->s);
}

static bool try_prefix(const struct search *w, const char *folder)
{
    static const char origin[] = "${ORIGIN}";
    const char *prefix = getenv("HDF5_VDS_PREFIX");
    char whole[PLACE];
    for (const char *p = prefix; p && *p;) {
        size_t n = strcspn(p, ":");
        if (try(w, p, n)) return true;
        p += n + (p[n] == ':');
    }
    if (!prefix || strncmp(prefix, origin, sizeof origin - 1)) return prefix && *prefix && try(w, prefix, strlen(prefix));
    int n = snprintf(whole, sizeof whole, "%s/%s", folder, prefix + sizeof origin - 1);
    return n > 0 && (size_t)n < sizeof whole && try(w, whole, (size_t)n);
}

static bool find(const char *path, const char *name, char found[PLACE], struct stat *s)
{
    char folder[PATH_MAX], real[PATH_MAX];
    const struct search w = {.name = name, .found = found, .s = s};
    if (strlen(path) >= sizeof folder) return false;
    const char *beside = dirname(strcpy(folder, path));
    if (try_prefix(&w, beside) || try(&w, beside, strlen(beside)) || try(&w, "", 0)) return true;
    if (!realpath(path, real)) return false;
    beside = dirname(real);
    return try(&w, beside, strlen(beside));
}

static enum hs_status refuse(const struct hs_h5 *h, const char *path, const struct source *from, struct hs_err *e, const char *why)
{
    return HS_FAIL(e, HS_EDATA, "dataset '%s' in %s takes its values from '%s'%s%s%s, which %s", path, h->path, from->set,
                   from->file[0] ? " in '" : "", from->file, from->file[0] ? "'" : "", why);
}

static enum hs_status check_list(const struct hs_h5 *h, const char *path, hid_t list, int depth, struct hs_err *e);

/* What a source is made of is read, too: its own sources, and external storage, which is not read anywhere. */
static enum hs_status check_set(const struct hs_h5 *h, const char *path, const struct source *from, const struct hs_h5 *in,
                                int depth, struct hs_err *e)
{
    hid_t id = H5Dopen2(in->id, from->set, H5P_DEFAULT), list = id < 0 ? -1 : H5Dget_create_plist(id);
    enum hs_status st = HS_OK;
    H5Eclear2(H5E_DEFAULT);
    if (list < 0) st = refuse(h, path, from, e, "is not there");
    else if (H5Pget_external_count(list) > 0) st = refuse(h, path, from, e, "keeps its values in another file, which is never read");
    else if (H5Pget_layout(list) == H5D_VIRTUAL && depth >= DEEPEST) st = refuse(h, path, from, e, "is virtual, as are too many behind it");
    else if (H5Pget_layout(list) == H5D_VIRTUAL && check_list(in, from->set, list, depth + 1, e))
        st = in == h ? e->status : hs_err_where(e, "behind %s", h->path);
    if (list >= 0) H5Pclose(list);
    if (id >= 0) H5Dclose(id);
    return st;
}

static enum hs_status check(const struct hs_h5 *h, const char *path, struct source *from, int depth, struct hs_err *e)
{
    char found[PLACE];
    struct stat s;
    if (!strcmp(from->file, ".")) from->file[0] = '\0';
    if (!from->file[0] && !strcmp(from->set + (from->set[0] == '/'), path + (path[0] == '/')))
        return refuse(h, path, from, e, "is itself");
    if (!from->file[0]) return check_set(h, path, from, h, depth, e);
    if (strchr(from->file, '/') || strchr(from->file, '%'))
        return HS_FAIL(e, HS_EDATA, "dataset '%s' in %s takes its values from a file in another folder, which is never read", path,
                       h->path);
    if (!find(h->path, from->file, found, &s)) return refuse(h, path, from, e, "is not there");
    if (!S_ISREG(s.st_mode)) return refuse(h, path, from, e, "is no regular file"); /* a pipe would block */
    struct hs_h5 in = {.path = found, .id = H5Fopen(found, H5F_ACC_RDONLY, H5P_DEFAULT)};
    enum hs_status st = in.id < 0 ? refuse(h, path, from, e, "is not an HDF5 file that can be read")
                                  : check_set(h, path, from, &in, depth, e);
    if (in.id >= 0) H5Fclose(in.id);
    H5Eclear2(H5E_DEFAULT);
    return st;
}

static enum hs_status check_list(const struct hs_h5 *h, const char *path, hid_t list, int depth, struct hs_err *e)
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
        HS_TRY(check(h, path, &from, depth, e));
    }
    return HS_OK;
}

enum hs_status hs_h5_check_sources(const struct hs_h5 *h, const char *path, hid_t list, struct hs_err *e)
{
    return check_list(h, path, list, 0, e);
}
